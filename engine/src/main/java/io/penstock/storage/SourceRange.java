package io.penstock.storage;

import java.io.EOFException;

/** The rule for what may be read of a {@link Source}, the same for every store. */
public final class SourceRange {
    private SourceRange() {}

    /**
     * Refuses bytes that a file does not have.
     *
     * @param store names itself in the message; null if it is not known
     * @throws EOFException if they go beyond {@code size}
     * @throws IllegalArgumentException if there cannot be such bytes in any file
     */
    public static void require(String path, FileSystem store, long size, long offset, long length) throws EOFException {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException(length + " bytes at offset " + offset + " of '" + path + "'");
        }
        if (length > size - offset) {
            throw new EOFException("'" + path + "'" + (store == null ? "" : " in " + store) + " has " + size
                    + " bytes, so there are no " + length + " at offset " + offset);
        }
    }
}

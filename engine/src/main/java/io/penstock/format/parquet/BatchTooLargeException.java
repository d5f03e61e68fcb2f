package io.penstock.format.parquet;

import io.penstock.format.VectorMemory;

/** The values of one batch do not fit into a vector, whose buffers have at most 2 GiB. */
final class BatchTooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BatchTooLargeException(long bytes) {
        super("one batch holds " + bytes + " bytes of it, more than a vector can; read fewer rows at once");
    }

    /** Makes room for {@code bytes} in all, of which the first {@code used} keep their content; returns the address, which may be another one. */
    static long grow(VectorMemory memory, long bytes, long used) {
        if (!memory.grow(bytes, used)) {
            throw new BatchTooLargeException(bytes);
        }
        return memory.address();
    }
}

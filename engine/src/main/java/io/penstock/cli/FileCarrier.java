package io.penstock.cli;

import io.penstock.log.DataFile;
import java.io.IOException;
import java.util.function.LongConsumer;

/** Brings single files from one store to another. One thread. */
interface FileCarrier extends AutoCloseable {
    /**
     * Brings a file, in place of what the target may have under its path. When this returns the target has the bytes that {@code file} speaks of;
     * when it throws, it has nothing new.
     *
     * @param path in both stores
     * @param sent is told how many bytes of the file are over
     */
    void carry(String path, DataFile file, LongConsumer sent) throws IOException;

    @Override
    void close() throws IOException;
}

package io.penstock.storage;

import io.penstock.buffer.Input;
import java.io.Closeable;
import java.io.IOException;

/**
 * A file that is open for reading. Whatever happens to the name, it returns the bytes it opened and never another's; where they are gone with the
 * name, it fails. One thread at a time.
 */
public interface Source extends Input, Closeable {
    /** The path it was opened with. */
    String path();

    /** What it has cost until now. */
    default Traffic traffic() {
        return Traffic.NONE;
    }

    /**
     * Requests to a server.
     *
     * @param requests that were sent, opening the file included
     * @param bytes of the file that came back
     */
    record Traffic(long requests, long bytes) {
        /** Of a store that asks nobody. */
        public static final Traffic NONE = new Traffic(0, 0);

        /** Of both together. */
        public Traffic plus(Traffic other) {
            return new Traffic(requests + other.requests, bytes + other.bytes);
        }
    }

    /** Views that were taken stay valid; a second call does nothing. */
    @Override
    void close() throws IOException;
}

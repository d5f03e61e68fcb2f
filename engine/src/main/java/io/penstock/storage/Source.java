package io.penstock.storage;

import io.penstock.buffer.Input;
import java.io.Closeable;
import java.io.IOException;

/** A file that is open for reading; it keeps the bytes it opened whatever happens to the name. One thread at a time. */
public interface Source extends Input, Closeable {
    /** The path it was opened with. */
    String path();

    /** Views that were taken stay valid; a second call does nothing. */
    @Override
    void close() throws IOException;
}

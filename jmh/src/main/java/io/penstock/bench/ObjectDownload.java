package io.penstock.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A way to read an object on S3 from its first byte to its last. One thread. */
interface ObjectDownload extends Closeable {
    int RUN_BYTES = 256 << 10;

    /** Hands the bytes of {@code key} to {@code reader}, in order. */
    void get(String key, Reader reader) throws IOException;

    /** Sees the bytes while they are in use, in heap or direct memory. */
    @FunctionalInterface
    interface Reader {
        void take(ByteBuffer bytes);
    }
}

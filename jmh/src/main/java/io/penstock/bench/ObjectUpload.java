package io.penstock.bench;

import java.io.Closeable;
import java.io.IOException;

/** A way to put ready buffers into an object on S3, as parts of {@link #PART_BYTES} of which two are on their way at a time. One thread. */
interface ObjectUpload extends Closeable {
    int PART_BYTES = 8 << 20;
    int IN_FLIGHT = 2;

    /** Puts {@code bytes} bytes of {@code source} under {@code key}, and returns when the server has said that it has them. */
    void put(String key, ReadyBuffers source, long bytes) throws IOException, InterruptedException;
}

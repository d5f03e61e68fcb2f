package io.penstock.bench;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.PooledBuffer;
import java.util.ArrayList;
import java.util.List;

/** Full pooled buffers, as an encoder hands them over. Whoever takes one releases it. One thread takes, any may release. */
final class ReadyBuffers implements AutoCloseable {
    static final int BYTES = 256 << 10;
    private static final int KEPT = 256;

    private final BufferPool pool = new BufferPool(BYTES, KEPT, false);
    private boolean exact;

    ReadyBuffers() {
        List<PooledBuffer> all = new ArrayList<>();
        for (int i = 0; i < KEPT; i++) {
            all.add(pool.acquire().length(BYTES));
            SyntheticBytes.fill((long) i * BYTES, all.get(i).bytes());
        }
        all.forEach(PooledBuffer::release);
    }

    BufferPool pool() {
        return pool;
    }

    /** Whether each buffer has just the bytes of its offset, for which it is filled when it is taken. For a check, not for a measurement. */
    void exact(boolean wanted) {
        exact = wanted;
    }

    /** The buffer from {@code offset} on of an object of {@code bytes} bytes. */
    PooledBuffer take(long offset, long bytes) {
        PooledBuffer buffer = pool.acquire().length((int) Math.min(BYTES, bytes - offset));
        if (exact) {
            SyntheticBytes.fill(offset, buffer.bytes());
        }
        return buffer;
    }

    @Override
    public void close() {
        pool.close();
    }
}

package io.penstock.buffer;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;

/**
 * Direct buffers of one size, handed out and taken back. Thread-safe, and it never waits: who may take how many is settled
 * beforehand, by a {@link Reservation}.
 *
 * <p>A buffer that nobody holds stays in the pool for the next taker, up to {@code maxIdle}; beyond that its memory is freed
 * at once.
 */
public final class BufferPool implements AutoCloseable {
    private final int bufferBytes;
    private final boolean traceAcquire;
    private final ManyToManyConcurrentArrayQueue<PooledBuffer> idle;
    private final AtomicInteger outstanding = new AtomicInteger();
    private final AtomicLong allocatedBytes = new AtomicLong();
    private final Map<PooledBuffer, Throwable> acquired = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * @param bufferBytes the size of every buffer
     * @param maxIdle how many unused buffers to keep
     * @param traceAcquire remember the stack of every acquire, so that a leak names its origin (slow)
     */
    public BufferPool(int bufferBytes, int maxIdle, boolean traceAcquire) {
        if (bufferBytes < 1 || maxIdle < 0) {
            throw new IllegalArgumentException("a pool of buffers of " + bufferBytes + " bytes that keeps " + maxIdle);
        }
        this.bufferBytes = bufferBytes;
        this.traceAcquire = traceAcquire;
        this.idle = new ManyToManyConcurrentArrayQueue<>(Math.max(2, maxIdle));
    }

    /** An empty buffer; the caller owns it and releases it exactly once. */
    public PooledBuffer acquire() {
        if (closed) {
            throw new IllegalStateException("the buffer pool is closed");
        }
        PooledBuffer buffer = idle.poll();
        if (buffer == null) {
            buffer = new PooledBuffer(this, ByteBuffer.allocateDirect(bufferBytes));
            allocatedBytes.addAndGet(bufferBytes);
        }
        outstanding.incrementAndGet();
        if (traceAcquire) {
            acquired.put(
                    buffer,
                    new Throwable(
                            "acquired here by thread " + Thread.currentThread().getName()));
        }
        buffer.take();
        return buffer;
    }

    public int bufferBytes() {
        return bufferBytes;
    }

    /** How many buffers are held by someone now. */
    public int outstanding() {
        return outstanding.get();
    }

    /** The direct memory that the pool has from the JVM: buffers held by someone and idle ones. */
    public long allocatedBytes() {
        return allocatedBytes.get();
    }

    void giveBack(PooledBuffer buffer) {
        outstanding.decrementAndGet();
        if (traceAcquire) {
            acquired.remove(buffer);
        }
        if (closed || !idle.offer(buffer)) {
            free(buffer);
        } else if (closed) {
            freeIdle();
        }
    }

    /** Frees the memory of the buffers that nobody holds. */
    public void freeIdle() {
        for (PooledBuffer buffer = idle.poll(); buffer != null; buffer = idle.poll()) {
            free(buffer);
        }
    }

    private void free(PooledBuffer buffer) {
        allocatedBytes.addAndGet(-bufferBytes);
        buffer.free();
    }

    /**
     * Frees the idle memory; a buffer that is still held is freed when it is released.
     *
     * @throws IllegalStateException if buffers are still held. With {@code penstock.debug.leaks} each one's acquire is among
     *     the suppressed exceptions
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        freeIdle();
        requireNoneOutstanding();
    }

    /** Throws as {@link #close} does if a buffer is held by someone now. */
    public void requireNoneOutstanding() {
        int held = outstanding.get();
        if (held != 0) {
            IllegalStateException leak = new IllegalStateException(held + " pooled buffers were not released"
                    + (traceAcquire ? "" : " (set penstock.debug.leaks=true to see where they were acquired)"));
            acquired.values().forEach(leak::addSuppressed);
            throw leak;
        }
    }
}

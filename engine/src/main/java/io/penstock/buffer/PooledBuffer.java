package io.penstock.buffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A direct buffer from a {@link BufferPool} with exactly one owner, who releases it exactly once or hands it to the next
 * owner. Not thread-safe; handing it to another thread safely is the business of whoever hands over.
 */
public final class PooledBuffer {
    private final BufferPool pool;
    private final ByteBuffer memory;
    private final ByteBuffer bytes;
    private final long address;
    private int length;
    private boolean held;

    PooledBuffer(BufferPool pool, ByteBuffer memory) {
        this.pool = pool;
        this.memory = memory;
        this.bytes = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.address = Memory.address(memory);
    }

    void take() {
        held = true;
        length = 0;
    }

    /** Where the memory begins; it ends {@link #capacity} bytes later. Valid while the buffer is held. */
    public long address() {
        return address;
    }

    public int capacity() {
        return memory.capacity();
    }

    /** How many bytes, from the first, are filled. */
    public int length() {
        return length;
    }

    public PooledBuffer length(int filledBytes) {
        if (filledBytes < 0 || filledBytes > capacity()) {
            throw new IllegalArgumentException(filledBytes + " bytes in a buffer of " + capacity());
        }
        length = filledBytes;
        return this;
    }

    /**
     * The filled bytes: position 0, limit {@link #length}, little-endian. It is the same object at every call, valid while the
     * buffer is held.
     */
    public ByteBuffer bytes() {
        requireHeld();
        return bytes.limit(length).position(0);
    }

    /** A view of {@code count} bytes at {@code from}, an address within this buffer. Overwrites what {@link #bytes} returned. */
    ByteBuffer bytesFrom(long from, int count) {
        int offset = (int) (from - address);
        return bytes.limit(offset + count).position(offset);
    }

    /**
     * Gives the buffer back to its pool.
     *
     * @throws IllegalStateException if it was released before
     */
    public void release() {
        requireHeld();
        held = false;
        pool.giveBack(this);
    }

    void free() {
        Memory.free(memory);
    }

    private void requireHeld() {
        if (!held) {
            throw new IllegalStateException("a pooled buffer was used after it was released");
        }
    }
}

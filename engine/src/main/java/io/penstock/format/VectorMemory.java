package io.penstock.format;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A buffer of a vector that is being filled: it grows, and serves batch after batch unless somebody has kept the batch's memory, in
 * which case it leaves that to him and takes new memory.
 */
public final class VectorMemory implements AutoCloseable {
    private static final long LARGEST = Integer.MAX_VALUE - 1024;

    /** What a few huge values made grow beyond this is not kept for batches that may have none. */
    private static final long LARGEST_KEPT = 64L << 20;

    private final BufferAllocator allocator;
    private ArrowBuf buffer;
    private long address;
    private long capacity;

    public VectorMemory(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    public long address() {
        return address;
    }

    public long capacity() {
        return capacity;
    }

    /** The memory, which stays this object's. */
    public ArrowBuf buffer() {
        return buffer;
    }

    /** Begins anew, with room for {@code bytes} whose content is undefined. */
    public void begin(long bytes) {
        boolean blownUp = capacity > LARGEST_KEPT && capacity / 2 > bytes;
        if (buffer != null && (buffer.refCnt() > 1 || capacity < bytes || blownUp)) {
            close();
        }
        if (buffer == null) {
            take(allocator.buffer(Math.max(64, bytes)));
        }
    }

    /**
     * Makes room for {@code bytes} in all.
     *
     * @param used the bytes from the first that keep their content
     * @return whether that many can be had in one piece
     */
    public boolean grow(long bytes, long used) {
        if (bytes <= capacity) {
            return true;
        }
        if (bytes > LARGEST) {
            return false;
        }
        ArrowBuf larger = allocator.buffer(Math.min(LARGEST, Math.max(bytes, 2 * capacity)));
        Memory.copy(address, larger.memoryAddress(), used);
        buffer.close();
        take(larger);
        return true;
    }

    private void take(ArrowBuf taken) {
        buffer = taken;
        address = taken.memoryAddress();
        capacity = taken.capacity();
    }

    @Override
    public void close() {
        if (buffer != null) {
            ArrowBuf closed = buffer;
            buffer = null;
            address = 0;
            capacity = 0;
            closed.close();
        }
    }
}

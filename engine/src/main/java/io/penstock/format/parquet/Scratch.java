package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * One growable region of native memory, empty at first and accounted by its allocator. Its address changes whenever it grows.
 * Where the allocator refuses more, what was to be kept is still there.
 */
final class Scratch implements AutoCloseable {
    private static final long MIN_BYTES = 256;

    private final BufferAllocator allocator;
    private ArrowBuf memory;
    private long address;
    private long capacity;

    Scratch(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** Where the region begins; nothing before it was first grown. */
    long address() {
        return address;
    }

    long capacity() {
        return capacity;
    }

    /**
     * Makes room for {@code bytes}, whose contents are undefined if it had to grow.
     *
     * @return the address
     */
    long ensure(long bytes) {
        return bytes <= capacity && memory != null ? address : replace(bytes, 0);
    }

    /**
     * Makes room for {@code bytes} and keeps the first {@code used} of what is there. It grows at least by half, so that growing by a
     * little many times stays cheap.
     *
     * @return the address
     */
    long grow(long bytes, long used) {
        return bytes <= capacity && memory != null ? address : replace(Math.max(bytes, capacity + capacity / 2), used);
    }

    private long replace(long bytes, long used) {
        if (used == 0) {
            // Nothing is kept: the old memory goes first, so that both need not be there at once.
            close();
        }
        ArrowBuf larger = allocator.buffer(Math.max(bytes, MIN_BYTES));
        if (used > 0) {
            Memory.copy(address, larger.memoryAddress(), used);
        }
        close();
        memory = larger;
        address = larger.memoryAddress();
        capacity = larger.capacity();
        return address;
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
            memory = null;
            address = 0;
            capacity = 0;
        }
    }
}

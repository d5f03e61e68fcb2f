package io.penstock.format.arrow;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Read-only memory that many vectors share: validity without nulls, and single offsets. Closing it leaves what was handed out valid. */
final class ConstantBuffers implements AutoCloseable {
    private static final int ZERO_BYTES = 64;

    private final BufferAllocator allocator;
    private ArrowBuf ones;
    private ArrowBuf zeros;

    ConstantBuffers(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** So many bytes of ones; the caller releases them. */
    ArrowBuf ones(long bytes) {
        if (ones == null || ones.capacity() < bytes) {
            ArrowBuf larger = allocator.buffer(Math.max(bytes, 128));
            Memory.fill(larger.memoryAddress(), larger.capacity(), (byte) -1);
            release(ones);
            ones = larger;
        }
        return share(ones, bytes);
    }

    /** So many bytes of zeros, at most 64; the caller releases them. */
    ArrowBuf zeros(long bytes) {
        if (zeros == null) {
            zeros = allocator.buffer(ZERO_BYTES);
            zeros.setZero(0, ZERO_BYTES);
        }
        return share(zeros, bytes);
    }

    private static ArrowBuf share(ArrowBuf whole, long bytes) {
        whole.getReferenceManager().retain();
        return whole.slice(0, bytes);
    }

    private static void release(ArrowBuf buffer) {
        if (buffer != null) {
            buffer.close();
        }
    }

    @Override
    public void close() {
        release(ones);
        release(zeros);
        ones = null;
        zeros = null;
    }
}

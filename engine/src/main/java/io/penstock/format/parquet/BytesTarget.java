package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import io.penstock.format.VectorMemory;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Byte arrays that are being decoded, one close to the other: their bytes, and where each ends, as a vector has them (int32, after a
 * leading zero). It is the memory of a vector or of a dictionary.
 */
final class BytesTarget implements AutoCloseable {
    /** What may be written behind the bytes that are asked for, so that short arrays can be copied in whole words. */
    static final int SLACK = Words.LOOSE_BYTES;

    private final VectorMemory offsets;
    private final VectorMemory data;
    private int count;
    private long used;

    BytesTarget(BufferAllocator allocator) {
        offsets = new VectorMemory(allocator);
        data = new VectorMemory(allocator);
    }

    /** Begins anew, with room for {@code arrays} of {@code bytes} in all. */
    void begin(int arrays, long bytes) {
        count = 0;
        used = 0;
        offsets.begin(4L * (arrays + 1L));
        Memory.putInt(offsets.address(), 0);
        data.begin(bytes + SLACK);
    }

    int count() {
        return count;
    }

    /** The bytes of all arrays; the end of the last one. */
    long used() {
        return used;
    }

    /** The address of the offsets; the first is 0. */
    long offsets() {
        return offsets.address();
    }

    /** The address of the first array's first byte. */
    long data() {
        return data.address();
    }

    /** Makes room for {@code more} arrays; returns where the ends of the next are to be written, 32 bits each. */
    long requireEnds(int more) {
        BatchTooLargeException.grow(offsets, 4L * (count + 1L + more), 4L * (count + 1L));
        return offsets.address() + 4L * (count + 1L);
    }

    /** Makes room for {@code more} bytes; returns where they are to be written, with {@link #SLACK} bytes behind them. */
    long requireBytes(long more) {
        return BatchTooLargeException.grow(data, used + more + SLACK, used) + used;
    }

    /** Takes {@code arrays} with their ends and {@code bytes} for written. */
    void advance(int arrays, long bytes) {
        count += arrays;
        used += bytes;
    }

    VectorMemory offsetMemory() {
        return offsets;
    }

    VectorMemory dataMemory() {
        return data;
    }

    @Override
    public void close() {
        offsets.close();
        data.close();
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import io.penstock.format.VectorMemory;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** The validity bitmap of a vector that is being filled from definition levels. Bits that nobody has written are ones. */
final class Validity implements AutoCloseable {
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;

    /** Moves the lowest bit of each byte to the highest byte, the first byte's to its lowest bit. */
    private static final long GATHER = 0x0102040810204080L;

    private final VectorMemory bits;

    Validity(BufferAllocator allocator) {
        bits = new VectorMemory(allocator);
    }

    /** Begins a vector, with room for {@code count} values that are all there. */
    void begin(int count) {
        bits.begin((count + 15L) >>> 3);
        Memory.fill(bits.address(), bits.capacity(), (byte) 0xff);
    }

    /** Makes room for {@code count} values in all. */
    void require(long count) {
        long before = bits.capacity();
        if ((count + 15) >>> 3 > before) {
            long address = BatchTooLargeException.grow(bits, (count + 15) >>> 3, before);
            Memory.fill(address + before, bits.capacity() - before, (byte) 0xff);
        }
    }

    long address() {
        return bits.address();
    }

    /**
     * Writes the bits of {@code count} values from {@code index} on, for which there is room: a value is there if its level, at {@code
     * levels}, is {@code threshold} or more. Reads up to 7 bytes beyond the levels.
     */
    void put(int index, long levels, int count, int threshold) {
        long subtrahend = EACH * threshold;
        long octet = bits.address() + (index >>> 3);
        int shift = index & 7;
        long level = levels;
        int carried = Memory.getByte(octet) & (1 << shift) - 1;
        int left = count;
        for (; left >= 8; left -= 8, level += 8, octet++) {
            int there = eight(Memory.getLong(level), subtrahend) << shift | carried;
            Memory.putByte(octet, (byte) there);
            carried = there >>> 8;
        }
        int last = left == 0 ? -1 : eight(Memory.getLong(level), subtrahend) | -1 << left;
        int there = last << shift | carried;
        Memory.putByte(octet, (byte) there);
        if (shift != 0) {
            Memory.putByte(octet + 1, (byte) (there >>> 8));
        }
    }

    /** Levels are below 128, so that the highest bit of each byte is free to say whether the subtraction borrowed. */
    private static int eight(long levels, long subtrahend) {
        long notBelow = (levels | HIGH) - subtrahend & HIGH;
        return (int) ((notBelow >>> 7) * GATHER >>> 56);
    }

    /** The bitmap of the first {@code count} values; it stays this object's. */
    ArrowBuf buffer(int count) {
        // Vectors compare and copy whole bytes: the bits behind the last value are the same in every batch.
        if ((count & 7) != 0) {
            long octet = bits.address() + (count >>> 3);
            Memory.putByte(octet, (byte) (Memory.getByte(octet) & (1 << (count & 7)) - 1));
        }
        return bits.buffer();
    }

    @Override
    public void close() {
        bits.close();
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/**
 * Integers as differences to their predecessors, bit-packed in blocks of 128 with a minimum each: DELTA_BINARY_PACKED. Differences
 * wrap around at the limits of the type, as the specification asks.
 */
final class DeltaBinaryEncoder {
    private static final int BLOCK = 128;
    private static final int MINIBLOCKS = 4;
    private static final int MINIBLOCK = BLOCK / MINIBLOCKS;

    private static final int MAX_HEADER_BYTES = 2 + 1 + Varint.MAX_INT_BYTES + Varint.MAX_LONG_BYTES;
    private static final int MAX_BLOCK_HEADER_BYTES = Varint.MAX_LONG_BYTES + MINIBLOCKS;

    private DeltaBinaryEncoder() {}

    /** What a target must have room for, whatever the values are: the differences of a block wait behind what it may become. */
    static long maxBytes(int count, int valueBytes) {
        long blocks = (count + (long) BLOCK - 1) / BLOCK;
        return MAX_HEADER_BYTES + blocks * maxBlockBytes(valueBytes) + BLOCK * (long) Long.BYTES;
    }

    private static int maxBlockBytes(int valueBytes) {
        // A last word may reach 8 bytes beyond its miniblock.
        return MAX_BLOCK_HEADER_BYTES + BLOCK * valueBytes + 8;
    }

    /**
     * Encodes int32 values.
     *
     * @return where they end
     */
    static long encodeInts(long values, int count, long target) {
        long at = putHeader(count, count == 0 ? 0 : Memory.getInt(values), target);
        long from = values + 4;
        for (int left = count - 1; left > 0; left -= BLOCK) {
            int size = Math.min(left, BLOCK);
            long deltas = at + maxBlockBytes(4);
            int min = intDeltas(from, size, deltas);
            at = Varint.putZigZag(min, at);
            at = putBlock(deltas, size, min, at);
            from += 4L * size;
        }
        return at;
    }

    /** Differences that wrap around as int32, kept as int64: all else is the same for both types. */
    private static int intDeltas(long values, int count, long deltas) {
        int min = Integer.MAX_VALUE;
        int previous = Memory.getInt(values - 4);
        for (int i = 0; i < count; i++) {
            int value = Memory.getInt(values + 4L * i);
            int delta = value - previous;
            Memory.putLong(deltas + 8L * i, delta);
            min = Math.min(min, delta);
            previous = value;
        }
        return min;
    }

    /** As {@link #encodeInts}, int64 values. */
    static long encodeLongs(long values, int count, long target) {
        long at = putHeader(count, count == 0 ? 0 : Memory.getLong(values), target);
        long from = values + 8;
        for (int left = count - 1; left > 0; left -= BLOCK) {
            int size = Math.min(left, BLOCK);
            long deltas = at + maxBlockBytes(8);
            long min = longDeltas(from, size, deltas);
            at = Varint.putZigZag(min, at);
            at = putBlock(deltas, size, min, at);
            from += 8L * size;
        }
        return at;
    }

    private static long longDeltas(long values, int count, long deltas) {
        long min = Long.MAX_VALUE;
        long previous = Memory.getLong(values - 8);
        for (int i = 0; i < count; i++) {
            long value = Memory.getLong(values + 8L * i);
            long delta = value - previous;
            Memory.putLong(deltas + 8L * i, delta);
            min = Math.min(min, delta);
            previous = value;
        }
        return min;
    }

    /** Packs differences, in whose place they are prepared. */
    private static long putBlock(long deltas, int count, long min, long target) {
        Memory.putInt(target, 0);
        long at = target + MINIBLOCKS;
        for (int i = 0; i < count; i += MINIBLOCK) {
            long miniblock = deltas + 8L * i;
            int size = Math.min(count - i, MINIBLOCK);
            long bits = 0;
            for (int j = 0; j < size; j++) {
                long above = Memory.getLong(miniblock + 8L * j) - min;
                Memory.putLong(miniblock + 8L * j, above);
                bits |= above;
            }
            if (size < MINIBLOCK) {
                Memory.fill(miniblock + 8L * size, 8L * (MINIBLOCK - size), (byte) 0);
            }
            int width = BitPacking.width(bits);
            Memory.putByte(target + i / MINIBLOCK, (byte) width);
            at = BitPacking.packLongs(miniblock, MINIBLOCK, width, at);
        }
        return at;
    }

    private static long putHeader(int count, long first, long target) {
        long at = Varint.put(BLOCK, target);
        at = Varint.put(MINIBLOCKS, at);
        at = Varint.put(count, at);
        return Varint.putZigZag(first, at);
    }
}

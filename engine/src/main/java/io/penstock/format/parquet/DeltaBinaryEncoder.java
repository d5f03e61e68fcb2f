package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/**
 * Integers as differences to their predecessors, bit-packed in blocks of 128 with a minimum each: DELTA_BINARY_PACKED. Differences
 * wrap around at the limits of the type, as the specification asks.
 */
final class DeltaBinaryEncoder {
    static final int BLOCK = 128;
    static final int MINIBLOCKS = 4;
    static final int MINIBLOCK = BLOCK / MINIBLOCKS;

    private static final int MAX_HEADER_BYTES = 32;

    private DeltaBinaryEncoder() {}

    /** What a target must have room for, whatever the values are. */
    static long maxBytes(int count, int valueBytes) {
        long blocks = (count + (long) BLOCK - 1) / BLOCK;
        return MAX_HEADER_BYTES + blocks * (Varint.MAX_LONG_BYTES + MINIBLOCKS + (long) BLOCK * valueBytes);
    }

    /** Encodes int32 values. Returns where they end. */
    static long encodeInts(long values, int count, long target) {
        long at = putHeader(count, count == 0 ? 0 : Memory.getInt(values), target);
        for (int from = 1; from < count; from += BLOCK) {
            int to = Math.min(count, from + BLOCK);
            int min = Integer.MAX_VALUE;
            for (int i = from; i < to; i++) {
                min = Math.min(min, Memory.getInt(values + 4L * i) - Memory.getInt(values + 4L * i - 4));
            }
            at = Varint.putZigZag(min, at);
            long widths = at;
            Memory.putInt(widths, 0);
            at += MINIBLOCKS;
            for (int mini = from; mini < to; mini += MINIBLOCK) {
                int miniEnd = Math.min(to, mini + MINIBLOCK);
                int bits = 0;
                for (int i = mini; i < miniEnd; i++) {
                    bits |= Memory.getInt(values + 4L * i) - Memory.getInt(values + 4L * i - 4) - min;
                }
                int width = BitPacking.width(bits & 0xFFFFFFFFL);
                Memory.putByte(widths++, (byte) width);
                Memory.fill(at, BitPacking.bytes(MINIBLOCK, width), (byte) 0);
                for (int i = mini; i < miniEnd; i++) {
                    int delta = Memory.getInt(values + 4L * i) - Memory.getInt(values + 4L * i - 4) - min;
                    put(at, (long) (i - mini) * width, delta & 0xFFFFFFFFL, width);
                }
                at += BitPacking.bytes(MINIBLOCK, width);
            }
        }
        return at;
    }

    /** Encodes int64 values. Returns where they end. */
    static long encodeLongs(long values, int count, long target) {
        long at = putHeader(count, count == 0 ? 0 : Memory.getLong(values), target);
        for (int from = 1; from < count; from += BLOCK) {
            int to = Math.min(count, from + BLOCK);
            long min = Long.MAX_VALUE;
            for (int i = from; i < to; i++) {
                min = Math.min(min, Memory.getLong(values + 8L * i) - Memory.getLong(values + 8L * i - 8));
            }
            at = Varint.putZigZag(min, at);
            long widths = at;
            Memory.putInt(widths, 0);
            at += MINIBLOCKS;
            for (int mini = from; mini < to; mini += MINIBLOCK) {
                int miniEnd = Math.min(to, mini + MINIBLOCK);
                long bits = 0;
                for (int i = mini; i < miniEnd; i++) {
                    bits |= Memory.getLong(values + 8L * i) - Memory.getLong(values + 8L * i - 8) - min;
                }
                int width = BitPacking.width(bits);
                Memory.putByte(widths++, (byte) width);
                Memory.fill(at, BitPacking.bytes(MINIBLOCK, width), (byte) 0);
                for (int i = mini; i < miniEnd; i++) {
                    long delta = Memory.getLong(values + 8L * i) - Memory.getLong(values + 8L * i - 8) - min;
                    put(at, (long) (i - mini) * width, delta, width);
                }
                at += BitPacking.bytes(MINIBLOCK, width);
            }
        }
        return at;
    }

    private static void put(long at, long position, long value, int width) {
        for (int bit = 0; bit < width; bit++) {
            long to = position + bit;
            long octet = at + (to >>> 3);
            Memory.putByte(octet, (byte) (Memory.getByte(octet) | (value >>> bit & 1) << (to & 7)));
        }
    }

    private static long putHeader(int count, long first, long target) {
        long at = Varint.put(BLOCK, target);
        at = Varint.put(MINIBLOCKS, at);
        at = Varint.put(count, at);
        return Varint.putZigZag(first, at);
    }
}

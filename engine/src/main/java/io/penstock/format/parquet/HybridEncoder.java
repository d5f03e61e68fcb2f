package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/**
 * Levels, dictionary indices and booleans as runs, the hybrid of run lengths and bit packing that Parquet calls RLE: long runs of
 * one value become a length and the value, all else is bit-packed in groups of eight. The length that stands in front of the
 * runs in some places is the caller's.
 */
final class HybridEncoder {
    private static final int GROUP = 8;

    private HybridEncoder() {}

    /** What a target must have room for, whatever the values are. */
    static long maxBytes(long count, int bitWidth) {
        return (count / GROUP + 2) * (bitWidth + 1) + 16;
    }

    /**
     * Encodes int32 values, each below {@code 2^bitWidth}.
     *
     * @return where the runs end
     */
    static long encodeInts(long ints, int count, int bitWidth, long target) {
        if (count == 0) {
            return target;
        }
        int first = Memory.getInt(ints);
        int same = 1;
        while (same < count && Memory.getInt(ints + 4L * same) == first) {
            same++;
        }
        if (same == count) {
            return encodeConstant(first, count, bitWidth, target);
        }
        long packed = putGroups(count, target);
        return pad(BitPacking.packInts(ints, count, bitWidth, packed), packed, count, bitWidth);
    }

    /** Encodes unsigned bytes, each below {@code 2^bitWidth}. */
    static long encodeBytes(long bytes, int count, int bitWidth, long target) {
        if (count == 0) {
            return target;
        }
        byte first = Memory.getByte(bytes);
        int same = 1;
        while (same < count && Memory.getByte(bytes + same) == first) {
            same++;
        }
        if (same == count) {
            return encodeConstant(first & 0xFF, count, bitWidth, target);
        }
        long packed = putGroups(count, target);
        return pad(BitPacking.packBytes(bytes, count, bitWidth, packed), packed, count, bitWidth);
    }

    /**
     * Encodes bits, as Arrow has them, as values of width 1.
     *
     * @param bitOffset where the first bit is
     */
    static long encodeBitmap(long bitmap, long bitOffset, int count, long target) {
        long at = putGroups(count, target);
        for (int i = 0; i < count; i += GROUP) {
            int bits = 0;
            for (int j = i; j < Math.min(count, i + GROUP); j++) {
                bits |= Memory.getBit(bitmap, bitOffset + j) ? 1 << (j & 7) : 0;
            }
            Memory.putByte(at++, (byte) bits);
        }
        return at;
    }

    /** Encodes {@code count} times the same value. */
    static long encodeConstant(int value, int count, int bitWidth, long target) {
        if (count == 0) {
            return target;
        }
        long at = Varint.put((long) count << 1, target);
        for (int bits = 0; bits < bitWidth; bits += 8) {
            Memory.putByte(at++, (byte) (value >>> bits));
        }
        return at;
    }

    private static long putGroups(int count, long target) {
        return Varint.put((long) (padded(count) / GROUP) << 1 | 1, target);
    }

    private static long pad(long end, long packed, int count, int bitWidth) {
        long paddedEnd = packed + BitPacking.bytes(padded(count), bitWidth);
        Memory.fill(end, paddedEnd - end, (byte) 0);
        return paddedEnd;
    }

    private static int padded(int count) {
        return (count + GROUP - 1) & -GROUP;
    }
}

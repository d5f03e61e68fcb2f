package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/**
 * Levels, dictionary indices and booleans as runs, the hybrid of run lengths and bit packing that Parquet calls RLE: long runs of
 * one value become a length and the value, all else is bit-packed in groups of eight. The length that stands in front of the
 * runs in some places is the caller's.
 */
final class HybridEncoder {
    private static final int GROUP = BitPacking.GROUP;

    /** From how many equal bits on they become a run, in whole words. */
    private static final int CONSTANT_BITS = 128;

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
        int worthwhile = worthwhile(bitWidth);
        long at = target;
        int packed = 0;
        int i = 0;
        while (i <= count - GROUP) {
            if (!sameInts(ints + 4L * i)) {
                i += GROUP;
                continue;
            }
            int run = run(ints, i, count);
            if (run >= worthwhile) {
                at = packInts(ints, packed, i, bitWidth, at);
                at = encodeConstant(Memory.getInt(ints + 4L * i), run, bitWidth, at);
                i += run;
                packed = i;
            } else {
                i += run & -GROUP;
            }
        }
        return packInts(ints, packed, count, bitWidth, at);
    }

    private static boolean sameInts(long group) {
        long first = Memory.getLong(group);
        return (first ^ Memory.getLong(group + 8)
                        | first ^ Memory.getLong(group + 16)
                        | first ^ Memory.getLong(group + 24)
                        | first ^ Long.rotateLeft(first, 32))
                == 0;
    }

    private static int run(long ints, int from, int count) {
        int value = Memory.getInt(ints + 4L * from);
        int to = from + GROUP;
        while (to < count && Memory.getInt(ints + 4L * to) == value) {
            to++;
        }
        return to - from;
    }

    private static long packInts(long ints, int from, int to, int bitWidth, long target) {
        return from == to
                ? target
                : BitPacking.packInts(ints + 4L * from, to - from, bitWidth, putGroups(to - from, target));
    }

    /** Encodes unsigned bytes, each below {@code 2^bitWidth}. */
    static long encodeBytes(long bytes, int count, int bitWidth, long target) {
        int worthwhile = worthwhile(bitWidth);
        long at = target;
        int packed = 0;
        int i = 0;
        while (i <= count - GROUP) {
            long group = Memory.getLong(bytes + i);
            if (group != Long.rotateLeft(group, 8)) {
                i += GROUP;
                continue;
            }
            int run = run(bytes, i, count, group);
            if (run >= worthwhile) {
                at = packBytes(bytes, packed, i, bitWidth, at);
                at = encodeConstant((int) group & 0xFF, run, bitWidth, at);
                i += run;
                packed = i;
            } else {
                i += run & -GROUP;
            }
        }
        return packBytes(bytes, packed, count, bitWidth, at);
    }

    private static int run(long bytes, int from, int count, long group) {
        int to = from + GROUP;
        while (to <= count - GROUP) {
            long other = Memory.getLong(bytes + to) ^ group;
            if (other != 0) {
                return to - from + (Long.numberOfTrailingZeros(other) >>> 3);
            }
            to += GROUP;
        }
        while (to < count && Memory.getByte(bytes + to) == (byte) group) {
            to++;
        }
        return to - from;
    }

    private static long packBytes(long bytes, int from, int to, int bitWidth, long target) {
        return from == to
                ? target
                : BitPacking.packBytes(bytes + from, to - from, bitWidth, putGroups(to - from, target));
    }

    /**
     * Encodes bits, as Arrow has them, as values of width 1. No byte is read in which none of the bits lies.
     *
     * @param bitOffset where the first bit is
     */
    static long encodeBitmap(long bitmap, long bitOffset, int count, long target) {
        long at = target;
        int packed = 0;
        int i = 0;
        while (i <= count - CONSTANT_BITS) {
            long word = bits(bitmap, bitOffset + i);
            if (word != 0 && word != -1 || bits(bitmap, bitOffset + i + 64) != word) {
                i += 64;
                continue;
            }
            int run = CONSTANT_BITS;
            while (i + run <= count - 64 && bits(bitmap, bitOffset + i + run) == word) {
                run += 64;
            }
            while (i + run < count && Memory.getBit(bitmap, bitOffset + i + run) == (word != 0)) {
                run++;
            }
            at = copyBits(bitmap, bitOffset + packed, i - packed, at);
            at = encodeConstant((int) word & 1, run, 1, at);
            i += run;
            packed = i;
        }
        return copyBits(bitmap, bitOffset + packed, count - packed, at);
    }

    private static long copyBits(long bitmap, long from, int count, long target) {
        if (count == 0) {
            return target;
        }
        long at = putGroups(count, target);
        long end = at + (padded(count) >>> 3);
        if ((from & 7) == 0) {
            Memory.copy(bitmap + (from >>> 3), at, end - at);
        } else {
            int words = count >>> 6;
            for (int i = 0; i < words; i++) {
                Memory.putLong(at + 8L * i, bits(bitmap, from + 64L * i));
            }
            Memory.fill(at + 8L * words, end - at - 8L * words, (byte) 0);
            for (int i = words << 6; i < count; i++) {
                if (Memory.getBit(bitmap, from + i)) {
                    long octet = at + (i >>> 3);
                    Memory.putByte(octet, (byte) (Memory.getByte(octet) | 1 << (i & 7)));
                }
            }
        }
        if ((count & 7) != 0) {
            Memory.putByte(end - 1, (byte) (Memory.getByte(end - 1) & (1 << (count & 7)) - 1));
        }
        return end;
    }

    /** 64 bits, beginning anywhere. */
    private static long bits(long bitmap, long from) {
        long at = bitmap + (from >>> 3);
        int shift = (int) from & 7;
        return shift == 0
                ? Memory.getLong(at)
                : Memory.getLong(at) >>> shift | (Memory.getByte(at + 8) & 0xFFL) << (Long.SIZE - shift);
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

    /** From how many equal values on a run takes fewer bytes than its groups, the header of the next groups included. */
    private static int worthwhile(int bitWidth) {
        int runBytes = 2 + ((bitWidth + 7) >>> 3);
        return bitWidth == 0 ? GROUP : GROUP * (runBytes / bitWidth + 1);
    }

    private static int padded(int count) {
        return (count + GROUP - 1) & -GROUP;
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/**
 * Values of equal bit width one after the other, each with its lowest bit first: what Parquet calls bit-packed. Nothing here
 * checks a value, a width or a target.
 *
 * <p>Eight values of any width fill whole bytes, so the loops go by groups of eight. Within a group two neighbours are joined to one
 * word first: up to {@link #MAX_PAIR} bits each they fit 64 bits at whatever bit they begin, and one loop serves all these widths.
 */
final class BitPacking {
    static final int GROUP = 8;

    static final int MAX_PAIR = 29;

    private BitPacking() {}

    /** The bits that values up to {@code max}, taken as unsigned, need. */
    static int width(long max) {
        return Long.SIZE - Long.numberOfLeadingZeros(max);
    }

    /** How many bytes {@code count} values take. */
    static long bytes(long count, int width) {
        return (count * width + 7) >>> 3;
    }

    static long mask(int width) {
        return width == 0 ? 0 : -1L >>> (Long.SIZE - width);
    }

    /**
     * Packs int32 values below {@code 2^width}, and zero bits up to whole groups of eight.
     *
     * @param target has room for 8 bytes more than the groups take
     * @return where the groups end
     */
    static long packInts(long source, int count, int width, long target) {
        int grouped = count & -GROUP;
        long at = target;
        if (width <= MAX_PAIR) {
            at = packIntPairs(source, grouped, width, at);
        } else {
            at = packWideInts(source, grouped, width, at);
        }
        return count == grouped ? at : packRest(source + 4L * grouped, 4, count - grouped, width, at);
    }

    /** A group is four words that overlap: each begins in the byte in which the one before it ends, and brings that one's last bits. */
    private static long packIntPairs(long source, int count, int width, long target) {
        int byte1 = 2 * width >>> 3;
        int byte2 = 4 * width >>> 3;
        int byte3 = 6 * width >>> 3;
        int bit1 = 2 * width & 7;
        int bit2 = 4 * width & 7;
        int bit3 = 6 * width & 7;
        int whole0 = 8 * byte1;
        int whole1 = 8 * (byte2 - byte1);
        int whole2 = 8 * (byte3 - byte2);
        long at = target;
        long from = source;
        for (int i = 0; i < count; i += GROUP) {
            long word0 = pair(Memory.getLong(from), width);
            long word1 = pair(Memory.getLong(from + 8), width) << bit1 | word0 >>> whole0;
            long word2 = pair(Memory.getLong(from + 16), width) << bit2 | word1 >>> whole1;
            long word3 = pair(Memory.getLong(from + 24), width) << bit3 | word2 >>> whole2;
            Memory.putLong(at, word0);
            Memory.putLong(at + byte1, word1);
            Memory.putLong(at + byte2, word2);
            Memory.putLong(at + byte3, word3);
            from += 4 * GROUP;
            at += width;
        }
        return at;
    }

    /** Two int32 values in one word, moved together. */
    private static long pair(long ints, int width) {
        return ints & 0xFFFFFFFFL | ints >>> 32 << width;
    }

    private static long packWideInts(long source, int count, int width, long target) {
        if (width == Integer.SIZE) {
            Memory.copy(source, target, 4L * count);
            return target + 4L * count;
        }
        long at = target;
        long pending = 0;
        int bits = 0;
        for (int i = 0; i < count; i++) {
            pending |= (Memory.getInt(source + 4L * i) & 0xFFFFFFFFL) << bits;
            bits += width;
            if (bits >= 32) {
                Memory.putInt(at, (int) pending);
                at += 4;
                pending >>>= 32;
                bits -= 32;
            }
        }
        Memory.putInt(at, (int) pending);
        return at + (bits >>> 3);
    }

    /** As {@link #packInts}, from int64 values below {@code 2^width}, in whole groups. */
    static long packLongs(long source, int count, int width, long target) {
        return width <= MAX_PAIR
                ? packLongPairs(source, count, width, target)
                : packWideLongs(source, count, width, target);
    }

    private static long packLongPairs(long source, int count, int width, long target) {
        int byte1 = 2 * width >>> 3;
        int byte2 = 4 * width >>> 3;
        int byte3 = 6 * width >>> 3;
        int bit1 = 2 * width & 7;
        int bit2 = 4 * width & 7;
        int bit3 = 6 * width & 7;
        int whole0 = 8 * byte1;
        int whole1 = 8 * (byte2 - byte1);
        int whole2 = 8 * (byte3 - byte2);
        long at = target;
        long from = source;
        for (int i = 0; i < count; i += GROUP) {
            long word0 = Memory.getLong(from) | Memory.getLong(from + 8) << width;
            long word1 = (Memory.getLong(from + 16) | Memory.getLong(from + 24) << width) << bit1 | word0 >>> whole0;
            long word2 = (Memory.getLong(from + 32) | Memory.getLong(from + 40) << width) << bit2 | word1 >>> whole1;
            long word3 = (Memory.getLong(from + 48) | Memory.getLong(from + 56) << width) << bit3 | word2 >>> whole2;
            Memory.putLong(at, word0);
            Memory.putLong(at + byte1, word1);
            Memory.putLong(at + byte2, word2);
            Memory.putLong(at + byte3, word3);
            from += 8 * GROUP;
            at += width;
        }
        return at;
    }

    private static long packWideLongs(long source, int count, int width, long target) {
        long at = target;
        long pending = 0;
        int bits = 0;
        for (int i = 0; i < count; i++) {
            long value = Memory.getLong(source + 8L * i);
            pending |= value << bits;
            bits += width;
            if (bits >= Long.SIZE) {
                Memory.putLong(at, pending);
                at += 8;
                bits -= Long.SIZE;
                // In two steps, as a shift by 64 does nothing.
                pending = value >>> 1 >>> (width - 1 - bits);
            }
        }
        Memory.putLong(at, pending);
        return at + (bits >>> 3);
    }

    /**
     * Packs unsigned bytes below {@code 2^width}, and zero bits up to whole groups of eight.
     *
     * @param target has room for 8 bytes more than the groups take
     * @return where the groups end
     */
    static long packBytes(long source, int count, int width, long target) {
        int grouped = count & -GROUP;
        long low1 = mask(width) * 0x0001_0001_0001_0001L;
        long low2 = mask(2 * width) * 0x0000_0001_0000_0001L;
        long low4 = mask(4 * width);
        long high1 = low1 << width;
        long high2 = low2 << 2 * width;
        long high4 = low4 << 4 * width;
        int step1 = 8 - width;
        int step2 = 2 * step1;
        int step4 = 4 * step1;
        long at = target;
        for (int i = 0; i < grouped; i += GROUP) {
            long group = Memory.getLong(source + i);
            group = group & low1 | group >>> step1 & high1;
            group = group & low2 | group >>> step2 & high2;
            Memory.putLong(at, group & low4 | group >>> step4 & high4);
            at += width;
        }
        return count == grouped ? at : packRest(source + grouped, 1, count - grouped, width, at);
    }

    /** A last group that is not full. */
    private static long packRest(long source, int valueBytes, int count, int width, long target) {
        Memory.fill(target, width + 8L, (byte) 0);
        for (int i = 0; i < count; i++) {
            long value =
                    valueBytes == 1 ? Memory.getByte(source + i) & 0xFFL : Memory.getInt(source + 4L * i) & 0xFFFFFFFFL;
            long at = target + (i * width >>> 3);
            Memory.putLong(at, Memory.getLong(at) | value << (i * width & 7));
        }
        return target + width;
    }

    /**
     * Unpacks values of up to 32 bits to int32.
     *
     * @param first the value to begin with, counted from {@code source}
     * @param end no byte there or beyond is read; all the values lie before it
     */
    static void unpackInts(long source, long first, int count, int width, long target, long end) {
        long index = first;
        long last = first + count;
        long to = target;
        while (index < last && (index & 7) != 0) {
            Memory.putInt(to, (int) value(source, index++ * width, width, end));
            to += 4;
        }
        if (width <= MAX_PAIR) {
            long at = source + (index >>> 3) * width;
            long groups = Math.min((last - index) >>> 3, groupsWithin(at, end, width, 6 * width >>> 3));
            unpackPairs(at, (int) groups, width, to);
            index += groups * GROUP;
            to += groups * 4 * GROUP;
        }
        while (index < last) {
            Memory.putInt(to, (int) value(source, index++ * width, width, end));
            to += 4;
        }
    }

    /** Two values are one word apart and become one word with 32 bits each. */
    private static void unpackPairs(long source, int groups, int width, long target) {
        int byte1 = 2 * width >>> 3;
        int byte2 = 4 * width >>> 3;
        int byte3 = 6 * width >>> 3;
        int bit1 = 2 * width & 7;
        int bit2 = 4 * width & 7;
        int bit3 = 6 * width & 7;
        int apart = 32 - width;
        long low = mask(width);
        long high = low << 32;
        long from = source;
        long to = target;
        for (int i = 0; i < groups; i++) {
            long pair0 = Memory.getLong(from);
            long pair1 = Memory.getLong(from + byte1) >>> bit1;
            long pair2 = Memory.getLong(from + byte2) >>> bit2;
            long pair3 = Memory.getLong(from + byte3) >>> bit3;
            Memory.putLong(to, pair0 & low | pair0 << apart & high);
            Memory.putLong(to + 8, pair1 & low | pair1 << apart & high);
            Memory.putLong(to + 16, pair2 & low | pair2 << apart & high);
            Memory.putLong(to + 24, pair3 & low | pair3 << apart & high);
            from += width;
            to += 4 * GROUP;
        }
    }

    /** As {@link #unpackInts}, values of up to 8 bits to bytes. */
    static void unpackBytes(long source, long first, int count, int width, long target, long end) {
        long index = first;
        long last = first + count;
        long to = target;
        while (index < last && (index & 7) != 0) {
            Memory.putByte(to++, (byte) value(source, index++ * width, width, end));
        }
        long at = source + (index >>> 3) * width;
        long groups = Math.min((last - index) >>> 3, groupsWithin(at, end, width, 0));
        unpackBytes(at, (int) groups, width, to);
        index += groups * GROUP;
        to += groups * GROUP;
        while (index < last) {
            Memory.putByte(to++, (byte) value(source, index++ * width, width, end));
        }
    }

    private static void unpackBytes(long source, int groups, int width, long target) {
        long low1 = mask(width) * 0x0001_0001_0001_0001L;
        long low2 = mask(2 * width) * 0x0000_0001_0000_0001L;
        long low4 = mask(4 * width);
        long high1 = low1 << 8;
        long high2 = low2 << 16;
        long high4 = low4 << 32;
        int step1 = 8 - width;
        int step2 = 2 * step1;
        int step4 = 4 * step1;
        long from = source;
        for (int i = 0; i < groups; i++) {
            long group = Memory.getLong(from);
            group = group & low4 | group << step4 & high4;
            group = group & low2 | group << step2 & high2;
            Memory.putLong(target + (long) GROUP * i, group & low1 | group << step1 & high1);
            from += width;
        }
    }

    /** How many groups there are whose last word, {@code offset} bytes after the group's begin, lies before {@code end}; not for width 0. */
    static long groupsWithin(long source, long end, int width, int offset) {
        long room = end - source - offset - 8;
        return room < 0 ? 0 : room / width + 1;
    }

    /** The value of up to 64 bits that begins at bit {@code position} of {@code source}; no byte at {@code end} or beyond is read. */
    static long value(long source, long position, int width, long end) {
        long at = source + (position >>> 3);
        int shift = (int) position & 7;
        long word = at + 8 <= end ? Memory.getLong(at) : partial(at, end);
        long rest = shift + width > Long.SIZE ? (Memory.getByte(at + 8) & 0xFFL) << (Long.SIZE - shift) : 0;
        return (word >>> shift | rest) & mask(width);
    }

    private static long partial(long at, long end) {
        long word = 0;
        for (int i = 0; at + i < end; i++) {
            word |= (Memory.getByte(at + i) & 0xFFL) << 8 * i;
        }
        return word;
    }
}

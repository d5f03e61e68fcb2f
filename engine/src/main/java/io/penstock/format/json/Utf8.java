package io.penstock.format.json;

import io.penstock.buffer.Memory;

/** Looks at runs of text a word at a time. */
final class Utf8 {
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;
    private static final long SPACES = ' ' * ONES;

    private Utf8() {}

    /**
     * Marks the bytes of a word that a JSON string cannot hold as they are: quotes, backslashes, control characters. The lowest
     * mark is right; a byte above it may be marked wrongly.
     */
    static long special(long word) {
        long quotes = word ^ QUOTES;
        long backslashes = word ^ BACKSLASHES;
        return (quotes - ONES & ~quotes | backslashes - ONES & ~backslashes | word - SPACES & ~word) & HIGH_BITS;
    }

    static long high(long word) {
        return word & HIGH_BITS;
    }

    /** Which byte of a word the lowest mark is on. */
    static int firstMark(long marks) {
        return Long.numberOfTrailingZeros(marks) >>> 3;
    }

    /** Whether a run is all ASCII, and nothing in it needs an escape. False may be wrong for a run that is not all ASCII. */
    static boolean isPlain(long address, long length) {
        long from = address;
        long end = address + length;
        long marks = 0;
        while (from <= end - 16) {
            long a = Memory.getLong(from);
            long b = Memory.getLong(from + 8);
            // In ASCII no byte of these differences has its high bit set but by being special, so that ~word is not
            // needed.
            marks |= a | (a ^ QUOTES) - ONES | (a ^ BACKSLASHES) - ONES | a - SPACES;
            marks |= b | (b ^ QUOTES) - ONES | (b ^ BACKSLASHES) - ONES | b - SPACES;
            from += 16;
        }
        for (; from < end; from++) {
            byte c = Memory.getByte(from);
            marks |= c < ' ' || c == '"' || c == '\\' ? 0x80 : 0;
        }
        return (marks & HIGH_BITS) == 0;
    }

    /** Where the first byte lies that is no part of well-formed UTF-8, as an offset; -1 if there is none. */
    static long firstInvalid(long address, long length) {
        long at = address;
        long end = address + length;
        while (at < end) {
            if (at <= end - 8 && (Memory.getLong(at) & HIGH_BITS) == 0) {
                at += 8;
                continue;
            }
            int size = sequence(at, end);
            if (size == 0) {
                return at - address;
            }
            at += size;
        }
        return -1;
    }

    /** The length of the sequence at {@code at}; 0 if it is not well formed (Unicode 15, table 3-7). */
    private static int sequence(long at, long end) {
        int first = Memory.getByte(at);
        if (first >= 0) {
            return 1;
        }
        first &= 0xff;
        if (first < 0xc2 || first > 0xf4 || at + 1 >= end) {
            return 0;
        }
        int second = Memory.getByte(at + 1) & 0xff;
        if (first < 0xe0) {
            return isContinuation(second) ? 2 : 0;
        }
        if (at + 2 >= end || !isContinuation(Memory.getByte(at + 2))) {
            return 0;
        }
        if (first < 0xf0) {
            int lowest = first == 0xe0 ? 0xa0 : 0x80;
            int highest = first == 0xed ? 0x9f : 0xbf;
            return second >= lowest && second <= highest ? 3 : 0;
        }
        if (at + 3 >= end || !isContinuation(Memory.getByte(at + 3))) {
            return 0;
        }
        int lowest = first == 0xf0 ? 0x90 : 0x80;
        int highest = first == 0xf4 ? 0x8f : 0xbf;
        return second >= lowest && second <= highest ? 4 : 0;
    }

    static boolean isContinuation(int octet) {
        return (octet & 0xc0) == 0x80;
    }
}

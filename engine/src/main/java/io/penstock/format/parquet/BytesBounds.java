package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bounds of strings and binaries, in the order of their unsigned bytes. Long ones are cut: the least to its first bytes, the greatest
 * to the next greater value of as many, if there is one.
 */
final class BytesBounds extends Bounds {
    /** As other writers keep: enough to tell values apart, and footers stay small. */
    static final int MAX_BYTES = 64;

    private static final int LAST_BEFORE_SURROGATES = 0xd7ff;
    private static final int FIRST_AFTER_SURROGATES = 0xe000;

    private final boolean text;

    /** @param text whether the values are UTF-8, and what is left of one must be so, too */
    BytesBounds(boolean text) {
        this.text = text;
    }

    /** Needs 8 bytes that may be read behind the last value. */
    @Override
    void find(long offsets, long data, int count) {
        int least = 0;
        int greatest = 0;
        long leastPrefix = prefix(offsets, data, 0);
        long greatestPrefix = leastPrefix;
        for (int i = 1; i < count; i++) {
            long prefix = prefix(offsets, data, i);
            if (prefix <= leastPrefix && (prefix < leastPrefix || compare(offsets, data, i, least) < 0)) {
                least = i;
                leastPrefix = prefix;
            }
            if (prefix >= greatestPrefix && (prefix > greatestPrefix || compare(offsets, data, i, greatest) > 0)) {
                greatest = i;
                greatestPrefix = prefix;
            }
        }
        setMin(value(offsets, data, least), length(offsets, least));
        setMax(value(offsets, data, greatest), length(offsets, greatest));
    }

    /** The first eight bytes, zeros behind shorter values, so that signed order is theirs. */
    private static long prefix(long offsets, long data, int i) {
        int from = Memory.getInt(offsets + 4L * i);
        int length = Memory.getInt(offsets + 4L * i + 4) - from;
        long bytes = Long.reverseBytes(Memory.getLong(data + from));
        // A shift by 64 would be none.
        long kept = length >= 8 ? bytes : length == 0 ? 0 : bytes & -1L << 64 - 8 * length;
        return kept ^ Long.MIN_VALUE;
    }

    private static int compare(long offsets, long data, int left, int right) {
        long leftAt = data + Memory.getInt(offsets + 4L * left);
        long rightAt = data + Memory.getInt(offsets + 4L * right);
        int leftLength = length(offsets, left);
        int rightLength = length(offsets, right);
        int shorter = Math.min(leftLength, rightLength);
        int same = 0;
        for (; same + 8 <= shorter; same += 8) {
            long a = Memory.getLong(leftAt + same);
            long b = Memory.getLong(rightAt + same);
            if (a != b) {
                return Long.compareUnsigned(Long.reverseBytes(a), Long.reverseBytes(b));
            }
        }
        for (; same < shorter; same++) {
            int difference = (Memory.getByte(leftAt + same) & 0xff) - (Memory.getByte(rightAt + same) & 0xff);
            if (difference != 0) {
                return difference;
            }
        }
        return leftLength - rightLength;
    }

    private static int length(long offsets, int i) {
        return Memory.getInt(offsets + 4L * i + 4) - Memory.getInt(offsets + 4L * i);
    }

    /** As much of a value as a bound and the character that it may end within need. */
    private static byte[] value(long offsets, long data, int i) {
        byte[] bytes = new byte[Math.min(length(offsets, i), MAX_BYTES)];
        Memory.copy(data + Memory.getInt(offsets + 4L * i), bytes, 0, bytes.length);
        return bytes;
    }

    private void setMin(byte[] start, int length) {
        pageMinExact = length <= MAX_BYTES;
        pageMin = pageMinExact ? start : least(start, text);
    }

    private void setMax(byte[] start, int length) {
        pageMaxExact = length <= MAX_BYTES;
        pageMax = pageMaxExact ? start : greatest(start, text);
    }

    /** A lower bound of all values that begin with {@code start}. */
    static byte[] least(byte[] start, boolean text) {
        return text ? Arrays.copyOf(start, wholeCharacters(start)) : start;
    }

    /** An upper bound of all values that begin with {@code start}; null if there is none of that length. */
    static byte[] greatest(byte[] start, boolean text) {
        return text ? nextText(start) : next(start, start.length);
    }

    private static byte[] next(byte[] start, int length) {
        for (int last = length - 1; last >= 0; last--) {
            if (start[last] != (byte) 0xff) {
                byte[] next = Arrays.copyOf(start, last + 1);
                next[last]++;
                return next;
            }
        }
        return null;
    }

    /** The last character that has a successor, and room for it, becomes it; those behind are dropped. */
    private static byte[] nextText(byte[] start) {
        int end = wholeCharacters(start);
        while (end > 0) {
            int from = characterStart(start, end - 1);
            byte[] character = Arrays.copyOfRange(start, from, end);
            String decoded = new String(character, StandardCharsets.UTF_8);
            if (!Arrays.equals(character, decoded.getBytes(StandardCharsets.UTF_8))) {
                // Not UTF-8 at all: then nobody can ask that the bound is.
                return next(start, end);
            }
            byte[] successor = successor(decoded.codePointAt(0));
            if (successor != null && from + successor.length <= MAX_BYTES) {
                byte[] next = Arrays.copyOf(start, from + successor.length);
                System.arraycopy(successor, 0, next, from, successor.length);
                return next;
            }
            end = from;
        }
        return null;
    }

    /** The next character, of which surrogates are none; null behind the last. */
    private static byte[] successor(int point) {
        if (point == Character.MAX_CODE_POINT) {
            return null;
        }
        int next = point == LAST_BEFORE_SURROGATES ? FIRST_AFTER_SURROGATES : point + 1;
        return Character.toString(next).getBytes(StandardCharsets.UTF_8);
    }

    /** How many of the bytes are whole characters; all of them if they are no UTF-8. */
    private static int wholeCharacters(byte[] start) {
        if (start.length == 0) {
            return 0;
        }
        int last = characterStart(start, start.length - 1);
        int lead = start[last] & 0xff;
        int length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        return last + length <= start.length ? start.length : last;
    }

    private static int characterStart(byte[] bytes, int at) {
        int from = at;
        while (from > 0 && at - from < 3 && (bytes[from] & 0xc0) == 0x80) {
            from--;
        }
        return from;
    }

    @Override
    int compare(byte[] left, byte[] right) {
        return Arrays.compareUnsigned(left, right);
    }
}

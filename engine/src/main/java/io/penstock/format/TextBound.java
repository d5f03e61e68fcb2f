package io.penstock.format;

import io.penstock.buffer.Memory;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The first bytes of a text in UTF-8, in words whose unsigned order is that of the bytes: big-endian, with zeros for what a short text lacks.
 */
final class TextBound {
    private static final int KEPT_BYTES = 64;

    /** By length, the bytes of a word that a text has of its first seven. */
    private static final long[] KEY_BYTES = new long[Long.BYTES + 1];

    static {
        for (int length = 1; length <= Long.BYTES; length++) {
            KEY_BYTES[length] = -1L << Long.SIZE - 8 * Math.min(length, Long.BYTES - 1);
        }
    }

    private final long[] words = new long[KEPT_BYTES / Long.BYTES];
    private int length;

    /** Whether some value that begins with these bytes is longer. */
    private boolean cut;

    private long key;

    /**
     * The first seven bytes and, in the lowest byte, the length up to eight, with the highest bit turned: as signed numbers these have the
     * order of the texts. Only texts of eight bytes and more can have a key in common and differ.
     *
     * @param readableEnd up to where memory may be read
     */
    static long key(long address, long length, long readableEnd) {
        long word = address + Long.BYTES <= readableEnd
                ? Long.reverseBytes(Memory.getLong(address))
                : lastWord(address, length);
        int counted = (int) Math.min(length, Long.BYTES);
        return (word & KEY_BYTES[counted] | counted) ^ Long.MIN_VALUE;
    }

    /** Whether the text of this key has eight bytes or more. */
    static boolean isLong(long key) {
        return (key & 0xFF) == Long.BYTES;
    }

    /** Compares two texts of eight bytes or more by what would be kept of them, and then by their lengths. */
    static int compareLong(long a, long lengthA, long b, long lengthB) {
        long last = Math.min(Math.min(lengthA, lengthB), KEPT_BYTES) - Long.BYTES;
        for (long i = 0; i < last; i += Long.BYTES) {
            long wordA = Memory.getLong(a + i);
            long wordB = Memory.getLong(b + i);
            if (wordA != wordB) {
                return Long.compareUnsigned(Long.reverseBytes(wordA), Long.reverseBytes(wordB));
            }
        }
        // May begin with bytes that were found equal.
        long wordA = Memory.getLong(a + last);
        long wordB = Memory.getLong(b + last);
        return wordA != wordB
                ? Long.compareUnsigned(Long.reverseBytes(wordA), Long.reverseBytes(wordB))
                : Long.compare(lengthA, lengthB);
    }

    /** The word at index {@code i} of a text. */
    private static long word(int i, long address, long length, long readableEnd) {
        long at = address + i * (long) Long.BYTES;
        long left = length - i * (long) Long.BYTES;
        if (left >= Long.BYTES) {
            return Long.reverseBytes(Memory.getLong(at));
        }
        if (left <= 0) {
            return 0;
        }
        return at + Long.BYTES <= readableEnd
                ? Long.reverseBytes(Memory.getLong(at)) & -1L << Long.SIZE - 8 * left
                : lastWord(at, left);
    }

    /** Where no whole word can be read. */
    private static long lastWord(long address, long length) {
        long word = 0;
        for (int i = 0; i < length && i < Long.BYTES; i++) {
            word |= (Memory.getByte(address + i) & 0xFFL) << 56 - 8 * i;
        }
        return word;
    }

    /** The key of the text. */
    long key() {
        return key;
    }

    void set(long address, long valueLength, long readableEnd) {
        for (int i = 0; i < words.length; i++) {
            words[i] = word(i, address, valueLength, readableEnd);
        }
        length = (int) Math.min(valueLength, KEPT_BYTES);
        cut = valueLength > KEPT_BYTES;
        key = key(address, valueLength, readableEnd);
    }

    /** Compares a value, as far as it would be kept, with this; one that is the same so far and longer marks this as cut. */
    int compare(long address, long valueLength, long readableEnd) {
        long longest = Math.min(Math.max(valueLength, length), KEPT_BYTES);
        for (int i = 0; i * (long) Long.BYTES < longest; i++) {
            int order = Long.compareUnsigned(word(i, address, valueLength, readableEnd), words[i]);
            if (order != 0) {
                return order;
            }
        }
        cut |= valueLength > KEPT_BYTES && length == KEPT_BYTES;
        return Long.compare(Math.min(valueLength, KEPT_BYTES), length);
    }

    /** The text; of one that was cut, or is no UTF-8, the whole characters that it begins with, which are no greater. */
    String floor() {
        return wholeCharacters(bytes());
    }

    /** The text; of one that was cut, or is no UTF-8, a text above all that begin as it does, or null if there is none. */
    String ceiling() {
        ByteBuffer bytes = bytes();
        String text = wholeCharacters(bytes);
        return cut || bytes.hasRemaining() ? next(text) : text;
    }

    private ByteBuffer bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(KEPT_BYTES);
        for (long word : words) {
            bytes.putLong(word);
        }
        return bytes.flip().limit(length);
    }

    /** Leaves {@code bytes} at the first one that belongs to no whole character. */
    private static String wholeCharacters(ByteBuffer bytes) {
        CharBuffer characters = CharBuffer.allocate(bytes.remaining());
        StandardCharsets.UTF_8.newDecoder().decode(bytes, characters, true);
        return characters.flip().toString();
    }

    private static String next(String text) {
        int end = text.length();
        while (end > 0) {
            int last = text.codePointBefore(end);
            end -= Character.charCount(last);
            int above = last == Character.MIN_SURROGATE - 1 ? Character.MAX_SURROGATE + 1 : last + 1;
            if (above <= Character.MAX_CODE_POINT) {
                return text.substring(0, end) + Character.toString(above);
            }
        }
        return null;
    }
}

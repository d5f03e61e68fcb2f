package io.penstock.buffer;

import static org.agrona.UnsafeAccess.ARRAY_BYTE_BASE_OFFSET;
import static org.agrona.UnsafeAccess.UNSAFE;

import java.lang.reflect.Field;

/**
 * Copies what is ASCII in a string to native memory, words at a time, from where the string keeps it. Asking for each char takes as
 * long for a text of 10 chars, but 15 ns instead of 3 for one of 30 and 25 instead of 7 for one of 100.
 *
 * <p>It looks into {@link String} as OpenJDK has built it since version 9. Where it is built otherwise nothing is ever copied, and
 * callers do what they do for other text.
 */
public final class Ascii {
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final byte LATIN1 = 0;
    private static final int BLOCK_BYTES = 4 * Long.BYTES;
    private static final long VALUE_OFFSET;
    private static final long CODER_OFFSET;
    private static final boolean KNOWN;

    static {
        long value = 0;
        long coder = 0;
        boolean known = false;
        try {
            Field valueField = String.class.getDeclaredField("value");
            Field coderField = String.class.getDeclaredField("coder");
            if (valueField.getType() == byte[].class && coderField.getType() == byte.class) {
                value = UNSAFE.objectFieldOffset(valueField);
                coder = UNSAFE.objectFieldOffset(coderField);
                known = true;
            }
        } catch (NoSuchFieldException | RuntimeException e) {
            // Another class library, or one that does not let itself be looked into.
            known = false;
        }
        VALUE_OFFSET = value;
        CODER_OFFSET = coder;
        KNOWN = known;
    }

    private Ascii() {}

    /**
     * Copies a prefix of {@code text} that is ASCII to {@code address}, where there is room for all its chars as bytes.
     *
     * @return how many chars were copied: all of them if all are ASCII. What is beyond them in the room may have been overwritten
     */
    public static int copyPrefix(String text, long address) {
        int length = text.length();
        if (!KNOWN || UNSAFE.getByte(text, CODER_OFFSET) != LATIN1) {
            return 0;
        }
        byte[] bytes = (byte[]) UNSAFE.getObject(text, VALUE_OFFSET);
        if (length < Long.BYTES) {
            return copyShort(bytes, length, address);
        }
        int last = length - BLOCK_BYTES;
        if (last <= 0) {
            return copyBlock(bytes, 0, length, address) ? length : 0;
        }
        int copied = 0;
        for (; copied < last; copied += BLOCK_BYTES) {
            if (!copyBlock(bytes, copied, copied + BLOCK_BYTES, address)) {
                return copied;
            }
        }
        return copyBlock(bytes, last, length, address) ? length : copied;
    }

    /**
     * Copies 8 to 32 bytes, or none if they are not all ASCII. They are always four words, which may overlap: no branch depends on the
     * length, which differs from text to text. Rows of lineitem, with texts of 1 to 43 chars, take 3 ns of 36 less so.
     */
    private static boolean copyBlock(byte[] bytes, int from, int to, long address) {
        int step = to - from >> 4 << 3;
        int end = to - Long.BYTES;
        long one = word(bytes, from);
        long two = word(bytes, from + step);
        long three = word(bytes, end - step);
        long four = word(bytes, end);
        if (((one | two | three | four) & HIGH_BITS) != 0) {
            return false;
        }
        Memory.putLong(address + from, one);
        Memory.putLong(address + from + step, two);
        Memory.putLong(address + end - step, three);
        Memory.putLong(address + end, four);
        return true;
    }

    /** Copies less than 8 bytes, or none. */
    private static int copyShort(byte[] bytes, int length, long address) {
        if (length >= Integer.BYTES) {
            int first = UNSAFE.getInt(bytes, ARRAY_BYTE_BASE_OFFSET);
            int last = UNSAFE.getInt(bytes, ARRAY_BYTE_BASE_OFFSET + length - Integer.BYTES);
            if (((first | last) & (int) HIGH_BITS) != 0) {
                return 0;
            }
            Memory.putInt(address, first);
            Memory.putInt(address + length - Integer.BYTES, last);
            return length;
        }
        if (length == 0) {
            return 0;
        }
        int half = length >> 1;
        byte first = bytes[0];
        byte middle = bytes[half];
        byte last = bytes[length - 1];
        if ((first | middle | last) < 0) {
            return 0;
        }
        Memory.putByte(address, first);
        Memory.putByte(address + half, middle);
        Memory.putByte(address + length - 1, last);
        return length;
    }

    private static long word(byte[] bytes, int index) {
        return UNSAFE.getLong(bytes, (long) ARRAY_BYTE_BASE_OFFSET + index);
    }
}

package io.penstock;

import io.penstock.buffer.Ascii;
import io.penstock.buffer.Memory;

/** UTF-8 (RFC 3629) written to, and checked in, memory by address. */
final class Utf8 {
    /** The most bytes that one {@code char} of a string takes. */
    static final int MAX_BYTES_PER_CHAR = 3;

    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /**
     * Writes a string to memory that has room for three bytes a char.
     *
     * @return the number of bytes; or, if the char at index i is half of a surrogate pair that is not there, {@code -1 - i}
     */
    static long encode(String text, long target) {
        int ascii = Ascii.copyPrefix(text, target);
        return ascii == text.length() ? ascii : encode(text, text.length(), ascii, target);
    }

    /**
     * As {@link #encode(String, long)}, for text whose first chars are there already.
     *
     * @param length of the text, which is not asked again
     * @param ascii how many chars are at {@code target}, a byte each
     */
    static long encode(CharSequence text, int length, int ascii, long target) {
        long at = target + ascii;
        int i = ascii;
        while (i < length) {
            char c = text.charAt(i);
            if (c < 0x80) {
                Memory.putByte(at++, (byte) c);
            } else if (c < 0x800) {
                Memory.putByte(at, (byte) (0xc0 | c >> 6));
                Memory.putByte(at + 1, (byte) (0x80 | c & 0x3f));
                at += 2;
            } else if (!Character.isSurrogate(c)) {
                Memory.putByte(at, (byte) (0xe0 | c >> 12));
                Memory.putByte(at + 1, (byte) (0x80 | c >> 6 & 0x3f));
                Memory.putByte(at + 2, (byte) (0x80 | c & 0x3f));
                at += 3;
            } else {
                if (Character.isLowSurrogate(c) || i + 1 == length || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return -1L - i;
                }
                int point = Character.toCodePoint(c, text.charAt(++i));
                Memory.putByte(at, (byte) (0xf0 | point >> 18));
                Memory.putByte(at + 1, (byte) (0x80 | point >> 12 & 0x3f));
                Memory.putByte(at + 2, (byte) (0x80 | point >> 6 & 0x3f));
                Memory.putByte(at + 3, (byte) (0x80 | point & 0x3f));
                at += 4;
            }
            i++;
        }
        return at - target;
    }

    /** How many bytes a string takes; unpaired surrogates count as three. */
    static long encodedLength(String text) {
        int length = text.length();
        long bytes = length;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // A pair of surrogates counts 2 + 2: its four bytes.
                bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return bytes;
    }

    /** The index of the first byte that is not part of a well-formed character; -1 if there is none. */
    static int firstMalformed(long address, int length) {
        int i = 0;
        while (i < length) {
            if (i + 8 <= length && (Memory.getLong(address + i) & HIGH_BITS) == 0) {
                i += 8;
                continue;
            }
            int size = characterBytes(address + i, length - i);
            if (size == 0) {
                return i;
            }
            i += size;
        }
        return -1;
    }

    /** The size of the character that begins there; 0 if it is malformed. Table 3-7 of the Unicode standard. */
    private static int characterBytes(long at, int left) {
        int first = Memory.getByte(at) & 0xff;
        if (first < 0x80) {
            return 1;
        }
        int size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
        if (size == 0 || size > left) {
            return 0;
        }
        int second = Memory.getByte(at + 1) & 0xff;
        int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (second < low || second > high) {
            return 0;
        }
        for (int i = 2; i < size; i++) {
            if ((Memory.getByte(at + i) & 0xc0) != 0x80) {
                return 0;
            }
        }
        return size;
    }
}

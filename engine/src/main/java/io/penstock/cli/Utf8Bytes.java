package io.penstock.cli;

/** The UTF-8 of a run of characters, in an array that is used again for the next. */
final class Utf8Bytes {
    private static final int MAX_BYTES_PER_CHAR = 3;

    private byte[] bytes = new byte[256];

    byte[] array() {
        return bytes;
    }

    /** Encodes well-formed UTF-16 into {@link #array}, from the first byte on, and returns the number of bytes. */
    int encode(char[] chars, int from, int to) {
        long most = (long) (to - from) * MAX_BYTES_PER_CHAR;
        if (most > bytes.length) {
            if (most > Integer.MAX_VALUE - 8) {
                throw new IllegalArgumentException("a text of " + (to - from) + " characters is too long");
            }
            bytes = new byte[(int) most];
        }
        int at = 0;
        for (int i = from; i < to; i++) {
            char c = chars[i];
            if (c < 0x80) {
                bytes[at++] = (byte) c;
            } else if (c < 0x800) {
                bytes[at++] = (byte) (0xc0 | c >> 6);
                bytes[at++] = (byte) (0x80 | c & 0x3f);
            } else if (Character.isHighSurrogate(c)) {
                int point = Character.toCodePoint(c, chars[++i]);
                bytes[at++] = (byte) (0xf0 | point >> 18);
                bytes[at++] = (byte) (0x80 | point >> 12 & 0x3f);
                bytes[at++] = (byte) (0x80 | point >> 6 & 0x3f);
                bytes[at++] = (byte) (0x80 | point & 0x3f);
            } else {
                bytes[at++] = (byte) (0xe0 | c >> 12);
                bytes[at++] = (byte) (0x80 | c >> 6 & 0x3f);
                bytes[at++] = (byte) (0x80 | c & 0x3f);
            }
        }
        return at;
    }
}

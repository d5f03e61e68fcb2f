package io.penstock.format.json;

import io.penstock.buffer.Memory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What stands before a value of a row or a struct, ready to be stored a word at a time: {@code ,} or {@code ,"name":}. */
final class Key {
    /** What a caller of {@link #put} has claimed. */
    final int room;

    private final int length;
    private final long first;
    private final long[] rest;

    Key(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        length = bytes.length;
        long[] words = new long[Math.max(1, (length + 7) / 8)];
        for (int i = 0; i < length; i++) {
            words[i >>> 3] |= (bytes[i] & 0xffL) << ((i & 7) << 3);
        }
        first = words[0];
        rest = Arrays.copyOfRange(words, 1, words.length);
        room = 8 * words.length;
    }

    long put(long at) {
        Memory.putLong(at, first);
        if (rest.length != 0) {
            for (int i = 0; i < rest.length; i++) {
                Memory.putLong(at + 8 + 8L * i, rest[i]);
            }
        }
        return at + length;
    }

    /** A string as it stands in JSON, with its quotes. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < 0x20) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}

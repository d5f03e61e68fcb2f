package io.penstock.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AsciiTest {
    private static final byte GUARD = 0x55;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(256);

    @Test
    void everyAsciiTextIsCopiedWholeAndNothingBesideIt() {
        for (int length = 0; length <= 100; length++) {
            String text = text(length);
            assertEquals(length, copy(text), text);
        }
    }

    @Test
    void whatIsCopiedEndsBeforeTheFirstOtherChar() {
        for (int length = 1; length <= 70; length++) {
            for (int other = 0; other < length; other++) {
                for (char c : new char[] {'\u0080', '\u00ff', '\u0100', '\ud800'}) {
                    StringBuilder text = new StringBuilder(text(length));
                    text.setCharAt(other, c);
                    assertTrue(copy(text.toString()) <= other, () -> text.toString());
                }
            }
        }
    }

    @Test
    void itKnowsTheStringsOfTheJvmsItIsTestedOn() {
        assertEquals(3, copy("abc"));
    }

    private int copy(String text) {
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, GUARD);
        }
        int offset = 8 + text.length() % 8;
        int copied = Ascii.copyPrefix(text, Memory.address(memory) + offset);
        byte[] bytes = new byte[copied];
        memory.get(offset, bytes);
        assertEquals(text.substring(0, copied), new String(bytes, StandardCharsets.US_ASCII));
        for (int i = 0; i < memory.capacity(); i++) {
            if (i < offset || i >= offset + text.length()) {
                assertEquals(GUARD, memory.get(i), "byte " + (i - offset) + " beside a text of " + text.length());
            }
        }
        return copied;
    }

    private static String text(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ((i * 7 + 1) % 128));
        }
        return text.toString();
    }
}

package io.penstock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.buffer.Memory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
    private static final int[] CODE_POINTS = {
        0, 1, 'a', 0x7f, 0x80, 0xe9, 0xff, 0x100, 0x7ff, 0x800, 0x20ac, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f600,
        0x10ffff
    };

    private final ByteBuffer memory = ByteBuffer.allocateDirect(1 << 12);
    private final long address = Memory.address(memory);

    @Test
    void textIsEncodedAsTheJdkEncodesIt() {
        long seed = 11;
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            int kinds = 1 + random.nextInt(CODE_POINTS.length);
            StringBuilder builder = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                builder.appendCodePoint(CODE_POINTS[random.nextInt(kinds)]);
            }
            String text = builder.toString();
            byte[] expected = text.getBytes(StandardCharsets.UTF_8);
            String label = "seed " + seed + " round " + round;
            assertEquals(expected.length, Utf8.encodedLength(text), label);
            assertEquals(expected.length, Utf8.encode(text, address), label);
            assertArrayEquals(expected, bytes(expected.length), label);
            assertEquals(-1, Utf8.firstMalformed(address, expected.length), label);
            assertEquals(expected.length, Utf8.encode(builder, builder.length(), 0, address), label);
            assertArrayEquals(expected, bytes(expected.length), label);
        }
    }

    @Test
    void bytesAreWellFormedWhereTheJdkDecodesThem() {
        long seed = 12;
        Random random = new Random(seed);
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = new byte[random.nextInt(24)];
            for (int i = 0; i < bytes.length; i++) {
                // Bytes that begin, continue and end characters, and few that cannot be in one.
                bytes[i] = (byte)
                        (random.nextInt(3) == 0
                                ? random.nextInt(128)
                                : 0x80 + random.nextInt(random.nextBoolean() ? 64 : 128));
            }
            memory.put(0, bytes);
            assertEquals(
                    firstMalformed(bytes),
                    Utf8.firstMalformed(address, bytes.length),
                    "seed " + seed + " round " + round);
        }
    }

    /** The longest prefix that decodes as it stands. */
    private static int firstMalformed(byte[] bytes) {
        for (int length = bytes.length; length >= 0; length--) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
                return length == bytes.length ? -1 : length;
            } catch (CharacterCodingException e) {
                continue;
            }
        }
        throw new AssertionError();
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        memory.get(0, bytes);
        return bytes;
    }
}

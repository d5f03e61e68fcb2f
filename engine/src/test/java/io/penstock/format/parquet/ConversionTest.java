package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.buffer.Memory;
import io.penstock.testing.LeakCheck;
import java.math.BigInteger;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConversionTest {
    private static final long SEED = Long.getLong("penstock.test.seed", 20261123);

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void decimalsOfAnyLengthKeepTheirValue() {
        Random random = new Random(SEED);
        try (ArrowBuf source = memory.allocator().buffer(64);
                ArrowBuf target = memory.allocator().buffer(64)) {
            for (int width : new int[] {16, 32}) {
                for (int length = 0; length <= 40; length++) {
                    for (int i = 0; i < 50; i++) {
                        byte[] bytes = bigEndian(random, length, width);
                        BigInteger expected = length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
                        Memory.copy(bytes, 0, source.memoryAddress(), length);
                        Conversion.decimal(source.memoryAddress(), length, target.memoryAddress(), width);
                        byte[] converted = new byte[width];
                        Memory.copy(target.memoryAddress(), converted, 0, width);
                        for (int k = 0; k < width / 2; k++) {
                            byte swapped = converted[k];
                            converted[k] = converted[width - 1 - k];
                            converted[width - 1 - k] = swapped;
                        }
                        assertEquals(expected, new BigInteger(converted), "length " + length + ", seed " + SEED);
                    }
                }
            }
        }
    }

    /** Random bytes of a number that fits into {@code width} bytes, with as many bytes of its sign in front as that leaves. */
    private static byte[] bigEndian(Random random, int length, int width) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        int surplus = Math.max(0, length - width);
        for (int i = 0; i < surplus; i++) {
            bytes[i] = (byte) (bytes[surplus] >> 7);
        }
        return bytes;
    }

    @Test
    void decimalsThatNeedMoreBytesAreRefused() {
        try (ArrowBuf source = memory.allocator().buffer(64);
                ArrowBuf target = memory.allocator().buffer(64)) {
            for (byte[] tooLarge : new byte[][] {{1}, {0, (byte) 0x80}, {(byte) 0xff, 0x7f}}) {
                byte[] bytes = new byte[15 + tooLarge.length + (tooLarge.length == 1 ? 1 : 0)];
                System.arraycopy(tooLarge, 0, bytes, 0, tooLarge.length);
                Memory.copy(bytes, 0, source.memoryAddress(), bytes.length);
                assertThrows(
                        MalformedPageException.class,
                        () -> Conversion.decimal(source.memoryAddress(), bytes.length, target.memoryAddress(), 16));
            }
        }
    }
}

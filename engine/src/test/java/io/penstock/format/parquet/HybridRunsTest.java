package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Memory;
import io.penstock.testing.LeakCheck;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HybridRunsTest {
    private static final int[] COUNTS = {
        0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 191, 192, 193, 504, 512, 1000, 5000
    };

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private final HybridDecoder decoder = new HybridDecoder();
    private Scratch source;
    private Scratch encoded;
    private Scratch decoded;

    @BeforeEach
    void open() {
        source = new Scratch(memory.allocator());
        encoded = new Scratch(memory.allocator());
        decoded = new Scratch(memory.allocator());
    }

    @AfterEach
    void close() {
        source.close();
        encoded.close();
        decoded.close();
    }

    @Test
    void theSpecificationsExampleIsPackedLowestBitFirst() {
        long end = encodeInts(new int[] {0, 1, 2, 3, 4, 5, 6, 7}, 3);
        assertEquals("0388c6fa", hex(end));
    }

    @Test
    void equalValuesBecomeOneRun() {
        int[] values = new int[100];
        Arrays.fill(values, 4);
        assertEquals("c80104", hex(encodeInts(values, 3)));
        Arrays.fill(values, 0x1234);
        assertEquals("c8013412", hex(encodeInts(values, 13)));
    }

    @Test
    void aRunAmongOthersEndsWhereItsValuesEnd() {
        int[] values = new int[8 + 13 + 3];
        for (int i = 0; i < 8; i++) {
            values[i] = i;
        }
        Arrays.fill(values, 8, 21, 9);
        values[21] = 1;
        assertEquals("0310325476 1a09 0301000000".replace(" ", ""), hex(encodeInts(values, 4)));
    }

    @Test
    void intsOfEveryWidthAndCountComeBack() {
        for (int width = 0; width <= 32; width++) {
            for (int count : COUNTS) {
                for (int runs = 0; runs < 4; runs++) {
                    int[] values = values(new Random(count * 100L + width), count, width, 1 << 3 * runs);
                    long end = encodeInts(values, width);
                    assertArrayEquals(values, readInts(end, width, count), "width " + width + ", runs " + runs);
                }
            }
        }
    }

    @Test
    void bytesOfEveryWidthAndCountComeBack() {
        for (int width = 0; width <= 8; width++) {
            for (int count : COUNTS) {
                for (int runs = 0; runs < 4; runs++) {
                    int[] values = values(new Random(count * 100L + width), count, width, 1 << 3 * runs);
                    long end = encodeBytes(values, width);
                    String what = "width " + width + ", runs " + runs;
                    assertArrayEquals(values, readBytes(end, width, count), what);
                    assertArrayEquals(values, readInts(end, width, count), what);
                }
            }
        }
    }

    @Test
    void bitsFromAnyOffsetComeBack() {
        for (int offset = 0; offset < 17; offset++) {
            for (int count : COUNTS) {
                for (int runs = 0; runs < 5; runs++) {
                    int[] bits = values(new Random(count * 100L + offset), count, 1, 1 << 3 * runs);
                    long bitmap = source.ensure(offset + count + 8L >>> 3);
                    Memory.fill(bitmap, offset + count + 7L >>> 3, (byte) 0x5A);
                    for (int i = 0; i < count; i++) {
                        long at = bitmap + (offset + i >>> 3);
                        int bit = 1 << (offset + i & 7);
                        Memory.putByte(
                                at, (byte) (bits[i] != 0 ? Memory.getByte(at) | bit : Memory.getByte(at) & ~bit));
                    }
                    long target = encoded.ensure(HybridEncoder.maxBytes(count, 1));
                    long end = HybridEncoder.encodeBitmap(bitmap, offset, count, target);
                    assertTrue(end - target <= HybridEncoder.maxBytes(count, 1));
                    assertArrayEquals(bits, readBytes(end, 1, count), "offset " + offset + ", runs " + runs);
                }
            }
        }
    }

    @Test
    void aBitmapWithoutRunsIsTakenAsItIs() {
        long end = Bytes.put("a5c35a0f", source);
        long target = encoded.ensure(HybridEncoder.maxBytes(32, 1));
        long encodedEnd = HybridEncoder.encodeBitmap(source.address(), 0, 32, target);
        assertEquals("09a5c35a0f", Bytes.hex(target, encodedEnd));
        assertEquals(4, end - source.address());
    }

    @Test
    void constantsComeBack() {
        for (int width = 0; width <= 32; width++) {
            int value = (int) BitPacking.mask(width);
            long target = encoded.ensure(HybridEncoder.maxBytes(1000, width));
            int[] expected = new int[1000];
            Arrays.fill(expected, value);
            assertArrayEquals(
                    expected, readInts(HybridEncoder.encodeConstant(value, 1000, width, target), width, 1000));
        }
    }

    @Test
    void itIsReadAndSkippedInPieces() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int width = random.nextInt(33);
            int[] values = values(random, 3000, width, 1 << random.nextInt(8));
            long end = encodeInts(values, width);
            decoder.begin(encoded.address(), end, width);
            int at = 0;
            while (at < values.length) {
                int count = Math.min(values.length - at, random.nextInt(1 << random.nextInt(10)));
                if (random.nextInt(3) == 0) {
                    decoder.skip(count);
                } else {
                    long target = decoded.ensure(4L * count + 8);
                    Memory.putLong(target + 4L * count, 0x5A5A5A5A5A5A5A5AL);
                    decoder.readInts(count, target);
                    assertArrayEquals(Arrays.copyOfRange(values, at, at + count), ints(count), "seed " + seed);
                    assertEquals(0x5A5A5A5A5A5A5A5AL, Memory.getLong(target + 4L * count), "seed " + seed);
                }
                at += count;
            }
        }
    }

    @Test
    void countingSaysHowManyAreEqual() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int width = random.nextInt(9);
            int count = random.nextInt(500);
            int[] values = values(random, count, width, 1 << random.nextInt(6));
            int value = random.nextInt(1 << width);
            long end = encodeBytes(values, width);
            decoder.begin(encoded.address(), end, width);
            int equal = decoder.readBytesCounting(count, decoded.ensure(count), value);
            assertEquals(Arrays.stream(values).filter(v -> v == value).count(), equal, "seed " + seed);
        }
    }

    @Test
    void widthZeroNeedsNoBytes() {
        decoder.begin(encoded.ensure(16), encoded.address(), 0);
        decoder.readInts(3, decoded.ensure(12));
        assertArrayEquals(new int[3], ints(3));
    }

    @Test
    void groupsMayBeCutAfterTheLastValue() {
        long end = encodeInts(new int[] {0, 1, 2, 3, 4, 5, 6, 7}, 3);
        assertArrayEquals(new int[] {0, 1, 2, 3, 4}, readInts(end - 1, 3, 5));
        assertThrows(MalformedPageException.class, () -> readInts(end - 1, 3, 6));
    }

    /** More groups than there can be, no value to a run, runs of nothing, a header that does not end, a value of too many bits. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ffffffff0f",
                "ffffffff0f88",
                "c801",
                "0004000400",
                "ffffffffff",
                "ffffffffff01",
                "80",
                "c80108",
                "0388c6"
            })
    void brokenRunsAreRefused(String hex) {
        long end = Bytes.put(hex, encoded);
        assertThrows(MalformedPageException.class, () -> readInts(end, 3, 8));
        assertThrows(MalformedPageException.class, () -> readBytes(end, 3, 8));
        decoder.begin(encoded.address(), end, 3);
        assertThrows(MalformedPageException.class, () -> decoder.skip(8));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 33, 255})
    void impossibleWidthsAreRefused(int width) {
        assertThrows(
                MalformedPageException.class, () -> decoder.begin(encoded.ensure(8), encoded.address() + 8, width));
    }

    @Test
    void anyBytesGiveValuesWithinTheWidthAndNothingBehindTheEndIsRead() {
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            int width = random.nextInt(33);
            int count = random.nextInt(300);
            byte[] bytes = Bytes.random(random, random.nextInt(1 << random.nextInt(8)));
            int[] values = readHostile(bytes, (byte) 0, width, count);
            int[] again = readHostile(bytes, (byte) 0xFF, width, count);
            if (values == null) {
                assertNull(again, "seed " + seed);
            } else {
                assertArrayEquals(values, again, "seed " + seed);
                for (int value : values) {
                    assertEquals(value & BitPacking.mask(width), value & 0xFFFFFFFFL, "seed " + seed);
                }
            }
        }
    }

    private int[] readHostile(byte[] bytes, byte behind, int width, int count) {
        long address = encoded.ensure(bytes.length + 64L);
        Memory.fill(address, bytes.length + 64L, behind);
        Memory.copy(bytes, 0, address, bytes.length);
        try {
            return readInts(address + bytes.length, width, count);
        } catch (MalformedPageException e) {
            return null;
        }
    }

    private String hex(long end) {
        return Bytes.hex(encoded.address(), end);
    }

    private long encodeInts(int[] values, int width) {
        long ints = source.ensure(4L * values.length);
        for (int i = 0; i < values.length; i++) {
            Memory.putInt(ints + 4L * i, values[i]);
        }
        long target = encoded.ensure(HybridEncoder.maxBytes(values.length, width));
        long end = HybridEncoder.encodeInts(ints, values.length, width, target);
        assertTrue(end - target <= HybridEncoder.maxBytes(values.length, width));
        return end;
    }

    private long encodeBytes(int[] values, int width) {
        long bytes = source.ensure(values.length);
        for (int i = 0; i < values.length; i++) {
            Memory.putByte(bytes + i, (byte) values[i]);
        }
        long target = encoded.ensure(HybridEncoder.maxBytes(values.length, width));
        long end = HybridEncoder.encodeBytes(bytes, values.length, width, target);
        assertTrue(end - target <= HybridEncoder.maxBytes(values.length, width));
        return end;
    }

    private int[] readInts(long end, int width, int count) {
        decoder.begin(encoded.address(), end, width);
        decoder.readInts(count, decoded.ensure(4L * count));
        return ints(count);
    }

    private int[] ints(int count) {
        int[] ints = new int[count];
        for (int i = 0; i < count; i++) {
            ints[i] = Memory.getInt(decoded.address() + 4L * i);
        }
        return ints;
    }

    private int[] readBytes(long end, int width, int count) {
        decoder.begin(encoded.address(), end, width);
        decoder.readBytes(count, decoded.ensure(count));
        int[] bytes = new int[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = Memory.getByte(decoded.address() + i) & 0xFF;
        }
        return bytes;
    }

    /** Values of which about {@code runLength} in a row are equal, the largest of the width among them. */
    private static int[] values(Random random, int count, int width, int runLength) {
        int[] values = new int[count];
        int left = 0;
        int value = 0;
        for (int i = 0; i < count; i++) {
            if (left-- <= 0) {
                value = (int) ((random.nextInt(10) == 0 ? -1 : random.nextInt()) & BitPacking.mask(width));
                left = random.nextInt(2 * runLength);
            }
            values[i] = value;
        }
        return values;
    }
}

package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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

class DeltaBinaryTest {
    private static final int[] COUNTS = {0, 1, 2, 31, 32, 33, 34, 127, 128, 129, 130, 255, 256, 257, 1000, 5000};

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private final DeltaBinaryDecoder decoder = new DeltaBinaryDecoder();
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
    void equalDifferencesTakeNoBits() {
        assertEquals("80010405 02 02 00000000".replace(" ", ""), hex(encodeLongs(1, 2, 3, 4, 5)));
    }

    @Test
    void theSpecificationsExampleIsPackedAboveItsMinimum() {
        assertEquals(
                "80010408 0e 03 02000000 c03f000000000000".replace(" ", ""), hex(encodeLongs(7, 5, 3, 1, 2, 3, 4, 5)));
    }

    @Test
    void longsOfEveryWidthAndCountComeBack() {
        for (int width = 0; width <= 64; width++) {
            for (int count : COUNTS) {
                long[] values = values(new Random(1000L * width + count), count, width);
                long end = encodeLongs(values);
                assertArrayEquals(values, readLongs(end, count), "width " + width);
            }
        }
    }

    @Test
    void intsOfEveryWidthAndCountComeBack() {
        for (int width = 0; width <= 32; width++) {
            for (int count : COUNTS) {
                long[] values = values(new Random(1000L * width + count), count, width);
                long end = encodeInts(values);
                assertArrayEquals(asInts(values), readInts(end, count), "width " + width);
            }
        }
    }

    @Test
    void differencesWrapAroundAtTheLimitsOfTheType() {
        long[] longs = {Long.MAX_VALUE, Long.MIN_VALUE, 0, Long.MIN_VALUE, Long.MAX_VALUE, -1, Long.MAX_VALUE};
        assertArrayEquals(longs, readLongs(encodeLongs(longs), longs.length));
        long[] ints = {
            Integer.MAX_VALUE, Integer.MIN_VALUE, 0, Integer.MIN_VALUE, Integer.MAX_VALUE, -1, Integer.MAX_VALUE
        };
        long end = encodeInts(ints);
        assertArrayEquals(asInts(ints), readInts(end, ints.length));
        assertTrue(end - encoded.address() <= 15 + 4 + 32 * 4, "differences of int32 fit 32 bits");
    }

    @Test
    void itIsReadAndSkippedInPieces() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            long[] values = values(random, 3000, random.nextInt(65));
            long end = encodeLongs(values);
            assertEquals(values.length, decoder.begin(encoded.address(), end));
            int at = 0;
            while (at < values.length) {
                int count = Math.min(values.length - at, random.nextInt(1 << random.nextInt(10)));
                if (random.nextInt(3) == 0) {
                    decoder.skip(count);
                } else {
                    decoder.readLongs(count, decoded.ensure(8L * count + 8));
                    assertArrayEquals(Arrays.copyOfRange(values, at, at + count), longs(count), "seed " + seed);
                }
                at += count;
                assertEquals(end, decoder.end(), "seed " + seed);
            }
        }
    }

    @Test
    void otherBlockSizesAreRead() {
        // 256 values in two miniblocks: 1, then 130 times one more, then nothing.
        long end = Bytes.put("8002 02 8301 02 02 0000", encoded);
        long[] values = readLongs(end, 131);
        for (int i = 0; i < values.length; i++) {
            assertEquals(i + 1, values[i]);
        }
    }

    @Test
    void widthsOfMiniblocksWithoutValuesDoNotCount() {
        long end = Bytes.put("80010405 02 02 00ffffff", encoded);
        assertArrayEquals(new long[] {1, 2, 3, 4, 5}, readLongs(end, 5));
    }

    /**
     * Nothing; cut off headers; blocks of 0, 100 and too many values; 0, 3, 8 and too many miniblocks; more values than an array
     * holds; blocks that are missing, whose widths are, or whose bits are; a width of 65.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "8001",
                "800104",
                "80010405",
                "00040502",
                "6404050202",
                "80808080100405020200000000",
                "80010005020200000000",
                "80010305020200000000",
                "80010805020200000000",
                "8001ffffffff0f05020200000000",
                "800104ffffffff0f020200000000",
                "8001040502",
                "800104050202000000",
                "8001040502020200000000",
                "80010405020241000000",
                "800104050280808080808080808080808001"
            })
    void brokenBlocksAreRefused(String hex) {
        long end = Bytes.put(hex, encoded);
        MalformedPageException refusal = assertThrows(MalformedPageException.class, () -> readLongs(end, 5));
        assertTrue(refusal.getMessage().length() > 10);
    }

    @Test
    void noMoreValuesAreReadThanThereAre() {
        long end = encodeLongs(1, 2, 3);
        decoder.begin(encoded.address(), end);
        assertThrows(MalformedPageException.class, () -> decoder.skip(4));
    }

    @Test
    void anyBytesAreReadTheSameWhateverIsBehindThem() {
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            long[] values = values(random, random.nextInt(400), random.nextInt(65));
            long end = encodeLongs(values);
            byte[] bytes = new byte[(int) (end - encoded.address())];
            Memory.copy(encoded.address(), bytes, 0, bytes.length);
            for (int i = random.nextInt(4); i > 0; i--) {
                bytes[random.nextInt(Math.min(bytes.length, 1 << random.nextInt(12)))] = (byte) random.nextInt();
            }
            bytes = Arrays.copyOf(bytes, bytes.length - random.nextInt(bytes.length / 2));
            assertArrayEquals(readHostile(bytes, (byte) 0), readHostile(bytes, (byte) 0xFF), "seed " + seed);
        }
    }

    private long[] readHostile(byte[] bytes, byte behind) {
        long address = encoded.ensure(bytes.length + 64L);
        Memory.fill(address, bytes.length + 64L, behind);
        Memory.copy(bytes, 0, address, bytes.length);
        try {
            int count = Math.min(1000, decoder.begin(address, address + bytes.length));
            decoder.readLongs(count, decoded.ensure(8L * count));
            return longs(count);
        } catch (MalformedPageException e) {
            return new long[0];
        }
    }

    private String hex(long end) {
        return Bytes.hex(encoded.address(), end);
    }

    private long encodeLongs(long... values) {
        int count = values.length;
        long longs = source.ensure(8L * count);
        for (int i = 0; i < count; i++) {
            Memory.putLong(longs + 8L * i, values[i]);
        }
        long target = encoded.ensure(DeltaBinaryEncoder.maxBytes(count, 8));
        long end = DeltaBinaryEncoder.encodeLongs(longs, count, target);
        assertTrue(end - target <= DeltaBinaryEncoder.maxBytes(count, 8));
        return end;
    }

    private long encodeInts(long... values) {
        int count = values.length;
        long ints = source.ensure(4L * count);
        for (int i = 0; i < count; i++) {
            Memory.putInt(ints + 4L * i, (int) values[i]);
        }
        long target = encoded.ensure(DeltaBinaryEncoder.maxBytes(count, 4));
        long end = DeltaBinaryEncoder.encodeInts(ints, count, target);
        assertTrue(end - target <= DeltaBinaryEncoder.maxBytes(count, 4));
        return end;
    }

    private long[] readLongs(long end, int count) {
        assertEquals(count, decoder.begin(encoded.address(), end));
        long behind = decoder.end();
        decoder.readLongs(count, decoded.ensure(8L * count));
        assertEquals(behind, decoder.end());
        assertEquals(end, behind);
        return longs(count);
    }

    private long[] longs(int count) {
        long[] longs = new long[count];
        for (int i = 0; i < count; i++) {
            longs[i] = Memory.getLong(decoded.address() + 8L * i);
        }
        return longs;
    }

    private int[] readInts(long end, int count) {
        assertEquals(count, decoder.begin(encoded.address(), end));
        decoder.readInts(count, decoded.ensure(4L * count));
        assertEquals(end, decoder.end());
        int[] ints = new int[count];
        for (int i = 0; i < count; i++) {
            ints[i] = Memory.getInt(decoded.address() + 4L * i);
        }
        return ints;
    }

    private static int[] asInts(long[] values) {
        return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
    }

    private static long[] values(Random random, int count, int width) {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextLong() & BitPacking.mask(width);
        }
        return values;
    }
}

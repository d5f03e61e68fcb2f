package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Memory;
import io.penstock.testing.LeakCheck;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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
    void longsOfEveryWidthAndCountComeBack() {
        for (int width = 0; width <= 64; width++) {
            for (int count : COUNTS) {
                requireLongsComeBack(
                        values(count, width, 1000L * width + count), "width " + width + ", count " + count);
            }
        }
    }

    @Test
    void intsOfEveryWidthAndCountComeBack() {
        for (int width = 0; width <= 32; width++) {
            for (int count : COUNTS) {
                requireIntsComeBack(values(count, width, 1000L * width + count), "width " + width + ", count " + count);
            }
        }
    }

    private void requireLongsComeBack(long[] values, String what) {
        int count = values.length;
        long longs = source.ensure(8L * count);
        for (int i = 0; i < count; i++) {
            Memory.putLong(longs + 8L * i, values[i]);
        }
        long target = encoded.ensure(DeltaBinaryEncoder.maxBytes(count, 8));
        long end = DeltaBinaryEncoder.encodeLongs(longs, count, target);
        assertTrue(end - target <= DeltaBinaryEncoder.maxBytes(count, 8), what);
        long back = decoded.ensure(8L * count);
        assertEquals(count, decoder.begin(target, end), what);
        assertEquals(end, decoder.end(), what);
        decoder.readLongs(count, back);
        assertEquals(end, decoder.end(), what);
        for (int i = 0; i < count; i++) {
            int at = i;
            assertEquals(values[i], Memory.getLong(back + 8L * i), () -> what + ", value " + at);
        }
    }

    private void requireIntsComeBack(long[] values, String what) {
        int count = values.length;
        long ints = source.ensure(4L * count);
        for (int i = 0; i < count; i++) {
            Memory.putInt(ints + 4L * i, (int) values[i]);
        }
        long target = encoded.ensure(DeltaBinaryEncoder.maxBytes(count, 4));
        long end = DeltaBinaryEncoder.encodeInts(ints, count, target);
        assertTrue(end - target <= DeltaBinaryEncoder.maxBytes(count, 4), what);
        long back = decoded.ensure(4L * count);
        assertEquals(count, decoder.begin(target, end), what);
        assertEquals(end, decoder.end(), what);
        decoder.readInts(count, back);
        assertEquals(end, decoder.end(), what);
        for (int i = 0; i < count; i++) {
            int at = i;
            assertEquals((int) values[i], Memory.getInt(back + 4L * i), () -> what + ", value " + at);
        }
    }

    private static long[] values(int count, int width, long seed) {
        Random random = new Random(seed);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextLong() & BitPacking.mask(width);
        }
        return values;
    }
}

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

class HybridRunsTest {
    private static final int[] COUNTS = {0, 1, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 128, 129, 504, 512, 1000, 5000};

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
    void everyWidthAndCountComesBack() {
        for (int width = 0; width <= 32; width++) {
            for (int count : COUNTS) {
                for (int runs = 0; runs < 4; runs++) {
                    requireIntsComeBack(values(count, width, runs, count * 100L + width), width);
                }
            }
        }
    }

    private void requireIntsComeBack(int[] values, int width) {
        int count = values.length;
        long ints = source.ensure(4L * count);
        for (int i = 0; i < count; i++) {
            Memory.putInt(ints + 4L * i, values[i]);
        }
        long target = encoded.ensure(HybridEncoder.maxBytes(count, width));
        long end = HybridEncoder.encodeInts(ints, count, width, target);
        assertTrue(end - target <= HybridEncoder.maxBytes(count, width));
        long back = decoded.ensure(4L * count);
        decoder.begin(target, end, width);
        decoder.readInts(count, back);
        for (int i = 0; i < count; i++) {
            int at = i;
            assertEquals(
                    values[i], Memory.getInt(back + 4L * i), () -> "width " + width + ", value " + at + " of " + count);
        }
    }

    private static int[] values(int count, int width, int runs, long seed) {
        Random random = new Random(seed);
        int[] values = new int[count];
        int left = 0;
        for (int i = 0; i < count; i++) {
            if (left-- > 0) {
                values[i] = values[i - 1];
            } else {
                values[i] = (int) (random.nextInt() & BitPacking.mask(width));
                left = runs == 0 ? 0 : random.nextInt(1 << 4 * runs);
            }
        }
        return values;
    }
}

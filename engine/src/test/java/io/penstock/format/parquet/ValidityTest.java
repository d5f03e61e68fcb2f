package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.penstock.buffer.Memory;
import io.penstock.testing.LeakCheck;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ValidityTest {
    private static final long SEED = Long.getLong("penstock.test.seed", 20261123);

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void validityIsWhereLevelsReachTheThreshold() {
        Random random = new Random(SEED);
        try (Validity validity = new Validity(memory.allocator());
                ArrowBuf levels = memory.allocator().buffer(1024)) {
            for (int round = 0; round < 500; round++) {
                int first = random.nextInt(40);
                int count = random.nextInt(round % 2 == 0 ? 20 : 400);
                int threshold = 1 + random.nextInt(127);
                boolean[] expected = new boolean[first + count];
                validity.begin(first + count);
                for (int i = 0; i < first; i++) {
                    levels.setByte(i, random.nextInt(128));
                    expected[i] = levels.getByte(i) >= threshold;
                }
                validity.put(0, levels.memoryAddress(), first, threshold);
                for (int i = 0; i < count; i++) {
                    levels.setByte(i, Math.max(0, Math.min(127, threshold - 2 + random.nextInt(4))));
                    expected[first + i] = levels.getByte(i) >= threshold;
                }
                validity.put(first, levels.memoryAddress(), count, threshold);
                boolean[] actual = new boolean[first + count];
                long bits = validity.buffer(first + count).memoryAddress();
                for (int i = 0; i < actual.length; i++) {
                    actual[i] = Memory.getBit(bits, i);
                }
                assertArrayEquals(expected, actual, "round " + round + ", seed " + SEED);
            }
        }
    }
}

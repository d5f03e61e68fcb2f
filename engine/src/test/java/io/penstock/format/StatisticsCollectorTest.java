package io.penstock.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.LeakCheck;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StatisticsCollectorTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void boundsOfIntegersAreThoseOfTheValues() {
        try (BigIntVector vector = new BigIntVector("v", memory.allocator())) {
            vector.setSafe(0, 5);
            vector.setSafe(1, Long.MIN_VALUE);
            vector.setNull(2);
            vector.setSafe(3, Long.MAX_VALUE);
            assertStatistics(vector, 4, 1, Long.MIN_VALUE, Long.MAX_VALUE);
        }
    }

    @Test
    void valueUnderANullIsNoBound() {
        try (IntVector vector = new IntVector("v", memory.allocator())) {
            vector.setSafe(0, -1000);
            vector.setSafe(1, 7);
            vector.setNull(0);
            assertStatistics(vector, 2, 1, 7L, 7L);
        }
    }

    @Test
    void unsignedIntegersHaveUnsignedOrder() {
        try (UInt8Vector vector = new UInt8Vector("v", memory.allocator());
                UInt1Vector bytes = new UInt1Vector("b", memory.allocator())) {
            vector.setSafe(0, -1);
            vector.setSafe(1, 3);
            assertStatistics(vector, 2, 0, BigInteger.valueOf(3), new BigInteger("18446744073709551615"));
            bytes.setSafe(0, 255);
            bytes.setSafe(1, 128);
            assertStatistics(bytes, 2, 0, 128L, 255L);
        }
    }

    @Test
    void negativeZeroIsBelowZeroAndOneNaNLeavesNoBounds() {
        try (Float8Vector vector = new Float8Vector("v", memory.allocator())) {
            vector.setSafe(0, 0.0);
            vector.setSafe(1, -0.0);
            assertStatistics(vector, 2, 0, -0.0, 0.0);
            vector.setSafe(2, Double.NaN);
            assertStatistics(vector, 3, 0, null, null);
        }
    }

    @Test
    void decimalsCompareOverAllTheirBits() {
        try (DecimalVector vector = new DecimalVector("v", memory.allocator(), 38, 2)) {
            String[] values = {
                "-99999999999999999999.99", "0.01", "184467440737095516.16", "-0.01", "99999999999999999999.98"
            };
            for (int i = 0; i < values.length; i++) {
                vector.setSafe(i, new BigDecimal(values[i]));
            }
            assertStatistics(vector, values.length, 0, new BigDecimal(values[0]), new BigDecimal(values[4]));
        }
    }

    @Test
    void nothingButNullsHasNoBounds() {
        try (VarCharVector vector = new VarCharVector("v", memory.allocator())) {
            vector.setNull(0);
            vector.setNull(1);
            assertStatistics(vector, 2, 2, null, null);
        }
    }

    @Test
    void boundsOfTextHoldForEveryValueInByteOrder() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        String[] alphabet = {
            "a",
            "b",
            "\u0000",
            "\u007f",
            "\u00e9",
            "\u20ac",
            "\ud7ff",
            "\ue000",
            "\uffff",
            "\ud83d\ude00",
            "\udbff\udfff"
        };
        for (int round = 0; round < 300; round++) {
            List<String> values = new ArrayList<>();
            String shared =
                    random.nextBoolean() ? alphabet[random.nextInt(alphabet.length)].repeat(random.nextInt(70)) : "";
            for (int i = 0; i < 20; i++) {
                StringBuilder value = new StringBuilder(shared);
                for (int length = random.nextInt(random.nextBoolean() ? 3 : 90); length > 0; length--) {
                    value.append(alphabet[random.nextInt(alphabet.length)]);
                }
                values.add(value.toString());
            }
            assertBoundsHold(values, "seed " + seed + " round " + round);
        }
    }

    private void assertBoundsHold(List<String> values, String label) {
        try (VarCharVector vector = new VarCharVector("v", memory.allocator())) {
            for (int i = 0; i < values.size(); i++) {
                vector.setSafe(i, values.get(i).getBytes(StandardCharsets.UTF_8));
            }
            ColumnStatistics statistics = statistics(vector, values.size());
            byte[] min = ((String) statistics.min()).getBytes(StandardCharsets.UTF_8);
            List<byte[]> bytes = values.stream()
                    .map(value -> value.getBytes(StandardCharsets.UTF_8))
                    .toList();
            byte[] least = bytes.stream().min(Arrays::compareUnsigned).orElseThrow();
            byte[] greatest = bytes.stream().max(Arrays::compareUnsigned).orElseThrow();
            assertTrue(Arrays.compareUnsigned(min, least) <= 0, label);
            if (least.length <= 64) {
                assertEquals(new String(least, StandardCharsets.UTF_8), statistics.min(), label);
            }
            if (statistics.max() != null) {
                byte[] max = ((String) statistics.max()).getBytes(StandardCharsets.UTF_8);
                assertTrue(Arrays.compareUnsigned(max, greatest) >= 0, label);
            }
            if (greatest.length <= 64 && bytes.stream().allMatch(value -> value.length <= 64)) {
                assertEquals(new String(greatest, StandardCharsets.UTF_8), statistics.max(), label);
            }
        }
    }

    @Test
    void mergedStatisticsAreThoseOfAllRows() {
        List<ColumnStatistics> first =
                List.of(new ColumnStatistics("v", 1, 3L, 9L), new ColumnStatistics("w", 2, null, null));
        List<ColumnStatistics> second =
                List.of(new ColumnStatistics("v", 0, 1L, 4L), new ColumnStatistics("w", 1, "a", "\ud83d\ude00"));
        List<ColumnStatistics> merged = ColumnStatistics.merge(first, 2, second, 5);
        assertEquals(new ColumnStatistics("v", 1, 1L, 9L), merged.get(0));
        assertEquals(new ColumnStatistics("w", 3, "a", "\ud83d\ude00"), merged.get(1));
        List<ColumnStatistics> unknown =
                List.of(new ColumnStatistics("v", 0, null, null), new ColumnStatistics("w", 0, "b", "\uffff"));
        merged = ColumnStatistics.merge(merged, 7, unknown, 1);
        assertNull(merged.get(0).min());
        assertEquals("\ud83d\ude00", merged.get(1).max());
    }

    @Test
    void resetForgetsEveryRow() {
        try (IntVector vector = new IntVector("v", memory.allocator())) {
            vector.setSafe(0, 3);
            vector.setValueCount(1);
            StatisticsCollector collector = new StatisticsCollector(new Schema(List.of(vector.getField())));
            collector.add(root(vector, 1));
            collector.reset();
            assertEquals(0, collector.rows());
            assertEquals(
                    new ColumnStatistics("v", 0, null, null),
                    collector.statistics().get(0));
        }
    }

    private static void assertStatistics(FieldVector vector, int rows, long nulls, Object min, Object max) {
        assertEquals(new ColumnStatistics(vector.getName(), nulls, min, max), statistics(vector, rows));
    }

    private static ColumnStatistics statistics(FieldVector vector, int rows) {
        vector.setValueCount(rows);
        StatisticsCollector collector = new StatisticsCollector(new Schema(List.of(vector.getField())));
        collector.add(root(vector, rows));
        assertNotNull(collector.statistics().get(0));
        return collector.statistics().get(0);
    }

    private static VectorSchemaRoot root(FieldVector vector, int rows) {
        return new VectorSchemaRoot(List.of(vector.getField()), List.of(vector), rows);
    }
}

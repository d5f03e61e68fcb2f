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
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
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

    /** The texts that the key of a text tells apart least: about as long as it, with zeros, with a long part in common. */
    @Test
    void boundsOfShortTextsAreExactHoweverTheRowsAreCutIntoBatches() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        String[] parts = {
            "", "\u0000", "a", "abcdef", "abcdefg", "abcdefgh", "abcdefg\u0000", "abcdefghijklmno", "\u00e9"
        };
        for (int round = 0; round < 300; round++) {
            List<String> values = new ArrayList<>();
            for (int i = random.nextInt(1, 40); i > 0; i--) {
                String value = parts[random.nextInt(parts.length)] + parts[random.nextInt(parts.length)];
                values.add(random.nextInt(5) == 0 ? null : value);
            }
            List<String> present =
                    values.stream().filter(Objects::nonNull).sorted().toList();
            Object min = present.isEmpty() ? null : present.get(0);
            Object max = present.isEmpty() ? null : present.get(present.size() - 1);
            assertInBatches(values, new VarCharVector("v", memory.allocator()), min, max, random, "seed " + seed);
            assertInBatches(values, new LargeVarCharVector("v", memory.allocator()), min, max, random, "seed " + seed);
        }
    }

    @Test
    void boundsOfTextsInLargeBatchesAreThoseOfTheValues() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20; round++) {
            String shared = "https://example.org/".substring(0, random.nextInt(21));
            int kinds = random.nextInt(1, 2000);
            int nulls = random.nextInt(101);
            List<String> values = new ArrayList<>();
            for (int i = random.nextInt(1, 3000); i > 0; i--) {
                values.add(random.nextInt(100) < nulls ? null : shared + random.nextInt(kinds));
            }
            List<String> present =
                    values.stream().filter(Objects::nonNull).sorted().toList();
            Object min = present.isEmpty() ? null : present.get(0);
            Object max = present.isEmpty() ? null : present.get(present.size() - 1);
            try (VarCharVector vector = texts(values)) {
                assertStatistics(vector, values.size(), values.size() - present.size(), min, max);
            }
        }
    }

    @Test
    void textsThatDifferBeyondWhatIsKeptAreRoundedDownAndUp() {
        String kept = "k".repeat(64);
        String above = "k".repeat(63) + "l";
        for (List<String> values : List.of(
                List.of(kept, kept + "a", kept + "b"),
                List.of(kept + "b", kept, kept + "a"),
                List.of(kept + "a", kept + "b", kept))) {
            try (VarCharVector vector = texts(values)) {
                assertStatistics(vector, 3, 0, kept, above);
            }
            StatisticsCollector collector = null;
            for (String value : values) {
                try (VarCharVector vector = texts(List.of(value))) {
                    collector = collector == null
                            ? new StatisticsCollector(new Schema(List.of(vector.getField())))
                            : collector;
                    collector.add(root(vector, 1));
                }
            }
            assertEquals(List.of(new ColumnStatistics("v", 0, kept, above)), collector.statistics(), values.toString());
        }
        String last = Character.toString(Character.MAX_CODE_POINT).repeat(17);
        try (VarCharVector vector = texts(List.of(last))) {
            assertStatistics(vector, 1, 0, last.substring(0, 32), null);
        }
    }

    @Test
    void boundsOfBytesThatAreNoUtf8HoldForThemAllTheSame() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        int[] alphabet = {0, 'a', 0x7f, 0x80, 0xa0, 0xbf, 0xc0, 0xc3, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0x90, 0xff};
        for (int round = 0; round < 500; round++) {
            List<byte[]> values = new ArrayList<>();
            int size = random.nextInt(1, 4);
            for (int i = 0; i < size; i++) {
                byte[] value = new byte[random.nextInt(random.nextBoolean() ? 4 : 80)];
                for (int at = 0; at < value.length; at++) {
                    value[at] = (byte) alphabet[random.nextInt(alphabet.length)];
                }
                values.add(value);
            }
            try (VarCharVector vector = new VarCharVector("v", memory.allocator())) {
                for (int i = 0; i < size; i++) {
                    vector.setSafe(i, values.get(i));
                }
                ColumnStatistics bounds = statistics(vector, size);
                values.sort(Arrays::compareUnsigned);
                assertTrue(Arrays.compareUnsigned(utf8(bounds.min()), values.get(0)) <= 0, "seed " + seed);
                assertTrue(
                        bounds.max() == null || Arrays.compareUnsigned(utf8(bounds.max()), values.get(size - 1)) >= 0,
                        "seed " + seed);
            }
        }
    }

    private static byte[] utf8(Object text) {
        return ((String) text).getBytes(StandardCharsets.UTF_8);
    }

    /** The caller closes it. */
    private VarCharVector texts(List<String> values) {
        VarCharVector vector = new VarCharVector("v", memory.allocator());
        for (int i = 0; i < values.size(); i++) {
            put(vector, i, values.get(i));
        }
        vector.setValueCount(values.size());
        return vector;
    }

    @Test
    void boundsOfNumbersAreThoseOfTheValuesHoweverTheRowsAreCutIntoBatches() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 100; round++) {
            for (FieldVector vector : List.of(
                    new TinyIntVector("v", memory.allocator()),
                    new SmallIntVector("v", memory.allocator()),
                    new IntVector("v", memory.allocator()),
                    new BigIntVector("v", memory.allocator()),
                    new UInt1Vector("v", memory.allocator()),
                    new UInt2Vector("v", memory.allocator()),
                    new UInt4Vector("v", memory.allocator()),
                    new UInt8Vector("v", memory.allocator()),
                    new Float4Vector("v", memory.allocator()),
                    new Float8Vector("v", memory.allocator()),
                    new DecimalVector("v", memory.allocator(), 38, 2))) {
                List<Long> bits = new ArrayList<>();
                int shift = random.nextInt(Long.SIZE);
                for (int i = random.nextInt(1, 40); i > 0; i--) {
                    bits.add(random.nextInt(5) == 0 ? null : random.nextLong() >> shift);
                }
                List<Object> present = bits.stream()
                        .filter(Objects::nonNull)
                        .map(value -> number(vector, value))
                        .sorted()
                        .toList();
                boolean known = !present.isEmpty() && present.stream().noneMatch(Double.valueOf(Double.NaN)::equals);
                Object min = known ? present.get(0) : null;
                Object max = known ? present.get(present.size() - 1) : null;
                assertInBatches(bits, vector, min, max, random, vector.getMinorType() + ", seed " + seed);
            }
        }
    }

    /** What statistics say of the low bits in a vector. */
    private static Object number(FieldVector vector, long bits) {
        return switch (vector.getMinorType()) {
            case TINYINT -> (long) (byte) bits;
            case SMALLINT -> (long) (short) bits;
            case INT -> (long) (int) bits;
            case UINT1 -> bits & 0xFF;
            case UINT2 -> bits & 0xFFFF;
            case UINT4 -> bits & 0xFFFF_FFFFL;
            case UINT8 -> new BigInteger(Long.toUnsignedString(bits));
            case FLOAT4 -> (double) Float.intBitsToFloat((int) bits);
            case FLOAT8 -> Double.longBitsToDouble(bits);
            case DECIMAL -> decimal(bits);
            default -> bits;
        };
    }

    /** One in three has more than 64 bits. */
    private static BigDecimal decimal(long bits) {
        return new BigDecimal(BigInteger.valueOf(bits).shiftLeft(bits % 3 == 0 ? 60 : 0), 2);
    }

    /** Adds the values in batches of any size; closes {@code vector}. */
    private static void assertInBatches(
            List<?> values, FieldVector vector, Object min, Object max, SplittableRandom random, String label) {
        try (vector) {
            StatisticsCollector collector = new StatisticsCollector(new Schema(List.of(vector.getField())));
            for (int from = 0; from < values.size(); ) {
                int end = Math.min(values.size(), from + random.nextInt(1, 20));
                vector.reset();
                for (int i = from; i < end; i++) {
                    put(vector, i - from, values.get(i));
                }
                vector.setValueCount(end - from);
                collector.add(root(vector, end - from));
                from = end;
            }
            long nulls = values.stream().filter(Objects::isNull).count();
            assertEquals(
                    new ColumnStatistics("v", nulls, min, max),
                    collector.statistics().get(0),
                    label + ": " + values);
        }
    }

    private static void put(FieldVector vector, int row, Object value) {
        if (value == null) {
            vector.setNull(row);
        } else if (value instanceof String text && vector instanceof VarCharVector texts) {
            texts.setSafe(row, text.getBytes(StandardCharsets.UTF_8));
        } else if (value instanceof String text) {
            ((LargeVarCharVector) vector).setSafe(row, text.getBytes(StandardCharsets.UTF_8));
        } else if (vector instanceof Float4Vector floats) {
            floats.setSafe(row, Float.intBitsToFloat((int) (long) value));
        } else if (vector instanceof DecimalVector decimals) {
            decimals.setSafe(row, decimal((long) value));
        } else if (vector instanceof Float8Vector doubles) {
            doubles.setSafe(row, Double.longBitsToDouble((long) value));
        } else {
            ((BaseIntVector) vector).setWithPossibleTruncate(row, (long) value);
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

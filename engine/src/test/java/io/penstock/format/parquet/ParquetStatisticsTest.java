package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.LeakCheck;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Statistics are part of correctness: readers answer from them, and skip by them. */
class ParquetStatisticsTest {
    private static final int PAGE = LeafWriter.PAGE_ROWS;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    /** A file of one nullable column. */
    private WrittenFile write(ArrowType type, int rows, Consumer<FieldVector> values) throws IOException {
        Field field = new Field("c", FieldType.nullable(type), null);
        Schema schema = new Schema(List.of(field));
        try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator())) {
            batch.getFieldVectors().forEach(vector -> {
                vector.setInitialCapacity(rows);
                vector.allocateNew();
                values.accept(vector);
            });
            batch.setRowCount(rows);
            return WrittenFile.of(EncodedFiles.write(memory, schema, Map.of(), null, List.of(batch)));
        }
    }

    private WrittenFile doubles(Double... values) throws IOException {
        ArrowType type = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
        return write(type, values.length, vector -> {
            for (int i = 0; i < values.length; i++) {
                if (values[i] != null) {
                    ((Float8Vector) vector).setSafe(i, values[i]);
                }
            }
        });
    }

    private static double asDouble(byte[] bound) {
        return ByteBuffer.wrap(bound).order(ByteOrder.LITTLE_ENDIAN).getDouble();
    }

    @Test
    void naNIsPassedOver() throws IOException {
        Statistics statistics = doubles(Double.NaN, 3.0, null, -2.0, Double.NaN).statistics(0, 0);
        assertEquals(-2.0, asDouble(statistics.getMin_value()));
        assertEquals(3.0, asDouble(statistics.getMax_value()));
        assertEquals(1, statistics.getNull_count());
    }

    @Test
    void nothingButNaNHasNoBoundsAndNoColumnIndex() throws IOException {
        WrittenFile file = doubles(Double.NaN, Double.NaN, null);
        assertFalse(file.statistics(0, 0).isSetMin_value());
        assertFalse(file.statistics(0, 0).isSetMax_value());
        assertEquals(1, file.statistics(0, 0).getNull_count());
        assertNull(file.columnIndex(file.chunk(0, 0)));
    }

    @Test
    void zeroBoundsBothZeros() throws IOException {
        Statistics least = doubles(0.0, 5.0).statistics(0, 0);
        assertEquals(-0.0, asDouble(least.getMin_value()));
        Statistics greatest = doubles(-0.0, -5.0).statistics(0, 0);
        assertEquals(0.0, asDouble(greatest.getMax_value()));
    }

    @Test
    void infinitiesAreBounds() throws IOException {
        Statistics statistics =
                doubles(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY).statistics(0, 0);
        assertEquals(Double.POSITIVE_INFINITY, asDouble(statistics.getMin_value()));
        statistics = doubles(Double.NEGATIVE_INFINITY, Double.NaN).statistics(0, 0);
        assertEquals(Double.NEGATIVE_INFINITY, asDouble(statistics.getMax_value()));
    }

    @Test
    void floatsAndHalvesFollowTheSameRules() throws IOException {
        WrittenFile floats = write(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), 3, vector -> {
            ((Float4Vector) vector).setSafe(0, Float.NaN);
            ((Float4Vector) vector).setSafe(1, 0f);
            ((Float4Vector) vector).setSafe(2, 1f);
        });
        ByteBuffer min = ByteBuffer.wrap(floats.statistics(0, 0).getMin_value()).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(-0f, min.getFloat());
        short[] bits = {0x7e00, (short) 0xfc00, 0x3c00, 0, (short) 0x8001};
        WrittenFile halves = write(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF), bits.length, vector -> {
            for (int i = 0; i < bits.length; i++) {
                ((Float2Vector) vector).setSafe(i, bits[i]);
            }
        });
        assertArrayEquals(new byte[] {0, (byte) 0xfc}, halves.statistics(0, 0).getMin_value());
        assertArrayEquals(new byte[] {0, 0x3c}, halves.statistics(0, 0).getMax_value());
    }

    @Test
    void unsignedIntegersHaveTheirOwnOrder() throws IOException {
        WrittenFile file = write(new ArrowType.Int(32, false), 2, vector -> {
            ((UInt4Vector) vector).setSafe(0, -1);
            ((UInt4Vector) vector).setSafe(1, 1);
        });
        assertArrayEquals(new byte[] {1, 0, 0, 0}, file.statistics(0, 0).getMin_value());
        assertArrayEquals(new byte[] {-1, -1, -1, -1}, file.statistics(0, 0).getMax_value());
    }

    @Test
    void decimalsAreOrderedAsNumbersWhateverTheirWidth() throws IOException {
        for (int precision : new int[] {4, 15, 20, 38}) {
            WrittenFile file = write(new ArrowType.Decimal(precision, 2, 128), 3, vector -> {
                ((DecimalVector) vector).setSafe(0, new BigDecimal("-1.50"));
                ((DecimalVector) vector).setSafe(1, new BigDecimal("0.07"));
                ((DecimalVector) vector).setSafe(2, new BigDecimal("2.56"));
            });
            byte[] min = file.statistics(0, 0).getMin_value();
            byte[] max = file.statistics(0, 0).getMax_value();
            boolean bigEndian = precision > 18;
            assertEquals(-150, number(min, bigEndian), "precision " + precision);
            assertEquals(256, number(max, bigEndian), "precision " + precision);
        }
    }

    private static long number(byte[] bytes, boolean bigEndian) {
        byte[] ordered = bytes.clone();
        if (!bigEndian) {
            for (int i = 0; i < bytes.length; i++) {
                ordered[i] = bytes[bytes.length - 1 - i];
            }
        }
        return new BigInteger(ordered).longValueExact();
    }

    private Statistics text(String... values) throws IOException {
        return write(ArrowType.Utf8.INSTANCE, values.length, vector -> {
                    for (int i = 0; i < values.length; i++) {
                        ((VarCharVector) vector).setSafe(i, values[i].getBytes(StandardCharsets.UTF_8));
                    }
                })
                .statistics(0, 0);
    }

    @Test
    void shortStringsAreExactInTheOrderOfTheirBytes() throws IOException {
        Statistics statistics = text("b", "a\0", "a", "\u00e9", "\uffff", "\ud83d\ude00", "abcdefgh", "abcdefghi");
        assertEquals("a", new String(statistics.getMin_value(), StandardCharsets.UTF_8));
        assertEquals("\ud83d\ude00", new String(statistics.getMax_value(), StandardCharsets.UTF_8));
        assertTrue(statistics.isIs_min_value_exact());
        assertTrue(statistics.isIs_max_value_exact());
        Statistics empty = text("", "\0", "");
        assertEquals(0, empty.getMin_value().length);
        assertArrayEquals(new byte[1], empty.getMax_value());
    }

    @Test
    void longStringsAreCutAndStillBoundAndStillAreText() throws IOException {
        String[] characters = {"a", "\u00e9", "\u20ac", "\ud83d\ude00", "\u007f", "\u07ff", "\ud7ff", "\uffff"};
        for (String character : characters) {
            for (int before = 0; before < 4; before++) {
                String value = "z".repeat(before) + character.repeat(100);
                Statistics statistics = text(value);
                byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
                byte[] min = statistics.getMin_value();
                byte[] max = statistics.getMax_value();
                assertTrue(Arrays.compareUnsigned(min, bytes) < 0, value);
                assertTrue(Arrays.compareUnsigned(max, bytes) > 0, value);
                for (byte[] bound : List.of(min, max)) {
                    String read = new String(bound, StandardCharsets.UTF_8);
                    assertArrayEquals(bound, read.getBytes(StandardCharsets.UTF_8), value);
                    assertTrue(bound.length <= BytesBounds.MAX_BYTES);
                }
                assertFalse(statistics.isIs_min_value_exact());
                assertFalse(statistics.isIs_max_value_exact());
            }
        }
    }

    @Test
    void whatHasNoGreaterValueHasNoGreatestBound() throws IOException {
        Statistics greatest = text("a", "\udbff\udfff".repeat(50));
        assertFalse(greatest.isSetMax_value());
        assertTrue(greatest.isSetMin_value());
        byte[] ones = new byte[100];
        Arrays.fill(ones, (byte) 0xff);
        WrittenFile file = write(ArrowType.Binary.INSTANCE, 2 * PAGE, vector -> {
            for (int i = 0; i < 2 * PAGE; i++) {
                ((VarBinaryVector) vector).setSafe(i, i == PAGE + 7 ? ones : new byte[] {5});
            }
        });
        assertFalse(file.statistics(0, 0).isSetMax_value(), "a page without one leaves the chunk without one");
        assertArrayEquals(new byte[] {5}, file.statistics(0, 0).getMin_value());
        assertNull(file.columnIndex(file.chunk(0, 0)));
    }

    @Test
    void fixedBinariesAreOrderedByUnsignedBytes() throws IOException {
        for (int width : new int[] {1, 7, 8, 9, 16, 64, 65}) {
            byte[] high = new byte[width];
            high[0] = (byte) 0x80;
            byte[] low = new byte[width];
            low[width - 1] = 1;
            WrittenFile file = write(new ArrowType.FixedSizeBinary(width), 2, vector -> {
                ((FixedSizeBinaryVector) vector).setSafe(0, high);
                ((FixedSizeBinaryVector) vector).setSafe(1, low);
            });
            Statistics statistics = file.statistics(0, 0);
            assertTrue(Arrays.compareUnsigned(statistics.getMin_value(), low) <= 0, "width " + width);
            assertTrue(Arrays.compareUnsigned(statistics.getMax_value(), high) >= 0, "width " + width);
            assertEquals(width <= BytesBounds.MAX_BYTES, statistics.isIs_max_value_exact(), "width " + width);
        }
    }

    @Test
    void pagesOfNullsAreMarkedAndDoNotDisturbTheOrder() throws IOException {
        int rows = 4 * PAGE;
        WrittenFile file = write(new ArrowType.Int(64, true), rows, vector -> {
            for (int i = 0; i < rows; i++) {
                if (i / PAGE != 1) {
                    ((BigIntVector) vector).setSafe(i, i);
                }
            }
        });
        ColumnIndex index = file.columnIndex(file.chunk(0, 0));
        assertEquals(List.of(false, true, false, false), index.getNull_pages());
        assertEquals(List.of(0L, (long) PAGE, 0L, 0L), index.getNull_counts());
        assertEquals(BoundaryOrder.ASCENDING, index.getBoundary_order());
        assertEquals(PAGE, file.statistics(0, 0).getNull_count());
        List<Long> firstRows = new ArrayList<>();
        file.offsetIndex(file.chunk(0, 0))
                .getPage_locations()
                .forEach(page -> firstRows.add(page.getFirst_row_index()));
        assertEquals(List.of(0L, (long) PAGE, 2L * PAGE, 3L * PAGE), firstRows);
    }

    @Test
    void boundsOfRandomNumbersAreTheirLeastAndGreatest() throws IOException {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(50_000);
            long[] values =
                    random.longs(rows).map(value -> value >> random.nextInt(64)).toArray();
            WrittenFile file = write(new ArrowType.Int(64, true), rows, vector -> {
                for (int i = 0; i < rows; i++) {
                    ((BigIntVector) vector).setSafe(i, values[i]);
                }
            });
            Statistics statistics = file.statistics(0, 0);
            String label = "seed " + seed;
            assertEquals(Arrays.stream(values).min().orElseThrow(), number(statistics.getMin_value(), false), label);
            assertEquals(Arrays.stream(values).max().orElseThrow(), number(statistics.getMax_value(), false), label);
            if (statistics.isSetDistinct_count()) {
                assertEquals(Arrays.stream(values).distinct().count(), statistics.getDistinct_count(), label);
            }
        }
    }
}

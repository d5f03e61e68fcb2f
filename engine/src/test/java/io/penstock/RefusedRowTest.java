package io.penstock;

import static io.penstock.testing.RandomSchemas.map;
import static io.penstock.testing.RandomSchemas.nullable;
import static io.penstock.testing.RandomSchemas.required;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.ArrowMemory;
import io.penstock.buffer.MemoryExhaustedException;
import io.penstock.buffer.Reservation;
import io.penstock.testing.LeakCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

class RefusedRowTest {
    private static final ArrowType PRICE = new ArrowType.Decimal(12, 2, 128);
    private static final ArrowType INT32 = new ArrowType.Int(32, true);

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void aRowOfTheWrongLengthIsRefusedWithTheColumns() throws IOException {
        try (RowBatch batch =
                batch(nullable("a", INT32), nullable("b", INT32), nullable("c", INT32), nullable("d", INT32))) {
            batch.append(new Object[] {1, 2, 3, 4});
            assertRefused("row 1 has 3 values and the table 4 columns (a, b, c, d)", () -> batch.append(new Object[3]));
            assertRefused("row 1 has 0 values and the table 4 columns (a, b, c, d)", () -> batch.append(new Object[0]));
            assertRefused("row 1 is null and the table 4 columns (a, b, c, d)", () -> batch.append(null));
            assertEquals(1, batch.rows());
        }
    }

    @Test
    void aValueOfTheWrongTypeIsRefusedWithColumnTypeAndRow() throws IOException {
        try (RowBatch batch = batch(required("price", PRICE))) {
            batch.append(new Object[] {BigDecimal.ONE});
            String message = "Column 'price' is Decimal(12, 2) and row 1 gives it a String";
            assertRefused(message, () -> batch.append(new Object[] {"1.00"}));
            assertRefused(message, () -> batch.row().setString(0, "1.00"));
            assertRefused(
                    "Column 'price' is Decimal(12, 2) and row 1 gives it a boolean",
                    () -> batch.row().setBoolean(0, true));
            assertRefused(
                    "Column 'price' is Decimal(12, 2) and row 1 gives it an Object",
                    () -> batch.append(new Object[] {new Object()}));
        }
    }

    @Test
    void aRequiredColumnIsNeitherLeftOutNorNull() throws IOException {
        try (RowBatch batch = batch(nullable("a", INT32), required("price", PRICE))) {
            for (int i = 0; i < 17; i++) {
                batch.row().setDecimal(1, i).endRow();
            }
            assertRefused(
                    "Column 'price' is required but row 17 does not set it",
                    () -> batch.row().setInt(0, 1).endRow());
            assertRefused(
                    "Column 'price' is required but row 17 gives it null",
                    () -> batch.row().setNull(1));
            assertRefused(
                    "Column 'price' is required but row 17 gives it null", () -> batch.append(new Object[] {1, null}));
            assertEquals(17, batch.rows());
        }
    }

    @Test
    void rowNumbersCountOverAllBatches() throws IOException {
        try (RowBatch batch = batch(required("a", INT32))) {
            for (int i = 0; i < 5; i++) {
                batch.append(new Object[] {i});
                batch.vectors();
                batch.reset();
            }
            assertRefused("Column 'a' is required but row 5 gives it null", () -> batch.append(new Object[1]));
        }
    }

    @Test
    void aColumnIsSetOnceARow() throws IOException {
        try (RowBatch batch = batch(nullable("a", INT32), nullable("b", INT32))) {
            assertRefused(
                    "Column 'a' is set twice in row 0",
                    () -> batch.row().setInt(0, 1).setInt(0, 2));
            assertRefused(
                    "Column 'a' is set twice in row 0",
                    () -> batch.row().setNull(0).setInt(0, 2));
            assertRefused(
                    "row 0 sets column 2 and the table has columns 0 to 1 (a, b)",
                    () -> batch.row().setInt(0, 1).setInt(2, 2));
            assertRefused(
                    "row 0 sets column -1 and the table has columns 0 to 1 (a, b)",
                    () -> batch.row().setInt(-1, 1));
            assertEquals(0, batch.rows());
        }
    }

    @Test
    void aRefusedRowTakesNoMoreValues() throws IOException {
        try (RowBatch batch = batch(nullable("a", new ArrowType.Int(8, true)), nullable("b", INT32))) {
            RowAppender row = batch.row();
            assertThrows(IllegalArgumentException.class, () -> row.setInt(0, 300));
            assertTrue(batch.rowBegun());
            assertThrows(IllegalStateException.class, () -> row.setInt(1, 3));
            assertThrows(IllegalStateException.class, row::endRow);
            batch.row().setInt(0, 30).endRow();
            assertFalse(batch.rowBegun());
            assertEquals(1, batch.rows());
        }
    }

    @Test
    void noIntegerIsNarrowed() throws IOException {
        try (RowBatch batch = batch(
                required("i8", new ArrowType.Int(8, true)),
                required("u8", new ArrowType.Int(8, false)),
                required("i16", new ArrowType.Int(16, true)),
                required("u16", new ArrowType.Int(16, false)),
                required("i32", new ArrowType.Int(32, true)),
                required("u32", new ArrowType.Int(32, false)),
                required("i64", new ArrowType.Int(64, true)),
                required("u64", new ArrowType.Int(64, false)))) {
            long[][] ranges = {
                {-128, 127},
                {0, 255},
                {-32768, 32767},
                {0, 65535},
                {Integer.MIN_VALUE, Integer.MAX_VALUE},
                {0, 0xffff_ffffL},
                {Long.MIN_VALUE, Long.MAX_VALUE},
                {0, Long.MAX_VALUE}
            };
            for (int end = 0; end < 2; end++) {
                for (int column = 0; column < ranges.length; column++) {
                    batch.row().setLong(column, ranges[column][end]);
                }
            }
            for (int i = 0; i < ranges.length - 2; i++) {
                int column = i;
                assertUnfit(() -> batch.row().setLong(column, ranges[column][0] - 1));
                assertUnfit(() -> batch.row().setLong(column, ranges[column][1] + 1));
                assertUnfit(() -> batch.row().setObject(column, BigInteger.valueOf(ranges[column][1] + 1)));
            }
            BigInteger two64 = BigInteger.ONE.shiftLeft(64);
            assertUnfit(() -> batch.row().setLong(7, -1));
            assertUnfit(() -> batch.row().setObject(7, two64));
            assertUnfit(() -> batch.row().setObject(6, BigInteger.ONE.shiftLeft(63)));
            batch.row().setObject(7, two64.subtract(BigInteger.ONE));
            assertRefused(
                    "Column 'i32' is Int(32, true) and row 0 gives it a Double",
                    () -> batch.row().setObject(4, 1.0));
        }
    }

    @Test
    void whatWouldBeRoundedIsRefused() throws IOException {
        try (RowBatch batch = batch(
                nullable("price", PRICE),
                nullable("f16", new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)),
                nullable("f32", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
                nullable("f64", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
                nullable("day", new ArrowType.Date(DateUnit.MILLISECOND)),
                nullable("time", new ArrowType.Time(TimeUnit.MILLISECOND, 32)),
                nullable("moment", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
                nullable("local", new ArrowType.Timestamp(TimeUnit.SECOND, null)),
                nullable("duration", new ArrowType.Duration(TimeUnit.MILLISECOND)),
                nullable("months", new ArrowType.Interval(IntervalUnit.YEAR_MONTH)),
                nullable("days", new ArrowType.Interval(IntervalUnit.DAY_TIME)))) {
            Object[][] lossy = {
                {
                    new BigDecimal("1.234"),
                    new BigDecimal("1E10"),
                    new BigDecimal("1e999999999"),
                    new BigDecimal("1e-999999999"),
                    new BigDecimal("12345678901234567890.123"),
                    10_000_000_000L,
                    BigInteger.TEN.pow(10),
                    new BigDecimal("-1E+10")
                },
                {65520f, -1e10, Double.MAX_VALUE},
                {0.1, 1e300, 16_777_217L},
                {Long.MAX_VALUE, Long.MAX_VALUE - 1, (1L << 53) + 1},
                {1L, 86_400_001L},
                {LocalTime.of(1, 2, 3, 4_000), -1, 86_400_000},
                {Instant.ofEpochSecond(0, 1), Instant.MAX, Instant.MIN},
                {LocalDateTime.of(2000, 1, 1, 1, 1, 1, 5)},
                {Duration.ofNanos(1), Duration.ofSeconds(Long.MAX_VALUE)},
                {Period.ofDays(1), Period.of(Integer.MAX_VALUE, 1, 0)},
                {Period.ofMonths(1), Duration.ofNanos(1), Duration.ofSeconds(Long.MIN_VALUE)}
            };
            for (int i = 0; i < lossy.length; i++) {
                int column = i;
                for (Object value : lossy[i]) {
                    assertUnfit(() -> batch.row().setObject(column, value));
                }
            }
            assertUnfit(() -> batch.row().setDecimal(0, 1_000_000_000_000L));
            assertUnfit(() -> batch.row().setDouble(2, 0.1));
        }
    }

    @Test
    void aMomentNeedsAZoneAndALocalTimeNone() throws IOException {
        try (RowBatch batch = batch(
                nullable("zoned", new ArrowType.Timestamp(TimeUnit.SECOND, "UTC")),
                nullable("local", new ArrowType.Timestamp(TimeUnit.SECOND, null)))) {
            assertRefused(
                    "Column 'zoned' is Timestamp(SECOND, UTC) and row 0 gives it a LocalDateTime",
                    () -> batch.row().setTimestamp(0, LocalDateTime.MIN));
            assertRefused(
                    "Column 'local' is Timestamp(SECOND, null) and row 0 gives it an Instant",
                    () -> batch.row().setTimestamp(1, Instant.EPOCH));
        }
    }

    @Test
    void anUnpairedSurrogateIsRefusedWithItsIndex() throws IOException {
        try (RowBatch batch =
                batch(nullable("s", ArrowType.Utf8.INSTANCE), nullable("v", ArrowType.Utf8View.INSTANCE))) {
            for (String text : new String[] {"abc\ud800", "abc\udc00", "abc\ud800x", "abc\udc00\ud800"}) {
                for (int column = 0; column < 2; column++) {
                    int c = column;
                    String expected = "the char at index 3 is half of a surrogate pair";
                    assertTrue(assertUnfit(() -> batch.row().setString(c, text)).endsWith(expected));
                    assertTrue(assertUnfit(() -> batch.row().setString(c, new StringBuilder(text)))
                            .endsWith(expected));
                }
            }
            assertUnfit(() -> batch.row().setObject(0, '\ud800'));
        }
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedWithTheirIndex() throws IOException {
        try (RowBatch batch = batch(nullable("s", ArrowType.Utf8.INSTANCE))) {
            int[][] malformed = {
                {0x80},
                {0xc0, 0x80},
                {0xc1, 0xbf},
                {0xe0, 0x9f, 0xbf},
                {0xed, 0xa0, 0x80},
                {0xf0, 0x8f, 0xbf, 0xbf},
                {0xf4, 0x90, 0x80, 0x80},
                {0xf5, 0x80, 0x80, 0x80},
                {0xff},
                {0xc3},
                {0xe2, 0x82},
                {0xf0, 0x9f, 0x98},
                {0xc3, 0x28}
            };
            for (int[] sequence : malformed) {
                byte[] bytes = new byte[11 + sequence.length];
                for (int i = 0; i < sequence.length; i++) {
                    bytes[11 + i] = (byte) sequence[i];
                }
                assertTrue(assertRefused(() -> batch.row().setUtf8(0, bytes, 0, bytes.length))
                        .endsWith("gives it bytes that are not UTF-8 at index 11"));
            }
            assertThrows(IndexOutOfBoundsException.class, () -> batch.row().setUtf8(0, new byte[3], 2, 2));
            batch.row().setUtf8(0, new byte[3], 1, 2).endRow();
        }
    }

    @Test
    void refusalsNameWhatIsNested() throws IOException {
        Field address = nullable(
                "address",
                ArrowType.Struct.INSTANCE,
                required("city", ArrowType.Utf8.INSTANCE),
                nullable("zip", INT32));
        Field tags = nullable("tags", ArrowType.List.INSTANCE, required("item", INT32));
        Field scores = map("scores", nullable("value", INT32));
        Field point = nullable("point", new ArrowType.FixedSizeList(2), nullable("item", INT32));
        try (RowBatch batch = batch(address, tags, scores, point)) {
            assertRefused(
                    "Column 'address.city' is required but row 0 does not set it",
                    () -> batch.row().setObject(0, Map.of("zip", 1)));
            assertRefused(
                    "Column 'address' has the fields [city, zip] and row 0 gives it a field 'street'",
                    () -> batch.row().setObject(0, Map.of("city", "x", "street", 1)));
            assertRefused(
                    "Column 'address' has 2 fields (city, zip) and row 0 gives it 1 values",
                    () -> batch.row().setObject(0, List.of("x")));
            assertRefused(
                    "Column 'tags[]' is required but row 0 gives it null",
                    () -> batch.row().setObject(1, new Integer[] {1, null}));
            assertRefused(
                    "Column 'tags[]' is Int(32, true) and row 0 gives it a double",
                    () -> batch.row().setObject(1, new double[] {1}));
            assertRefused(
                    "Column 'tags' is List and row 0 gives it a TreeMap",
                    () -> batch.row().setObject(1, new java.util.TreeMap<>()));
            assertRefused(
                    "Column 'scores.value' is Int(32, true) and row 0 gives it a String",
                    () -> batch.row().setObject(2, Map.of("a", "b")));
            assertRefused(
                    "Column 'point' is FixedSizeList(2) and row 0 gives it 3 elements",
                    () -> batch.row().setObject(3, List.of(1, 2, 3)));
        }
    }

    @Test
    void aValueWhoseOwnCodeFailsLeavesTheBatchAsItWas() throws IOException {
        List<Integer> broken = new AbstractList<>() {
            @Override
            public Integer get(int index) {
                if (index == 3) {
                    throw new UnsupportedOperationException("broken");
                }
                return index;
            }

            @Override
            public int size() {
                return 5;
            }
        };
        try (RowBatch batch = batch(nullable("l", ArrowType.List.INSTANCE, nullable("item", INT32)))) {
            batch.append(new Object[] {new int[] {7, 8}});
            assertThrows(UnsupportedOperationException.class, () -> batch.append(new Object[] {broken}));
            assertThrows(UnsupportedOperationException.class, () -> batch.row().setObject(0, broken));
            batch.append(new Object[] {new int[] {9}});
            assertEquals(
                    "[[7,8], [9]]",
                    List.of(
                                    batch.vectors().getVector(0).getObject(0),
                                    batch.vectors().getVector(0).getObject(1))
                            .toString());
        }
    }

    @Test
    void whenMemoryRunsOutTheBatchIsAsItWas() throws IOException {
        long bytes = 1 << 20;
        try (Reservation reservation = memory.budget().reserve(bytes, "test");
                Reservation others = memory.budget().reserve(memory.budget().totalBytes() - bytes, "others");
                BufferAllocator child = ArrowMemory.newChild(memory.allocator(), "rows", reservation, bytes);
                RowBatch batch = new RowBatch(
                        new Schema(List.of(nullable("id", INT32), nullable("s", ArrowType.Utf8.INSTANCE))),
                        child,
                        1000,
                        bytes,
                        full -> {})) {
            batch.append(new Object[] {1, "one"});
            String large = "x".repeat(2 << 20);
            MemoryExhaustedException exhausted =
                    assertThrows(MemoryExhaustedException.class, () -> batch.append(new Object[] {2, large}));
            assertTrue(exhausted.getMessage().startsWith("Column 's' needs a buffer of "), exhausted.getMessage());
            UncheckedIOException unchecked = assertThrows(
                    UncheckedIOException.class, () -> batch.row().setInt(0, 1).setString(1, large));
            assertInstanceOf(MemoryExhaustedException.class, unchecked.getCause());
            batch.append(new Object[] {2, "two"});
            assertEquals(2, batch.rows());
            assertEquals("one", batch.vectors().getVector(1).getObject(0).toString());
            assertEquals("two", batch.vectors().getVector(1).getObject(1).toString());
            assertTrue(others.bytes() > 0);
        }
    }

    @Test
    void aTypeThatRowsCannotFillIsRefusedAtOnce() {
        Field union = nullable("u", new ArrowType.Union(UnionMode.Dense, new int[] {0}), nullable("i", INT32));
        assertTrue(assertRefused(() -> batch(union)).endsWith(", which rows cannot fill: append Arrow batches"));
    }

    @Test
    void aClosedBatchTakesNothing() throws IOException {
        RowBatch batch = batch(nullable("a", INT32));
        RowAppender row = batch.row().setInt(0, 1);
        row.endRow();
        row.setInt(0, 2);
        batch.close();
        batch.close();
        assertThrows(IllegalStateException.class, () -> row.setInt(0, 1));
        assertThrows(IllegalStateException.class, row::endRow);
        assertThrows(IllegalStateException.class, () -> batch.append(new Object[] {1}));
    }

    private RowBatch batch(Field... fields) {
        return new RowBatch(new Schema(List.of(fields)), memory.allocator(), 1000, 1 << 20, full -> {});
    }

    private static String assertUnfit(Executable call) {
        String message = assertRefused(call);
        assertTrue(message.matches("Column '.*' is .* and row 0 gives it (?!an? ).*"), message);
        return message;
    }

    private static void assertRefused(String message, Executable call) {
        assertEquals(message, assertRefused(call));
    }

    private static String assertRefused(Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }
}

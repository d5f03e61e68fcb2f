package io.penstock;

import static io.penstock.testing.RandomSchemas.nullable;
import static io.penstock.testing.RandomSchemas.required;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.testing.LeakCheck;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RowAppenderTest {
    private static final int ROWS = 20_000;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void oneAppenderServesAllRows() throws IOException {
        try (RowBatch batch = batch(nullable("a", new ArrowType.Int(64, true)))) {
            RowAppender row = batch.row();
            for (int i = 0; i < 3; i++) {
                row.setLong(0, i).endRow();
                assertSame(row, batch.row());
            }
            row.endRow();
            assertEquals("[0, 1, 2, null]", values(batch, 0).toString());
        }
    }

    @Test
    void aRowThatIsNotEndedIsNotThere() throws IOException {
        try (RowBatch batch = batch(
                nullable("s", ArrowType.Utf8.INSTANCE),
                nullable("l", ArrowType.List.INSTANCE, nullable("item", ArrowType.Utf8.INSTANCE)),
                nullable("b", ArrowType.Bool.INSTANCE))) {
            batch.append(new Object[] {"a", List.of("b", "c"), true});
            batch.row().setString(0, "lost").setObject(1, List.of("x", "y")).setNull(2);
            batch.row().setBoolean(2, false).endRow();
            batch.row().setString(0, "lost").setObject(1, List.of("x", "y")).setBoolean(2, true);
            batch.append(new Object[] {"d", List.of("e"), null});
            batch.row().setString(0, "lost");
            assertTrue(batch.rowBegun());
            assertEquals("[a, null, d]", values(batch, 0).toString());
            assertEquals("[[\"b\",\"c\"], null, [\"e\"]]", values(batch, 1).toString());
            assertEquals("[true, false, null]", values(batch, 2).toString());
        }
    }

    @Test
    void theBatchIsTakenWhenItHasItsRows() throws IOException {
        List<Integer> taken = new ArrayList<>();
        try (RowBatch batch = new RowBatch(
                new Schema(List.of(nullable("a", new ArrowType.Int(32, true)))),
                memory.allocator(),
                100,
                1 << 20,
                full -> {
                    assertEquals(taken.size() * 100, full.vectors().getVector(0).getObject(0));
                    taken.add(full.vectors().getRowCount());
                    full.reset();
                })) {
            RowAppender row = batch.row();
            for (int i = 0; i < 150; i++) {
                row.setInt(0, i).endRow();
            }
            for (int i = 150; i < 301; i++) {
                batch.append(new Object[] {i});
            }
            assertEquals(List.of(100, 100, 100), taken);
            assertEquals(1, batch.rows());
        }
    }

    @Test
    void theBatchIsTakenWhenItHasItsBytes() throws IOException {
        List<Integer> taken = new ArrayList<>();
        try (RowBatch batch = new RowBatch(
                new Schema(
                        List.of(nullable("id", new ArrowType.Int(32, true)), nullable("s", ArrowType.Utf8.INSTANCE))),
                memory.allocator(),
                1_000_000,
                10_000,
                full -> {
                    taken.add(full.vectors().getRowCount());
                    full.reset();
                })) {
            for (int i = 0; i < 25; i++) {
                batch.row().setInt(0, i).setString(1, "x".repeat(992)).endRow();
            }
            assertEquals(List.of(10, 10), taken);
            assertEquals(5 * 1000, batch.bytes());
        }
    }

    @Test
    void theVectorsTakeAtMostThreeTimesTheBytesOfABatch() throws IOException {
        long maxBytes = 1 << 20;
        Random random = new Random(5);
        for (int columns = 1; columns <= 5; columns++) {
            List<Field> fields = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                fields.add(nullable("s" + i, ArrowType.Utf8.INSTANCE));
            }
            fields.add(nullable("n", new ArrowType.Int(64, true)));
            try (BufferAllocator allocator = memory.allocator().newChildAllocator("rows", 0, Long.MAX_VALUE);
                    RowBatch batch =
                            new RowBatch(new Schema(fields), allocator, 1_000_000, maxBytes, RowBatch::reset)) {
                for (int i = 0; i < 100_000; i++) {
                    RowAppender row = batch.row().setLong(columns, i);
                    row.setString(random.nextInt(columns), "some text".substring(random.nextInt(9)))
                            .endRow();
                }
                assertTrue(
                        allocator.getPeakMemoryAllocation() <= 3 * maxBytes,
                        columns + " columns took " + allocator.getPeakMemoryAllocation());
            }
        }
    }

    @Test
    void aBatchThatNobodyTakesIsFull() throws IOException {
        try (RowBatch batch = new RowBatch(
                new Schema(List.of(nullable("a", new ArrowType.Int(32, true)))),
                memory.allocator(),
                3,
                1 << 20,
                full -> {})) {
            for (int i = 0; i < 3; i++) {
                batch.row().setInt(0, i).endRow();
            }
            assertTrue(batch.isFull());
            assertThrows(IllegalStateException.class, () -> batch.row().setInt(0, 3));
            assertThrows(IllegalStateException.class, () -> batch.append(new Object[] {3}));
        }
    }

    @Test
    void stringsOfAnyLengthFit() throws IOException {
        String[] texts = {
            "",
            "a",
            "é",
            "€",
            "😀",
            "\0",
            "x".repeat(255),
            "é".repeat(128),
            "€".repeat(1 << 20),
            "😀".repeat(1 << 18),
            "y".repeat(1 << 20)
        };
        try (RowBatch batch = batch(
                nullable("utf8", ArrowType.Utf8.INSTANCE),
                nullable("large", ArrowType.LargeUtf8.INSTANCE),
                nullable("view", ArrowType.Utf8View.INSTANCE))) {
            for (String text : texts) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                batch.row()
                        .setString(0, text)
                        .setString(1, new StringBuilder(text))
                        .setUtf8(2, bytes, 0, bytes.length)
                        .endRow();
            }
            for (int column = 0; column < 3; column++) {
                for (int i = 0; i < texts.length; i++) {
                    assertEquals(
                            texts[i],
                            batch.vectors().getVector(column).getObject(i).toString());
                }
            }
        }
    }

    @Test
    void everyDecimalComesOutAsItWentIn() throws IOException {
        int[][] types = {{1, 0}, {9, 2}, {12, 2}, {15, 15}, {18, 3}, {19, 0}, {38, 10}, {38, 38}, {10, -3}, {76, 20}};
        long seed = 7;
        Random random = new Random(seed);
        for (int[] type : types) {
            ArrowType decimal = new ArrowType.Decimal(type[0], type[1], type[0] > 38 ? 256 : 128);
            try (RowBatch batch = batch(nullable("d", decimal))) {
                List<BigDecimal> expected = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    int digits = random.nextInt(type[0] + 1);
                    BigInteger end = BigInteger.TEN.pow(digits);
                    BigInteger unscaled = i % 3 == 0
                            ? end.subtract(BigInteger.ONE)
                            : new BigInteger(end.bitLength() + 8, random).mod(end);
                    BigDecimal value = new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), type[1]);
                    expected.add(value);
                    batch.append(new Object[] {random.nextBoolean() ? value : value.stripTrailingZeros()});
                }
                assertEquals(expected, values(batch, 0), decimal + " seed " + seed);
            }
        }
    }

    @Test
    void integersBecomeDecimalsOfTheColumnsScale() throws IOException {
        try (RowBatch batch = batch(
                nullable("d", new ArrowType.Decimal(20, 2, 128)), nullable("e", new ArrowType.Decimal(25, 0, 128)))) {
            batch.row().setLong(0, 42).setLong(1, Long.MIN_VALUE).endRow();
            batch.append(new Object[] {BigInteger.TEN.pow(17), Long.MAX_VALUE});
            batch.append(new Object[] {(byte) -1, (short) 7});
            batch.row().setDecimal(0, -1234L).setDecimal(1, Long.MIN_VALUE).endRow();
            assertEquals(
                    "[42.00, 100000000000000000.00, -1.00, -12.34]",
                    values(batch, 0).toString());
            assertEquals(
                    "[-9223372036854775808, 9223372036854775807, 7, -9223372036854775808]",
                    values(batch, 1).toString());
        }
    }

    @Test
    void datesAndTimesOfJavaAndOfSqlAreTheSame() throws IOException {
        LocalDateTime local = LocalDateTime.of(1969, 12, 31, 23, 59, 59, 123_456_000);
        Instant moment = Instant.parse("1969-12-31T23:59:59.123456Z");
        try (RowBatch batch = batch(
                nullable("day", new ArrowType.Date(DateUnit.DAY)),
                nullable("day_millis", new ArrowType.Date(DateUnit.MILLISECOND)),
                nullable("time", new ArrowType.Time(TimeUnit.MILLISECOND, 32)),
                nullable("zoned", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "Asia/Tokyo")),
                nullable("local", new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)))) {
            LocalDate day = local.toLocalDate();
            LocalTime time = LocalTime.of(23, 59, 59, 999_000_000);
            batch.row()
                    .setDate(0, day)
                    .setDate(1, day)
                    .setTime(2, time)
                    .setTimestamp(3, moment)
                    .setTimestamp(4, local)
                    .endRow();
            java.sql.Time sqlTime =
                    new java.sql.Time(java.sql.Time.valueOf(time.withNano(0)).getTime() + 999);
            java.sql.Date sqlDay = java.sql.Date.valueOf(day);
            batch.append(new Object[] {
                sqlDay, sqlDay, sqlTime, java.sql.Timestamp.from(moment), java.sql.Timestamp.valueOf(local)
            });
            batch.append(new Object[] {
                -1, -86_400_000L, 86_399_999, OffsetDateTime.parse("1970-01-01T05:29:59.123456+05:30"), -876_544L
            });
            batch.append(new Object[] {
                day, day, time, ZonedDateTime.parse("1970-01-01T00:59:59.123456+01:00[Europe/Paris]"), local
            });
            batch.row()
                    .setInt(0, -1)
                    .setLong(1, -86_400_000)
                    .setInt(2, 86_399_999)
                    .setLong(3, -876_544)
                    .setLong(4, -876_544)
                    .endRow();
            for (int column = 0; column < 5; column++) {
                List<Object> values = values(batch, column);
                for (Object value : values) {
                    assertEquals(values.get(0), value);
                }
            }
            assertEquals(local, batch.vectors().getVector(4).getObject(0));
        }
    }

    @Test
    void momentsReachToTheEndsOfTheirUnit() throws IOException {
        for (TimeUnit unit : TimeUnit.values()) {
            long perSecond = TemporalAppenders.perSecond(unit);
            try (RowBatch batch = batch(nullable("t", new ArrowType.Timestamp(unit, "UTC")))) {
                if (unit == TimeUnit.NANOSECOND || unit == TimeUnit.MICROSECOND) {
                    for (long value : new long[] {Long.MIN_VALUE, Long.MAX_VALUE}) {
                        long seconds = Math.floorDiv(value, perSecond);
                        long nanos = Math.floorMod(value, perSecond) * (1_000_000_000 / perSecond);
                        batch.row()
                                .setTimestamp(0, Instant.ofEpochSecond(seconds, nanos))
                                .endRow();
                        assertEquals(value, batch.vectors().getVector(0).getObject(0));
                        batch.reset();
                        Instant beyond = value < 0
                                ? Instant.ofEpochSecond(seconds, nanos).minusNanos(1_000)
                                : Instant.ofEpochSecond(seconds, nanos).plusNanos(1_000);
                        assertThrows(
                                IllegalArgumentException.class,
                                () -> batch.row().setTimestamp(0, beyond));
                        batch.row();
                    }
                }
            }
        }
    }

    @Test
    void halfFloatsAreTheNearest() throws IOException {
        Random random = new Random(3);
        try (RowBatch batch = batch(required("h", new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)))) {
            for (int i = 0; i < 900; i++) {
                float value = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(38) - 24));
                if (Math.abs(value) >= 65504) {
                    continue;
                }
                batch.row().setFloat(0, value).endRow();
                short bits = ((Float2Vector) batch.vectors().getVector(0)).get(0);
                batch.reset();
                float error = Math.abs(Float16.toFloat(bits) - value);
                for (int step = -1; step <= 1; step += 2) {
                    float other = Float16.toFloat((short) (bits + step));
                    assertTrue(
                            !(Math.abs(other - value) < error),
                            value + " became " + Float16.toFloat(bits) + ", not " + other);
                }
            }
        }
    }

    @Test
    void bytesComeAsArraysBuffersAndUuids() throws IOException {
        UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        byte[] bytes = new BigInteger("00112233445566778899aabbccddeeff", 16).toByteArray();
        byte[] sixteen = new byte[16];
        System.arraycopy(bytes, 0, sixteen, 16 - bytes.length, bytes.length);
        try (RowBatch batch = batch(
                nullable("fixed", new ArrowType.FixedSizeBinary(16)),
                nullable("binary", ArrowType.Binary.INSTANCE),
                nullable("view", ArrowType.BinaryView.INSTANCE))) {
            ByteBuffer heap = ByteBuffer.wrap(sixteen);
            ByteBuffer direct = ByteBuffer.allocateDirect(20)
                    .position(2)
                    .put(sixteen)
                    .flip()
                    .position(2);
            batch.append(new Object[] {uuid, heap, direct});
            batch.append(new Object[] {heap, sixteen, direct.slice()});
            batch.row()
                    .setBinary(0, direct)
                    .setBinary(1, sixteen, 0, 16)
                    .setBinary(2, heap)
                    .endRow();
            assertEquals(16, heap.remaining());
            assertEquals(2, direct.position());
            for (int column = 0; column < 3; column++) {
                for (Object value : values(batch, column)) {
                    assertEquals(new BigInteger(1, sixteen), new BigInteger(1, (byte[]) value));
                }
            }
        }
    }

    @Test
    void typedRowsMakeNoGarbage() throws IOException {
        String text = "naïve text with a € sign";
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        BigDecimal price = new BigDecimal("901.00");
        LocalDate day = LocalDate.of(1996, 3, 13);
        try (RowBatch batch = lineitem()) {
            RowAppender row = batch.row();
            assertGarbageFree(i -> {
                row.setLong(0, i).setInt(1, (int) i).setDecimal(2, i).setDecimal(3, price);
                row.setDouble(4, i / 3.0)
                        .setBoolean(5, i % 3 == 0)
                        .setString(6, text)
                        .setUtf8(7, utf8, 0, utf8.length);
                if (i % 5 == 0) {
                    row.setNull(8);
                } else {
                    row.setDate(8, day);
                }
                row.endRow();
            });
        }
    }

    @Test
    void rowsOfObjectsMakeNoGarbage() throws IOException {
        Object[] values = {
            1_234_567L,
            5,
            new BigDecimal("12.50"),
            new BigDecimal("901.00"),
            0.3,
            true,
            "text",
            "naïve € text",
            LocalDate.of(1996, 3, 13)
        };
        try (RowBatch batch = lineitem()) {
            assertGarbageFree(i -> batch.append(values));
        }
    }

    private interface RowStep {
        void append(long i) throws IOException;
    }

    private static void assertGarbageFree(RowStep step) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double least = Double.MAX_VALUE;
        // The first rounds are interpreted and make the vectors grow; the compiler may still be at work in later ones.
        for (int round = 0; round < 10 && least > 2; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROWS; i++) {
                step.append(i);
            }
            least = Math.min(least, (double) (threads.getCurrentThreadAllocatedBytes() - before) / ROWS);
        }
        assertTrue(least <= 2, least + " bytes a row");
    }

    private RowBatch lineitem() {
        return new RowBatch(
                new Schema(List.of(
                        required("orderkey", new ArrowType.Int(64, true)),
                        required("linenumber", new ArrowType.Int(32, true)),
                        required("quantity", new ArrowType.Decimal(12, 2, 128)),
                        required("price", new ArrowType.Decimal(12, 2, 128)),
                        nullable("tax", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
                        nullable("open", ArrowType.Bool.INSTANCE),
                        nullable("comment", ArrowType.Utf8.INSTANCE),
                        nullable("mode", ArrowType.Utf8View.INSTANCE),
                        nullable("shipdate", new ArrowType.Date(DateUnit.DAY)))),
                memory.allocator(),
                1000,
                1 << 20,
                full -> {
                    full.vectors();
                    full.reset();
                });
    }

    private RowBatch batch(Field... fields) {
        return new RowBatch(new Schema(List.of(fields)), memory.allocator(), 1000, 1 << 28, full -> {});
    }

    private static List<Object> values(RowBatch batch, int column) {
        FieldVector vector = batch.vectors().getVector(column);
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < batch.rows(); i++) {
            values.add(vector.getObject(i));
        }
        return values;
    }
}

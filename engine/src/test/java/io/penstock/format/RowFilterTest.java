package io.penstock.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Memory;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomSchemas;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Predicates mean what SQL and IEEE 754 mean. */
class RowFilterTest {
    private static final DictionaryProvider NONE = new DictionaryProvider.MapDictionaryProvider();
    private static final Schema DOUBLES =
            new Schema(List.of(Field.nullable("x", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE))));

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private static Schema column(ArrowType type) {
        return new Schema(List.of(Field.nullable("x", type)));
    }

    private List<Integer> selected(VectorSchemaRoot batch, Predicate where) {
        try (RowFilter filter = new RowFilter(RowTest.of(where, batch.getSchema()), memory.allocator())) {
            int count = filter.select(batch, NONE, Integer.MAX_VALUE);
            List<Integer> rows = new ArrayList<>();
            boolean some = count > 0 && count < batch.getRowCount();
            for (int i = 0; i < count; i++) {
                rows.add(some ? Memory.getInt(filter.selection() + i * 4L) : i);
            }
            return rows;
        }
    }

    private VectorSchemaRoot doubles(Double... values) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(DOUBLES, memory.allocator());
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null) {
                ((Float8Vector) batch.getVector(0)).setNull(i);
            } else {
                ((Float8Vector) batch.getVector(0)).setSafe(i, values[i]);
            }
        }
        batch.setRowCount(values.length);
        return batch;
    }

    @Test
    void nanEqualsNothingAndIsNeitherLessNorGreater() {
        double negativeNaN = Double.longBitsToDouble(0xFFF8_0000_0000_0001L);
        try (VectorSchemaRoot batch = doubles(1.0, Double.NaN, negativeNaN, Double.POSITIVE_INFINITY, -1.0)) {
            assertEquals(List.of(), selected(batch, Predicate.equal("x", Double.NaN)));
            assertEquals(List.of(0), selected(batch, Predicate.in("x", 1, Double.NaN)));
            assertEquals(List.of(), selected(batch, Predicate.lessOrEqual("x", Double.NaN)));
            assertEquals(List.of(0, 1, 2, 3, 4), selected(batch, Predicate.notEqual("x", Double.NaN)));
            assertEquals(List.of(0, 3), selected(batch, Predicate.greaterOrEqual("x", 0)));
            assertEquals(List.of(4), selected(batch, Predicate.less("x", 0)));
            assertEquals(List.of(0, 4), selected(batch, Predicate.less("x", Double.POSITIVE_INFINITY)));
            assertEquals(List.of(1, 2, 3, 4), selected(batch, Predicate.notEqual("x", 1)));
            assertEquals(List.of(1, 2, 4), selected(batch, Predicate.not(Predicate.greaterOrEqual("x", 0))));
            assertEquals(List.of(0, 1, 2, 3, 4), selected(batch, Predicate.isNotNull("x")));
        }
    }

    @Test
    void zerosOfBothSignsAreEqual() {
        try (VectorSchemaRoot batch = doubles(0.0, -0.0, Double.MIN_VALUE, -Double.MIN_VALUE)) {
            assertEquals(List.of(0, 1), selected(batch, Predicate.equal("x", 0.0)));
            assertEquals(List.of(0, 1), selected(batch, Predicate.equal("x", -0.0)));
            assertEquals(List.of(3), selected(batch, Predicate.less("x", -0.0)));
            assertEquals(List.of(2), selected(batch, Predicate.greater("x", 0)));
            assertEquals(List.of(0, 1, 2), selected(batch, Predicate.greaterOrEqual("x", 0.0)));
        }
    }

    @Test
    void whatIsNeitherTrueNorFalseIsNotSelected() {
        try (VectorSchemaRoot batch = doubles(1.0, null, 2.0)) {
            Predicate one = Predicate.equal("x", 1);
            assertEquals(List.of(0), selected(batch, one));
            assertEquals(List.of(2), selected(batch, Predicate.not(one)));
            assertEquals(List.of(2), selected(batch, Predicate.notEqual("x", 1)));
            assertEquals(List.of(0, 2), selected(batch, one.or(Predicate.not(one))));
            assertEquals(List.of(0, 1), selected(batch, one.or(Predicate.isNull("x"))));
            assertEquals(List.of(1), selected(batch, Predicate.not(Predicate.isNotNull("x"))));
            assertEquals(List.of(), selected(batch, one.and(Predicate.isNull("x"))));
            assertEquals(List.of(2), selected(batch, Predicate.not(one.or(Predicate.isNull("x")))));
        }
    }

    @Test
    void aFloatIsComparedAsItIsAndNotRounded() {
        Schema schema = column(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
        try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator())) {
            ((Float4Vector) batch.getVector(0)).setSafe(0, 0.1f);
            ((Float4Vector) batch.getVector(0)).setSafe(1, 16777216f);
            batch.setRowCount(2);
            assertEquals(List.of(0), selected(batch, Predicate.equal("x", 0.1f)));
            assertEquals(List.of(), selected(batch, Predicate.equal("x", 0.1)));
            assertEquals(List.of(), selected(batch, Predicate.equal("x", 16777217)));
            assertEquals(List.of(0, 1), selected(batch, Predicate.less("x", 16777217)));
            assertEquals(List.of(), selected(batch, Predicate.greater("x", new BigDecimal("1e400"))));
            assertEquals(List.of(0, 1), selected(batch, Predicate.greater("x", new BigDecimal("1e-999999999"))));
        }
    }

    @Test
    void unsignedLongsAreComparedAsUnsigned() {
        try (VectorSchemaRoot batch =
                VectorSchemaRoot.create(column(new ArrowType.Int(64, false)), memory.allocator())) {
            ((UInt8Vector) batch.getVector(0)).setSafe(0, -1L);
            ((UInt8Vector) batch.getVector(0)).setSafe(1, 1L);
            batch.setRowCount(2);
            assertEquals(List.of(0), selected(batch, Predicate.greater("x", Long.MAX_VALUE)));
            assertEquals(List.of(0), selected(batch, Predicate.equal("x", new BigInteger("18446744073709551615"))));
            assertEquals(List.of(0, 1), selected(batch, Predicate.greater("x", -1)));
            assertEquals(List.of(), selected(batch, Predicate.equal("x", new BigInteger("36893488147419103231"))));
            assertEquals(List.of(1), selected(batch, Predicate.less("x", new BigDecimal("1.5"))));
        }
    }

    @Test
    void decimalsBeyondSixtyFourBitsAreComparedExactly() {
        BigDecimal huge = new BigDecimal("12345678901234567890123456.78");
        BigDecimal cent = new BigDecimal("0.01");
        for (int bits : new int[] {128, 256}) {
            Schema schema = column(new ArrowType.Decimal(bits == 128 ? 38 : 76, 2, bits));
            try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator())) {
                BigDecimal[] values = {huge, huge.negate(), cent, huge.add(cent), BigDecimal.ZERO.setScale(2)};
                for (int i = 0; i < values.length; i++) {
                    if (bits == 128) {
                        ((DecimalVector) batch.getVector(0)).setSafe(i, values[i]);
                    } else {
                        ((Decimal256Vector) batch.getVector(0)).setSafe(i, values[i]);
                    }
                }
                batch.setRowCount(values.length);
                assertEquals(List.of(0), selected(batch, Predicate.equal("x", huge)));
                assertEquals(List.of(0, 3), selected(batch, Predicate.greaterOrEqual("x", huge)));
                assertEquals(List.of(3), selected(batch, Predicate.greater("x", huge.add(new BigDecimal("0.001")))));
                assertEquals(List.of(0, 2, 3), selected(batch, Predicate.greater("x", 0)));
                assertEquals(List.of(1), selected(batch, Predicate.less("x", 0)));
                assertEquals(List.of(0, 2), selected(batch, Predicate.in("x", huge, cent)));
            }
        }
    }

    @Test
    void whatAColumnDoesNotCompareWithIsNamed() {
        ArrowType local = new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
        ArrowType zoned = new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
        assertRefused(local, Instant.EPOCH, "is compared with LocalDateTime, not with Instant '1970-01-01T00:00:00Z'");
        assertRefused(zoned, LocalDateTime.MIN, "is compared with Instant, OffsetDateTime or ZonedDateTime, not with");
        assertRefused(new ArrowType.Int(8, true), 1.5, "not with Double '1.5'");
        assertRefused(ArrowType.Utf8.INSTANCE, "\ud800", "which has half of a surrogate pair");
        assertRefused(new ArrowType.FixedSizeBinary(3), new byte[2], "byte[] of 3 bytes, not with byte[] 2 bytes");
        assertRefused(ArrowType.List.INSTANCE, 5, "whose values have no order: it can be tested for null only");
    }

    private static void assertRefused(ArrowType type, Object value, String message) {
        Field item = RandomSchemas.nullable("item", ArrowType.Utf8.INSTANCE);
        Field field =
                type instanceof ArrowType.List ? RandomSchemas.nullable("x", type, item) : Field.nullable("x", type);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> RowTest.of(Predicate.equal("x", value), new Schema(List.of(field))));
        assertTrue(e.getMessage().startsWith("column 'x' is ") && e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void nullIsNothingToCompareWith() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Predicate.equal("x", null))
                .getMessage()
                .contains("use isNull or isNotNull"));
        assertThrows(IllegalArgumentException.class, () -> Predicate.in("x", 1, null));
        assertThrows(IllegalArgumentException.class, () -> Predicate.in("x", List.of()));
        assertThrows(IllegalArgumentException.class, Predicate::and);
    }

    @Test
    void predicatesReadAsTheyWouldBeWritten() {
        Predicate where = Predicate.less("a", 5)
                .and(Predicate.not(Predicate.in("b", "x", "y'z")))
                .or(Predicate.equal("c", new byte[] {0, (byte) 255}).and(Predicate.isNotNull("d")));
        assertEquals("((a < 5 and not (b in ('x', 'y''z'))) or (c = x'00ff' and d is not null))", where.toString());
    }

    @Test
    void theCallersBytesMayChange() {
        byte[] bytes = {1, 2};
        Predicate.Comparison comparison = (Predicate.Comparison) Predicate.equal("x", bytes);
        bytes[0] = 9;
        ((byte[]) comparison.value())[1] = 9;
        assertEquals("x = x'0102'", comparison.toString());
    }
}

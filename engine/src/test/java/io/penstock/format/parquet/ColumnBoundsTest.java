package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.ValueBounds;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.IEEE754TotalOrder;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.LogicalTypes;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.TypeDefinedOrder;
import org.junit.jupiter.api.Test;

/** What statistics say is believed only where nothing that writers have done wrong makes it untrue. */
class ColumnBoundsTest {
    private static final ColumnOrder ORDERED = ColumnOrder.TYPE_ORDER(new TypeDefinedOrder());
    private static final ArrowType INT32 = new ArrowType.Int(32, true);
    private static final ArrowType UINT32 = new ArrowType.Int(32, false);
    private static final ArrowType DOUBLE = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

    private static Node.Leaf leaf(ArrowType type, Type physical, LogicalType logical, boolean nullable) {
        SchemaElement element = new SchemaElement("c").setType(physical);
        if (logical != null) {
            element.setLogicalType(logical);
        }
        if (physical == Type.FIXED_LEN_BYTE_ARRAY) {
            element.setType_length(4);
        }
        Field field = nullable ? Field.nullable("c", type) : Field.notNullable("c", type);
        return new Node.Leaf(field, nullable, nullable ? 1 : 0, 0, 0, List.of("c"), element);
    }

    private static ColumnBounds bounds(ArrowType type, Type physical, LogicalType logical, ColumnOrder order) {
        return new ColumnBounds(leaf(type, physical, logical, true), order);
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] int32(int value) {
        return littleEndian(4).putInt(value).array();
    }

    private static byte[] int64(long value) {
        return littleEndian(8).putLong(value).array();
    }

    private static byte[] float64(double value) {
        return littleEndian(8).putDouble(value).array();
    }

    private static Statistics newer(byte[] min, byte[] max) {
        return new Statistics().setMin_value(min).setMax_value(max).setNull_count(1);
    }

    private static Statistics older(byte[] min, byte[] max) {
        return new Statistics().setMin(min).setMax(max).setNull_count(1);
    }

    private static void assertBounds(Object min, Object max, ValueBounds bounds) {
        assertEquals(min, bounds.min());
        assertEquals(max, bounds.max());
    }

    private static void assertUnknown(ValueBounds bounds) {
        assertBounds(null, null, bounds);
    }

    @Test
    void newerBoundsNeedAnOrderInTheFooter() {
        Statistics statistics = newer(int32(3), int32(7));
        assertBounds(3L, 7L, bounds(INT32, Type.INT32, null, ORDERED).ofChunk(statistics, 10));
        assertUnknown(bounds(INT32, Type.INT32, null, null).ofChunk(statistics, 10));
        assertUnknown(bounds(INT32, Type.INT32, null, new ColumnOrder()).ofChunk(statistics, 10));
    }

    @Test
    void olderBoundsAreTakenForSignedNumbersOnly() {
        assertBounds(-1L, 7L, bounds(INT32, Type.INT32, null, null).ofChunk(older(int32(-1), int32(7)), 10));
        // As signed numbers 4294967295 is the least.
        assertUnknown(bounds(UINT32, Type.INT32, LogicalTypes.UINT_32, null).ofChunk(older(int32(-1), int32(7)), 10));
        byte[] e = "\u00e9".getBytes(StandardCharsets.UTF_8);
        byte[] a = {'a'};
        // As signed bytes an accented letter comes before the others.
        assertUnknown(bounds(ArrowType.Utf8.INSTANCE, Type.BYTE_ARRAY, LogicalTypes.UTF8, ORDERED)
                .ofChunk(older(e, a), 10));
        assertUnknown(
                bounds(new ArrowType.Decimal(9, 0, 128), Type.FIXED_LEN_BYTE_ARRAY, LogicalTypes.DECIMAL(0, 9), ORDERED)
                        .ofChunk(older(new byte[4], new byte[4]), 10));
    }

    @Test
    void ofTwoPairsOfBoundsTheNewerCounts() {
        Statistics both = newer(int32(3), int32(7)).setMin(int32(1)).setMax(int32(2));
        assertBounds(3L, 7L, bounds(INT32, Type.INT32, null, ORDERED).ofChunk(both, 10));
        assertBounds(1L, 2L, bounds(INT32, Type.INT32, null, null).ofChunk(both, 10));
    }

    @Test
    void unsignedNumbersAreReadAsSuch() {
        assertBounds(
                7L,
                4294967295L,
                bounds(UINT32, Type.INT32, LogicalTypes.UINT_32, ORDERED).ofChunk(newer(int32(7), int32(-1)), 10));
        assertBounds(
                7L,
                new BigInteger("18446744073709551615"),
                bounds(new ArrowType.Int(64, false), Type.INT64, LogicalTypes.UINT_64, ORDERED)
                        .ofChunk(newer(int64(7), int64(-1)), 10));
        // The file's order is not the column's.
        assertUnknown(bounds(INT32, Type.INT32, LogicalTypes.UINT_32, ORDERED).ofChunk(newer(int32(7), int32(-1)), 10));
        assertUnknown(bounds(UINT32, Type.INT32, null, ORDERED).ofChunk(newer(int32(1), int32(7)), 10));
    }

    @Test
    void anOlderAnnotationSaysUnsignedToo() {
        Node.Leaf leaf = leaf(UINT32, Type.INT32, null, true);
        leaf.element().setConverted_type(ConvertedType.UINT_32);
        assertBounds(7L, 4294967295L, new ColumnBounds(leaf, ORDERED).ofChunk(newer(int32(7), int32(-1)), 10));
        assertUnknown(new ColumnBounds(leaf, null).ofChunk(older(int32(-1), int32(7)), 10));
    }

    @Test
    void aNaNMakesBothBoundsWorthless() {
        ColumnBounds bounds = bounds(DOUBLE, Type.DOUBLE, null, ORDERED);
        assertUnknown(bounds.ofChunk(newer(float64(1), float64(Double.NaN)), 10));
        assertUnknown(bounds.ofChunk(newer(float64(Double.NaN), float64(1)), 10));
        assertUnknown(bounds.ofChunk(older(float64(1), float64(Double.NaN)), 10));
    }

    @Test
    void thereMayBeNaNsUnlessTheyAreCounted() {
        Statistics statistics = newer(float64(1), float64(2));
        for (ColumnOrder order : List.of(ORDERED, ColumnOrder.IEEE_754_TOTAL_ORDER(new IEEE754TotalOrder()))) {
            ColumnBounds bounds = bounds(DOUBLE, Type.DOUBLE, null, order);
            assertTrue(bounds.ofChunk(new Statistics(statistics), 10).mayHaveNaN());
            assertTrue(bounds.ofChunk(new Statistics(statistics).setNan_count(1), 10)
                    .mayHaveNaN());
            assertFalse(bounds.ofChunk(new Statistics(statistics).setNan_count(0), 10)
                    .mayHaveNaN());
            assertBounds(1.0, 2.0, bounds.ofChunk(statistics, 10));
        }
        assertFalse(bounds(INT32, Type.INT32, null, ORDERED).ofChunk(null, 10).mayHaveNaN());
    }

    @Test
    void aZeroStandsForBoth() {
        ColumnBounds bounds = bounds(DOUBLE, Type.DOUBLE, null, ORDERED);
        assertBounds(-0.0, 0.0, bounds.ofChunk(newer(float64(0.0), float64(-0.0)), 10));
    }

    @Test
    void int96HasNoBounds() {
        assertUnknown(bounds(new ArrowType.Timestamp(TimeUnit.NANOSECOND, null), Type.INT96, null, ORDERED)
                .ofChunk(newer(new byte[12], new byte[12]).setMin(new byte[12]).setMax(new byte[12]), 10));
    }

    @Test
    void missingOrImpossibleNullCountsAreNotKnown() {
        ColumnBounds bounds = bounds(INT32, Type.INT32, null, ORDERED);
        assertEquals(-1, bounds.ofChunk(null, 10).nulls());
        assertEquals(-1, bounds.ofChunk(new Statistics(), 10).nulls());
        assertEquals(-1, bounds.ofChunk(new Statistics().setNull_count(11), 10).nulls());
        assertEquals(-1, bounds.ofChunk(new Statistics().setNull_count(-5), 10).nulls());
        assertEquals(10, bounds.ofChunk(new Statistics().setNull_count(10), 10).nulls());
        ColumnBounds required = new ColumnBounds(leaf(INT32, Type.INT32, null, false), ORDERED);
        assertEquals(0, required.ofChunk(null, 10).nulls());
        assertEquals(0, required.ofChunk(new Statistics().setNull_count(10), 10).nulls());
    }

    @Test
    void bytesThatWereCutAreBoundsAndNumbersAreNot() {
        Statistics cut = newer(new byte[] {'a'}, new byte[] {'c'})
                .setIs_min_value_exact(false)
                .setIs_max_value_exact(false);
        ValueBounds text = bounds(ArrowType.Utf8.INSTANCE, Type.BYTE_ARRAY, LogicalTypes.UTF8, ORDERED)
                .ofChunk(cut, 10);
        assertArrayEquals(new byte[] {'a'}, (byte[]) text.min());
        assertArrayEquals(new byte[] {'c'}, (byte[]) text.max());
        ArrowType decimal = new ArrowType.Decimal(9, 0, 128);
        assertUnknown(bounds(decimal, Type.BYTE_ARRAY, LogicalTypes.DECIMAL(0, 9), ORDERED)
                .ofChunk(cut, 10));
        // Nor are bytes of another length than the values have.
        assertUnknown(bounds(decimal, Type.FIXED_LEN_BYTE_ARRAY, LogicalTypes.DECIMAL(0, 9), ORDERED)
                .ofChunk(newer(new byte[] {1}, new byte[] {2}), 10));
        assertUnknown(bounds(INT32, Type.INT32, null, ORDERED).ofChunk(newer(new byte[] {1}, int32(5)), 10));
    }

    @Test
    void bytesOfAnUnknownMeaningHaveNoOrder() {
        Node.Leaf leaf = leaf(ArrowType.Binary.INSTANCE, Type.BYTE_ARRAY, new LogicalType(), true);
        assertUnknown(new ColumnBounds(leaf, ORDERED).ofChunk(newer(new byte[] {1}, new byte[] {2}), 10));
        Node.Leaf interval = leaf(ArrowType.Binary.INSTANCE, Type.FIXED_LEN_BYTE_ARRAY, null, true);
        interval.element().setConverted_type(ConvertedType.INTERVAL);
        assertUnknown(new ColumnBounds(interval, ORDERED).ofChunk(newer(new byte[] {1}, new byte[] {2}), 10));
    }

    @Test
    void boundsAreInTheUnitOfTheColumn() {
        ArrowType seconds = new ArrowType.Timestamp(TimeUnit.SECOND, null);
        LogicalType millis = LogicalTypes.TIMESTAMP_MILLIS;
        assertBounds(
                -2L, 1L, bounds(seconds, Type.INT64, millis, ORDERED).ofChunk(newer(int64(-1001), int64(1999)), 10));
        ArrowType nanos = new ArrowType.Timestamp(TimeUnit.NANOSECOND, null);
        assertBounds(
                -1_000_000L,
                2_000_000L,
                bounds(nanos, Type.INT64, millis, ORDERED).ofChunk(newer(int64(-1), int64(2)), 10));
        // The values themselves overflow, and have no order any more.
        assertUnknown(bounds(nanos, Type.INT64, millis, ORDERED)
                .ofChunk(newer(int64(0), int64(Long.MAX_VALUE / 10)), 10));
    }

    @Test
    void numbersThatTheColumnCannotHoldAreNoBounds() {
        ArrowType int8 = new ArrowType.Int(8, true);
        assertUnknown(bounds(int8, Type.INT32, LogicalTypes.INT_8, ORDERED).ofChunk(newer(int32(0), int32(300)), 10));
        assertBounds(
                -128L,
                127L,
                bounds(int8, Type.INT32, LogicalTypes.INT_8, ORDERED).ofChunk(newer(int32(-128), int32(127)), 10));
    }

    @Test
    void aPageOfNullsHasCountedThem() {
        ColumnIndex index = new ColumnIndex(
                List.of(true, false),
                List.of(ByteBuffer.allocate(0), ByteBuffer.wrap(int32(3))),
                List.of(ByteBuffer.allocate(0), ByteBuffer.wrap(int32(5))),
                BoundaryOrder.UNORDERED);
        ColumnBounds bounds = bounds(INT32, Type.INT32, null, ORDERED);
        assertEquals(10, bounds.ofPage(index, 0, 10).nulls());
        assertBounds(3L, 5L, bounds.ofPage(index, 1, 10));
        assertEquals(-1, bounds.ofPage(index, 1, 10).nulls());
        index.setNull_counts(List.of(0L, 2L));
        assertEquals(-1, bounds.ofPage(index, 0, 10).nulls(), "a page without statistics was called a page of nulls");
        assertEquals(2, bounds.ofPage(index, 1, 10).nulls());
        ColumnBounds required = new ColumnBounds(leaf(INT32, Type.INT32, null, false), ORDERED);
        index.unsetNull_counts();
        assertNull(required.ofPage(index, 0, 10).min());
        assertEquals(-1, required.ofPage(index, 0, 10).nulls());
        assertUnknown(bounds(INT32, Type.INT32, null, null).ofPage(index, 1, 10));
    }
}

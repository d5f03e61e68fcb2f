package io.penstock.format.parquet;

import io.penstock.format.ValueBounds;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.Statistics;

/**
 * The bounds that statistics and column indexes keep, as {@link ValueBounds} has them. What cannot be a bound, or is of a type without an
 * order, is not known.
 */
final class StoredBounds {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MILLIS_PER_DAY = 86_400_000;

    private StoredBounds() {}

    /** What is known of the values of a leaf in a row group. */
    static ValueBounds of(Node.Leaf leaf, ColumnMetaData chunk) {
        Statistics statistics = chunk.getStatistics();
        if (statistics == null) {
            return ValueBounds.unknown(chunk.getNum_values());
        }
        long nulls = statistics.isSetNull_count() ? statistics.getNull_count() : -1;
        byte[] min = statistics.getMin_value();
        byte[] max = statistics.getMax_value();
        if (min == null && max == null && isSigned(leaf)) {
            // The fields of old writers, which compared everything as signed.
            min = statistics.getMin();
            max = statistics.getMax();
        }
        return of(leaf, chunk.getNum_values(), nulls, min, max);
    }

    /**
     * What is known of so many values of a leaf.
     *
     * @param nulls of them; negative if that is not known
     * @param min as it is stored: PLAIN, but byte arrays without their length; null for none
     * @param max likewise
     */
    static ValueBounds of(Node.Leaf leaf, long values, long nulls, byte[] min, byte[] max) {
        boolean floating = leaf.field().getType() instanceof ArrowType.FloatingPoint;
        return new ValueBounds(
                values,
                nulls > values ? -1 : nulls,
                min == null ? null : value(leaf, min, false),
                max == null ? null : value(leaf, max, true),
                floating);
    }

    /** Whether the values are compared as the signed numbers that they physically are. */
    private static boolean isSigned(Node.Leaf leaf) {
        boolean unsigned = leaf.field().getType() instanceof ArrowType.Int integer && !integer.getIsSigned();
        return switch (leaf.element().getType()) {
            case BOOLEAN, INT32, INT64, FLOAT, DOUBLE -> !unsigned;
            case INT96, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> false;
        };
    }

    /** Null if it is not known. */
    private static Object value(Node.Leaf leaf, byte[] stored, boolean upper) {
        ByteBuffer bytes = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN);
        ArrowType type = ParquetTypes.storage(leaf.field().getType());
        return switch (leaf.element().getType()) {
            case BOOLEAN -> stored.length == 1 ? Long.valueOf(stored[0] & 1) : null;
            case INT32 -> stored.length == Integer.BYTES ? number(leaf, type, bytes.getInt(0), Integer.SIZE) : null;
            case INT64 -> stored.length == Long.BYTES ? number(leaf, type, bytes.getLong(0), Long.SIZE) : null;
            case FLOAT -> stored.length == Float.BYTES ? floating(bytes.getFloat(0), upper) : null;
            case DOUBLE -> stored.length == Double.BYTES ? floating(bytes.getDouble(0), upper) : null;
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> bytes(type, stored, upper);
            case INT96 -> null;
        };
    }

    /** A NaN bounds nothing, and a zero may stand for the zero of the other sign. */
    private static Double floating(double value, boolean upper) {
        return Double.isNaN(value) ? null : value == 0 ? Double.valueOf(upper ? 0.0 : -0.0) : Double.valueOf(value);
    }

    private static Object bytes(ArrowType type, byte[] stored, boolean upper) {
        return switch (type.getTypeID()) {
            case FloatingPoint ->
                stored.length == Short.BYTES
                        ? floating(Float16.toFloat((short) (stored[0] & 0xff | stored[1] << 8)), upper)
                        : null;
            case Decimal -> stored.length == 0 ? null : new BigInteger(stored);
            case Utf8, LargeUtf8, Utf8View, Binary, LargeBinary, BinaryView, FixedSizeBinary -> stored;
            default -> null;
        };
    }

    private static Object number(Node.Leaf leaf, ArrowType type, long stored, int bits) {
        return switch (type.getTypeID()) {
            case Int -> ((ArrowType.Int) type).getIsSigned() ? Long.valueOf(stored) : unsigned(stored, bits);
            case Decimal, Duration -> stored;
            case Date ->
                ((ArrowType.Date) type).getUnit() == DateUnit.MILLISECOND && bits == Integer.SIZE
                        ? Long.valueOf(stored * MILLIS_PER_DAY)
                        : Long.valueOf(stored);
            case Time -> inUnit(leaf, stored, ((ArrowType.Time) type).getUnit());
            case Timestamp -> inUnit(leaf, stored, ((ArrowType.Timestamp) type).getUnit());
            default -> null;
        };
    }

    private static Object unsigned(long stored, int bits) {
        if (bits == Integer.SIZE) {
            return Integer.toUnsignedLong((int) stored);
        }
        return stored >= 0 ? Long.valueOf(stored) : new BigInteger(Long.toUnsignedString(stored));
    }

    /** From the unit of the file to that of the column. */
    private static Object inUnit(Node.Leaf leaf, long stored, TimeUnit wanted) {
        LogicalType annotation = Annotation.of(leaf.element());
        long have = annotation == null
                ? 0
                : annotation.isSetTIMESTAMP()
                        ? nanos(annotation.getTIMESTAMP().getUnit())
                        : annotation.isSetTIME() ? nanos(annotation.getTIME().getUnit()) : 0;
        long want = switch (wanted) {
            case SECOND -> 1000 * NANOS_PER_MILLI;
            case MILLISECOND -> NANOS_PER_MILLI;
            case MICROSECOND -> NANOS_PER_MICRO;
            case NANOSECOND -> 1;
        };
        if (have == 0 || have == want) {
            return stored;
        }
        if (have < want) {
            return Math.floorDiv(stored, want / have);
        }
        return BigInteger.valueOf(stored).multiply(BigInteger.valueOf(have / want));
    }

    private static long nanos(org.apache.parquet.format.TimeUnit unit) {
        return unit.isSetMILLIS() ? NANOS_PER_MILLI : unit.isSetMICROS() ? NANOS_PER_MICRO : 1;
    }
}

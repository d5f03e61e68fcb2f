package io.penstock.format.parquet;

import io.penstock.format.ValueBounds;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;

/**
 * What the statistics and the column index of a file say of one leaf's values, as far as they can be relied on. Immutable.
 *
 * <p>Bounds in {@code min_value} and {@code max_value} mean something only where the footer names the order of the column. The older
 * {@code min} and {@code max} were compared as signed, whatever the type, and are taken for signed numbers alone. A NaN among bounds
 * makes them worthless, and there may be NaN besides the bounds unless they are counted. INT96 has no order that writers agree on.
 */
final class ColumnBounds {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MILLIS_PER_DAY = 86_400_000;

    private final Node.Leaf leaf;
    private final Type physical;
    private final LogicalType annotation;
    private final ArrowType type;
    private final boolean unsigned;

    /** Whether the order that bounds are found in is that of the column's values. */
    private final boolean comparable;

    /** Whether the file says so. */
    private final boolean ordered;

    /** @param order that the footer gives the leaf; null if it gives none */
    ColumnBounds(Node.Leaf leaf, ColumnOrder order) {
        this.leaf = leaf;
        this.physical = leaf.element().getType();
        this.annotation = Annotation.of(leaf.element());
        this.type = ParquetTypes.storage(leaf.field().getType());
        this.unsigned = annotation != null
                && annotation.isSetINTEGER()
                && !annotation.getINTEGER().isIsSigned();
        this.comparable = isComparable();
        boolean total = order != null && order.isSetIEEE_754_TOTAL_ORDER() && type instanceof ArrowType.FloatingPoint;
        this.ordered = order != null && order.isSetTYPE_ORDER() || total;
    }

    private boolean isComparable() {
        boolean integers = physical == Type.INT32 || physical == Type.INT64;
        return switch (type.getTypeID()) {
            case Bool -> physical == Type.BOOLEAN;
            case Int -> integers && unsigned != ((ArrowType.Int) type).getIsSigned();
            case Date, Time, Timestamp, Duration -> integers && !unsigned;
            case FloatingPoint ->
                switch (((ArrowType.FloatingPoint) type).getPrecision()) {
                    case HALF -> isBytes() && annotation != null && annotation.isSetFLOAT16();
                    case SINGLE -> physical == Type.FLOAT;
                    case DOUBLE -> physical == Type.DOUBLE;
                };
            case Decimal -> integers && !unsigned || isBytes() && annotation != null && annotation.isSetDECIMAL();
            case Utf8, LargeUtf8, Utf8View, Binary, LargeBinary, BinaryView, FixedSizeBinary ->
                isBytes() && isBytewise();
            default -> false;
        };
    }

    private boolean isBytes() {
        return physical == Type.BYTE_ARRAY || physical == Type.FIXED_LEN_BYTE_ARRAY;
    }

    /** Whether such bytes are ordered as unsigned ones, the first first. */
    private boolean isBytewise() {
        if (annotation == null) {
            // An annotation that is not known here may mean another order.
            return !leaf.element().isSetLogicalType() && !leaf.element().isSetConverted_type();
        }
        return annotation.isSetSTRING()
                || annotation.isSetENUM()
                || annotation.isSetJSON()
                || annotation.isSetBSON()
                || annotation.isSetUUID();
    }

    /**
     * The bounds of a column chunk.
     *
     * @param statistics null if there are none
     * @param values null ones counted
     */
    ValueBounds ofChunk(Statistics statistics, long values) {
        if (statistics == null) {
            return bounds(values, -1, null, null, -1);
        }
        boolean old = !ordered || !statistics.isSetMin_value() && !statistics.isSetMax_value();
        boolean minExact = !statistics.isSetIs_min_value_exact() || statistics.isIs_min_value_exact();
        boolean maxExact = !statistics.isSetIs_max_value_exact() || statistics.isIs_max_value_exact();
        byte[] min = old ? signed(statistics.getMin()) : whole(statistics.getMin_value(), minExact);
        byte[] max = old ? signed(statistics.getMax()) : whole(statistics.getMax_value(), maxExact);
        return bounds(
                values,
                statistics.isSetNull_count() ? statistics.getNull_count() : -1,
                min == null ? null : ByteBuffer.wrap(min),
                max == null ? null : ByteBuffer.wrap(max),
                statistics.isSetNan_count() ? statistics.getNan_count() : -1);
    }

    /** The bound, if comparing everything as signed was right for it. */
    private byte[] signed(byte[] bound) {
        return isBytes() || unsigned ? null : bound;
    }

    /** Bytes can be cut and still be a bound; a number cannot. */
    private byte[] whole(byte[] bound, boolean isExact) {
        return isExact || isBytes() && isBytewise() ? bound : null;
    }

    /**
     * The bounds of a page.
     *
     * @param index with as many entries in each list
     */
    ValueBounds ofPage(ColumnIndex index, int page, long values) {
        long nulls = index.isSetNull_counts() ? index.getNull_counts().get(page) : -1;
        if (index.getNull_pages().get(page)) {
            // A writer that kept no statistics calls a page without bounds a page of nulls, of which it has counted
            // none.
            boolean plausible = leaf.definition() > 0 && (nulls < 0 || nulls == values);
            return plausible ? new ValueBounds(values, values, null, null, false) : ValueBounds.unknown(values);
        }
        List<Long> nans = index.getNan_counts();
        return bounds(
                values,
                nulls,
                ordered ? index.getMin_values().get(page) : null,
                ordered ? index.getMax_values().get(page) : null,
                nans == null ? -1 : nans.get(page));
    }

    private ValueBounds bounds(long values, long nulls, ByteBuffer min, ByteBuffer max, long nans) {
        // Where nothing can be null nothing needs to be counted, and more than there are were counted wrongly.
        long known = leaf.definition() == 0 ? 0 : nulls < 0 || nulls > values ? -1 : nulls;
        boolean mayHaveNaN = type instanceof ArrowType.FloatingPoint && nans != 0;
        Object least = min == null || !comparable ? null : value(min, false);
        Object greatest = max == null || !comparable ? null : value(max, true);
        // One that cannot be makes the other doubtful.
        boolean doubtful = min != null && least == null || max != null && greatest == null;
        return new ValueBounds(values, known, doubtful ? null : least, doubtful ? null : greatest, mayHaveNaN);
    }

    /** A bound as {@link ValueBounds} has it; null if it cannot be one. */
    private Object value(ByteBuffer stored, boolean upper) {
        ByteBuffer bytes = stored.slice().order(ByteOrder.LITTLE_ENDIAN);
        int width = bytes.remaining();
        return switch (physical) {
            case BOOLEAN -> width == 1 ? Long.valueOf(bytes.get(0) & 1) : null;
            case INT32 -> width == Integer.BYTES ? number(bytes.getInt(0), Integer.SIZE) : null;
            case INT64 -> width == Long.BYTES ? number(bytes.getLong(0), Long.SIZE) : null;
            case FLOAT -> width == Float.BYTES ? floating(bytes.getFloat(0), upper) : null;
            case DOUBLE -> width == Double.BYTES ? floating(bytes.getDouble(0), upper) : null;
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> ofBytes(bytes, upper);
            case INT96 -> null;
        };
    }

    private Object ofBytes(ByteBuffer bytes, boolean upper) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(0, copy);
        if (type instanceof ArrowType.FloatingPoint) {
            return copy.length == Short.BYTES ? floating(Float16.toFloat(bytes.getShort(0)), upper) : null;
        }
        if (type instanceof ArrowType.Decimal decimal) {
            boolean whole =
                    physical == Type.BYTE_ARRAY || copy.length == leaf.element().getType_length();
            BigInteger unscaled = copy.length == 0 || !whole ? null : new BigInteger(copy);
            return unscaled == null || unscaled.bitLength() >= decimal.getBitWidth() ? null : unscaled;
        }
        return copy;
    }

    /** A NaN bounds nothing, and a zero may stand for the zero of the other sign. */
    private static Double floating(double value, boolean upper) {
        return Double.isNaN(value) ? null : value == 0 ? Double.valueOf(upper ? 0.0 : -0.0) : Double.valueOf(value);
    }

    /** An integer in the unit of the column; null if the column cannot have it. */
    private Object number(long stored, int bits) {
        return switch (type.getTypeID()) {
            case Int -> integer(stored, bits, (ArrowType.Int) type);
            case Decimal, Duration -> stored;
            case Date -> {
                boolean days = bits == Integer.SIZE && ((ArrowType.Date) type).getUnit() == DateUnit.MILLISECOND;
                yield days ? stored * MILLIS_PER_DAY : stored;
            }
            case Time -> inUnit(stored, ((ArrowType.Time) type).getUnit());
            case Timestamp -> inUnit(stored, ((ArrowType.Timestamp) type).getUnit());
            default -> null;
        };
    }

    private static Object integer(long stored, int bits, ArrowType.Int type) {
        int width = type.getBitWidth();
        if (type.getIsSigned()) {
            long kept = stored << (Long.SIZE - width) >> (Long.SIZE - width);
            return kept == stored ? stored : null;
        }
        long value = bits == Integer.SIZE ? stored & 0xFFFF_FFFFL : stored;
        if (width == Long.SIZE) {
            return value >= 0 ? (Object) value : new BigInteger(Long.toUnsignedString(value));
        }
        return value >>> width == 0 ? value : null;
    }

    /** From the unit of the file to that of the column, as the values themselves. */
    private Object inUnit(long stored, TimeUnit wanted) {
        long have = storedNanos();
        long want = nanos(wanted);
        if (have == 0 || have == want) {
            return stored;
        }
        if (have < want) {
            return Math.floorDiv(stored, want / have);
        }
        long factor = have / want;
        boolean fits = stored <= Long.MAX_VALUE / factor && stored >= Long.MIN_VALUE / factor;
        return fits ? stored * factor : null;
    }

    /** The unit that the file says its values have; 0 if it says none. */
    private long storedNanos() {
        if (annotation == null || !annotation.isSetTIMESTAMP() && !annotation.isSetTIME()) {
            return 0;
        }
        org.apache.parquet.format.TimeUnit unit = annotation.isSetTIMESTAMP()
                ? annotation.getTIMESTAMP().getUnit()
                : annotation.getTIME().getUnit();
        return unit.isSetMILLIS() ? NANOS_PER_MILLI : unit.isSetMICROS() ? NANOS_PER_MICRO : 1;
    }

    private static long nanos(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1000 * NANOS_PER_MILLI;
            case MILLISECOND -> NANOS_PER_MILLI;
            case MICROSECOND -> NANOS_PER_MICRO;
            case NANOSECOND -> 1;
        };
    }
}

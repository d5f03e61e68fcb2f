package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/**
 * From the physical form of a leaf's values to what an Arrow vector has in memory, for all that has a fixed width there.
 *
 * @param kind what is done to each value
 * @param sourceWidth bytes of the physical form; -1 if it is a byte array, whose length is its own
 * @param targetWidth bytes in the vector
 * @param factor to multiply with, or to divide by where it is negative
 */
record Conversion(Kind kind, int sourceWidth, int targetWidth, long factor) {
    private static final long MILLIS_OF_DAY = 86_400_000;
    private static final long NANOS_OF_DAY = MILLIS_OF_DAY * 1_000_000;
    private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;
    private static final int INT96_BYTES = 12;

    enum Kind {
        COPY,
        TRUNCATE,
        SCALE,
        DECIMAL_OF_INTEGER,
        DECIMAL_OF_BYTES,
        INT96
    }

    /**
     * How the values of a leaf become those of a vector of its field's type.
     *
     * @throws MalformedPageException if they cannot
     */
    static Conversion of(Node.Leaf leaf) {
        SchemaElement element = leaf.element();
        ArrowType type = ParquetTypes.storage(leaf.field().getType());
        int source = sourceWidth(element);
        Conversion conversion = switch (type.getTypeID()) {
            case Int -> integer(source, ((ArrowType.Int) type).getBitWidth() / 8, element);
            case FloatingPoint -> same(source, floatWidth(((ArrowType.FloatingPoint) type).getPrecision()));
            case Date ->
                switch (((ArrowType.Date) type).getUnit()) {
                    case DAY -> same(source, Integer.BYTES);
                    case MILLISECOND ->
                        source == Integer.BYTES ? scaled(source, Long.BYTES, MILLIS_OF_DAY) : same(source, Long.BYTES);
                };
            case Time ->
                time(element, source, ((ArrowType.Time) type).getBitWidth() / 8, ((ArrowType.Time) type).getUnit());
            case Timestamp -> time(element, source, Long.BYTES, ((ArrowType.Timestamp) type).getUnit());
            case Duration -> same(source, Long.BYTES);
            case Decimal -> decimal(element, source, ((ArrowType.Decimal) type).getBitWidth() / 8);
            case FixedSizeBinary ->
                element.getType() == Type.BYTE_ARRAY
                        ? null
                        : same(source, ((ArrowType.FixedSizeBinary) type).getByteWidth());
            case Interval ->
                switch (((ArrowType.Interval) type).getUnit()) {
                    case YEAR_MONTH -> same(source, 4);
                    case DAY_TIME -> same(source, 8);
                    case MONTH_DAY_NANO -> same(source, 16);
                };
            case NONE,
                    Null,
                    Bool,
                    Utf8,
                    Utf8View,
                    LargeUtf8,
                    Binary,
                    BinaryView,
                    LargeBinary,
                    List,
                    LargeList,
                    ListView,
                    LargeListView,
                    FixedSizeList,
                    Struct,
                    Map,
                    Union,
                    RunEndEncoded -> null;
        };
        if (conversion == null) {
            throw new MalformedPageException("values of type " + element.getType() + " cannot be read as "
                    + leaf.field().getType());
        }
        return conversion;
    }

    private static int sourceWidth(SchemaElement element) {
        return switch (element.getType()) {
            case BOOLEAN -> 1;
            case INT32, FLOAT -> Integer.BYTES;
            case INT64, DOUBLE -> Long.BYTES;
            case INT96 -> INT96_BYTES;
            case BYTE_ARRAY -> -1;
            case FIXED_LEN_BYTE_ARRAY -> element.getType_length();
        };
    }

    private static int floatWidth(FloatingPointPrecision precision) {
        return switch (precision) {
            case HALF -> Short.BYTES;
            case SINGLE -> Float.BYTES;
            case DOUBLE -> Double.BYTES;
        };
    }

    private static Conversion same(int source, int target) {
        return source == target ? new Conversion(Kind.COPY, source, target, 1) : null;
    }

    private static Conversion integer(int source, int target, SchemaElement element) {
        if (element.getType() != Type.INT32 && element.getType() != Type.INT64) {
            return null;
        }
        if (source < target) {
            return scaled(source, target, 1);
        }
        return source == target ? same(source, target) : new Conversion(Kind.TRUNCATE, source, target, 1);
    }

    private static Conversion scaled(int source, int target, long factor) {
        return new Conversion(Kind.SCALE, source, target, factor);
    }

    private static Conversion time(SchemaElement element, int source, int target, TimeUnit unit) {
        if (element.getType() == Type.INT96) {
            return new Conversion(Kind.INT96, source, target, nanos(unit));
        }
        if (element.getType() != Type.INT32 && element.getType() != Type.INT64) {
            return null;
        }
        long stored = storedNanos(element);
        long wanted = nanos(unit);
        if (stored == 0 || stored == wanted) {
            return source == target ? same(source, target) : scaled(source, target, 1);
        }
        return scaled(source, target, stored > wanted ? stored / wanted : -(wanted / stored));
    }

    private static long nanos(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1_000_000_000;
            case MILLISECOND -> 1_000_000;
            case MICROSECOND -> 1_000;
            case NANOSECOND -> 1;
        };
    }

    /** The unit that the file says its values have; 0 if it says none. */
    private static long storedNanos(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        org.apache.parquet.format.TimeUnit unit = null;
        if (logical != null && logical.isSetTIMESTAMP()) {
            unit = logical.getTIMESTAMP().getUnit();
        } else if (logical != null && logical.isSetTIME()) {
            unit = logical.getTIME().getUnit();
        }
        if (unit != null) {
            return unit.isSetMILLIS() ? 1_000_000 : unit.isSetMICROS() ? 1_000 : 1;
        }
        ConvertedType converted = element.getConverted_type();
        if (converted == ConvertedType.TIMESTAMP_MILLIS || converted == ConvertedType.TIME_MILLIS) {
            return 1_000_000;
        }
        return converted == ConvertedType.TIMESTAMP_MICROS || converted == ConvertedType.TIME_MICROS ? 1_000 : 0;
    }

    private static Conversion decimal(SchemaElement element, int source, int target) {
        return switch (element.getType()) {
            case INT32, INT64 -> new Conversion(Kind.DECIMAL_OF_INTEGER, source, target, 1);
            case FIXED_LEN_BYTE_ARRAY, BYTE_ARRAY -> new Conversion(Kind.DECIMAL_OF_BYTES, source, target, 1);
            case BOOLEAN, INT96, FLOAT, DOUBLE -> null;
        };
    }

    /** Converts {@code count} values; source and target do not overlap. */
    void convert(long source, int count, long target) {
        switch (kind) {
            case COPY -> Memory.copy(source, target, (long) count * targetWidth);
            case TRUNCATE -> truncate(source, count, target);
            case SCALE -> scale(source, count, target);
            case DECIMAL_OF_INTEGER -> widen(source, count, target);
            case DECIMAL_OF_BYTES -> {
                for (int i = 0; i < count; i++) {
                    decimal(source + (long) i * sourceWidth, sourceWidth, target + (long) i * targetWidth, targetWidth);
                }
            }
            case INT96 -> instants(source, count, target);
        }
    }

    /** Keeps the low bytes of integers that need no more, be they signed or not. */
    private void truncate(long source, int count, long target) {
        long lowest = -1L << (Byte.SIZE * targetWidth - 1);
        long highest = -2 * lowest - 1;
        for (int i = 0; i < count; i++) {
            long value = integer(source, i);
            if (value < lowest || value > highest) {
                throw new MalformedPageException(value + " in a column of " + targetWidth + " bytes");
            }
            switch (targetWidth) {
                case 1 -> Memory.putByte(target + i, (byte) value);
                case 2 -> Memory.putShort(target + 2L * i, (short) value);
                default -> Memory.putInt(target + 4L * i, (int) value);
            }
        }
    }

    private long integer(long source, int i) {
        return sourceWidth == Integer.BYTES ? Memory.getInt(source + 4L * i) : Memory.getLong(source + 8L * i);
    }

    private void scale(long source, int count, long target) {
        long multiplier = factor;
        for (int i = 0; i < count; i++) {
            long value = integer(source, i);
            long scaled = multiplier < 0 ? Math.floorDiv(value, -multiplier) : value * multiplier;
            boolean isHeld = targetWidth == Integer.BYTES
                    ? scaled == (int) scaled
                    : multiplier < 0 || Math.multiplyHigh(value, multiplier) == scaled >> 63;
            if (!isHeld) {
                throw new MalformedPageException(value + ", which is too large in the unit of the column");
            }
            if (targetWidth == Integer.BYTES) {
                Memory.putInt(target + 4L * i, (int) scaled);
            } else {
                Memory.putLong(target + 8L * i, scaled);
            }
        }
    }

    private void widen(long source, int count, long target) {
        for (int i = 0; i < count; i++) {
            long value = integer(source, i);
            long sign = value >> 63;
            long at = target + (long) i * targetWidth;
            Memory.putLong(at, value);
            for (int k = 8; k < targetWidth; k += 8) {
                Memory.putLong(at + k, sign);
            }
        }
    }

    /** Turns one big-endian number in two's complement into a little-endian one of {@code width} bytes. */
    static void decimal(long source, int length, long target, int width) {
        if (width == 2 * Long.BYTES && length > 0 && length <= width) {
            decimal(source, length, target);
            return;
        }
        int sign = length == 0 ? 0 : Memory.getByte(source) >> 7;
        int kept = Math.min(length, width);
        for (int i = 0; i < length - kept; i++) {
            if (Memory.getByte(source + i) != sign) {
                throw new MalformedPageException("a decimal that needs more than " + width + " bytes");
            }
        }
        long last = source + length - 1;
        for (int i = 0; i < kept; i++) {
            Memory.putByte(target + i, Memory.getByte(last - i));
        }
        Memory.fill(target + kept, width - kept, (byte) sign);
        if (kept > 0 && length > kept && Memory.getByte(target + kept - 1) >> 7 != sign) {
            throw new MalformedPageException("a decimal that needs more than " + width + " bytes");
        }
    }

    /** The same for the widths that almost all decimals have: up to 16 bytes into 16. */
    private static void decimal(long source, int length, long target) {
        if (length >= Long.BYTES) {
            long first = Long.reverseBytes(Memory.getLong(source));
            Memory.putLong(target, Long.reverseBytes(Memory.getLong(source + length - Long.BYTES)));
            // Of the first eight bytes those that are not among the last eight; if none is left, their sign.
            Memory.putLong(
                    target + Long.BYTES, first >> Math.min(Byte.SIZE * (2 * Long.BYTES - length), Long.SIZE - 1));
            return;
        }
        long value = Memory.getByte(source);
        for (int i = 1; i < length; i++) {
            value = value << Byte.SIZE | Memory.getByte(source + i) & 0xFF;
        }
        Memory.putLong(target, value);
        Memory.putLong(target + Long.BYTES, value >> 63);
    }

    /** Nanoseconds of the day and the Julian day, as Impala and old Spark have timestamps. */
    private void instants(long source, int count, long target) {
        long unit = factor;
        long unitsOfDay = NANOS_OF_DAY / unit;
        long maxDay = Long.MAX_VALUE / unitsOfDay - 1;
        for (int i = 0; i < count; i++) {
            long at = source + (long) INT96_BYTES * i;
            long nanos = Memory.getLong(at);
            long day = Integer.toUnsignedLong(Memory.getInt(at + Long.BYTES)) - JULIAN_DAY_OF_EPOCH;
            if (Math.abs(day) > maxDay || nanos < 0 || nanos >= NANOS_OF_DAY) {
                throw new MalformedPageException("an INT96 timestamp " + day + " days and " + nanos
                        + " ns after 1970, which a timestamp in units of " + unit + " ns cannot hold");
            }
            Memory.putLong(target + 8L * i, day * unitsOfDay + nanos / unit);
        }
    }
}

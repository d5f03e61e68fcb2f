package io.penstock.cli;

import io.penstock.RowAppender;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Base64;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Turns the text of a CSV field into the value of one column. */
abstract class CsvCell {
    private final int column;

    private CsvCell(int column) {
        this.column = column;
    }

    /**
     * Sets the column of {@code row} to the value that the text says.
     *
     * @throws RuntimeException if it says none of the column's type: a {@link NumberFormatException}, {@link ArithmeticException},
     *     {@link DateTimeException} or {@link IllegalArgumentException}
     */
    abstract void set(RowAppender row, char[] chars, int from, int to);

    /** Whether a field in quotes that is empty is a value of its own and not null. */
    boolean takesEmpty() {
        return false;
    }

    final int column() {
        return column;
    }

    /** A time that no calendar reaches stands as what Arrow stores: a number in the column's unit. */
    private static long count(char[] chars, int from, int to, String expected) {
        try {
            return Numbers.parseLong(chars, from, to, Long.MIN_VALUE, Long.MAX_VALUE);
        } catch (NumberFormatException e) {
            throw new DateTimeException("expected " + expected, e);
        }
    }

    /**
     * The parser of a column's type.
     *
     * @throws IllegalArgumentException if CSV has no text for the type
     */
    static CsvCell of(Field field, int column) {
        ArrowType type = field.getType();
        return switch (type.getTypeID()) {
            case Bool -> new BoolCell(column);
            case Int -> new IntegerCell(column, (ArrowType.Int) type);
            case FloatingPoint ->
                ((ArrowType.FloatingPoint) type).getPrecision() == FloatingPointPrecision.DOUBLE
                        ? new DoubleCell(column)
                        : new FloatCell(column);
            case Decimal -> new DecimalCell(column, (ArrowType.Decimal) type);
            case Utf8, LargeUtf8, Utf8View -> new TextCell(column);
            case Binary, LargeBinary, BinaryView, FixedSizeBinary -> new BinaryCell(column);
            case Date -> new DateCell(column, ((ArrowType.Date) type).getUnit());
            case Time -> new TimeCell(column, ((ArrowType.Time) type).getUnit());
            case Timestamp -> new TimestampCell(column, (ArrowType.Timestamp) type);
            case Duration -> new DurationCell(column);
            case Null -> new NothingCell(column);
            case Interval,
                    List,
                    LargeList,
                    FixedSizeList,
                    Struct,
                    Map,
                    Union,
                    ListView,
                    LargeListView,
                    RunEndEncoded,
                    NONE ->
                throw new IllegalArgumentException("column '" + field.getName() + "' is " + TypeText.of(field)
                        + ", which CSV has no text for: give these rows as .jsonl or .arrow");
        };
    }

    private static final class BoolCell extends CsvCell {
        BoolCell(int column) {
            super(column);
        }

        @Override
        void set(RowAppender row, char[] chars, int from, int to) {
            if (CsvTypes.isWord("true", chars, from, to)) {
                row.setBoolean(super.column, true);
            } else if (CsvTypes.isWord("false", chars, from, to)) {
                row.setBoolean(super.column, false);
            } else {
                throw new IllegalArgumentException("expected true or false");
            }
        }
    }

    private static final class IntegerCell extends CsvCell {
        /** Numbers of this many digits may be beyond a long. */
        private static final int LONG_DIGITS = 19;

        private final boolean uint64;
        private final long min;
        private final long max;

        IntegerCell(int column, ArrowType.Int type) {
            super(column);
            int bits = type.getBitWidth();
            uint64 = bits == 64 && !type.getIsSigned();
            min = type.getIsSigned() ? -1L << (bits - 1) : 0;
            max = type.getIsSigned() ? ~min : bits == 64 ? Long.MAX_VALUE : (1L << bits) - 1;
        }

        @Override
        void set(RowAppender row, char[] chars, int from, int to) {
            if (uint64 && to - from >= LONG_DIGITS) {
                row.setObject(super.column, new BigInteger(new String(chars, from, to - from)));
            } else {
                row.setLong(super.column, Numbers.parseLong(chars, from, to, min, max));
            }
        }
    }

    private static final class FloatCell extends CsvCell {
        FloatCell(int column) {
            super(column);
        }

        @Override
        void set(RowAppender row, char[] chars, int from, int to) {
            // The check is that of doubles; the value is parsed anew, because rounding twice may miss the nearest
            // float.
            Numbers.parseDouble(chars, from, to);
            row.setFloat(super.column, Float.parseFloat(new String(chars, from, to - from)));
        }
    }

    private static final class DoubleCell extends CsvCell {
        DoubleCell(int column) {
            super(column);
        }

        @Override
        void set(RowAppender row, char[] chars, int from, int to) {
            row.setDouble(super.column, Numbers.parseDouble(chars, from, to));
        }
    }

    private static final class DecimalCell extends CsvCell {
        private final int precision;
        private final int scale;

        DecimalCell(int column, ArrowType.Decimal type) {
            super(column);
            precision = type.getPrecision();
            scale = type.getScale();
        }

        @Override
        void set(RowAppender row, char[] chars, int from, int to) {
            BigDecimal value = new BigDecimal(chars, from, to - from).setScale(scale, RoundingMode.UNNECESSARY);
            if (value.precision() > precision) {
                throw new ArithmeticException("more than " + precision + " digits");
            }
            row.setObject(super.column, value);
        }
    }

    private static final class TextCell extends CsvCell {
        private final Utf8Bytes bytes = new Utf8Bytes();

        TextCell(int column) {
            super(column);
        }

        @Override
        void set(RowAppender row, char[] chars, int from, int to) {
            int length = bytes.encode(chars, from, to);
            row.setUtf8(super.column, bytes.array(), 0, length);
        }

        @Override
        boolean takesEmpty() {
            return true;
        }
    }

    private static final class BinaryCell extends CsvCell {
        BinaryCell(int column) {
            super(column);
        }

        @Override
        void set(RowAppender row, char[] chars, int from, int to) {
            byte[] value = Base64.getDecoder().decode(new String(chars, from, to - from));
            row.setBinary(super.column, value, 0, value.length);
        }

        @Override
        boolean takesEmpty() {
            return true;
        }
    }

    private static final class DateCell extends CsvCell {
        private static final long MILLIS_PER_DAY = 86_400_000;
        private final IsoTime iso = new IsoTime();
        private final long unitsPerDay;

        DateCell(int column, DateUnit unit) {
            super(column);
            unitsPerDay = unit == DateUnit.DAY ? 1 : MILLIS_PER_DAY;
        }

        @Override
        void set(RowAppender row, char[] chars, int from, int to) {
            if (iso.parseDate(chars, from, to)) {
                row.setLong(super.column, Math.multiplyExact(iso.epochDay(), unitsPerDay));
            } else if (unitsPerDay == 1 || !iso.parseTimestamp(chars, from, to)) {
                row.setLong(super.column, count(chars, from, to, "a date such as 2024-02-29"));
            } else {
                row.setLong(super.column, iso.timestamp(TimeUnit.MILLISECOND, null));
            }
        }
    }

    private static final class TimeCell extends CsvCell {
        private final IsoTime iso = new IsoTime();
        private final TimeUnit unit;

        TimeCell(int column, TimeUnit unit) {
            super(column);
            this.unit = unit;
        }

        @Override
        void set(RowAppender row, char[] chars, int from, int to) {
            if (iso.parseTime(chars, from, to)) {
                row.setLong(super.column, iso.timeOfDay(unit));
            } else {
                row.setLong(super.column, count(chars, from, to, "a time such as 13:45:10.123"));
            }
        }
    }

    private static final class TimestampCell extends CsvCell {
        private final IsoTime iso = new IsoTime();
        private final TimeUnit unit;
        private final ZoneId zone;

        TimestampCell(int column, ArrowType.Timestamp type) {
            super(column);
            unit = type.getUnit();
            zone = type.getTimezone() == null || type.getTimezone().isEmpty() ? null : IsoTime.zone(type.getTimezone());
        }

        @Override
        void set(RowAppender row, char[] chars, int from, int to) {
            if (!iso.parseTimestamp(chars, from, to)) {
                row.setLong(super.column, count(chars, from, to, "a timestamp such as 2024-02-29T13:45:10.123"));
                return;
            }
            if (iso.hasOffset() && zone == null) {
                throw new DateTimeException("the column has no time zone and the value has an offset");
            }
            row.setLong(super.column, iso.timestamp(unit, zone));
        }
    }

    private static final class DurationCell extends CsvCell {
        DurationCell(int column) {
            super(column);
        }

        @Override
        void set(RowAppender row, char[] chars, int from, int to) {
            row.setObject(super.column, Duration.parse(new String(chars, from, to - from)));
        }
    }

    private static final class NothingCell extends CsvCell {
        NothingCell(int column) {
            super(column);
        }

        @Override
        void set(RowAppender row, char[] chars, int from, int to) {
            throw new IllegalArgumentException("expected nothing");
        }
    }
}

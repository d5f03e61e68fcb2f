package io.penstock.format;

import io.penstock.format.Ranges.Order;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.UUID;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * How the values of a column compare, and where in their order a Java object stands. Decimals count units of their last digit, dates and
 * times those of their type, floating-point numbers {@linkplain #key those there are}. Immutable.
 */
final class ColumnOrder {
    private static final long MILLIS_PER_DAY = 86_400_000;
    private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000);
    private static final int UUID_BYTES = 16;

    /** More digits than any column has, and few enough to calculate with. */
    private static final int MANY_DIGITS = 100;

    private static final BigInteger BEYOND = BigInteger.TEN.pow(MANY_DIGITS);

    /**
     * A place in the order of a column's values.
     *
     * @param floor the value, or the greatest one of the column below it: {@code BigInteger} or {@code byte[]}; null for a NaN, which has
     *     no place
     * @param exact whether it is the value itself
     */
    record Position(Object floor, boolean exact) {
        private static final Position NOWHERE = new Position(null, false);
    }

    private final Field field;
    private final ArrowType type;
    private final Order<?> order;
    private final String takes;

    private ColumnOrder(Field field, ArrowType type, Order<?> order, String takes) {
        this.field = field;
        this.type = type;
        this.order = order;
        this.takes = takes;
    }

    /** @throws IllegalArgumentException if the values of such a column have no order */
    static ColumnOrder of(Field field) {
        ArrowType type = Layout.storage(field.getType());
        return switch (type.getTypeID()) {
            case Bool -> new ColumnOrder(field, type, bits(1, false), "Boolean");
            case Int -> {
                ArrowType.Int integer = (ArrowType.Int) type;
                Order<?> order = bits(integer.getBitWidth(), integer.getIsSigned());
                yield new ColumnOrder(field, type, order, "Byte, Short, Integer, Long, BigInteger or BigDecimal");
            }
            case FloatingPoint ->
                new ColumnOrder(
                        field,
                        type,
                        Order.integers(
                                BigInteger.valueOf(key(Double.NEGATIVE_INFINITY)),
                                BigInteger.valueOf(key(Double.POSITIVE_INFINITY))),
                        "Float, Double, Byte, Short, Integer, Long, BigInteger or BigDecimal");
            case Decimal ->
                new ColumnOrder(
                        field,
                        type,
                        bits(((ArrowType.Decimal) type).getBitWidth(), true),
                        "BigDecimal, BigInteger, Byte, Short, Integer or Long");
            case Utf8, LargeUtf8, Utf8View -> new ColumnOrder(field, type, Ranges.BYTES, "String");
            case Binary, LargeBinary, BinaryView -> new ColumnOrder(field, type, Ranges.BYTES, "byte[]");
            case FixedSizeBinary -> {
                int width = ((ArrowType.FixedSizeBinary) type).getByteWidth();
                yield new ColumnOrder(
                        field,
                        type,
                        Ranges.BYTES,
                        "byte[] of " + width + " bytes" + (width == UUID_BYTES ? " or java.util.UUID" : ""));
            }
            case Date -> new ColumnOrder(field, type, bits(Layout.width(type) * 8, true), "LocalDate");
            case Time -> new ColumnOrder(field, type, bits(Layout.width(type) * 8, true), "LocalTime");
            case Timestamp ->
                new ColumnOrder(
                        field,
                        type,
                        bits(64, true),
                        isLocal((ArrowType.Timestamp) type)
                                ? "LocalDateTime"
                                : "Instant, OffsetDateTime or ZonedDateTime");
            case Duration -> new ColumnOrder(field, type, bits(64, true), "java.time.Duration");
            case NONE,
                    Null,
                    Interval,
                    List,
                    LargeList,
                    FixedSizeList,
                    ListView,
                    LargeListView,
                    Struct,
                    Map,
                    Union,
                    RunEndEncoded ->
                throw new IllegalArgumentException("column '" + field.getName() + "' is " + field.getType()
                        + ", whose values have no order: it can be tested for null only");
        };
    }

    private static Order<BigInteger> bits(int width, boolean signed) {
        BigInteger end = BigInteger.ONE.shiftLeft(signed ? width - 1 : width);
        return Order.integers(signed ? end.negate() : BigInteger.ZERO, end.subtract(BigInteger.ONE));
    }

    /** Numbers the doubles without NaN, from the least to the greatest; both zeros are 0. */
    static long key(double value) {
        long bits = Double.doubleToRawLongBits(value);
        return bits >= 0 ? bits : Long.MIN_VALUE - bits;
    }

    /** The double of this {@link #key}. */
    static double ofKey(long key) {
        return Double.longBitsToDouble(key >= 0 ? key : Long.MIN_VALUE - key);
    }

    Order<?> order() {
        return order;
    }

    boolean isFloating() {
        return type instanceof ArrowType.FloatingPoint;
    }

    /** @throws IllegalArgumentException if the column does not compare with such an object */
    Position position(Object value) {
        Position position = switch (type.getTypeID()) {
            case Bool -> value instanceof Boolean flag ? at(flag ? 1 : 0) : null;
            case Int -> decimal(value, 0);
            case Decimal -> decimal(value, ((ArrowType.Decimal) type).getScale());
            case FloatingPoint -> floating(value);
            case Utf8, LargeUtf8, Utf8View -> value instanceof String text ? new Position(utf8(text), true) : null;
            case Binary, LargeBinary, BinaryView ->
                value instanceof byte[] bytes ? new Position(bytes.clone(), true) : null;
            case FixedSizeBinary -> fixed(value, ((ArrowType.FixedSizeBinary) type).getByteWidth());
            case Date -> value instanceof LocalDate date ? date(date) : null;
            case Time ->
                value instanceof LocalTime time
                        ? seconds(0, time.toNanoOfDay(), ((ArrowType.Time) type).getUnit())
                        : null;
            case Timestamp -> timestamp(value, (ArrowType.Timestamp) type);
            case Duration ->
                value instanceof Duration duration
                        ? seconds(duration.getSeconds(), duration.getNano(), ((ArrowType.Duration) type).getUnit())
                        : null;
            default -> throw new IllegalStateException("no order of " + type);
        };
        if (position == null) {
            throw refusal(value, "");
        }
        return position;
    }

    private IllegalArgumentException refusal(Object value, String problem) {
        String text = value instanceof byte[] bytes ? bytes.length + " bytes" : "'" + value + "'";
        return new IllegalArgumentException("column '" + field.getName() + "' is " + field.getType()
                + " and is compared with " + takes + ", not with "
                + value.getClass().getSimpleName() + " " + text
                + problem);
    }

    private static Position at(long value) {
        return new Position(BigInteger.valueOf(value), true);
    }

    /** The number as a {@code BigDecimal}; null if it is none, or is a floating-point one. */
    private static BigDecimal number(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        if (value instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        boolean integral =
                value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte;
        return integral ? BigDecimal.valueOf(((Number) value).longValue()) : null;
    }

    private static Position decimal(Object value, int scale) {
        BigDecimal number = number(value);
        if (number == null) {
            return null;
        }
        long digits = (long) number.precision() - number.scale() + scale;
        if (number.signum() != 0 && digits > MANY_DIGITS) {
            return new Position(number.signum() < 0 ? BEYOND.negate() : BEYOND, false);
        }
        if (number.signum() != 0 && digits < -MANY_DIGITS) {
            return new Position(number.signum() < 0 ? BigInteger.ONE.negate() : BigInteger.ZERO, false);
        }
        BigDecimal floor = number.setScale(scale, RoundingMode.FLOOR);
        return new Position(floor.unscaledValue(), floor.compareTo(number) == 0);
    }

    private static Position floating(Object value) {
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            return Double.isNaN(number) ? Position.NOWHERE : at(key(number));
        }
        BigDecimal number = number(value);
        if (number == null) {
            return null;
        }
        double nearest = number.doubleValue();
        if (Double.isInfinite(nearest)) {
            return new Position(
                    BigInteger.valueOf(key(nearest > 0 ? Double.MAX_VALUE : Double.NEGATIVE_INFINITY)), false);
        }
        // As a number of many digits it would be calculated with at length.
        int comparison = nearest == 0 ? -number.signum() : new BigDecimal(nearest).compareTo(number);
        return new Position(BigInteger.valueOf(key(nearest) - (comparison > 0 ? 1 : 0)), comparison == 0);
    }

    private byte[] utf8(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return Arrays.copyOf(bytes.array(), bytes.limit());
        } catch (CharacterCodingException e) {
            throw refusal(text, ", which has half of a surrogate pair");
        }
    }

    private Position fixed(Object value, int width) {
        if (value instanceof UUID uuid && width == UUID_BYTES) {
            ByteBuffer bytes = ByteBuffer.allocate(UUID_BYTES);
            bytes.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
            return new Position(bytes.array(), true);
        }
        return value instanceof byte[] bytes && bytes.length == width ? new Position(bytes.clone(), true) : null;
    }

    private Position date(LocalDate date) {
        boolean days = ((ArrowType.Date) type).getUnit() == DateUnit.DAY;
        return new Position(
                BigInteger.valueOf(date.toEpochDay()).multiply(BigInteger.valueOf(days ? 1 : MILLIS_PER_DAY)), true);
    }

    private static boolean isLocal(ArrowType.Timestamp type) {
        return type.getTimezone() == null || type.getTimezone().isEmpty();
    }

    private static Position timestamp(Object value, ArrowType.Timestamp type) {
        if (isLocal(type)) {
            return value instanceof LocalDateTime time
                    ? seconds(time.toEpochSecond(ZoneOffset.UTC), time.getNano(), type.getUnit())
                    : null;
        }
        Instant instant;
        if (value instanceof Instant same) {
            instant = same;
        } else if (value instanceof OffsetDateTime time) {
            instant = time.toInstant();
        } else if (value instanceof ZonedDateTime time) {
            instant = time.toInstant();
        } else {
            return null;
        }
        return seconds(instant.getEpochSecond(), instant.getNano(), type.getUnit());
    }

    private static Position seconds(long seconds, long nanos, TimeUnit unit) {
        BigInteger exact =
                BigInteger.valueOf(seconds).multiply(NANOS_PER_SECOND).add(BigInteger.valueOf(nanos));
        BigInteger nanosPerUnit = BigInteger.valueOf(
                switch (unit) {
                    case SECOND -> 1_000_000_000;
                    case MILLISECOND -> 1_000_000;
                    case MICROSECOND -> 1_000;
                    case NANOSECOND -> 1;
                });
        BigInteger rest = exact.mod(nanosPerUnit);
        return new Position(exact.subtract(rest).divide(nanosPerUnit), rest.signum() == 0);
    }
}

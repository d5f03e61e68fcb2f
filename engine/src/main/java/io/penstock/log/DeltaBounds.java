package io.penstock.log;

import com.dslplatform.json.DslJson;
import io.penstock.format.ValueBounds;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What the {@code stats} of a data file say of its columns, as {@link DeltaStatistics} or another engine wrote them. What is missing, or
 * not of the form that is expected, is not known; a bound that was rounded is widened by as much. Immutable.
 */
public final class DeltaBounds {
    private static final DslJson<Object> JSON = new DslJson<>();
    private static final ArrowType.Timestamp LOCAL_MILLIS = new ArrowType.Timestamp(TimeUnit.MILLISECOND, null);
    private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000);

    /** Engines cut timestamps to milliseconds, some of them a greatest one, too. */
    private static final int CUT_NANOS = 1_000_000;

    /** More than any column's, and few enough to calculate with. */
    private static final int MANY_DIGITS = 1_000;

    private final Schema schema;
    private final long rows;
    private final Map<?, ?> nulls;
    private final Map<?, ?> least;
    private final Map<?, ?> greatest;

    private DeltaBounds(Schema schema, long rows, Map<?, ?> statistics) {
        this.schema = schema;
        this.rows = rows;
        this.nulls = object(statistics.get("nullCount"));
        this.least = object(statistics.get("minValues"));
        this.greatest = object(statistics.get("maxValues"));
    }

    /** @param schema the table's */
    public static DeltaBounds of(Schema schema, DataFile file) {
        return new DeltaBounds(schema, file.rows(), parsed(file.statistics()));
    }

    private static Map<?, ?> parsed(String statistics) {
        if (statistics == null) {
            return Map.of();
        }
        byte[] text = statistics.getBytes(StandardCharsets.UTF_8);
        try {
            return object(JSON.deserialize(Map.class, text, text.length));
        } catch (IOException e) {
            return Map.of();
        }
    }

    private static Map<?, ?> object(Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    /** The bounds of the column of that name. */
    public ValueBounds of(String column) {
        Field field = schema.findField(column);
        ArrowType type = field.getType();
        // The nulls that these have in their values are not counted.
        boolean indirect = field.getDictionary() != null || type instanceof ArrowType.RunEndEncoded;
        long nullCount = !indirect && nulls.get(column) instanceof Long count && count >= 0 ? count : -1;
        return new ValueBounds(
                rows, nullCount, bound(type, least.get(column), false), bound(type, greatest.get(column), true), true);
    }

    /** Null if it is not known. */
    private static Object bound(ArrowType type, Object value, boolean upper) {
        try {
            if (value instanceof Long number) {
                return number(type, BigDecimal.valueOf(number), upper);
            }
            if (value instanceof BigDecimal number && Math.abs((long) number.scale()) < MANY_DIGITS) {
                return number(type, number, upper);
            }
            return value instanceof String text ? ofText(type, text, upper) : null;
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    private static Object number(ArrowType type, BigDecimal value, boolean upper) {
        return switch (type.getTypeID()) {
            case Int, Duration -> whole(value, 0, upper);
            case Decimal -> whole(value, ((ArrowType.Decimal) type).getScale(), upper);
            case FloatingPoint -> floating((ArrowType.FloatingPoint) type, value.doubleValue(), upper);
            default -> null;
        };
    }

    private static BigInteger whole(BigDecimal value, int scale, boolean upper) {
        return value.setScale(scale, upper ? RoundingMode.CEILING : RoundingMode.FLOOR)
                .unscaledValue();
    }

    /** A float's shortest decimal text is not the float itself, but nearer to it than to the next. */
    private static Object floating(ArrowType.FloatingPoint type, double value, boolean upper) {
        if (type.getPrecision() == FloatingPointPrecision.DOUBLE) {
            return value;
        }
        float near = (float) value;
        return (double) (upper ? Math.nextUp(near) : Math.nextDown(near));
    }

    private static Object ofText(ArrowType type, String text, boolean upper) {
        return switch (type.getTypeID()) {
            case Utf8, LargeUtf8, Utf8View -> utf8(text);
            case Date -> date((ArrowType.Date) type, text, upper);
            case Timestamp -> timestamp((ArrowType.Timestamp) type, text, upper);
            default -> null;
        };
    }

    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // Half of a surrogate pair would become another character.
        return new String(bytes, StandardCharsets.UTF_8).equals(text) ? bytes : null;
    }

    private static Object date(ArrowType.Date type, String text, boolean upper) {
        return switch (type.getUnit()) {
            case DAY -> LocalDate.parse(text).toEpochDay();
            case MILLISECOND -> timestamp(LOCAL_MILLIS, text, upper);
        };
    }

    private static Object timestamp(ArrowType.Timestamp type, String text, boolean upper) {
        boolean local =
                text.length() > 10 && text.indexOf('Z') < 0 && text.lastIndexOf('-') < 10 && text.indexOf('+') < 0;
        if (local && type.getTimezone() != null) {
            return null;
        }
        Instant instant = local
                ? LocalDateTime.parse(text).toInstant(ZoneOffset.UTC)
                : OffsetDateTime.parse(text).toInstant();
        BigInteger nanos = BigInteger.valueOf(instant.getEpochSecond())
                .multiply(NANOS_PER_SECOND)
                .add(BigInteger.valueOf(instant.getNano() + (upper ? CUT_NANOS : 0)));
        return whole(new BigDecimal(nanos, digits(type.getUnit())), 0, upper);
    }

    /** How many nanoseconds a unit has, as a power of ten. */
    private static int digits(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 9;
            case MILLISECOND -> 6;
            case MICROSECOND -> 3;
            case NANOSECOND -> 0;
        };
    }
}

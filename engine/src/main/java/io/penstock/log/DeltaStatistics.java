package io.penstock.log;

import io.penstock.format.ColumnStatistics;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The {@code stats} of an {@code add} action (Delta transaction protocol, "Per-file Statistics"): a JSON object as a string. A bound that
 * its grammar has no form for is left out.
 */
public final class DeltaStatistics {
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter LOCAL_MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private DeltaStatistics() {}

    /** The statistics of a file of {@code rows} rows. */
    public static String text(Schema schema, long rows, List<ColumnStatistics> columns) {
        Map<String, Object> min = new LinkedHashMap<>();
        Map<String, Object> max = new LinkedHashMap<>();
        Map<String, Object> nulls = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            ColumnStatistics column = columns.get(i);
            Field field = schema.getFields().get(i);
            if (countsNulls(field)) {
                nulls.put(column.column(), column.nullCount());
            }
            Object least = bound(field.getType(), column.min(), false);
            Object greatest = bound(field.getType(), column.max(), true);
            if (least != null && greatest != null) {
                min.put(column.column(), least);
                max.put(column.column(), greatest);
            }
        }
        return LogFormat.text(
                LogFormat.map("numRecords", rows, "minValues", min, "maxValues", max, "nullCount", nulls));
    }

    /** Delta has the nulls of a struct's members instead; and a dictionary, or a run, may have a null for its value. */
    private static boolean countsNulls(Field field) {
        return !(field.getType() instanceof ArrowType.Struct)
                && !(field.getType() instanceof ArrowType.RunEndEncoded)
                && field.getDictionary() == null;
    }

    private static Object bound(ArrowType type, Object value, boolean upper) {
        if (value instanceof Double number) {
            return number.isInfinite() ? null : new BigDecimal(number.toString());
        }
        if (value instanceof Long number) {
            return switch (type.getTypeID()) {
                case Date -> date((ArrowType.Date) type, number);
                case Timestamp -> timestamp((ArrowType.Timestamp) type, number, upper);
                case Time -> null;
                default -> number;
            };
        }
        return value;
    }

    /** Delta has days for days only. */
    private static Object date(ArrowType.Date type, long value) {
        return switch (type.getUnit()) {
            case DAY ->
                formatted(() -> {
                    LocalDate date = LocalDate.ofEpochDay(value);
                    return hasFourDigits(date.getYear()) ? date.toString() : null;
                });
            case MILLISECOND -> formatted(() -> millis(value, LOCAL_MILLIS));
        };
    }

    /** To the millisecond, as Delta has it: an upper bound is rounded up. */
    private static Object timestamp(ArrowType.Timestamp type, long value, boolean upper) {
        long unitsPerMilli = switch (type.getUnit()) {
            case SECOND, MILLISECOND -> 1;
            case MICROSECOND -> 1_000;
            case NANOSECOND -> 1_000_000;
        };
        return formatted(() -> {
            long millis = switch (type.getUnit()) {
                case SECOND -> Math.multiplyExact(value, 1_000);
                default -> upper ? -Math.floorDiv(-value, unitsPerMilli) : Math.floorDiv(value, unitsPerMilli);
            };
            return millis(millis, type.getTimezone() == null ? LOCAL_MILLIS : MILLIS);
        });
    }

    private static String millis(long millis, DateTimeFormatter format) {
        Instant instant = Instant.ofEpochMilli(millis);
        return hasFourDigits(instant.atOffset(ZoneOffset.UTC).getYear()) ? format.format(instant) : null;
    }

    /** Others would have a sign, which not every reader expects. */
    private static boolean hasFourDigits(int year) {
        return year >= 0 && year <= 9999;
    }

    private static Object formatted(java.util.function.Supplier<Object> text) {
        try {
            return text.get();
        } catch (DateTimeException | ArithmeticException e) {
            // Beyond what a calendar date can be.
            return null;
        }
    }
}

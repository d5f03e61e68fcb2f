package io.penstock.cli;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.Function;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The values that a predicate compares a column with, by the column's type: text stands in single quotes, bytes as {@code x'00ff'},
 * numbers, {@code true}, dates and times as they are, in quotes if there is a blank in them. Floating-point numbers are rounded to the
 * column's precision, as they were when they were written.
 */
final class WhereValue {
    private static final int UUID_BYTES = 16;

    private WhereValue() {}

    /** @param refusal what to throw, given what was expected */
    static Object ofQuoted(Field column, String text, Function<String, WhereException> refusal) {
        return switch (type(column).getTypeID()) {
            case Utf8, LargeUtf8, Utf8View -> text;
            case Date, Time, Timestamp, Duration, FixedSizeBinary -> ofWord(column, text, refusal);
            default -> throw refusal.apply(expected(column));
        };
    }

    static Object ofHex(Field column, String digits, Function<String, WhereException> refusal) {
        ArrowType type = type(column);
        boolean bytes = type instanceof ArrowType.Binary
                || type instanceof ArrowType.LargeBinary
                || type instanceof ArrowType.BinaryView
                || type instanceof ArrowType.FixedSizeBinary fixed && digits.length() == 2 * fixed.getByteWidth();
        try {
            if (bytes) {
                return HexFormat.of().parseHex(digits);
            }
        } catch (IllegalArgumentException e) {
            throw refusal.apply(expected(column));
        }
        throw refusal.apply(expected(column));
    }

    static Object ofWord(Field column, String word, Function<String, WhereException> refusal) {
        Object value;
        try {
            value = parsed(type(column), word);
        } catch (DateTimeException | IllegalArgumentException e) {
            throw refusal.apply(expected(column));
        }
        if (value == null) {
            throw refusal.apply(expected(column));
        }
        return value;
    }

    private static ArrowType type(Field column) {
        ArrowType type = column.getType();
        return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
    }

    /** Null if such a column has no such values. */
    private static Object parsed(ArrowType type, String word) {
        return switch (type.getTypeID()) {
            case Bool ->
                word.equalsIgnoreCase("true") ? Boolean.TRUE : word.equalsIgnoreCase("false") ? Boolean.FALSE : null;
            case Int, Decimal -> number(word);
            case FloatingPoint -> floating(((ArrowType.FloatingPoint) type).getPrecision(), word);
            case FixedSizeBinary ->
                ((ArrowType.FixedSizeBinary) type).getByteWidth() == UUID_BYTES && word.length() == 36
                        ? UUID.fromString(word)
                        : null;
            case Date -> LocalDate.parse(word);
            case Time -> LocalTime.parse(word);
            case Timestamp -> timestamp((ArrowType.Timestamp) type, word);
            case Duration -> Duration.parse(word);
            default -> null;
        };
    }

    private static BigDecimal number(String word) {
        // What Java takes besides: digits of other scripts.
        return word.matches("[-+]?[0-9]*\\.?[0-9]*([eE][-+]?[0-9]+)?") ? new BigDecimal(word) : null;
    }

    private static Object floating(FloatingPointPrecision precision, String word) {
        boolean special = word.equals("NaN") || word.matches("-?Infinity");
        if (!special && number(word) == null) {
            return null;
        }
        return switch (precision) {
            case DOUBLE -> Double.parseDouble(word);
            case SINGLE -> Float.parseFloat(word);
            case HALF -> Float16.toFloat(Float16.toFloat16(Float.parseFloat(word)));
        };
    }

    private static Object timestamp(ArrowType.Timestamp type, String word) {
        String iso = word.replaceFirst("^(.{10}) ", "$1T");
        boolean zoned = type.getTimezone() != null && !type.getTimezone().isEmpty();
        if (iso.length() <= 10) {
            LocalDateTime midnight = LocalDate.parse(iso).atStartOfDay();
            return zoned ? midnight.atZone(zone(type)) : midnight;
        }
        if (!zoned) {
            return LocalDateTime.parse(iso);
        }
        boolean offset = iso.matches(".*T.*(Z|z|[-+][0-9:]+)");
        return offset ? OffsetDateTime.parse(iso) : LocalDateTime.parse(iso).atZone(zone(type));
    }

    private static ZoneId zone(ArrowType.Timestamp type) {
        return IsoTime.zone(type.getTimezone());
    }

    private static String expected(Field column) {
        return switch (type(column).getTypeID()) {
            case Bool -> "true or false";
            case Int, Decimal, FloatingPoint -> "a number";
            case Utf8, LargeUtf8, Utf8View -> "a text in single quotes";
            case Binary, LargeBinary, BinaryView -> "bytes such as x'00ff'";
            case FixedSizeBinary ->
                "bytes such as x'00ff', " + ((ArrowType.FixedSizeBinary) type(column)).getByteWidth() + " of them";
            case Date -> "a date such as 1998-09-01";
            case Time -> "a time such as 13:45:10.123";
            case Timestamp -> "a timestamp such as 1998-09-01T13:45:10.123";
            case Duration -> "a duration such as PT1.5S";
            default -> "'is null' or 'is not null', which are all a column of this type takes";
        };
    }
}

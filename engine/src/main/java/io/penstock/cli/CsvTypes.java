package io.penstock.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Finds the types of CSV columns from a sample of records: for each the first of bool, int64, float64, date32, timestamp[us],
 * timestamp[ns], the same with UTC, and utf8 that every field fits. Empty fields fit all.
 */
final class CsvTypes {
    private static final int MICROS_DIGITS = 6;

    private enum Kind {
        UNKNOWN,
        BOOL,
        INT64,
        FLOAT64,
        DATE32,
        TIMESTAMP_US,
        TIMESTAMP_NS,
        TIMESTAMP_US_UTC,
        TIMESTAMP_NS_UTC,
        UTF8
    }

    private final Kind[] kinds;
    private final IsoTime iso = new IsoTime();

    CsvTypes(int columns) {
        kinds = new Kind[columns];
        Arrays.fill(kinds, Kind.UNKNOWN);
    }

    /** Takes a record of the sample into account; fields beyond the last column are left to the reader to refuse. */
    void sample(CsvRecord record) {
        for (int i = 0; i < Math.min(record.count(), kinds.length); i++) {
            if (!record.isEmpty(i)) {
                kinds[i] = join(kinds[i], kind(record.chars(), record.start(i), record.end(i)));
            }
        }
    }

    /** The schema of columns with these names, none of them required. */
    Schema schema(List<String> names) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < kinds.length; i++) {
            fields.add(new Field(names.get(i), FieldType.nullable(type(kinds[i])), null));
        }
        return new Schema(fields);
    }

    private static ArrowType type(Kind kind) {
        return switch (kind) {
            case BOOL -> new ArrowType.Bool();
            case INT64 -> new ArrowType.Int(64, true);
            case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case DATE32 -> new ArrowType.Date(DateUnit.DAY);
            case TIMESTAMP_US -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
            case TIMESTAMP_NS -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, null);
            case TIMESTAMP_US_UTC -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
            case TIMESTAMP_NS_UTC -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC");
            case UNKNOWN, UTF8 -> new ArrowType.Utf8();
        };
    }

    private static Kind join(Kind a, Kind b) {
        if (a == Kind.UNKNOWN || a == b) {
            return b;
        }
        if (isNumber(a) && isNumber(b)) {
            return Kind.FLOAT64;
        }
        if (isLocal(a) && isLocal(b)) {
            return Kind.TIMESTAMP_NS;
        }
        if (isUtc(a) && isUtc(b)) {
            return Kind.TIMESTAMP_NS_UTC;
        }
        return Kind.UTF8;
    }

    private static boolean isNumber(Kind kind) {
        return kind == Kind.INT64 || kind == Kind.FLOAT64;
    }

    private static boolean isLocal(Kind kind) {
        return kind == Kind.TIMESTAMP_US || kind == Kind.TIMESTAMP_NS;
    }

    private static boolean isUtc(Kind kind) {
        return kind == Kind.TIMESTAMP_US_UTC || kind == Kind.TIMESTAMP_NS_UTC;
    }

    private Kind kind(char[] chars, int from, int to) {
        if (isWord("true", chars, from, to) || isWord("false", chars, from, to)) {
            return Kind.BOOL;
        }
        Kind number = looksLikeNumber(chars, from, to) ? number(chars, from, to) : Kind.UTF8;
        if (number != Kind.UTF8) {
            return number;
        }
        if (iso.parseDate(chars, from, to)) {
            return Kind.DATE32;
        }
        if (iso.parseTimestamp(chars, from, to)) {
            boolean micros = iso.fractionDigits() <= MICROS_DIGITS;
            if (iso.hasOffset()) {
                return micros ? Kind.TIMESTAMP_US_UTC : Kind.TIMESTAMP_NS_UTC;
            }
            return micros ? Kind.TIMESTAMP_US : Kind.TIMESTAMP_NS;
        }
        return Kind.UTF8;
    }

    private static Kind number(char[] chars, int from, int to) {
        boolean whole = true;
        for (int i = from; i < to; i++) {
            whole &= chars[i] != '.' && chars[i] != 'e' && chars[i] != 'E';
        }
        try {
            if (whole) {
                Numbers.parseLong(chars, from, to, Long.MIN_VALUE, Long.MAX_VALUE);
                return Kind.INT64;
            }
            return Double.isFinite(Numbers.parseDouble(chars, from, to)) ? Kind.FLOAT64 : Kind.UTF8;
        } catch (NumberFormatException e) {
            return Kind.UTF8;
        }
    }

    /** Digits with at most a minus, a point and an exponent. {@code 007} is none: it would not come back as it was. */
    private static boolean looksLikeNumber(char[] chars, int from, int to) {
        int at = from < to && chars[from] == '-' ? from + 1 : from;
        if (at == to || chars[at] < '0' || chars[at] > '9') {
            return false;
        }
        if (chars[at] == '0' && at + 1 < to && chars[at + 1] >= '0' && chars[at + 1] <= '9') {
            return false;
        }
        for (; at < to; at++) {
            char c = chars[at];
            if ((c < '0' || c > '9') && c != '.' && c != 'e' && c != 'E' && c != '+' && c != '-') {
                return false;
            }
        }
        return true;
    }

    /** Whether the characters are {@code word}, in lower, upper or title case. */
    static boolean isWord(String word, char[] chars, int from, int to) {
        if (to - from != word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (Character.toLowerCase(chars[from + i]) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}

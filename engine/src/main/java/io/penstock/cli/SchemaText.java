package io.penstock.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Parses the text of a schema: {@code name:type, ...}, with {@code !} after the type of a required column. {@link TypeText} is the
 * way back.
 *
 * <p>A name with other characters than letters, digits and {@code _ . - $} stands in double quotes, a double quote in it twice.
 */
final class SchemaText {
    static final String TYPES =
            "bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float16, float32, float64, "
                    + "decimal(p,s), decimal256(p,s), utf8, large_utf8, utf8_view, binary, large_binary, binary_view, fixed_binary(n), "
                    + "date32, date64, time32[s|ms], time64[us|ns], timestamp[s|ms|us|ns], timestamp[unit,zone], duration[unit], "
                    + "interval[year_month|day_time|month_day_nano], null, list<type>, large_list<type>, list<type>(n), "
                    + "struct<name:type,...>, map<key,value>, dictionary<index,value>";

    private static final int MAX_QUOTED = 60;

    private final String text;
    private int at;
    private long dictionaries;

    private SchemaText(String text) {
        this.text = text;
    }

    /**
     * The schema that {@code text} says.
     *
     * @throws IllegalArgumentException naming the position, what was found there and the choices
     */
    static Schema parse(String text) {
        SchemaText parser = new SchemaText(text);
        List<Field> fields = parser.fields();
        parser.skipSpace();
        if (parser.at < text.length()) {
            throw parser.refusal("',' or the end", parser.at);
        }
        return new Schema(fields);
    }

    private List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        Set<String> names = new HashSet<>();
        do {
            skipSpace();
            int start = at;
            String name = name();
            if (!names.add(name)) {
                throw new IllegalArgumentException("schema" + quoted() + ": column '" + name + "' at position "
                        + (start + 1) + " was there before; give each column its own name");
            }
            expect(':');
            fields.add(field(name));
        } while (accept(','));
        return fields;
    }

    /** A type and whether null may stand in it. */
    private Field field(String name) {
        skipSpace();
        int start = at;
        String type = word();
        Parsed parsed = switch (type) {
            case "bool" -> flat(new ArrowType.Bool());
            case "int8" -> flat(new ArrowType.Int(8, true));
            case "int16" -> flat(new ArrowType.Int(16, true));
            case "int32" -> flat(new ArrowType.Int(32, true));
            case "int64" -> flat(new ArrowType.Int(64, true));
            case "uint8" -> flat(new ArrowType.Int(8, false));
            case "uint16" -> flat(new ArrowType.Int(16, false));
            case "uint32" -> flat(new ArrowType.Int(32, false));
            case "uint64" -> flat(new ArrowType.Int(64, false));
            case "float16" -> flat(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF));
            case "float32" -> flat(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
            case "float64" -> flat(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
            case "decimal" -> flat(decimal(38, 128));
            case "decimal256" -> flat(decimal(76, 256));
            case "utf8" -> flat(new ArrowType.Utf8());
            case "large_utf8" -> flat(new ArrowType.LargeUtf8());
            case "utf8_view" -> flat(new ArrowType.Utf8View());
            case "binary" -> flat(new ArrowType.Binary());
            case "large_binary" -> flat(new ArrowType.LargeBinary());
            case "binary_view" -> flat(new ArrowType.BinaryView());
            case "fixed_binary" -> flat(new ArrowType.FixedSizeBinary(size(1)));
            case "date32" -> flat(new ArrowType.Date(DateUnit.DAY));
            case "date64" -> flat(new ArrowType.Date(DateUnit.MILLISECOND));
            case "time32" -> flat(new ArrowType.Time(unit(TimeUnit.SECOND, TimeUnit.MILLISECOND), 32));
            case "time64" -> flat(new ArrowType.Time(unit(TimeUnit.MICROSECOND, TimeUnit.NANOSECOND), 64));
            case "timestamp" -> flat(timestamp());
            case "duration" -> flat(new ArrowType.Duration(unit(TimeUnit.values())));
            case "interval" -> flat(interval());
            case "null" -> flat(new ArrowType.Null());
            case "list" -> list();
            case "large_list" -> new Parsed(new ArrowType.LargeList(), List.of(element()), null);
            case "struct" -> struct();
            case "map" -> map();
            case "dictionary" -> dictionary();
            default -> throw refusal("a type (" + TYPES + ")", start);
        };
        boolean required = required();
        return new Field(name, new FieldType(!required, parsed.type, parsed.dictionary), parsed.children);
    }

    private record Parsed(ArrowType type, List<Field> children, DictionaryEncoding dictionary) {}

    private static Parsed flat(ArrowType type) {
        return new Parsed(type, null, null);
    }

    private ArrowType decimal(int maxPrecision, int bits) {
        expect('(');
        int precision = number(1, maxPrecision, "a precision");
        expect(',');
        int scale = number(-maxPrecision, maxPrecision, "a scale");
        expect(')');
        return new ArrowType.Decimal(precision, scale, bits);
    }

    private int size(int min) {
        expect('(');
        int size = number(min, Integer.MAX_VALUE, "a size");
        expect(')');
        return size;
    }

    private TimeUnit unit(TimeUnit... units) {
        expect('[');
        TimeUnit unit = unitName(units);
        expect(']');
        return unit;
    }

    private TimeUnit unitName(TimeUnit... units) {
        skipSpace();
        int start = at;
        String name = word();
        List<String> choices = new ArrayList<>();
        for (TimeUnit unit : units) {
            if (TypeText.unit(unit).equals(name)) {
                return unit;
            }
            choices.add(TypeText.unit(unit));
        }
        throw refusal("one of " + String.join(", ", choices), start);
    }

    private ArrowType timestamp() {
        expect('[');
        TimeUnit unit = unitName(TimeUnit.values());
        String zone = null;
        if (accept(',')) {
            skipSpace();
            int start = at;
            while (at < text.length() && text.charAt(at) != ']') {
                at++;
            }
            zone = text.substring(start, at).strip();
            if (!TypeText.isZone(zone)) {
                throw refusal("a time zone such as UTC, Europe/Zurich or +02:00", start);
            }
        }
        expect(']');
        return new ArrowType.Timestamp(unit, zone);
    }

    private ArrowType interval() {
        expect('[');
        skipSpace();
        int start = at;
        IntervalUnit unit = switch (word()) {
            case "year_month" -> IntervalUnit.YEAR_MONTH;
            case "day_time" -> IntervalUnit.DAY_TIME;
            case "month_day_nano" -> IntervalUnit.MONTH_DAY_NANO;
            default -> throw refusal("one of year_month, day_time, month_day_nano", start);
        };
        expect(']');
        return new ArrowType.Interval(unit);
    }

    private Parsed list() {
        Field element = element();
        return new Parsed(
                peek('(') ? new ArrowType.FixedSizeList(size(0)) : new ArrowType.List(), List.of(element), null);
    }

    private Field element() {
        expect('<');
        Field element = field("item");
        expect('>');
        return element;
    }

    private Parsed struct() {
        expect('<');
        List<Field> fields = peek('>') ? List.of() : fields();
        expect('>');
        return new Parsed(new ArrowType.Struct(), fields, null);
    }

    private Parsed map() {
        expect('<');
        Field key = field("key");
        expect(',');
        Field value = field("value");
        expect('>');
        Field required = new Field("key", new FieldType(false, key.getType(), key.getDictionary()), key.getChildren());
        Field entries =
                new Field("entries", new FieldType(false, new ArrowType.Struct(), null), List.of(required, value));
        return new Parsed(new ArrowType.Map(false), List.of(entries), null);
    }

    private Parsed dictionary() {
        expect('<');
        skipSpace();
        int start = at;
        Field index = field("index");
        if (!(index.getType() instanceof ArrowType.Int indexType)) {
            throw refusal("an integer type for the index", start);
        }
        expect(',');
        Field value = field("value");
        expect('>');
        return new Parsed(
                value.getType(), value.getChildren(), new DictionaryEncoding(dictionaries++, false, indexType));
    }

    private boolean required() {
        if (accept('!')) {
            return true;
        }
        skipSpace();
        if (text.startsWith("not", at)) {
            at += 3;
            skipSpace();
            if (!text.startsWith("null", at)) {
                throw refusal("'not null'", at);
            }
            at += 4;
            return true;
        }
        return false;
    }

    private String name() {
        skipSpace();
        if (peek('"')) {
            return quotedName();
        }
        int start = at;
        while (at < text.length() && isNamePart(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw refusal("a column name", start);
        }
        return text.substring(start, at);
    }

    private String quotedName() {
        int start = at++;
        StringBuilder name = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '"') {
                name.append(c);
            } else if (at < text.length() && text.charAt(at) == '"') {
                name.append('"');
                at++;
            } else {
                return name.toString();
            }
        }
        throw refusal("a name that ends with a double quote", start);
    }

    static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || "_.-$".indexOf(c) >= 0;
    }

    private String word() {
        skipSpace();
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        return text.substring(start, at);
    }

    private int number(int min, int max, String what) {
        skipSpace();
        int start = at;
        at += peek('-') ? 1 : 0;
        word();
        String digits = text.substring(start, at);
        try {
            int value = Integer.parseInt(digits);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw refusal(what + " from " + min + " to " + max, start);
        }
        throw refusal(what + " from " + min + " to " + max, start);
    }

    private boolean peek(char c) {
        skipSpace();
        return at < text.length() && text.charAt(at) == c;
    }

    private boolean accept(char c) {
        if (peek(c)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        if (!accept(c)) {
            throw refusal("'" + c + "'", at);
        }
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    /** The schema itself, if the position alone would not be easier to find. */
    private String quoted() {
        return text.length() <= MAX_QUOTED ? " '" + text + "'" : "";
    }

    private IllegalArgumentException refusal(String expected, int position) {
        int end = Math.min(text.length(), position + 20);
        String found = position >= text.length() ? "the end" : "'" + text.substring(position, end) + "'";
        return new IllegalArgumentException("schema" + quoted() + ": expected " + expected + " at position "
                + (position + 1) + " and got " + found);
    }
}

package io.penstock.cli;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Arrow types in the words that {@link SchemaText} parses. */
final class TypeText {
    private TypeText() {}

    /** The whole schema, as {@code --schema} takes it. */
    static String of(Schema schema) {
        return columns(schema.getFields());
    }

    /** The type of a column, with {@code !} if it is required. */
    static String of(Field field) {
        String type = field.getDictionary() == null
                ? type(field)
                : "dictionary<" + integer(field.getDictionary().getIndexType()) + "," + type(field) + ">";
        return field.isNullable() ? type : type + "!";
    }

    /** The name of a column, in quotes if it needs them. */
    static String name(String name) {
        boolean plain = !name.isEmpty() && name.chars().allMatch(c -> SchemaText.isNamePart((char) c));
        return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    static String unit(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> "s";
            case MILLISECOND -> "ms";
            case MICROSECOND -> "us";
            case NANOSECOND -> "ns";
        };
    }

    static boolean isZone(String zone) {
        try {
            ZoneId.of(zone);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static String columns(List<Field> fields) {
        return fields.stream().map(f -> name(f.getName()) + ":" + of(f)).collect(Collectors.joining(","));
    }

    private static String type(Field field) {
        ArrowType type = field.getType();
        return switch (type.getTypeID()) {
            case Null -> "null";
            case Bool -> "bool";
            case Int -> integer((ArrowType.Int) type);
            case FloatingPoint ->
                switch (((ArrowType.FloatingPoint) type).getPrecision()) {
                    case HALF -> "float16";
                    case SINGLE -> "float32";
                    case DOUBLE -> "float64";
                };
            case Decimal -> decimal((ArrowType.Decimal) type);
            case Utf8 -> "utf8";
            case LargeUtf8 -> "large_utf8";
            case Utf8View -> "utf8_view";
            case Binary -> "binary";
            case LargeBinary -> "large_binary";
            case BinaryView -> "binary_view";
            case FixedSizeBinary -> "fixed_binary(" + ((ArrowType.FixedSizeBinary) type).getByteWidth() + ")";
            case Date ->
                switch (((ArrowType.Date) type).getUnit()) {
                    case DAY -> "date32";
                    case MILLISECOND -> "date64";
                };
            case Time ->
                "time" + ((ArrowType.Time) type).getBitWidth() + "[" + unit(((ArrowType.Time) type).getUnit()) + "]";
            case Timestamp -> timestamp((ArrowType.Timestamp) type);
            case Duration -> "duration[" + unit(((ArrowType.Duration) type).getUnit()) + "]";
            case Interval ->
                switch (((ArrowType.Interval) type).getUnit()) {
                    case YEAR_MONTH -> "interval[year_month]";
                    case DAY_TIME -> "interval[day_time]";
                    case MONTH_DAY_NANO -> "interval[month_day_nano]";
                };
            case List -> "list<" + of(field.getChildren().get(0)) + ">";
            case LargeList -> "large_list<" + of(field.getChildren().get(0)) + ">";
            case FixedSizeList ->
                "list<" + of(field.getChildren().get(0)) + ">(" + ((ArrowType.FixedSizeList) type).getListSize() + ")";
            case Struct -> "struct<" + columns(field.getChildren()) + ">";
            case Map -> {
                List<Field> entry = field.getChildren().get(0).getChildren();
                yield "map<" + type(entry.get(0)) + "," + of(entry.get(1)) + ">";
            }
            case Union, ListView, LargeListView, RunEndEncoded, NONE -> type.toString();
        };
    }

    private static String integer(ArrowType.Int type) {
        return (type.getIsSigned() ? "int" : "uint") + type.getBitWidth();
    }

    private static String decimal(ArrowType.Decimal type) {
        String name = switch (type.getBitWidth()) {
            case 128 -> "decimal";
            default -> "decimal" + type.getBitWidth();
        };
        return name + "(" + type.getPrecision() + "," + type.getScale() + ")";
    }

    private static String timestamp(ArrowType.Timestamp type) {
        String zone = type.getTimezone();
        return "timestamp[" + unit(type.getUnit()) + (zone == null || zone.isEmpty() ? "" : "," + zone) + "]";
    }
}

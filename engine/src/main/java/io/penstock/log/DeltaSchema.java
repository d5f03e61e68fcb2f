package io.penstock.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The {@code schemaString} of Delta: the nearest type that Delta has for each of Arrow's. It is for people and other engines; Penstock
 * itself goes by the exact Arrow schema beside it.
 */
final class DeltaSchema {
    /** Delta's decimals have at most 38 digits. */
    private static final int MAX_PRECISION = 38;

    private static final String LOCAL_TIMESTAMP = "timestamp_ntz";

    private DeltaSchema() {}

    static String of(Schema schema) {
        return LogFormat.text(struct(schema.getFields()));
    }

    private static Map<String, Object> struct(List<Field> fields) {
        List<Object> members = new ArrayList<>();
        for (Field field : fields) {
            members.add(LogFormat.map(
                    "name",
                    field.getName(),
                    "type",
                    type(field),
                    "nullable",
                    field.isNullable(),
                    "metadata",
                    Map.of()));
        }
        return LogFormat.map("type", "struct", "fields", members);
    }

    private static Object type(Field field) {
        ArrowType type = field.getType();
        return switch (type.getTypeID()) {
            case Bool -> "boolean";
            case Int -> integer((ArrowType.Int) type);
            case FloatingPoint ->
                ((ArrowType.FloatingPoint) type).getPrecision() == FloatingPointPrecision.DOUBLE ? "double" : "float";
            case Decimal -> decimal((ArrowType.Decimal) type);
            case Date -> ((ArrowType.Date) type).getUnit() == DateUnit.DAY ? "date" : LOCAL_TIMESTAMP;
            case Timestamp -> ((ArrowType.Timestamp) type).getTimezone() == null ? LOCAL_TIMESTAMP : "timestamp";
            case Duration -> "long";
            case Binary, LargeBinary, BinaryView, FixedSizeBinary -> "binary";
            case List, LargeList, FixedSizeList, ListView, LargeListView ->
                LogFormat.map(
                        "type",
                        "array",
                        "elementType",
                        type(child(field, 0)),
                        "containsNull",
                        child(field, 0).isNullable());
            case Struct -> struct(field.getChildren());
            case Map -> map(child(field, 0));
            case RunEndEncoded -> type(child(field, 1));
            case NONE, Null, Utf8, LargeUtf8, Utf8View, Time, Interval, Union -> "string";
        };
    }

    private static String integer(ArrowType.Int type) {
        // An unsigned integer needs the next wider signed one.
        return switch (type.getIsSigned() ? type.getBitWidth() : type.getBitWidth() * 2) {
            case 8 -> "byte";
            case 16 -> "short";
            case 32 -> "integer";
            case 64 -> "long";
            default -> "decimal(20,0)";
        };
    }

    private static String decimal(ArrowType.Decimal type) {
        boolean fits =
                type.getPrecision() <= MAX_PRECISION && type.getScale() >= 0 && type.getScale() <= type.getPrecision();
        return fits ? "decimal(" + type.getPrecision() + "," + type.getScale() + ")" : "string";
    }

    private static Map<String, Object> map(Field entries) {
        return LogFormat.map(
                "type",
                "map",
                "keyType",
                type(child(entries, 0)),
                "valueType",
                type(child(entries, 1)),
                "valueContainsNull",
                child(entries, 1).isNullable());
    }

    private static Field child(Field field, int index) {
        return field.getChildren().get(index);
    }
}

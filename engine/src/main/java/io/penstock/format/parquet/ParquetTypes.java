package io.penstock.format.parquet;

import java.math.BigInteger;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DateType;
import org.apache.parquet.format.DecimalType;
import org.apache.parquet.format.Float16Type;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MicroSeconds;
import org.apache.parquet.format.MilliSeconds;
import org.apache.parquet.format.NanoSeconds;
import org.apache.parquet.format.NullType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.UUIDType;

/** Parquet's types for Arrow's that have no children: the nearest, so that other readers understand most of it. */
final class ParquetTypes {
    /** The digits that an INT32 and an INT64 hold. */
    static final int INT32_PRECISION = 9;

    static final int INT64_PRECISION = 18;

    private static final String EXTENSION_NAME = "ARROW:extension:name";
    private static final String UUID_EXTENSION = "arrow.uuid";

    private ParquetTypes() {}

    /** The type that the vector of an extension type has inside. */
    static ArrowType storage(ArrowType type) {
        return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
    }

    /**
     * Gives {@code element} the type of {@code field}, without a look at its dictionary.
     *
     * @param path of the field, for messages
     * @throws IllegalArgumentException if Parquet has no type for it, naming the choices
     */
    static void describe(Field field, String path, SchemaElement element) {
        ArrowType type = storage(field.getType());
        switch (type.getTypeID()) {
            case Null -> element.setType(Type.INT32).setLogicalType(LogicalType.UNKNOWN(new NullType()));
            case Bool -> element.setType(Type.BOOLEAN);
            case Int -> integer((ArrowType.Int) type, element);
            case FloatingPoint -> floatingPoint((ArrowType.FloatingPoint) type, element);
            case Decimal -> decimal((ArrowType.Decimal) type, path, element);
            case Utf8, LargeUtf8, Utf8View ->
                element.setType(Type.BYTE_ARRAY)
                        .setLogicalType(LogicalType.STRING(new StringType()))
                        .setConverted_type(ConvertedType.UTF8);
            case Binary, LargeBinary, BinaryView -> element.setType(Type.BYTE_ARRAY);
            case FixedSizeBinary ->
                fixedSizeBinary(field, ((ArrowType.FixedSizeBinary) type).getByteWidth(), path, element);
            case Date -> date(((ArrowType.Date) type).getUnit(), element);
            case Time -> time((ArrowType.Time) type, element);
            case Timestamp ->
                timestamp(
                        ((ArrowType.Timestamp) type).getUnit(),
                        ((ArrowType.Timestamp) type).getTimezone() != null,
                        element);
            case Duration -> element.setType(Type.INT64);
            case Interval ->
                throw refusal(path, type, "a duration, or columns of their own for months, days and nanoseconds");
            case Union -> throw refusal(path, type, "a struct with a nullable member for each variant");
            case NONE, List, LargeList, FixedSizeList, ListView, LargeListView, Struct, Map, RunEndEncoded ->
                throw new IllegalArgumentException(type + " has children");
        }
    }

    static IllegalArgumentException refusal(String path, ArrowType type, String choices) {
        return new IllegalArgumentException(
                "Column '" + path + "' is " + type + ", which Parquet cannot hold; it can hold " + choices);
    }

    private static void integer(ArrowType.Int type, SchemaElement element) {
        int bits = type.getBitWidth();
        boolean signed = type.getIsSigned();
        element.setType(bits == 64 ? Type.INT64 : Type.INT32);
        if (signed && bits >= 32) {
            // Implied by the physical type.
            return;
        }
        element.setLogicalType(LogicalType.INTEGER(new IntType((byte) bits, signed)));
        element.setConverted_type(
                switch (bits) {
                    case 8 -> signed ? ConvertedType.INT_8 : ConvertedType.UINT_8;
                    case 16 -> signed ? ConvertedType.INT_16 : ConvertedType.UINT_16;
                    case 32 -> ConvertedType.UINT_32;
                    default -> ConvertedType.UINT_64;
                });
    }

    private static void floatingPoint(ArrowType.FloatingPoint type, SchemaElement element) {
        switch (type.getPrecision()) {
            case HALF ->
                element.setType(Type.FIXED_LEN_BYTE_ARRAY)
                        .setType_length(Short.BYTES)
                        .setLogicalType(LogicalType.FLOAT16(new Float16Type()));
            case SINGLE -> element.setType(Type.FLOAT);
            case DOUBLE -> element.setType(Type.DOUBLE);
        }
    }

    private static void decimal(ArrowType.Decimal type, String path, SchemaElement element) {
        int precision = type.getPrecision();
        int scale = type.getScale();
        if (precision < 1 || scale < 0 || scale > precision) {
            throw refusal(path, type, "decimals with a scale from 0 to the precision");
        }
        if (precision <= INT32_PRECISION) {
            element.setType(Type.INT32);
        } else if (precision <= INT64_PRECISION) {
            element.setType(Type.INT64);
        } else {
            element.setType(Type.FIXED_LEN_BYTE_ARRAY).setType_length(decimalBytes(precision));
        }
        element.setLogicalType(LogicalType.DECIMAL(new DecimalType(scale, precision)));
        element.setConverted_type(ConvertedType.DECIMAL).setPrecision(precision).setScale(scale);
    }

    /** The fewest bytes of a number in two's complement that has {@code precision} digits. */
    static int decimalBytes(int precision) {
        return BigInteger.TEN.pow(precision).subtract(BigInteger.ONE).bitLength() / 8 + 1;
    }

    private static void fixedSizeBinary(Field field, int width, String path, SchemaElement element) {
        if (width < 1) {
            throw refusal(path, field.getType(), "values of at least one byte");
        }
        element.setType(Type.FIXED_LEN_BYTE_ARRAY).setType_length(width);
        if (width == 16 && UUID_EXTENSION.equals(extension(field))) {
            element.setLogicalType(LogicalType.UUID(new UUIDType()));
        }
    }

    /** The name of the extension type, registered or not; null if it is none. */
    private static String extension(Field field) {
        return field.getType() instanceof ArrowType.ExtensionType extension
                ? extension.extensionName()
                : field.getMetadata().get(EXTENSION_NAME);
    }

    /** What the metadata of a field says that holds UUIDs. */
    static Map<String, String> uuidMetadata() {
        return Map.of(EXTENSION_NAME, UUID_EXTENSION, "ARROW:extension:metadata", "");
    }

    private static void date(DateUnit unit, SchemaElement element) {
        switch (unit) {
            case DAY ->
                element.setType(Type.INT32)
                        .setLogicalType(LogicalType.DATE(new DateType()))
                        .setConverted_type(ConvertedType.DATE);
            // Arrow says that these are whole days, and not everybody keeps to that.
            case MILLISECOND -> timestamp(org.apache.arrow.vector.types.TimeUnit.MILLISECOND, false, element);
        }
    }

    private static void time(ArrowType.Time type, SchemaElement element) {
        switch (type.getUnit()) {
            case SECOND, MILLISECOND ->
                element.setType(Type.INT32)
                        .setLogicalType(LogicalType.TIME(new TimeType(false, millis())))
                        .setConverted_type(ConvertedType.TIME_MILLIS);
            case MICROSECOND ->
                element.setType(Type.INT64)
                        .setLogicalType(LogicalType.TIME(new TimeType(false, micros())))
                        .setConverted_type(ConvertedType.TIME_MICROS);
            case NANOSECOND ->
                element.setType(Type.INT64).setLogicalType(LogicalType.TIME(new TimeType(false, nanos())));
        }
    }

    /** Local timestamps have the legacy type too, although that means UTC: the specification wants it so. */
    private static void timestamp(org.apache.arrow.vector.types.TimeUnit unit, boolean utc, SchemaElement element) {
        element.setType(Type.INT64);
        switch (unit) {
            case SECOND, MILLISECOND ->
                element.setLogicalType(LogicalType.TIMESTAMP(new TimestampType(utc, millis())))
                        .setConverted_type(ConvertedType.TIMESTAMP_MILLIS);
            case MICROSECOND ->
                element.setLogicalType(LogicalType.TIMESTAMP(new TimestampType(utc, micros())))
                        .setConverted_type(ConvertedType.TIMESTAMP_MICROS);
            case NANOSECOND -> element.setLogicalType(LogicalType.TIMESTAMP(new TimestampType(utc, nanos())));
        }
    }

    private static TimeUnit millis() {
        return TimeUnit.MILLIS(new MilliSeconds());
    }

    private static TimeUnit micros() {
        return TimeUnit.MICROS(new MicroSeconds());
    }

    private static TimeUnit nanos() {
        return TimeUnit.NANOS(new NanoSeconds());
    }
}

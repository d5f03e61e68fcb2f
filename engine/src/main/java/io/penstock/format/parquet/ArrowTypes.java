package io.penstock.format.parquet;

import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.format.DecimalType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Type;

/**
 * Arrow's types for the leaves of any writer: by the logical type, else by the older converted type, else, also where those make no sense or
 * are not known here, by the physical type.
 */
final class ArrowTypes {
    private static final int MAX_PRECISION_128 = 38;
    private static final int MAX_PRECISION_256 = 76;
    private static final ArrowType TEXT = ArrowType.Utf8.INSTANCE;
    private static final ArrowType BYTES = ArrowType.Binary.INSTANCE;

    private ArrowTypes() {}

    /**
     * The type for a leaf.
     *
     * @throws MalformedPageException if its physical type lacks its length, or it is a decimal that makes no sense
     */
    static ArrowType of(SchemaElement element, String path) {
        if (element.getType() == Type.FIXED_LEN_BYTE_ARRAY && element.getType_length() < 1) {
            throw new MalformedPageException(
                    "column '" + path + "' has values of fixed length, of " + element.getType_length() + " bytes");
        }
        LogicalType logical = Annotation.of(element);
        ArrowType annotated = logical == null ? null : annotated(element, logical, path);
        return annotated == null ? physical(element) : annotated;
    }

    /** What the metadata of the Arrow field says that the type does not. */
    static Map<String, String> metadata(SchemaElement element) {
        LogicalType logical = Annotation.of(element);
        boolean uuid = logical != null
                && logical.isSetUUID()
                && element.getType() == Type.FIXED_LEN_BYTE_ARRAY
                && element.getType_length() == 16;
        return uuid ? ParquetTypes.uuidMetadata() : Map.of();
    }

    private static ArrowType physical(SchemaElement element) {
        return switch (element.getType()) {
            case BOOLEAN -> ArrowType.Bool.INSTANCE;
            case INT32 -> new ArrowType.Int(32, true);
            case INT64 -> new ArrowType.Int(64, true);
            // Nobody wrote anything but timestamps into these; they say nothing of a zone.
            case INT96 -> new ArrowType.Timestamp(org.apache.arrow.vector.types.TimeUnit.NANOSECOND, null);
            case FLOAT -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case DOUBLE -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case BYTE_ARRAY -> BYTES;
            case FIXED_LEN_BYTE_ARRAY -> new ArrowType.FixedSizeBinary(element.getType_length());
        };
    }

    /** Null if the annotation does not go with the physical type. */
    private static ArrowType annotated(SchemaElement element, LogicalType logical, String path) {
        Type physical = element.getType();
        return switch (logical.getSetField()) {
            case STRING, ENUM, JSON -> physical == Type.BYTE_ARRAY ? TEXT : null;
            case INTEGER ->
                integer(
                        physical,
                        logical.getINTEGER().getBitWidth(),
                        logical.getINTEGER().isIsSigned());
            case DECIMAL -> decimal(element, logical.getDECIMAL(), path);
            case DATE -> physical == Type.INT32 ? new ArrowType.Date(DateUnit.DAY) : null;
            case TIME -> time(physical, logical.getTIME());
            case TIMESTAMP -> physical == Type.INT64 ? timestamp(logical.getTIMESTAMP()) : null;
            case UNKNOWN -> physical == Type.INT32 ? ArrowType.Null.INSTANCE : null;
            case FLOAT16 ->
                physical == Type.FIXED_LEN_BYTE_ARRAY && element.getType_length() == Short.BYTES
                        ? new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)
                        : null;
            case UUID, BSON, VARIANT, GEOMETRY, GEOGRAPHY, LIST, MAP -> null;
        };
    }

    private static ArrowType integer(Type physical, int bits, boolean signed) {
        boolean fits = physical == Type.INT32 && (bits == 8 || bits == 16 || bits == 32)
                || physical == Type.INT64 && bits == 64;
        return fits ? new ArrowType.Int(bits, signed) : null;
    }

    private static ArrowType decimal(SchemaElement element, DecimalType decimal, String path) {
        boolean exact = switch (element.getType()) {
            case INT32, INT64, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> true;
            case BOOLEAN, INT96, FLOAT, DOUBLE -> false;
        };
        int precision = decimal.getPrecision();
        int scale = decimal.getScale();
        if (!exact || precision < 1 || precision > MAX_PRECISION_256 || scale < 0 || scale > precision) {
            throw new MalformedPageException(
                    "column '" + path + "' is a decimal of precision " + precision + " and scale "
                            + scale + " in " + element.getType() + "; one of at most " + MAX_PRECISION_256
                            + " digits and a scale from 0 to the precision can be read");
        }
        return new ArrowType.Decimal(precision, scale, precision <= MAX_PRECISION_128 ? 128 : 256);
    }

    private static ArrowType time(Type physical, TimeType time) {
        TimeUnit unit = time.getUnit();
        if (unit.isSetMILLIS() && physical == Type.INT32) {
            return new ArrowType.Time(org.apache.arrow.vector.types.TimeUnit.MILLISECOND, 32);
        }
        return unit.isSetMILLIS() || unit(unit) == null || physical != Type.INT64
                ? null
                : new ArrowType.Time(unit(unit), 64);
    }

    private static ArrowType timestamp(TimestampType timestamp) {
        org.apache.arrow.vector.types.TimeUnit unit = unit(timestamp.getUnit());
        return unit == null ? null : new ArrowType.Timestamp(unit, timestamp.isIsAdjustedToUTC() ? "UTC" : null);
    }

    /** Null for one that later versions of Parquet may have. */
    private static org.apache.arrow.vector.types.TimeUnit unit(TimeUnit unit) {
        if (unit.isSetMILLIS()) {
            return org.apache.arrow.vector.types.TimeUnit.MILLISECOND;
        }
        if (unit.isSetMICROS()) {
            return org.apache.arrow.vector.types.TimeUnit.MICROSECOND;
        }
        return unit.isSetNANOS() ? org.apache.arrow.vector.types.TimeUnit.NANOSECOND : null;
    }

    /**
     * Whether a vector of {@code wished}, no extension type, can take what is read as {@code natural}, the type that {@link #of} has for
     * {@code element}: what {@link ParquetTypes} writes in the same way, and what differs in memory only.
     */
    static boolean fits(SchemaElement element, ArrowType natural, ArrowType wished) {
        if (natural.equals(wished)) {
            return true;
        }
        return switch (wished.getTypeID()) {
            case LargeUtf8, Utf8View -> natural.equals(TEXT);
            case LargeBinary, BinaryView -> natural.equals(BYTES);
            case Decimal ->
                natural instanceof ArrowType.Decimal decimal && sameNumbers(decimal, (ArrowType.Decimal) wished);
            case Date ->
                natural instanceof ArrowType.Timestamp timestamp
                        && timestamp.getUnit() == org.apache.arrow.vector.types.TimeUnit.MILLISECOND
                        && timestamp.getTimezone() == null;
            case Time ->
                natural instanceof ArrowType.Time time
                        && time.getUnit() == org.apache.arrow.vector.types.TimeUnit.MILLISECOND
                        && ((ArrowType.Time) wished).getUnit() == org.apache.arrow.vector.types.TimeUnit.SECOND;
            case Timestamp ->
                natural instanceof ArrowType.Timestamp timestamp
                        && sameInstants(element, timestamp, (ArrowType.Timestamp) wished);
            case Duration ->
                natural instanceof ArrowType.Int && element.getType() == Type.INT64 && Annotation.of(element) == null;
            default -> false;
        };
    }

    private static boolean sameNumbers(ArrowType.Decimal natural, ArrowType.Decimal wished) {
        return natural.getPrecision() == wished.getPrecision()
                && natural.getScale() == wished.getScale()
                && (wished.getBitWidth() == 256
                        || wished.getBitWidth() == 128 && wished.getPrecision() <= MAX_PRECISION_128);
    }

    private static boolean sameInstants(
            SchemaElement element, ArrowType.Timestamp natural, ArrowType.Timestamp wished) {
        boolean unit = natural.getUnit() == wished.getUnit()
                || natural.getUnit() == org.apache.arrow.vector.types.TimeUnit.MILLISECOND
                        && wished.getUnit() == org.apache.arrow.vector.types.TimeUnit.SECOND;
        // The physical type and the older annotation alone do not tell local time from UTC.
        boolean vague = element.getType() == Type.INT96 || !element.isSetLogicalType();
        return unit && (vague || (natural.getTimezone() == null) == (wished.getTimezone() == null));
    }
}

package io.penstock.format.parquet;

import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.LogicalTypes;
import org.apache.parquet.format.SchemaElement;

/** What an element of a schema says it means: its logical type, else its converted type in the terms of logical types. */
final class Annotation {
    private Annotation() {}

    /** Null if it says nothing, or nothing that is known here. */
    static LogicalType of(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (logical != null && logical.getSetField() != null) {
            return logical;
        }
        if (element.getConverted_type() == null) {
            return null;
        }
        return switch (element.getConverted_type()) {
            case UTF8 -> LogicalTypes.UTF8;
            case ENUM -> LogicalTypes.ENUM;
            case JSON -> LogicalTypes.JSON;
            case BSON -> LogicalTypes.BSON;
            case LIST -> LogicalTypes.LIST;
            // Some writers have the second where the first belongs.
            case MAP, MAP_KEY_VALUE -> LogicalTypes.MAP;
            case DECIMAL -> LogicalTypes.DECIMAL(element.getScale(), element.getPrecision());
            case DATE -> LogicalTypes.DATE;
            case TIME_MILLIS -> LogicalTypes.TIME_MILLIS;
            case TIME_MICROS -> LogicalTypes.TIME_MICROS;
            case TIMESTAMP_MILLIS -> LogicalTypes.TIMESTAMP_MILLIS;
            case TIMESTAMP_MICROS -> LogicalTypes.TIMESTAMP_MICROS;
            case UINT_8 -> LogicalTypes.UINT_8;
            case UINT_16 -> LogicalTypes.UINT_16;
            case UINT_32 -> LogicalTypes.UINT_32;
            case UINT_64 -> LogicalTypes.UINT_64;
            case INT_8 -> LogicalTypes.INT_8;
            case INT_16 -> LogicalTypes.INT_16;
            case INT_32 -> LogicalTypes.INT_32;
            case INT_64 -> LogicalTypes.INT_64;
            // Twelve bytes that no type of Arrow has.
            case INTERVAL -> null;
        };
    }

    static boolean isList(SchemaElement element) {
        LogicalType annotation = of(element);
        return annotation != null && annotation.isSetLIST();
    }

    static boolean isMap(SchemaElement element) {
        LogicalType annotation = of(element);
        return annotation != null && annotation.isSetMAP();
    }
}

package io.penstock.format;

import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** How the values of a type lie in buffers: what is left of a type for who only moves bytes. */
enum Layout {
    NULL,
    BITS,
    FIXED_WIDTH,
    BYTES,
    LARGE_BYTES,
    VIEWS,
    LIST,
    LARGE_LIST,
    LIST_VIEW,
    LARGE_LIST_VIEW,
    FIXED_SIZE_LIST,
    STRUCT,
    SPARSE_UNION,
    DENSE_UNION,
    RUN_END_ENCODED;

    static Layout of(ArrowType type) {
        return switch (type.getTypeID()) {
            case Null -> NULL;
            case Bool -> BITS;
            case Int, FloatingPoint, Decimal, FixedSizeBinary, Date, Time, Timestamp, Interval, Duration -> FIXED_WIDTH;
            case Utf8, Binary -> BYTES;
            case LargeUtf8, LargeBinary -> LARGE_BYTES;
            case Utf8View, BinaryView -> VIEWS;
            case List, Map -> LIST;
            case LargeList -> LARGE_LIST;
            case ListView -> LIST_VIEW;
            case LargeListView -> LARGE_LIST_VIEW;
            case FixedSizeList -> FIXED_SIZE_LIST;
            case Struct -> STRUCT;
            case Union -> ((ArrowType.Union) storage(type)).getMode() == UnionMode.Dense ? DENSE_UNION : SPARSE_UNION;
            case RunEndEncoded -> RUN_END_ENCODED;
            case NONE -> throw new IllegalArgumentException("no Arrow type");
        };
    }

    boolean hasValidity() {
        return switch (this) {
            case NULL, SPARSE_UNION, DENSE_UNION, RUN_END_ENCODED -> false;
            case BITS,
                    FIXED_WIDTH,
                    BYTES,
                    LARGE_BYTES,
                    VIEWS,
                    LIST,
                    LARGE_LIST,
                    LIST_VIEW,
                    LARGE_LIST_VIEW,
                    FIXED_SIZE_LIST,
                    STRUCT -> true;
        };
    }

    /** The bytes of one value of a type that is {@link #FIXED_WIDTH}. */
    static int width(ArrowType anyType) {
        ArrowType type = storage(anyType);
        return switch (type.getTypeID()) {
            case Int -> ((ArrowType.Int) type).getBitWidth() / 8;
            case FloatingPoint -> width(((ArrowType.FloatingPoint) type).getPrecision());
            case Decimal -> ((ArrowType.Decimal) type).getBitWidth() / 8;
            case FixedSizeBinary -> ((ArrowType.FixedSizeBinary) type).getByteWidth();
            case Date ->
                switch (((ArrowType.Date) type).getUnit()) {
                    case DAY -> 4;
                    case MILLISECOND -> 8;
                };
            case Time -> ((ArrowType.Time) type).getBitWidth() / 8;
            case Interval ->
                switch (((ArrowType.Interval) type).getUnit()) {
                    case YEAR_MONTH -> 4;
                    case DAY_TIME -> 8;
                    case MONTH_DAY_NANO -> 16;
                };
            case Timestamp, Duration -> 8;
            case Null,
                    Bool,
                    Utf8,
                    Binary,
                    LargeUtf8,
                    LargeBinary,
                    Utf8View,
                    BinaryView,
                    List,
                    Map,
                    LargeList,
                    ListView,
                    LargeListView,
                    FixedSizeList,
                    Struct,
                    Union,
                    RunEndEncoded,
                    NONE -> throw new IllegalArgumentException(type + " is not of fixed width");
        };
    }

    private static int width(FloatingPointPrecision precision) {
        return switch (precision) {
            case HALF -> 2;
            case SINGLE -> 4;
            case DOUBLE -> 8;
        };
    }

    static ArrowType storage(ArrowType type) {
        return type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
    }
}

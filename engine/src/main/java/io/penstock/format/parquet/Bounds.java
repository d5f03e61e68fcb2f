package io.penstock.format.parquet;

import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.format.SchemaElement;

/**
 * The least and the greatest value of each page of a column chunk, and of the chunk, in the order that the specification defines for
 * the type. They are bounds: long values are cut, and then said not to be exact; where there is no bound there is null.
 */
abstract class Bounds {
    byte[] pageMin;
    byte[] pageMax;
    boolean pageMinExact;
    boolean pageMaxExact;

    byte[] chunkMin;
    byte[] chunkMax;
    boolean chunkMinExact;
    boolean chunkMaxExact;

    /** Whether a page with values had no bounds: then there is nothing to say of pages. */
    boolean pageWithoutBounds;

    private boolean chunkMaxLost;
    private byte[] previousMin;
    private byte[] previousMax;
    private boolean ascending;
    private boolean descending;

    /** @param type of the values, an extension's storage type */
    static Bounds of(ArrowType type, SchemaElement element) {
        boolean unsigned = type instanceof ArrowType.Int integer && !integer.getIsSigned();
        boolean decimal = type instanceof ArrowType.Decimal;
        boolean half = type instanceof ArrowType.FloatingPoint floating
                && floating.getPrecision() == FloatingPointPrecision.HALF;
        if (type instanceof ArrowType.Null) {
            return new NumberBounds.None();
        }
        return switch (element.getType()) {
            case BOOLEAN -> new NumberBounds.Booleans();
            case INT32 -> new NumberBounds.Ints(unsigned);
            case INT64 -> new NumberBounds.Longs(unsigned);
            case INT96 -> new NumberBounds.None();
            case FLOAT -> new NumberBounds.Floats();
            case DOUBLE -> new NumberBounds.Doubles();
            case BYTE_ARRAY -> new BytesBounds(isText(type));
            case FIXED_LEN_BYTE_ARRAY ->
                half ? new NumberBounds.Halves() : new FixedBytesBounds(element.getType_length(), decimal);
        };
    }

    private static boolean isText(ArrowType type) {
        return switch (type.getTypeID()) {
            case Utf8, LargeUtf8, Utf8View -> true;
            default -> false;
        };
    }

    /** Forgets the chunk. */
    final void beginChunk() {
        chunkMin = null;
        chunkMax = null;
        chunkMinExact = false;
        chunkMaxExact = false;
        chunkMaxLost = false;
        previousMin = null;
        previousMax = null;
        ascending = true;
        descending = true;
        pageWithoutBounds = false;
    }

    /** Finds the bounds of a page of {@code count} values of a fixed width. */
    void find(long values, int count) {
        throw new UnsupportedOperationException();
    }

    /** Finds the bounds of a page of {@code count} values between int32 offsets. */
    void find(long offsets, long data, int count) {
        throw new UnsupportedOperationException();
    }

    /** The order of bounds. */
    abstract int compare(byte[] left, byte[] right);

    /** Takes the page's bounds, if there are any, into those of the chunk. */
    final void endPage(int values) {
        if (values == 0) {
            return;
        }
        if (pageMin == null || pageMax == null) {
            pageWithoutBounds = true;
        }
        if (pageMin != null) {
            int order = chunkMin == null ? -1 : compare(pageMin, chunkMin);
            chunkMinExact = order < 0 ? pageMinExact : chunkMinExact || order == 0 && pageMinExact;
            chunkMin = order < 0 ? pageMin : chunkMin;
        }
        if (pageMax == null) {
            // Without a least value there was none to compare at all; with one, any value may be the greatest.
            chunkMaxLost |= pageMin != null;
            chunkMax = chunkMaxLost ? null : chunkMax;
        } else if (!chunkMaxLost) {
            int order = chunkMax == null ? 1 : compare(pageMax, chunkMax);
            chunkMaxExact = order > 0 ? pageMaxExact : chunkMaxExact || order == 0 && pageMaxExact;
            chunkMax = order > 0 ? pageMax : chunkMax;
        }
        if (!pageWithoutBounds) {
            if (previousMin != null) {
                int least = compare(previousMin, pageMin);
                int greatest = compare(previousMax, pageMax);
                ascending &= least <= 0 && greatest <= 0;
                descending &= least >= 0 && greatest >= 0;
            }
            previousMin = pageMin;
            previousMax = pageMax;
        }
    }

    /** Whether the bounds of the pages so far do not decrease. */
    final boolean ascending() {
        return ascending;
    }

    /** Whether the bounds of the pages so far do not increase. */
    final boolean descending() {
        return descending;
    }

    final void setPage(byte[] min, byte[] max) {
        pageMin = min;
        pageMax = max;
        pageMinExact = true;
        pageMaxExact = true;
    }
}

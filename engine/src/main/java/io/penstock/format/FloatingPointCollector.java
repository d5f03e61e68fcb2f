package io.penstock.format;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** The bounds of a column of floats or doubles. One NaN makes them unknown: it has no place in the order of the others. */
final class FloatingPointCollector extends StatisticsCollector.ColumnCollector {
    private static final long INFINITY = key(Double.POSITIVE_INFINITY);
    private static final long MINUS_INFINITY = key(Double.NEGATIVE_INFINITY);

    private final boolean wide;

    // Keys: they compare as longs do, with no test for NaN and the sign of zero at each value.
    private long min;
    private long max;

    FloatingPointCollector(Field field, boolean wide) {
        super(field);
        this.wide = wide;
        reset();
    }

    @Override
    void reset() {
        super.reset();
        min = INFINITY;
        max = MINUS_INFINITY;
    }

    /** Numbers the doubles in their order: -0.0 before 0.0, and NaN beyond the infinity of its sign. */
    private static long key(double value) {
        long bits = Double.doubleToRawLongBits(value);
        return bits ^ bits >> 63 >>> 1;
    }

    private static double ofKey(long key) {
        return Double.longBitsToDouble(key ^ key >> 63 >>> 1);
    }

    @Override
    void bounds(FieldVector vector, int rowCount, boolean hasNulls) {
        long data = vector.getDataBufferAddress();
        long validity = hasNulls ? vector.getValidityBufferAddress() : 0;
        if (wide) {
            doubles(data, validity, rowCount);
        } else {
            floats(data, validity, rowCount);
        }
    }

    private void doubles(long data, long validity, int rowCount) {
        long least = min;
        long greatest = max;
        for (int row = 0; row < rowCount; row++) {
            long absent = absent(validity, row);
            long key = key(Memory.getDouble(data + row * 8L));
            least = least(least, key, absent);
            greatest = greatest(greatest, key, absent);
        }
        min = least;
        max = greatest;
    }

    private void floats(long data, long validity, int rowCount) {
        long least = min;
        long greatest = max;
        for (int row = 0; row < rowCount; row++) {
            long absent = absent(validity, row);
            long key = key(Memory.getFloat(data + row * 4L));
            least = least(least, key, absent);
            greatest = greatest(greatest, key, absent);
        }
        min = least;
        max = greatest;
    }

    private boolean sawNaN() {
        return min < MINUS_INFINITY || max > INFINITY;
    }

    @Override
    Object min() {
        return sawNaN() ? null : (Object) ofKey(min);
    }

    @Override
    Object max() {
        return sawNaN() ? null : (Object) ofKey(max);
    }
}

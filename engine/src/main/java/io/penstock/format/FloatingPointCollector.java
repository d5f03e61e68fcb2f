package io.penstock.format;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** The bounds of a column of floats or doubles. One NaN makes them unknown: it has no place in the order of the others. */
final class FloatingPointCollector extends StatisticsCollector.ColumnCollector {
    private final boolean wide;
    private double min;
    private double max;
    private boolean sawNaN;

    FloatingPointCollector(Field field, boolean wide) {
        super(field);
        this.wide = wide;
        reset();
    }

    @Override
    void reset() {
        super.reset();
        min = Double.POSITIVE_INFINITY;
        max = Double.NEGATIVE_INFINITY;
        sawNaN = false;
    }

    @Override
    void bounds(FieldVector vector, int rowCount, boolean hasNulls) {
        long data = vector.getDataBufferAddress();
        long validity = hasNulls ? vector.getValidityBufferAddress() : 0;
        double least = min;
        double greatest = max;
        for (int row = 0; row < rowCount; row++) {
            if (!hasNulls || Memory.getBit(validity, row)) {
                double value = wide ? Memory.getDouble(data + row * 8L) : Memory.getFloat(data + row * 4L);
                // Math.min and max tell -0.0 from 0.0, and give NaN if either is.
                least = Math.min(least, value);
                greatest = Math.max(greatest, value);
            }
        }
        min = least;
        max = greatest;
        sawNaN |= Double.isNaN(least);
    }

    @Override
    Object min() {
        return sawNaN ? null : (Object) min;
    }

    @Override
    Object max() {
        return sawNaN ? null : (Object) max;
    }
}

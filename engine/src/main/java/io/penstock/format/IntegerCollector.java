package io.penstock.format;

import io.penstock.buffer.Memory;
import java.math.BigInteger;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** The bounds of a column of integers of 1, 2, 4 or 8 bytes. */
final class IntegerCollector extends StatisticsCollector.ColumnCollector {
    private final int width;
    /** The bits that an integer narrower than a long keeps when it becomes one. */
    private final long mask;
    /** Added to a value so that signed comparison orders it: an unsigned long begins at the least long. */
    private final long bias;

    private long min;
    private long max;

    IntegerCollector(Field field, int width, boolean signed) {
        super(field);
        this.width = width;
        this.mask = signed || width == Long.BYTES ? -1 : (1L << 8 * width) - 1;
        this.bias = !signed && width == Long.BYTES ? Long.MIN_VALUE : 0;
        reset();
    }

    @Override
    void reset() {
        super.reset();
        min = Long.MAX_VALUE;
        max = Long.MIN_VALUE;
    }

    @Override
    void bounds(FieldVector vector, int rowCount, boolean hasNulls) {
        long data = vector.getDataBufferAddress();
        long validity = hasNulls ? vector.getValidityBufferAddress() : 0;
        switch (width) {
            case 1 -> bytes(data, validity, rowCount);
            case 2 -> shorts(data, validity, rowCount);
            case 4 -> ints(data, validity, rowCount);
            default -> longs(data, validity, rowCount);
        }
    }

    // A loop for each width, which does not ask for the width at each value.

    private void bytes(long data, long validity, int rowCount) {
        long least = min;
        long greatest = max;
        for (int row = 0; row < rowCount; row++) {
            long absent = absent(validity, row);
            long value = Memory.getByte(data + row) & mask;
            least = least(least, value, absent);
            greatest = greatest(greatest, value, absent);
        }
        min = least;
        max = greatest;
    }

    private void shorts(long data, long validity, int rowCount) {
        long least = min;
        long greatest = max;
        for (int row = 0; row < rowCount; row++) {
            long absent = absent(validity, row);
            long value = Memory.getShort(data + row * 2L) & mask;
            least = least(least, value, absent);
            greatest = greatest(greatest, value, absent);
        }
        min = least;
        max = greatest;
    }

    private void ints(long data, long validity, int rowCount) {
        long least = min;
        long greatest = max;
        for (int row = 0; row < rowCount; row++) {
            long absent = absent(validity, row);
            long value = Memory.getInt(data + row * 4L) & mask;
            least = least(least, value, absent);
            greatest = greatest(greatest, value, absent);
        }
        min = least;
        max = greatest;
    }

    private void longs(long data, long validity, int rowCount) {
        long least = min;
        long greatest = max;
        for (int row = 0; row < rowCount; row++) {
            long absent = absent(validity, row);
            long value = Memory.getLong(data + row * 8L) + bias;
            least = least(least, value, absent);
            greatest = greatest(greatest, value, absent);
        }
        min = least;
        max = greatest;
    }

    @Override
    Object min() {
        return boxed(min);
    }

    @Override
    Object max() {
        return boxed(max);
    }

    private Object boxed(long value) {
        if (bias == 0) {
            return value;
        }
        return new BigInteger(Long.toUnsignedString(value - bias));
    }
}

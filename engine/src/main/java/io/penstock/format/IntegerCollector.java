package io.penstock.format;

import io.penstock.buffer.Memory;
import java.math.BigInteger;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** The bounds of a column of integers of 1, 2, 4 or 8 bytes. */
final class IntegerCollector extends StatisticsCollector.ColumnCollector {
    private final int width;
    /** Added to a value so that signed comparison orders it: an unsigned long begins at the least long. */
    private final long bias;

    private final boolean signed;
    private long min;
    private long max;

    IntegerCollector(Field field, int width, boolean signed) {
        super(field);
        this.width = width;
        this.signed = signed;
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
        long least = min;
        long greatest = max;
        for (int row = 0; row < rowCount; row++) {
            if (!hasNulls || Memory.getBit(validity, row)) {
                long value = value(data, row);
                least = Math.min(least, value);
                greatest = Math.max(greatest, value);
            }
        }
        min = least;
        max = greatest;
    }

    private long value(long data, int row) {
        return switch (width) {
            case 1 -> signed ? Memory.getByte(data + row) : Memory.getByte(data + row) & 0xFF;
            case 2 -> signed ? Memory.getShort(data + row * 2L) : Memory.getShort(data + row * 2L) & 0xFFFF;
            case 4 -> signed ? Memory.getInt(data + row * 4L) : Memory.getInt(data + row * 4L) & 0xFFFFFFFFL;
            default -> Memory.getLong(data + row * 8L) + bias;
        };
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

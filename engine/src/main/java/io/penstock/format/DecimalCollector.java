package io.penstock.format;

import io.penstock.buffer.Memory;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The bounds of a column of 128-bit decimals, kept as the two halves of their unscaled values. */
final class DecimalCollector extends StatisticsCollector.ColumnCollector {
    private long minHigh;
    private long minLow;
    private long maxHigh;
    private long maxLow;

    DecimalCollector(Field field) {
        super(field);
        reset();
    }

    @Override
    void reset() {
        super.reset();
        minHigh = Long.MAX_VALUE;
        minLow = -1;
        maxHigh = Long.MIN_VALUE;
        maxLow = 0;
    }

    @Override
    void bounds(FieldVector vector, int rowCount, boolean hasNulls) {
        long data = vector.getDataBufferAddress();
        long validity = hasNulls ? vector.getValidityBufferAddress() : 0;
        long least = Long.MAX_VALUE;
        long greatest = Long.MIN_VALUE;
        long beyond = 0;
        for (int row = 0; row < rowCount; row++) {
            long absent = absent(validity, row);
            long low = Memory.getLong(data + row * 16L);
            beyond |= (Memory.getLong(data + row * 16L + 8) ^ low >> 63) & ~absent;
            least = least(least, low, absent);
            greatest = greatest(greatest, low, absent);
        }
        // Most decimals fit in 64 bits, and it costs little to find out by the way.
        if (beyond == 0) {
            include(least >> 63, least);
            include(greatest >> 63, greatest);
        } else {
            wideBounds(data, validity, rowCount);
        }
    }

    private void wideBounds(long data, long validity, int rowCount) {
        for (int row = 0; row < rowCount; row++) {
            if (validity == 0 || Memory.getBit(validity, row)) {
                include(Memory.getLong(data + row * 16L + 8), Memory.getLong(data + row * 16L));
            }
        }
    }

    private void include(long high, long low) {
        if (compare(high, low, minHigh, minLow) < 0) {
            minHigh = high;
            minLow = low;
        }
        if (compare(high, low, maxHigh, maxLow) > 0) {
            maxHigh = high;
            maxLow = low;
        }
    }

    private static int compare(long highA, long lowA, long highB, long lowB) {
        return highA != highB ? Long.compare(highA, highB) : Long.compareUnsigned(lowA, lowB);
    }

    @Override
    Object min() {
        return boxed(minHigh, minLow);
    }

    @Override
    Object max() {
        return boxed(maxHigh, maxLow);
    }

    private Object boxed(long high, long low) {
        BigInteger unscaled = BigInteger.valueOf(high).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(low)));
        return new BigDecimal(unscaled, ((ArrowType.Decimal) field.getType()).getScale());
    }
}

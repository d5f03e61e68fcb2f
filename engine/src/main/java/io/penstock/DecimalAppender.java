package io.penstock;

import io.penstock.buffer.Memory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Appends decimals of the column's precision and scale; a value that would have to be rounded is refused. */
final class DecimalAppender extends FixedWidthAppender {
    /** 10^0 to 10^18, all that a long holds. */
    private static final long[] TENS = new long[19];

    /** The most digits whose {@code double} is less than half a unit off, even after it was divided and multiplied by a power of ten. */
    private static final int MAX_EXACT_DIGITS = 15;

    /** The powers of ten up to this one are exact as doubles. */
    private static final int MAX_EXACT_POWER = 22;

    private static final double[] DOUBLE_TENS = new double[MAX_EXACT_POWER + 1];

    static {
        long ten = 1;
        for (int i = 0; i < TENS.length; i++, ten *= 10) {
            TENS[i] = ten;
        }
        for (int i = 0; i <= MAX_EXACT_POWER; i++) {
            DOUBLE_TENS[i] = Double.parseDouble("1e" + i);
        }
    }

    private final int bytes;
    private final int precision;
    private final int scale;

    /** The unscaled values lie strictly between this and its negation; 0 if every long does. */
    private final long end;

    DecimalAppender(FieldVector vector, Place place, ArrowType.Decimal type) {
        super(vector, place, type.getBitWidth() / 8);
        bytes = type.getBitWidth() / 8;
        precision = type.getPrecision();
        scale = type.getScale();
        end = precision < TENS.length ? TENS[precision] : 0;
    }

    @Override
    void setUnscaled(long unscaled) {
        if (end != 0 && (unscaled >= end || unscaled <= -end)) {
            throw place.unfit(BigDecimal.valueOf(unscaled, scale), "the precision is " + precision);
        }
        long at = values + (long) count * bytes;
        Memory.putLong(at, unscaled);
        long sign = unscaled >> 63;
        for (int i = 8; i < bytes; i += 8) {
            Memory.putLong(at + i, sign);
        }
        count++;
    }

    @Override
    void setLong(long value) {
        if (scale >= 0 && scale < TENS.length) {
            long unscaled = value * TENS[scale];
            if (Math.multiplyHigh(value, TENS[scale]) == unscaled >> 63) {
                setUnscaled(unscaled);
                return;
            }
        }
        setBig(BigDecimal.valueOf(value));
    }

    @Override
    void setObject(Object value) {
        if (value instanceof BigDecimal v) {
            setDecimal(v);
        } else if (value == null) {
            setNull();
        } else if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            setLong(((Number) value).longValue());
        } else if (value instanceof BigInteger v) {
            setBig(new BigDecimal(v));
        } else {
            throw place.wrongType(value);
        }
    }

    private void setDecimal(BigDecimal value) {
        int given = value.scale();
        if (given >= 0 && given <= MAX_EXACT_POWER && value.precision() <= MAX_EXACT_DIGITS) {
            // BigDecimal gives its digits only as a new BigInteger. As a double, which it makes without garbage, it is
            // the
            // quotient of two exact numbers, so that the product is less than 1/2 away from the digits.
            long unscaled = (long) Math.rint(value.doubleValue() * DOUBLE_TENS[given]);
            int more = scale - given;
            if (more == 0) {
                setUnscaled(unscaled);
                return;
            }
            if (more > 0 && more <= TENS.length - 1 - MAX_EXACT_DIGITS) {
                setUnscaled(unscaled * TENS[more]);
                return;
            }
            if (more < 0 && -more < TENS.length && unscaled % TENS[-more] == 0) {
                setUnscaled(unscaled / TENS[-more]);
                return;
            }
        }
        setBig(value);
    }

    private void setBig(BigDecimal value) {
        // Digits are counted first: to bring 1e999999999 to the scale would take all memory.
        if (value.signum() != 0 && value.precision() - (long) value.scale() > precision - (long) scale) {
            throw place.unfit(value, "the precision is " + precision);
        }
        if (value.signum() != 0 && (long) value.scale() - scale > value.precision()) {
            throw place.unfit(value, "the scale is " + scale);
        }
        BigInteger unscaled;
        try {
            unscaled = value.setScale(scale, RoundingMode.UNNECESSARY).unscaledValue();
        } catch (ArithmeticException e) {
            throw place.unfit(value, "the scale is " + scale);
        }
        long at = values + (long) count * bytes;
        for (int i = 0; i < bytes; i += 8) {
            Memory.putLong(at + i, unscaled.shiftRight(8 * i).longValue());
        }
        count++;
    }
}

package io.penstock.format.json;

import io.penstock.buffer.Memory;
import java.math.BigInteger;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * Decimals as numbers with all the digits of their scale: {@code 12.50}. With a negative scale, or one beyond 100, the unscaled
 * number and an exponent: {@code 12E3}.
 */
final class DecimalWriter extends IntegerWriters.Fixed {
    private static final int LARGEST_PLAIN_SCALE = 100;
    private static final int LIMB_DIGITS = 9;
    private static final long LIMB = 1_000_000_000L;

    private final int precision;
    private final int scale;
    private final boolean plain;

    /** 10^scale, and its reciprocal as {@code reciprocal / 2^(64 + shift)}, rounded down; for scales 1 to 18. */
    private final long divisor;

    private final long reciprocal;
    private final int shift;

    /** 10^precision, 64 bits each, the lowest first. */
    private final long[] bound = new long[4];

    private final long[] magnitude = new long[4];
    private final int[] limbs = new int[8];
    private final int[] groups = new int[9];
    private int width;

    DecimalWriter(ArrowType.Decimal type) {
        super(LARGEST_PLAIN_SCALE + 96);
        precision = type.getPrecision();
        scale = type.getScale();
        plain = scale >= 0 && scale <= LARGEST_PLAIN_SCALE;
        BigInteger limit = BigInteger.TEN.pow(precision);
        for (int i = 0; i < 4; i++) {
            bound[i] = limit.shiftRight(64 * i).longValue();
        }
        if (scale >= 1 && scale <= 18) {
            divisor = Digits.powerOfTen(scale);
            int bits = 64 - Long.numberOfLeadingZeros(divisor - 1);
            reciprocal = BigInteger.ONE
                    .shiftLeft(62 + bits)
                    .divide(BigInteger.valueOf(divisor))
                    .longValue();
            shift = bits - 2;
        } else {
            divisor = 0;
            reciprocal = 0;
            shift = 0;
        }
    }

    @Override
    void bindValues(FieldVector vector, DictionaryProvider dictionaries) {
        super.bindValues(vector, dictionaries);
        width = ((BaseFixedWidthVector) vector).getTypeWidth();
    }

    @Override
    long writeValue(long at, int index) {
        long slot = values + (long) width * index;
        long low = width == 4 ? Memory.getInt(slot) : Memory.getLong(slot);
        if (isOneWord(slot, low)) {
            long sign = low >> 63;
            long unscaled = (low ^ sign) - sign;
            if (scale == 0 || unscaled < 0 || divisor == 0) {
                return scale == 0 ? Digits.putSigned(at, low) : writeWide(at, slot, low);
            }
            Memory.putByte(at, (byte) '-');
            long whole = Math.multiplyHigh(unscaled, reciprocal) >>> shift;
            long rest = unscaled - whole * divisor;
            if (rest >= divisor) {
                whole++;
                rest -= divisor;
            }
            long point = Digits.putUnsigned(at - sign, whole);
            Memory.putByte(point, (byte) '.');
            return Digits.putPadded(point + 1, rest, scale);
        }
        return writeWide(at, slot, low);
    }

    @Override
    void writeColumn(Key key, long[] ends, int from, int count) {
        writeEach(key, ends, from, count);
    }

    private boolean isOneWord(long slot, long low) {
        if (width <= 8) {
            return true;
        }
        long sign = low >> 63;
        boolean one = Memory.getLong(slot + 8) == sign;
        return width == 16 ? one : one && Memory.getLong(slot + 16) == sign && Memory.getLong(slot + 24) == sign;
    }

    /** Fills {@link #magnitude}; returns whether the value is negative. */
    private boolean takeMagnitude(long slot, long low) {
        long sign = Memory.getByte(slot + width - 1) >> 7;
        magnitude[0] = low;
        for (int i = 1; i < 4; i++) {
            magnitude[i] = 8 * i < width ? Memory.getLong(slot + 8L * i) : sign;
        }
        if (sign < 0) {
            boolean carry = true;
            for (int i = 0; i < 4; i++) {
                magnitude[i] = ~magnitude[i] + (carry ? 1 : 0);
                carry = carry && magnitude[i] == 0;
            }
        }
        return sign < 0;
    }

    private long writeWide(long start, long slot, long low) {
        long at = start;
        if (takeMagnitude(slot, low)) {
            Memory.putByte(at++, (byte) '-');
        }
        int count = splitMagnitude();
        if (!plain) {
            long end = writeGroups(at, count);
            Memory.putByte(end, (byte) 'E');
            return Digits.putSigned(end + 1, -(long) scale);
        }
        if (scale == 0) {
            return writeGroups(at, count);
        }
        long end = writeGroups(at + 1, count);
        int digits = (int) (end - at - 1);
        if (digits > scale) {
            for (int i = 0; i < digits - scale; i++) {
                Memory.putByte(at + i, Memory.getByte(at + i + 1));
            }
            Memory.putByte(end - scale - 1, (byte) '.');
            return end;
        }
        // The digits move up behind "0." and the zeros that the scale asks for.
        long target = at + 2 + scale;
        for (int i = 1; i <= digits; i++) {
            Memory.putByte(target - i, Memory.getByte(end - i));
        }
        Memory.fill(at, 2 + scale - digits, (byte) '0');
        Memory.putByte(at + 1, (byte) '.');
        return target;
    }

    /** Splits the magnitude into groups of nine digits, the lowest first; returns how many, at least one. */
    private int splitMagnitude() {
        for (int i = 0; i < 4; i++) {
            limbs[2 * i] = (int) magnitude[i];
            limbs[2 * i + 1] = (int) (magnitude[i] >>> 32);
        }
        int top = limbs.length - 1;
        int count = 0;
        do {
            while (top >= 0 && limbs[top] == 0) {
                top--;
            }
            long remainder = 0;
            for (int i = top; i >= 0; i--) {
                long part = remainder << 32 | limbs[i] & 0xffff_ffffL;
                long quotient = part / LIMB;
                limbs[i] = (int) quotient;
                remainder = part - quotient * LIMB;
            }
            groups[count++] = (int) remainder;
        } while (top > 0 || top == 0 && limbs[0] != 0);
        return count;
    }

    private long writeGroups(long start, int count) {
        long at = Digits.putUnsigned(start, groups[count - 1]);
        for (int i = count - 2; i >= 0; i--) {
            at = Digits.putPadded(at, groups[i], LIMB_DIGITS);
        }
        return at;
    }

    @Override
    boolean isClean(int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isInPrecision(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean isInPrecision(int index) {
        long slot = values + (long) width * index;
        long low = width == 4 ? Memory.getInt(slot) : Memory.getLong(slot);
        if (isOneWord(slot, low)) {
            return precision > 18 || low < bound[0] && low > -bound[0];
        }
        takeMagnitude(slot, low);
        for (int i = 3; i >= 0; i--) {
            int order = Long.compareUnsigned(magnitude[i], bound[i]);
            if (order != 0) {
                return order < 0;
            }
        }
        return false;
    }

    @Override
    String problemOfValue(int index) {
        return isInPrecision(index) ? null : "has more than the " + precision + " digits of its type";
    }
}

package io.penstock.format.json;

import io.penstock.buffer.Memory;
import java.nio.charset.StandardCharsets;

/**
 * Decimal numbers as the nearest binary floating-point number, ties to even. After W. D. Clinger, "How to read floating point
 * numbers accurately" (1990), for short ones; D. Lemire, "Number parsing at a gigabyte per second" (2021), and N. Mushtak and D. Lemire,
 * "Fast number parsing without fallback" (2022), for those of up to 19 digits; and the JDK for the rest.
 */
final class BinaryFloat {
    private static final double[] DOUBLE_POWERS = new double[23];
    private static final float[] FLOAT_POWERS = new float[11];

    static {
        for (int i = 0; i < DOUBLE_POWERS.length; i++) {
            DOUBLE_POWERS[i] = Double.parseDouble("1e" + i);
        }
        for (int i = 0; i < FLOAT_POWERS.length; i++) {
            FLOAT_POWERS[i] = Float.parseFloat("1e" + i);
        }
    }

    private BinaryFloat() {}

    /** {@code digits / 10^exponent}, of at most 15 digits and an exponent of at most 22: both are exact, so is what is nearest. */
    static double quotient(long digits, int exponent) {
        return digits / DOUBLE_POWERS[exponent];
    }

    /** The number that was scanned; infinite if it is too large. */
    static double doubleOf(NumberScanner number, long start, long end) {
        long digits = number.digits;
        int exponent = number.exponent;
        if (!number.wide && digits <= 1L << 53 && exponent >= -22 && exponent <= 22) {
            double value = exponent < 0 ? digits / DOUBLE_POWERS[-exponent] : digits * DOUBLE_POWERS[exponent];
            return number.negative ? -value : value;
        }
        long bits = nearest(digits, exponent, 52, -1023, 0x7ff, -4, 23);
        if (number.truncated && bits != nearest(digits + 1, exponent, 52, -1023, 0x7ff, -4, 23)) {
            return Double.parseDouble(text(start, end));
        }
        return Double.longBitsToDouble(bits | (number.negative ? Long.MIN_VALUE : 0));
    }

    /** The number that was scanned; infinite if it is too large. */
    static float floatOf(NumberScanner number, long start, long end) {
        long digits = number.digits;
        int exponent = number.exponent;
        if (!number.wide && digits <= 1L << 24 && exponent >= -10 && exponent <= 10) {
            float value = exponent < 0 ? digits / FLOAT_POWERS[-exponent] : digits * FLOAT_POWERS[exponent];
            return number.negative ? -value : value;
        }
        long bits = nearest(digits, exponent, 23, -127, 0xff, -17, 10);
        if (number.truncated && bits != nearest(digits + 1, exponent, 23, -127, 0xff, -17, 10)) {
            return Float.parseFloat(text(start, end));
        }
        return Float.intBitsToFloat((int) bits | (number.negative ? Integer.MIN_VALUE : 0));
    }

    private static String text(long start, long end) {
        byte[] bytes = new byte[(int) (end - start)];
        Memory.copy(start, bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /**
     * The bits of {@code digits * 10^exponent}, without a sign.
     *
     * @param digits unsigned
     * @param fractionBits of the format
     * @param smallestExponent of the format, less its bias
     * @param infinity the exponent bits of an infinity
     * @param firstTie the smallest power of ten at which a value can lie half way between two numbers
     * @param lastTie the largest
     */
    private static long nearest(
            long digits,
            int exponent,
            int fractionBits,
            int smallestExponent,
            int infinity,
            int firstTie,
            int lastTie) {
        if (digits == 0 || exponent < PowersOfTen.SMALLEST) {
            return 0;
        }
        if (exponent > 308) {
            return (long) infinity << fractionBits;
        }
        int zeros = Long.numberOfLeadingZeros(digits);
        long normal = digits << zeros;
        long tenHigh = PowersOfTen.high(exponent);
        long tenLow = PowersOfTen.low(exponent);
        if (exponent < 0 && exponent >= -27) {
            // The proof wants these reciprocals rounded up.
            tenLow++;
            tenHigh += tenLow == 0 ? 1 : 0;
        }
        long low = normal * tenHigh;
        long high = multiplyHighUnsigned(normal, tenHigh);
        long mask = -1L >>> fractionBits + 3;
        if ((high & mask) == mask) {
            long more = multiplyHighUnsigned(normal, tenLow);
            low += more;
            if (Long.compareUnsigned(more, low) > 0) {
                high++;
            }
        }
        int upper = (int) (high >>> 63);
        int shift = upper + 64 - fractionBits - 3;
        long mantissa = high >>> shift;
        int power = ((152_170 + 65_536) * exponent >> 16) + 63 + upper - zeros - smallestExponent;
        if (power <= 0) {
            if (-power + 1 >= 64) {
                return 0;
            }
            mantissa >>>= -power + 1;
            mantissa = mantissa + (mantissa & 1) >>> 1;
            // A subnormal that is rounded up to the smallest normal has just the bits of it.
            return mantissa;
        }
        boolean tie = Long.compareUnsigned(low, 1) <= 0
                && exponent >= firstTie
                && exponent <= lastTie
                && (mantissa & 3) == 1
                && mantissa << shift == high;
        if (tie) {
            mantissa &= ~1;
        }
        mantissa = mantissa + (mantissa & 1) >>> 1;
        if (mantissa >= 2L << fractionBits) {
            mantissa = 1L << fractionBits;
            power++;
        }
        return power >= infinity
                ? (long) infinity << fractionBits
                : mantissa & ~(1L << fractionBits) | (long) power << fractionBits;
    }

    private static long multiplyHighUnsigned(long a, long b) {
        return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
    }

    /** The nearest binary16, ties to even, as its bits; infinite if it is too large. */
    static short halfOf(double value) {
        int sign = (int) (Double.doubleToRawLongBits(value) >>> 48) & 0x8000;
        double magnitude = Math.abs(value);
        if (Double.isNaN(value)) {
            return (short) 0x7e00;
        }
        if (magnitude >= 65_520) {
            return (short) (sign | 0x7c00);
        }
        int exponent = Math.max(-14, Math.getExponent(magnitude));
        // In units of the last place; adding the exponent's bits lets a mantissa that is rounded up carry into them.
        int units = (int) Math.rint(Math.scalb(magnitude, 10 - exponent));
        return (short) (sign | (exponent + 14 << 10) + units);
    }
}

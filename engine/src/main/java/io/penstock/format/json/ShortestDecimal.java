package io.penstock.format.json;

import io.penstock.buffer.Memory;

/**
 * Binary floating-point numbers as the shortest decimal text that reads back as the same number of the same width, the closest
 * to it if there are several. After R. Giulietti, "The Schubfach way to render doubles" (2020-2022); what is not in the paper
 * is the short cut for numbers that are short decimals to begin with.
 *
 * <p>Whole numbers end in {@code .0}; below 10^-4 and from 10^17 on the text has an exponent. The caller has claimed {@link #ROOM}
 * bytes.
 */
final class ShortestDecimal {
    static final int ROOM = 48;

    private static final int NAN = '"' | 'N' << 8 | 'a' << 16 | 'N' << 24;
    private static final long INFINITY = word("\"Infinit");
    private static final long ZERO_POINT_ZEROS = word("0.000000");
    private static final long MASK_63 = Long.MAX_VALUE;
    private static final long TEN_QUADRILLION = 10_000_000_000_000_000L;

    private ShortestDecimal() {}

    private static long word(String eight) {
        long word = 0;
        for (int i = 0; i < 8; i++) {
            word |= (long) eight.charAt(i) << 8 * i;
        }
        return word;
    }

    static long putDouble(long at, double value) {
        long bits = Double.doubleToRawLongBits(value);
        int exponent = (int) (bits >>> 52) & 0x7ff;
        long fraction = bits & (1L << 52) - 1;
        Memory.putByte(at, (byte) '-');
        long from = at + (bits >>> 63);
        if (exponent == 0x7ff) {
            return putSpecial(at, bits < 0, fraction != 0);
        }
        if (exponent == 0) {
            return fraction == 0 ? putZero(from) : putShortest(from, fraction, -1074, false);
        }
        return putShortest(from, fraction | 1L << 52, exponent - 1075, fraction == 0 && exponent > 1);
    }

    static long putFloat(long at, float value) {
        int bits = Float.floatToRawIntBits(value);
        int exponent = bits >>> 23 & 0xff;
        int fraction = bits & (1 << 23) - 1;
        Memory.putByte(at, (byte) '-');
        long from = at + (bits >>> 31);
        if (exponent == 0xff) {
            return putSpecial(at, bits < 0, fraction != 0);
        }
        if (exponent == 0) {
            return fraction == 0 ? putZero(from) : putShortest(from, fraction, -149, false);
        }
        return putShortest(from, fraction | 1 << 23, exponent - 150, fraction == 0 && exponent > 1);
    }

    /** @param bits an IEEE 754 binary16 */
    static long putHalf(long at, short bits) {
        int exponent = bits >>> 10 & 0x1f;
        int fraction = bits & (1 << 10) - 1;
        Memory.putByte(at, (byte) '-');
        long from = at + (bits >>> 31);
        if (exponent == 0x1f) {
            return putSpecial(at, bits < 0, fraction != 0);
        }
        if (exponent == 0) {
            return fraction == 0 ? putZero(from) : putShortest(from, fraction, -24, false);
        }
        return putShortest(from, fraction | 1 << 10, exponent - 25, fraction == 0 && exponent > 1);
    }

    /**
     * Puts a number that has at most six digits after the point and fifteen in all.
     *
     * @return where the text ends, or 0 if it is not such a number
     */
    static long putShort(long at, double value) {
        double magnitude = Math.abs(value);
        if (!(magnitude < 1e9)) {
            return 0;
        }
        // Decimals of up to fifteen digits are further apart than doubles, and the quotient is correctly rounded: if
        // it is the value, no other decimal of so few digits is.
        long hundredths = (long) (magnitude * 1e2 + 0.5);
        if (hundredths / 1e2 == magnitude) {
            Memory.putByte(at, (byte) '-');
            long whole = hundredths / 100;
            long rest = hundredths - whole * 100;
            long point = Digits.putUnsigned(at + (Double.doubleToRawLongBits(value) >>> 63), whole);
            int digits = Digits.two(rest);
            Memory.putInt(point, '.' | digits << 8);
            return point + 3 - (digits >>> 8 == '0' ? 1 : 0);
        }
        long millionths = (long) (magnitude * 1e6 + 0.5);
        if (millionths / 1e6 == magnitude) {
            Memory.putByte(at, (byte) '-');
            long whole = millionths / 1_000_000;
            long point = Digits.putUnsigned(at + (Double.doubleToRawLongBits(value) >>> 63), whole);
            long digits = Digits.eight((millionths - whole * 1_000_000) * 100);
            Memory.putByte(point, (byte) '.');
            Memory.putLong(point + 1, digits | Digits.ASCII_ZEROS);
            return point + 9 - (Long.numberOfLeadingZeros(digits) >>> 3);
        }
        return 0;
    }

    private static long putZero(long at) {
        Memory.putInt(at, '0' | '.' << 8 | '0' << 16);
        return at + 3;
    }

    private static long putSpecial(long at, boolean negative, boolean nan) {
        if (nan) {
            Memory.putInt(at, NAN);
            Memory.putByte(at + 4, (byte) '"');
            return at + 5;
        }
        long from = at;
        if (negative) {
            Memory.putShort(at, (short) ('"' | '-' << 8));
            from = at + 2;
            Memory.putLong(from, INFINITY >>> 8);
            Memory.putShort(from + 7, (short) ('y' | '"' << 8));
            return from + 9;
        }
        Memory.putLong(from, INFINITY);
        Memory.putShort(from + 8, (short) ('y' | '"' << 8));
        return from + 10;
    }

    /**
     * Puts {@code significand * 2^exponent}.
     *
     * @param lowerIsCloser whether the next smaller number is half as far away as the next larger one
     */
    private static long putShortest(long at, long significand, int exponent, boolean lowerIsCloser) {
        long odd = significand & 1;
        long middle = significand << 2;
        long lower = lowerIsCloser ? middle - 1 : middle - 2;
        long upper = middle + 2;
        int k = lowerIsCloser ? floorLog10ThreeQuartersPow2(exponent) : floorLog10Pow2(exponent);
        int shift = exponent + floorLog2Pow10(-k) + 2;

        // The paper's g: 126 bits of 10^-k, rounded up, in two halves of 63.
        long high = PowersOfTen.high(-k);
        long low = high << 62 | PowersOfTen.low(-k) >>> 2;
        high = (high >>> 2) + (low == -1L ? 1 : 0);
        low++;
        long g1 = high << 1 | low >>> 63;
        long g0 = low & MASK_63;

        long vb = roundToOdd(g1, g0, middle << shift);
        long vbl = roundToOdd(g1, g0, lower << shift);
        long vbr = roundToOdd(g1, g0, upper << shift);
        long s = vb >> 2;
        if (s >= 10) {
            long tens = s / 10 * 10;
            boolean lowInside = vbl + odd <= tens << 2;
            boolean highInside = (tens + 10 << 2) + odd <= vbr;
            if (lowInside != highInside) {
                return putDigits(at, lowInside ? tens : tens + 10, k);
            }
        }
        boolean lowInside = vbl + odd <= s << 2;
        boolean highInside = (s + 1 << 2) + odd <= vbr;
        if (lowInside != highInside) {
            return putDigits(at, lowInside ? s : s + 1, k);
        }
        long side = vb - ((s << 2) + 2);
        return putDigits(at, side < 0 || side == 0 && (s & 1) == 0 ? s : s + 1, k);
    }

    private static long roundToOdd(long g1, long g0, long cp) {
        long x1 = Math.multiplyHigh(g0, cp);
        long y0 = g1 * cp;
        long y1 = Math.multiplyHigh(g1, cp);
        long z = (y0 >>> 1) + x1;
        long w = y1 + (z >>> 63);
        return w | (z & MASK_63) + MASK_63 >>> 63;
    }

    private static int floorLog10Pow2(int e) {
        return (int) (e * 661_971_961_083L >> 41);
    }

    private static int floorLog10ThreeQuartersPow2(int e) {
        return (int) (e * 661_971_961_083L - 274_743_187_321L >> 41);
    }

    private static int floorLog2Pow10(int e) {
        return (int) (e * 913_124_641_741L >> 38);
    }

    /** Puts {@code decimal * 10^exponent}; the decimal has 1 to 17 digits. */
    private static long putDigits(long at, long decimal, int exponent) {
        int length = floorLog10Pow2(Long.SIZE - Long.numberOfLeadingZeros(decimal));
        if (decimal >= Digits.powerOfTen(length)) {
            length++;
        }
        long seventeen = decimal * Digits.powerOfTen(17 - length);
        int point = exponent + length;
        long first = seventeen / TEN_QUADRILLION;
        long rest = seventeen - first * TEN_QUADRILLION;
        long high = Digits.eight(rest / 100_000_000);
        long low = Digits.eight(rest % 100_000_000);
        int significant =
                low != 0 ? 17 - (Long.numberOfLeadingZeros(low) >>> 3) : 9 - (Long.numberOfLeadingZeros(high) >>> 3);
        high |= Digits.ASCII_ZEROS;
        low |= Digits.ASCII_ZEROS;
        byte head = (byte) ('0' + first);
        if (point > 0 && point <= 17) {
            Memory.putByte(at, head);
            Memory.putLong(at + 1, high);
            Memory.putLong(at + 9, low);
            if (significant <= point) {
                Memory.putShort(at + point, (short) ('.' | '0' << 8));
                return at + point + 2;
            }
            long tail = Memory.getLong(at + point);
            Memory.putLong(at + point + 9, Memory.getLong(at + point + 8));
            Memory.putLong(at + point + 1, tail);
            Memory.putByte(at + point, (byte) '.');
            return at + significant + 1;
        }
        if (point > -4 && point <= 0) {
            Memory.putLong(at, ZERO_POINT_ZEROS);
            long from = at + 2 - point;
            Memory.putByte(from, head);
            Memory.putLong(from + 1, high);
            Memory.putLong(from + 9, low);
            return from + significant;
        }
        Memory.putShort(at, (short) (head | '.' << 8));
        Memory.putLong(at + 2, high);
        Memory.putLong(at + 10, low);
        long end = significant == 1 ? at + 1 : at + 1 + significant;
        Memory.putByte(end, (byte) 'E');
        return Digits.putSigned(end + 1, point - 1);
    }
}

package io.penstock.format.json;

import io.penstock.buffer.Memory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Whole numbers as decimal text at an address. A method may write up to 8 bytes beyond the end that it returns, so its caller has
 * claimed that much more.
 *
 * <p>Numbers of up to eight digits, as most are, take two look-ups of four digits. Where all eight digits are wanted they are made
 * in one register, by the binary-coded-decimal steps of W. Muła and P. Khuong's "How to print integers really fast": the digits
 * stand in the bytes of a long, the first in the lowest.
 */
final class Digits {
    static final long ASCII_ZEROS = 0x3030303030303030L;

    private static final long HUNDRED_MILLION = 100_000_000L;
    private static final long TEN_QUADRILLION = 10_000_000_000_000_000L;
    private static final long[] POWERS_OF_TEN = new long[19];

    /**
     * The text of each number below 10,000 as the bytes of an int, three times: without leading zeros and nothing for zero, with
     * leading zeros, without leading zeros.
     */
    private static final ByteBuffer FOURS_MEMORY =
            ByteBuffer.allocateDirect(3 * 4 * 10_000).order(ByteOrder.LITTLE_ENDIAN);

    private static final long FOURS = Memory.address(FOURS_MEMORY);
    private static final long PADDED = 10_000;
    private static final long TRIMMED = 20_000;

    static {
        for (int i = 0; i < 10_000; i++) {
            int padded = (int) (eight(i) >>> 32) | (int) ASCII_ZEROS;
            int zeros = i < 10 ? 3 : i < 100 ? 2 : i < 1000 ? 1 : 0;
            FOURS_MEMORY.putInt(4 * i, i == 0 ? 0 : padded >>> 8 * zeros);
            FOURS_MEMORY.putInt(4 * (10_000 + i), padded);
            FOURS_MEMORY.putInt(4 * (20_000 + i), padded >>> 8 * zeros);
        }
        POWERS_OF_TEN[0] = 1;
        for (int i = 1; i < POWERS_OF_TEN.length; i++) {
            POWERS_OF_TEN[i] = POWERS_OF_TEN[i - 1] * 10;
        }
    }

    private Digits() {}

    /** Ten to the power of {@code exponent}, 0 to 18. */
    static long powerOfTen(int exponent) {
        return POWERS_OF_TEN[exponent];
    }

    static long putSigned(long at, long value) {
        long sign = value >> 63;
        Memory.putByte(at, (byte) '-');
        return putUnsigned(at - sign, (value ^ sign) - sign);
    }

    /** Puts 1 to 20 digits. */
    static long putUnsigned(long at, long value) {
        return value >= 0 && value < HUNDRED_MILLION ? putTrimmed(at, value) : putLarge(at, value);
    }

    private static long putLarge(long at, long value) {
        if (value >= 0 && value < TEN_QUADRILLION) {
            long high = value / HUNDRED_MILLION;
            return putEight(putTrimmed(at, high), value - high * HUNDRED_MILLION);
        }
        long top = value >= 0 ? value / TEN_QUADRILLION : Long.divideUnsigned(value, TEN_QUADRILLION);
        return putSixteen(putTrimmed(at, top), value - top * TEN_QUADRILLION);
    }

    /** Puts the digits of a value below 10^8 without leading zeros. */
    static long putTrimmed(long at, long value) {
        long high = value * 109_951_163L >>> 40;
        long low = value - high * 10_000;
        // Without a branch on how many digits there are: the first group is empty if it is zero, and then the second is
        // trimmed.
        int first = Memory.getInt(FOURS + (high << 2));
        Memory.putInt(at, first);
        long next = at + 4 - (Integer.numberOfLeadingZeros(first) >>> 3);
        int second = Memory.getInt(FOURS + (low + (high == 0 ? TRIMMED : PADDED) << 2));
        Memory.putInt(next, second);
        return next + 4 - (Integer.numberOfLeadingZeros(second) >>> 3);
    }

    /** The two digits of a value below 100. */
    static int two(long value) {
        return Memory.getInt(FOURS + (value + PADDED << 2)) >>> 16;
    }

    /** Puts exactly {@code count} digits, 1 to 18, of a value that has no more; with leading zeros. */
    static long putPadded(long at, long value, int count) {
        if (count <= 8) {
            Memory.putLong(at, (eight(value) | ASCII_ZEROS) >>> ((8 - count) << 3));
            return at + count;
        }
        long high = value / HUNDRED_MILLION;
        return putEight(putPadded(at, high, count - 8), value - high * HUNDRED_MILLION);
    }

    /** Puts 8 digits of a value below 10^8. */
    static long putEight(long at, long value) {
        Memory.putLong(at, eight(value) | ASCII_ZEROS);
        return at + 8;
    }

    /** Puts 16 digits of a value below 10^16. */
    static long putSixteen(long at, long value) {
        long high = value / HUNDRED_MILLION;
        return putEight(putEight(at, high), value - high * HUNDRED_MILLION);
    }

    /** The eight digits of a value below 10^8, 0 to 9 each, the most significant in the lowest byte. */
    static long eight(long value) {
        long high = value * 109_951_163L >>> 40;
        long fours = high | value - high * 10_000 << 32;
        long tops = fours * 10_486 >>> 20 & 0x0000_007f_0000_007fL;
        long twos = tops | fours - tops * 100 << 16;
        long tens = twos * 103 >>> 10 & 0x000f_000f_000f_000fL;
        return tens | twos - tens * 10 << 8;
    }
}

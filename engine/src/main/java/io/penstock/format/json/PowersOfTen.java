package io.penstock.format.json;

import java.math.BigInteger;

/**
 * The powers of ten from 10^-342 to 10^324 to 128 significant bits, the top bit set, rounded down: what both directions between
 * binary and decimal floating point need.
 */
final class PowersOfTen {
    static final int SMALLEST = -342;
    static final int LARGEST = 324;

    private static final long[] HIGH = new long[LARGEST - SMALLEST + 1];
    private static final long[] LOW = new long[LARGEST - SMALLEST + 1];

    static {
        BigInteger power = BigInteger.ONE;
        for (int e = 0; e <= -SMALLEST; e++) {
            int bits = power.bitLength();
            if (e <= LARGEST) {
                store(e, power.shiftLeft(Math.max(0, 128 - bits)).shiftRight(Math.max(0, bits - 128)));
            }
            if (e > 0) {
                store(-e, BigInteger.ONE.shiftLeft(127 + bits).divide(power));
            }
            power = power.multiply(BigInteger.TEN);
        }
    }

    private PowersOfTen() {}

    private static void store(int exponent, BigInteger bits) {
        HIGH[exponent - SMALLEST] = bits.shiftRight(64).longValue();
        LOW[exponent - SMALLEST] = bits.longValue();
    }

    static long high(int exponent) {
        return HIGH[exponent - SMALLEST];
    }

    static long low(int exponent) {
        return LOW[exponent - SMALLEST];
    }
}

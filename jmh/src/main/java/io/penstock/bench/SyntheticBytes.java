package io.penstock.bench;

import java.nio.ByteBuffer;
import java.util.Random;

/** The bytes that objects of the {@link DiscardingServer} have when they are read: the same mebibyte of noise again and again. */
final class SyntheticBytes {
    static final int PERIOD = 1 << 20;

    private static final byte[] NOISE = new byte[PERIOD];

    static {
        new Random(20).nextBytes(NOISE);
    }

    private SyntheticBytes() {}

    /** A view of two periods in direct memory. */
    static ByteBuffer twice() {
        return ByteBuffer.allocateDirect(2 * PERIOD).put(NOISE).put(NOISE).clear();
    }

    static byte at(long offset) {
        return NOISE[(int) (offset % PERIOD)];
    }

    /** Fills {@code target} with the bytes from {@code offset} on. */
    static void fill(long offset, ByteBuffer target) {
        for (long from = offset; target.hasRemaining(); ) {
            int inPeriod = (int) (from % PERIOD);
            int run = Math.min(target.remaining(), PERIOD - inPeriod);
            target.put(NOISE, inPeriod, run);
            from += run;
        }
    }
}

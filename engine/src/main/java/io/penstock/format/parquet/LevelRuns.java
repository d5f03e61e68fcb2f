package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.parquet.format.Encoding;

/** A cursor over the levels of a page, of one kind. None that it gives is above the maximum. */
final class LevelRuns {
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;

    private final HybridDecoder hybrid = new HybridDecoder();
    private final LegacyBitPacked packed = new LegacyBitPacked();
    private final int max;

    /** Whether some number of as many bits is above the maximum. */
    private final boolean overflowing;

    private boolean legacy;

    /** For levels from 0 to {@code max}, which is at least 1. */
    LevelRuns(int max) {
        this.max = max;
        this.overflowing = (max & max + 1) != 0;
    }

    static int bitWidth(int max) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(max);
    }

    void begin(Encoding encoding, long address, long end) {
        legacy = encoding == Encoding.BIT_PACKED;
        if (legacy) {
            packed.begin(address, end, bitWidth(max));
        } else {
            hybrid.begin(address, end, bitWidth(max));
        }
    }

    /** Writes the next levels, a byte each, and up to 7 bytes of no meaning behind them. */
    void read(int count, long target) {
        if (legacy) {
            packed.readBytes(count, target);
        } else {
            hybrid.readBytes(count, target);
        }
        if (overflowing) {
            require(count, target);
        }
    }

    /** As {@link #read}, and returns how many of them are the maximum. */
    int readCounting(int count, long target) {
        if (legacy || overflowing) {
            read(count, target);
            return equal(target, count, max);
        }
        return hybrid.readBytesCounting(count, target, max);
    }

    private void require(int count, long target) {
        Memory.putLong(target + count, 0);
        long above = 0;
        long subtrahend = EACH * (max + 1);
        for (int i = 0; i < count; i += Long.BYTES) {
            above |= (Memory.getLong(target + i) | HIGH) - subtrahend;
        }
        if ((above & HIGH) != 0) {
            throw new MalformedPageException("a level above " + max);
        }
    }

    static int equal(long levels, int count, int level) {
        int equal = 0;
        for (int i = 0; i < count; i++) {
            equal += Memory.getByte(levels + i) == level ? 1 : 0;
        }
        return equal;
    }
}

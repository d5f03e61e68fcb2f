package io.penstock.format;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;

/** The edges of {@link Ranges} as longs. Immutable. */
final class LongEdges {
    /** From how many edges on a search is faster than comparing with each. */
    private static final int SEARCHED = 8;

    private final long[] edges;
    /** Edges that are below every long. */
    private final int below;

    LongEdges(long[] edges, int below) {
        this.edges = edges;
        this.below = below;
    }

    /** @param unsigned whether values come with their first bit inverted */
    static LongEdges of(Ranges<BigInteger> ranges, boolean unsigned) {
        return of(ranges.edges(), unsigned ? BigInteger.ONE.shiftLeft(63) : BigInteger.ZERO);
    }

    private static LongEdges of(List<BigInteger> ordered, BigInteger shift) {
        long[] edges = new long[ordered.size()];
        int below = 0;
        int within = 0;
        for (BigInteger edge : ordered) {
            BigInteger shifted = edge.subtract(shift);
            if (shifted.bitLength() < Long.SIZE) {
                edges[within++] = shifted.longValueExact();
            } else if (shifted.signum() < 0) {
                below++;
            }
        }
        return new LongEdges(Arrays.copyOf(edges, within), below);
    }

    /** A bit for each value that lies in a range. */
    long inside(long[] values, int count) {
        long all = (below & 1) == 0 ? 0 : -1;
        return switch (edges.length) {
            case 0 -> all;
            case 1 -> all ^ from(edges[0], values, count);
            case 2 -> all ^ between(edges[0], edges[1], values, count);
            default -> all ^ (edges.length < SEARCHED ? compared(values, count) : searched(values, count));
        };
    }

    private static long from(long low, long[] values, int count) {
        long word = 0;
        for (int i = 0; i < count; i++) {
            word |= (values[i] >= low ? 1L : 0L) << i;
        }
        return word;
    }

    private static long between(long low, long end, long[] values, int count) {
        long word = 0;
        long length = end - low;
        for (int i = 0; i < count; i++) {
            // One comparison: what is below the range is far above it as an unsigned number.
            word |= (Long.compareUnsigned(values[i] - low, length) < 0 ? 1L : 0L) << i;
        }
        return word;
    }

    private long compared(long[] values, int count) {
        long word = 0;
        for (long edge : edges) {
            word ^= from(edge, values, count);
        }
        return word;
    }

    private long searched(long[] values, int count) {
        long word = 0;
        for (int i = 0; i < count; i++) {
            int found = Arrays.binarySearch(edges, values[i]);
            int notAbove = found >= 0 ? found + 1 : -found - 1;
            word |= (long) (notAbove & 1) << i;
        }
        return word;
    }
}

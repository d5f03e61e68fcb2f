package io.penstock.format;

import io.penstock.buffer.Memory;
import java.math.BigInteger;
import java.util.List;

/** The edges of {@link Ranges} as two's complement numbers of two or four words. Immutable. */
final class WideEdges {
    private final Ranges<BigInteger> ranges;
    private final int words;
    /** Word after word, least first; the first {@code words} are the first edge's. */
    private final long[] edges;

    WideEdges(Ranges<BigInteger> ranges, int width) {
        this.ranges = ranges;
        this.words = width / Long.BYTES;
        // The end of the order itself does not fit, and no value reaches it.
        List<BigInteger> fitting = ranges.edges().stream()
                .filter(edge -> edge.bitLength() < width * 8)
                .toList();
        edges = new long[fitting.size() * words];
        for (int i = 0; i < fitting.size(); i++) {
            for (int word = 0; word < words; word++) {
                edges[i * words + word] =
                        fitting.get(i).shiftRight(word * Long.SIZE).longValue();
            }
        }
    }

    /**
     * The same edges for values of which those beyond 64 bits are taken for the nearest long; null if an edge is too far for that.
     */
    LongEdges narrowed() {
        BigInteger limit = BigInteger.ONE.shiftLeft(words * Long.SIZE - 1);
        for (BigInteger edge : ranges.edges()) {
            boolean ofOrder = edge.abs().equals(limit);
            // The nearest long stands for other values, too: no edge may separate it from them.
            boolean within = edge.bitLength() < Long.SIZE
                    && edge.longValue() != Long.MAX_VALUE
                    && edge.longValue() != Long.MIN_VALUE;
            if (!ofOrder && !within) {
                return null;
            }
        }
        return LongEdges.of(ranges, false);
    }

    /** A bit for each of up to 64 values that lies in a range. */
    long inside(long source, int count) {
        long word = 0;
        for (int i = 0; i < count; i++) {
            long value = source + (long) i * words * Long.BYTES;
            long notAbove = 0;
            for (int edge = 0; edge < edges.length; edge += words) {
                notAbove += compare(value, edge) >= 0 ? 1 : 0;
            }
            word |= (notAbove & 1) << i;
        }
        return word;
    }

    private int compare(long value, int edge) {
        int last = words - 1;
        long high = Memory.getLong(value + last * 8L);
        if (high != edges[edge + last]) {
            return Long.compare(high, edges[edge + last]);
        }
        for (int word = last - 1; word >= 0; word--) {
            int order = Long.compareUnsigned(Memory.getLong(value + word * 8L), edges[edge + word]);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}

package io.penstock.format.parquet;

import java.util.Arrays;

/** Some of the rows of a row group: ranges in ascending order with gaps between them. Immutable. */
final class RowRanges {
    static final RowRanges NONE = new RowRanges(new long[0]);

    /** The first row of each range and the one after its last. */
    private final long[] bounds;

    private RowRanges(long[] bounds) {
        this.bounds = bounds;
    }

    static RowRanges all(long rows) {
        return rows == 0 ? NONE : new RowRanges(new long[] {0, rows});
    }

    /** How many ranges there are. */
    int count() {
        return bounds.length / 2;
    }

    long from(int range) {
        return bounds[2 * range];
    }

    /** The row after the last. */
    long to(int range) {
        return bounds[2 * range + 1];
    }

    long rows() {
        long rows = 0;
        for (int i = 0; i < count(); i++) {
            rows += to(i) - from(i);
        }
        return rows;
    }

    /** The rows that are in both. */
    RowRanges intersection(RowRanges other) {
        Builder both = new Builder();
        int i = 0;
        int k = 0;
        while (i < count() && k < other.count()) {
            both.add(Math.max(from(i), other.from(k)), Math.min(to(i), other.to(k)));
            if (to(i) < other.to(k)) {
                i++;
            } else {
                k++;
            }
        }
        return both.build();
    }

    /** The rows that are in either. */
    RowRanges union(RowRanges other) {
        Builder either = new Builder();
        int i = 0;
        int k = 0;
        long done = 0;
        while (i < count() || k < other.count()) {
            boolean mine = k == other.count() || i < count() && from(i) <= other.from(k);
            long from = mine ? from(i) : other.from(k);
            long to = mine ? to(i++) : other.to(k++);
            either.add(Math.max(from, done), to);
            done = Math.max(done, to);
        }
        return either.build();
    }

    /** Gathers ranges, each of which begins where the one before ends, or later. */
    static final class Builder {
        private long[] bounds = new long[16];
        private int length;

        Builder add(long from, long to) {
            if (to <= from) {
                return this;
            }
            if (length > 0 && from < bounds[length - 1]) {
                throw new IllegalArgumentException("rows from " + from + " on after those up to " + bounds[length - 1]);
            }
            if (length > 0 && from == bounds[length - 1]) {
                bounds[length - 1] = to;
                return this;
            }
            if (length == bounds.length) {
                bounds = Arrays.copyOf(bounds, 2 * length);
            }
            bounds[length++] = from;
            bounds[length++] = to;
            return this;
        }

        RowRanges build() {
            return new RowRanges(Arrays.copyOf(bounds, length));
        }
    }
}

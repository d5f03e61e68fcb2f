package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowRangesTest {
    private static final int ROWS = 100;

    private static RowRanges ranges(BitSet rows) {
        RowRanges.Builder ranges = new RowRanges.Builder();
        for (int from = rows.nextSetBit(0); from >= 0; from = rows.nextSetBit(rows.nextClearBit(from))) {
            ranges.add(from, rows.nextClearBit(from));
        }
        return ranges.build();
    }

    private static BitSet rows(RowRanges ranges) {
        BitSet rows = new BitSet();
        for (int i = 0; i < ranges.count(); i++) {
            rows.set((int) ranges.from(i), (int) ranges.to(i));
        }
        return rows;
    }

    private static BitSet random(Random random) {
        BitSet rows = new BitSet();
        for (int row = random.nextInt(20); row < ROWS; ) {
            int end = Math.min(ROWS, row + 1 + random.nextInt(20));
            rows.set(row, end);
            row = end + random.nextInt(20);
        }
        return rows;
    }

    @Test
    void unionsAndIntersectionsAreThoseOfTheRows() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            BitSet one = i % 50 == 0 ? new BitSet() : random(random);
            BitSet other = i % 70 == 0 ? new BitSet() : random(random);
            BitSet both = (BitSet) one.clone();
            both.and(other);
            BitSet either = (BitSet) one.clone();
            either.or(other);
            String label = "seed " + seed + ": " + one + " and " + other;
            assertEquals(both, rows(ranges(one).intersection(ranges(other))), label);
            assertEquals(either, rows(ranges(one).union(ranges(other))), label);
            assertEquals(
                    ranges(either).count(), ranges(one).union(ranges(other)).count(), label);
        }
    }
}

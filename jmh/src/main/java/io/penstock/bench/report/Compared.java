package io.penstock.bench.report;

import java.util.function.ToDoubleFunction;

/** One benchmark at two revisions, its forks in pairs. */
record Compared(Measured base, Measured candidate) {
    /** What is no change worth a word, in speed and in heap. */
    private static final double TOLERANCE = 0.05;

    /** Bytes of heap that are no change whatever their share is, for each row and for each byte: what the harness itself allocates. */
    private static final double TOLERATED_PER_ROW = 0.5;

    private static final double TOLERATED_PER_BYTE = 0.001;

    enum Speed {
        SLOWER,
        SAME,
        FASTER,
        /** The interval is wider than what it would have to exclude. */
        UNCLEAR
    }

    Ratio rate() {
        return ratio(Measured.Fork::rate);
    }

    /** Of the work done in the same processor time: as with {@link #rate}, more is better. */
    Ratio perCpuTime() {
        return ratio(Measured.Fork::cpuNanos).inverse();
    }

    private Ratio ratio(ToDoubleFunction<Measured.Fork> value) {
        return Ratio.of(values(base, value), values(candidate, value));
    }

    private static double[] values(Measured measured, ToDoubleFunction<Measured.Fork> value) {
        return measured.forks().stream().mapToDouble(value).toArray();
    }

    /** A change is one whose interval leaves out 1 and whose estimate is 5 % away from it. */
    static Speed speed(Ratio ratio) {
        if (ratio.high() < 1 && ratio.estimate() <= 1 - TOLERANCE) {
            return Speed.SLOWER;
        }
        if (ratio.low() > 1 && ratio.estimate() >= 1 / (1 - TOLERANCE)) {
            return Speed.FASTER;
        }
        boolean within = ratio.low() >= 1 - TOLERANCE && ratio.high() <= 1 / (1 - TOLERANCE);
        return within ? Speed.SAME : Speed.UNCLEAR;
    }

    /** Every fork of the candidate allocates more than each of the base, and that by more than 5 % and what is tolerated. */
    boolean takesMoreHeap() {
        double before = base.allocatedBytes();
        double more = candidate.allocatedBytes() - before;
        double tolerated = switch (candidate.counted()) {
            case ROWS -> TOLERATED_PER_ROW;
            case BYTES -> TOLERATED_PER_BYTE;
        };
        double most = base.forks().stream()
                .mapToDouble(Measured.Fork::allocatedBytes)
                .max()
                .orElse(Double.NaN);
        return more > tolerated
                && more > TOLERANCE * before
                && candidate.forks().stream().allMatch(fork -> fork.allocatedBytes() > most);
    }
}

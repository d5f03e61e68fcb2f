package io.penstock.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;

/**
 * Measurements of two revisions whose forks ran in turn (A B B A) on a machine as they are: it drifts, each fork is a little faster or slower
 * than the next, and now and then something else takes the processor. The same for the same seed.
 */
final class SimulatedForks {
    private static final int ITERATIONS = 5;

    private final Random random;
    private final List<Measured.Fork> base = new ArrayList<>();
    private final List<Measured.Fork> candidate = new ArrayList<>();
    private double machine = 1;

    /**
     * @param speed the candidate's, of the base's
     * @param drift what the machine's speed is multiplied with after each fork
     */
    SimulatedForks(long seed, int pairs, double speed, double drift) {
        random = new Random(seed);
        for (int pair = 0; pair < pairs; pair++) {
            if (pair % 2 == 0) {
                base.add(fork(1, drift));
                candidate.add(fork(speed, drift));
            } else {
                candidate.add(fork(speed, drift));
                base.add(fork(1, drift));
            }
        }
    }

    private Measured.Fork fork(double speed, double drift) {
        machine *= drift * Math.exp(0.01 * random.nextGaussian());
        double fork = 5e6 * speed * machine * Math.exp(0.02 * random.nextGaussian());
        double[] rates = DoubleStream.generate(() -> fork * iteration())
                .limit(ITERATIONS)
                .sorted()
                .toArray();
        return new Measured.Fork(rates, 1e9 / fork, 1);
    }

    private double iteration() {
        return (random.nextInt(20) == 0 ? 0.7 : 1) * Math.exp(0.01 * random.nextGaussian());
    }

    Measured base() {
        return measured(base);
    }

    Measured candidate() {
        return measured(candidate);
    }

    static Measured measured(List<Measured.Fork> forks) {
        return new Measured("XBenchmark", "penstockFromRows", Map.of("device", "null"), "17", Counted.ROWS, forks);
    }
}

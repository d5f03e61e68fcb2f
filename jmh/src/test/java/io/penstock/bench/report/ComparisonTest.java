package io.penstock.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.bench.report.Comparison.Judged;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonTest {
    private static final int MACHINES = 500;
    private static final int PAIRS = 8;

    /** Of 500 simulated machines, which get slower by 8 % while they measure, as many as find a regression. */
    private static long regressions(double speed, Judged judged) {
        return LongStream.range(0, MACHINES)
                .mapToObj(seed -> new SimulatedForks(seed, PAIRS, speed, 0.995))
                .filter(forks -> compare(forks, judged).regressions() == 1)
                .count();
    }

    private static Comparison compare(SimulatedForks forks, Judged judged) {
        return new Comparison(List.of(forks.base()), List.of(forks.candidate()), judged);
    }

    @ParameterizedTest
    @EnumSource(Judged.class)
    void aSlowdownByTenPercentIsFound(Judged judged) {
        long found = regressions(0.9, judged);

        assertTrue(found > 0.97 * MACHINES, () -> found + " of " + MACHINES);
    }

    @ParameterizedTest
    @EnumSource(Judged.class)
    void identicalCodeIsNoRegression(Judged judged) {
        long found = regressions(1, judged);

        assertTrue(found <= 0.002 * MACHINES, () -> found + " of " + MACHINES);
    }

    @Test
    void aSlowdownByTwoPercentIsNoRegression() {
        long found = regressions(0.98, Judged.CLOCK);

        assertTrue(found <= 0.02 * MACHINES, () -> found + " of " + MACHINES);
    }

    @Test
    void aMachineThatLosesHalfItsSpeedOnTheWayDecidesNothing() {
        long found = LongStream.range(0, MACHINES)
                .mapToObj(seed -> new SimulatedForks(seed, PAIRS, 1, 0.957))
                .filter(forks -> compare(forks, Judged.CLOCK).regressions() == 1)
                .count();

        assertTrue(found <= 0.01 * MACHINES, () -> found + " of " + MACHINES);
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 8, 12})
    void theIntervalHoldsTheTruthInNineteenOfTwentyCases(int pairs) {
        long holds = LongStream.range(0, MACHINES)
                .mapToObj(seed -> compareRate(new SimulatedForks(seed, pairs, 0.9, 1)))
                .filter(ratio -> ratio.low() <= 0.9 && 0.9 <= ratio.high())
                .count();

        assertTrue(holds >= 0.93 * MACHINES, () -> holds + " of " + MACHINES);
    }

    private static Ratio compareRate(SimulatedForks forks) {
        return new Compared(forks.base(), forks.candidate()).rate();
    }

    @Test
    void theTableSaysWhatEachBenchmarkGainsAndLoses() {
        Measured same = SimulatedForks.measured(forks(2e6, 1));
        Measured slower = renamed("penstockFromBatches", forks(6e6, 1));
        Measured greedier = renamed("penstockFromTypedRows", forks(6e6, 1));
        Measured gone = renamed("penstockOnce", forks(1, 1));

        Comparison comparison = new Comparison(
                List.of(same, slower, greedier, gone),
                List.of(
                        same,
                        renamed("penstockFromBatches", forks(5.4e6, 1)),
                        renamed("penstockFromTypedRows", forks(7e6, 8))),
                Judged.CLOCK);

        assertEquals(2, comparison.regressions());
        assertEquals("""
                   x rate  95 % interval   x per CPU     heap     then
                XBenchmark.penstockFromRows, device null
                    1.000  1.000 .. 1.000      1.000      1.0      1.0  same
                XBenchmark.penstockFromBatches, device null
                    0.900  0.900 .. 0.900      0.900      1.0      1.0  SLOWER
                XBenchmark.penstockFromTypedRows, device null
                    1.167  1.167 .. 1.167      1.167      1.0      8.0  faster, MORE HEAP
                only in the base: XBenchmark.penstockOnce, device null
                2 regressions in 3 benchmarks of 6 pairs of forks
                """, comparison.print());
    }

    private static Measured renamed(String contender, List<Measured.Fork> forks) {
        return new Measured("XBenchmark", contender, Map.of("device", "null"), "17", Counted.ROWS, forks);
    }

    /** Six of the same. */
    private static List<Measured.Fork> forks(double rate, double allocated) {
        Measured.Fork fork = new Measured.Fork(new double[] {rate}, 1e9 / rate, allocated);
        return List.of(fork, fork, fork, fork, fork, fork);
    }

    @Test
    void moreHeapInEveryForkIsARegressionAndInOneForkIsNot() {
        List<Measured.Fork> once = List.of(heap(9), heap(1), heap(1), heap(1), heap(1), heap(1));

        assertEquals(1, regressionsOfHeap(forks(1e6, 1), forks(1e6, 1.6)));
        assertEquals(0, regressionsOfHeap(forks(1e6, 1), forks(1e6, 1.4)), "too little to matter");
        assertEquals(0, regressionsOfHeap(forks(1e6, 100), forks(1e6, 104)), "less than 5 %");
        assertEquals(0, regressionsOfHeap(forks(1e6, 1), once));
        assertEquals(0, regressionsOfHeap(forks(1e6, 8), forks(1e6, 1)));
        assertEquals(0, regressionsOfHeap(forks(1e6, Double.NaN), forks(1e6, 1)), "not measured");
    }

    private static Measured.Fork heap(double allocated) {
        return new Measured.Fork(new double[] {1e6}, 1e3, allocated);
    }

    private static long regressionsOfHeap(List<Measured.Fork> base, List<Measured.Fork> candidate) {
        return new Comparison(
                        List.of(SimulatedForks.measured(base)),
                        List.of(SimulatedForks.measured(candidate)),
                        Judged.CLOCK)
                .regressions();
    }

    @Test
    void tooFewForksAreRefused() {
        SimulatedForks five = new SimulatedForks(1, 5, 1, 1);

        assertEquals(
                "5 forks of the base and 5 of the candidate: it takes 6 pairs or more",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> compare(five, Judged.CLOCK).regressions())
                        .getMessage());
    }

    @Test
    void processorTimeThatWasNotMeasuredIsRefused() {
        Measured.Fork fork = new Measured.Fork(new double[] {1e6}, Double.NaN, 1);
        Measured six = SimulatedForks.measured(List.of(fork, fork, fork, fork, fork, fork));

        assertEquals(
                "XBenchmark.penstockFromRows, device null: a fork has no processor time",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new Comparison(List.of(six), List.of(six), Judged.CPU).regressions())
                        .getMessage());
    }

    @Test
    void revisionsWithNothingInCommonAreRefused() {
        Measured one = SimulatedForks.measured(forks(1, 1));

        assertThrows(
                IllegalArgumentException.class,
                () -> new Comparison(List.of(one), List.of(renamed("other", forks(1, 1))), Judged.CLOCK));
    }

    /** The values are those of the tables in the textbooks. */
    @Test
    void theSignedRankDistributionIsExact() {
        double[] ofEight = Ratio.signedRankDistribution(8);

        assertEquals(1 / 256.0, ofEight[0]);
        assertEquals(5 / 256.0, ofEight[3]);
        assertEquals(1, ofEight[36]);
        assertEquals(0.5, (ofEight[17] + ofEight[18]) / 2, 1e-12, "it is symmetric");
        assertEquals(0.0322265625, Ratio.signedRankDistribution(10)[9], 1e-9);
    }

    @Test
    void oneDisturbedPairMovesTheEstimateLittle() {
        double[] base = DoubleStream.generate(() -> 100).limit(8).toArray();
        double[] candidate = Arrays.copyOf(base, 8);
        candidate[3] = 20;

        Ratio ratio = Ratio.of(base, candidate);

        assertEquals(1, ratio.estimate());
        assertEquals(1, ratio.high());
    }
}

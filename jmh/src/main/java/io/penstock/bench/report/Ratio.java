package io.penstock.bench.report;

import java.util.Arrays;

/**
 * By what factor a candidate differs from its base, from pairs of forks that ran next to each other: a drift of the machine that both forks
 * of a pair see cancels out.
 *
 * <p>The estimate is that of Hodges and Lehmann for paired samples (Annals of Mathematical Statistics 34, 1963), the median of the
 * averages of all pairs' logarithms taken two by two; the interval is the one that Wilcoxon's signed-rank test does not reject (Hollander,
 * Wolfe, Chicken: Nonparametric Statistical Methods, section 3.3). Both need no normal distribution and shrug off a few forks that
 * something disturbed.
 *
 * @param low of the interval of 95 % confidence or a little more
 */
record Ratio(double estimate, double low, double high) {
    private static final double CONFIDENCE = 0.95;

    /** Of fewer even the whole range has not that confidence. */
    static final int LEAST_PAIRS = 6;

    /**
     * @param base the values of the base's forks
     * @param candidate as many, each to be held against the one at the same place
     */
    static Ratio of(double[] base, double[] candidate) {
        int pairs = base.length;
        if (pairs < LEAST_PAIRS || candidate.length != pairs) {
            throw new IllegalArgumentException(pairs + " forks of the base and " + candidate.length
                    + " of the candidate: it takes " + LEAST_PAIRS + " pairs or more");
        }
        double[] differences = new double[pairs];
        for (int i = 0; i < pairs; i++) {
            differences[i] = Math.log(candidate[i] / base[i]);
        }
        double[] averages = averagesTwoByTwo(differences);
        double[] cumulative = signedRankDistribution(pairs);
        int outside = 0;
        while (2 * cumulative[outside + 1] <= 1 - CONFIDENCE) {
            outside++;
        }
        int last = averages.length - 1;
        return new Ratio(
                Math.exp((averages[last / 2] + averages[averages.length / 2]) / 2),
                Math.exp(averages[outside]),
                Math.exp(averages[last - outside]));
    }

    /** Ascending, those with themselves included. */
    private static double[] averagesTwoByTwo(double[] values) {
        double[] averages = new double[values.length * (values.length + 1) / 2];
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            for (int j = i; j < values.length; j++) {
                averages[count++] = (values[i] + values[j]) / 2;
            }
        }
        Arrays.sort(averages);
        return averages;
    }

    /** The probability, at each index, that the ranks of the positive ones of {@code n} differences add up to at most that. */
    static double[] signedRankDistribution(int n) {
        double[] probability = new double[n * (n + 1) / 2 + 1];
        probability[0] = 1;
        int highest = 0;
        for (int rank = 1; rank <= n; rank++) {
            highest += rank;
            for (int sum = highest; sum >= 0; sum--) {
                probability[sum] = (probability[sum] + (sum >= rank ? probability[sum - rank] : 0)) / 2;
            }
        }
        for (int sum = 1; sum <= highest; sum++) {
            probability[sum] += probability[sum - 1];
        }
        return probability;
    }

    Ratio inverse() {
        return new Ratio(1 / estimate, 1 / high, 1 / low);
    }
}

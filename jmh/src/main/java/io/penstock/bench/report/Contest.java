package io.penstock.bench.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The contenders of one benchmark class with the same parameters, the fastest first, and whom they are held against: the best peer, or
 * without a peer the lowest limit.
 *
 * <p>A peer is every contender but Penstock's, whose methods begin with {@code penstock}, and the limits, which begin with
 * {@code limit}.
 *
 * @param reference the rate of whom they are held against, NaN if there is nobody
 */
record Contest(List<Measured> contenders, boolean hasPeer, double reference) {
    static List<Contest> of(Collection<Measured> all) {
        Map<String, List<Measured>> groups = new TreeMap<>();
        all.forEach(each -> groups.computeIfAbsent(each.group(), ignored -> new ArrayList<>())
                .add(each));
        return groups.values().stream().map(Contest::between).toList();
    }

    private static Contest between(List<Measured> contenders) {
        contenders.sort(Comparator.comparingDouble(Measured::rate).reversed());
        OptionalDouble bestPeer = contenders.stream()
                .filter(Measured::isPeer)
                .mapToDouble(Measured::rate)
                .max();
        // What overlaps several limits can be as fast as the lowest.
        OptionalDouble lowestLimit = contenders.stream()
                .filter(Measured::isLimit)
                .mapToDouble(Measured::rate)
                .min();
        return new Contest(contenders, bestPeer.isPresent(), bestPeer.orElse(lowestLimit.orElse(Double.NaN)));
    }

    String group() {
        return contenders.get(0).group();
    }

    String type() {
        return contenders.get(0).type();
    }

    /** Of all contenders, in words; empty if there are none. */
    String parameters() {
        return group().substring(Math.min(group().length(), type().length() + 2));
    }

    Counted counted() {
        return contenders.get(0).counted();
    }

    double ratio(Measured contender) {
        return contender.rate() / reference;
    }

    /** What {@link #ratio} is to. */
    String against() {
        return hasPeer || Double.isNaN(reference) ? "x best peer" : "x limit";
    }
}

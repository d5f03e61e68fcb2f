package io.penstock.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a contender is to reach: so many times the rate of the best of others. Written as a line:
 * {@code JsonWriteBenchmark.penstockFromRows device=null >= 1.4 x dslJsonFromRows jacksonFromRows}, where another may also be the same contender with
 * another parameter, {@code threads=1}.
 *
 * @param benchmark class and method
 * @param parameters those that matter; there is an outcome for each combination of the others
 * @param others names of methods, of the same class and measured with the same parameters, or {@code parameter=value}
 */
record Target(String benchmark, Map<String, String> parameters, double least, List<String> others) {

    /** @param ratio NaN where none of the others was measured */
    record Outcome(Target target, Measured contender, double ratio) {
        boolean isReached() {
            return ratio >= target.least;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-8s %6s of %5.2f x %s: %s.%s%s, JDK %s",
                    Double.isNaN(ratio) ? "unknown" : isReached() ? "reached" : "MISSED",
                    Counted.cell("%.2f", ratio),
                    target.least,
                    String.join(", ", target.others),
                    contender.type(),
                    contender.contender(),
                    contender.group().substring(contender.type().length()),
                    contender.jdk());
        }
    }

    /**
     * The targets in {@code file}, one a line; empty lines and such that begin with {@code #} say nothing.
     *
     * @throws IllegalArgumentException naming the line that is not a target
     */
    static List<Target> read(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Target::of)
                    .toList();
        }
    }

    private static Target of(String line) {
        List<String> words = List.of(line.strip().split("\\s+"));
        int least = words.indexOf(">=");
        if (least < 1 || words.size() < least + 4 || !words.get(least + 2).equals("x")) {
            throw new IllegalArgumentException(
                    "'" + line + "' is no target: use Class.method parameter=value >= 1.5 x other");
        }
        return new Target(
                words.get(0),
                HeapLimit.parameters(words.subList(1, least), line),
                HeapLimit.number(words.get(least + 1), line),
                words.subList(least + 3, words.size()));
    }

    /** One for each of {@code all} that the target is about. */
    List<Outcome> outcomes(Collection<Measured> all) {
        Map<List<Object>, Measured> byIdentity =
                all.stream().collect(Collectors.toMap(Measured::identity, each -> each));
        List<Outcome> outcomes = new ArrayList<>();
        for (Measured each : all) {
            if (benchmark.equals(each.type() + "." + each.contender())
                    && each.parameters().entrySet().containsAll(parameters.entrySet())) {
                OptionalDouble best = others.stream()
                        .map(other -> byIdentity.get(identityOf(other, each)))
                        .filter(other -> other != null)
                        .mapToDouble(Measured::rate)
                        .max();
                outcomes.add(new Outcome(this, each, best.isPresent() ? each.rate() / best.getAsDouble() : Double.NaN));
            }
        }
        return outcomes;
    }

    private static List<Object> identityOf(String other, Measured contender) {
        int equals = other.indexOf('=');
        if (equals < 0) {
            return List.of(contender.type(), other, contender.parameters(), contender.jdk());
        }
        Map<String, String> parameters = new HashMap<>(contender.parameters());
        parameters.put(other.substring(0, equals), other.substring(equals + 1));
        return List.of(contender.type(), contender.contender(), parameters, contender.jdk());
    }
}

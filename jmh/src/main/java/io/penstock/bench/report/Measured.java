package io.penstock.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * What JMH measured of one benchmark with one set of parameters on one JDK, fork by fork, in the order in which they ran. Read from its
 * JSON results; several results of the same become one.
 *
 * @param type the class of the benchmark, without its package
 * @param contender the method
 * @param jdk the feature version
 */
record Measured(
        String type, String contender, Map<String, String> parameters, String jdk, Counted counted, List<Fork> forks) {

    /** The names that JMH's GC profiler and {@link io.penstock.bench.CpuTimeProfiler} give to what they measure. */
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private static final String CPU = "cpu.time.norm";

    /**
     * @param rates of the iterations, ascending
     * @param cpuNanos of each operation, NaN where not measured
     * @param allocatedBytes of heap, of each operation, NaN where not measured
     */
    record Fork(double[] rates, double cpuNanos, double allocatedBytes) {
        double rate() {
            return quantile(rates, 0.5);
        }
    }

    static Collection<Measured> read(List<Path> files) throws IOException {
        Map<List<Object>, Measured> all = new LinkedHashMap<>();
        for (Path file : files) {
            of(Files.readString(file)).forEach(measured -> all.merge(measured.identity(), measured, Measured::and));
        }
        return all.values();
    }

    /** @param json as JMH writes it with {@code -rf json} */
    static List<Measured> of(String json) throws IOException {
        List<Measured> all = new ArrayList<>();
        for (JsonNode result : new ObjectMapper().readTree(json)) {
            String[] name = result.path("benchmark").asText().split("\\.");
            Map<String, String> parameters = new LinkedHashMap<>();
            result.path("params")
                    .properties()
                    .forEach(parameter -> parameters.put(
                            parameter.getKey(), parameter.getValue().asText()));
            JsonNode score = result.path("primaryMetric");
            all.add(new Measured(
                    name[name.length - 2],
                    name[name.length - 1],
                    parameters,
                    result.path("jdkVersion").asText().split("[.+-]", 2)[0],
                    Counted.of(score.path("scoreUnit").asText()),
                    forks(score, result.path("secondaryMetrics"))));
        }
        return all;
    }

    private static List<Fork> forks(JsonNode score, JsonNode secondary) {
        String unit = score.path("scoreUnit").asText();
        JsonNode rates = score.path("rawData");
        JsonNode cpu = secondary.path(CPU).path("rawData");
        JsonNode allocated = secondary.path(ALLOCATED).path("rawData");
        List<Fork> forks = new ArrayList<>();
        for (int i = 0; i < rates.size(); i++) {
            forks.add(new Fork(
                    iterations(rates.path(i))
                            .map(each -> Counted.rate(unit, each))
                            .sorted()
                            .toArray(),
                    iterations(cpu.path(i)).average().orElse(Double.NaN),
                    iterations(allocated.path(i)).average().orElse(Double.NaN)));
        }
        return forks;
    }

    private static DoubleStream iterations(JsonNode fork) {
        DoubleStream.Builder all = DoubleStream.builder();
        fork.forEach(iteration -> all.add(iteration.asDouble()));
        return all.build();
    }

    private Measured and(Measured later) {
        List<Fork> both = new ArrayList<>(forks);
        both.addAll(later.forks);
        return new Measured(type, contender, parameters, jdk, counted, both);
    }

    List<Object> identity() {
        return List.of(type, contender, parameters, jdk);
    }

    /** What contenders have in common that are compared. */
    String group() {
        return type
                + parameters.entrySet().stream()
                        .map(parameter -> ", " + parameter.getKey() + " " + parameter.getValue())
                        .collect(Collectors.joining());
    }

    /** The median of the forks' medians: a pause of the machine is no property of a contender, nor is one unlucky fork. */
    double rate() {
        return median(forks.stream().mapToDouble(Fork::rate));
    }

    /** The distance of the quartiles of all iterations, as a share of the rate. */
    double spread() {
        double[] all = forks.stream()
                .flatMapToDouble(fork -> Arrays.stream(fork.rates))
                .sorted()
                .toArray();
        return (quantile(all, 0.75) - quantile(all, 0.25)) / rate();
    }

    double cpuNanos() {
        return median(forks.stream().mapToDouble(Fork::cpuNanos));
    }

    double allocatedBytes() {
        return median(forks.stream().mapToDouble(Fork::allocatedBytes));
    }

    boolean isOurs() {
        return contender.startsWith("penstock");
    }

    /** What no contender can be faster than. */
    boolean isLimit() {
        return contender.startsWith("limit");
    }

    boolean isPeer() {
        return !isOurs() && !isLimit();
    }

    private static double median(DoubleStream values) {
        return quantile(values.sorted().toArray(), 0.5);
    }

    private static double quantile(double[] sorted, double share) {
        double index = share * (sorted.length - 1);
        int below = (int) index;
        double above = sorted[Math.min(below + 1, sorted.length - 1)];
        return sorted[below] + (index - below) * (above - sorted[below]);
    }
}

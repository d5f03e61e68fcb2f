package io.penstock.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * Prints JMH's JSON results as one short table for each benchmark class and set of parameters, the fastest first: rows a second, as the
 * median of all iterations of all forks, and the quartiles' distance from each other as a share of it; the ratio to the best peer;
 * processor time and bytes of heap allocated for each row. Benchmarks that count bytes score them for each microsecond, which is MB/s; their
 * heap is a share of these bytes.
 *
 * <p>The median, because a pause of the machine is no property of a contender; JMH's own averages and intervals are in the results.
 *
 * <p>A peer is every contender but Penstock's, whose methods begin with {@code penstock}, and the limits, which begin with
 * {@code limit}. Without a peer the ratio is to the lowest limit.
 */
public final class ResultTable {
    private final Map<String, List<Line>> groups = new TreeMap<>();

    /** What a score counts. */
    private enum Counted {
        ROWS("rows/s", "CPU ns/row", "%.1f", 1, "B/row", "%.1f", 1),
        BYTES("MB/s", "CPU s/GiB", "%.2f", (1 << 30) / 1e9, "heap", "%.2f %%", 100);

        final String rate;
        final String cpu;
        final String cpuFormat;
        final double cpuScale;
        final String heap;
        final String heapFormat;
        final double heapScale;

        Counted(
                String rate,
                String cpu,
                String cpuFormat,
                double cpuScale,
                String heap,
                String heapFormat,
                double heapScale) {
            this.rate = rate;
            this.cpu = cpu;
            this.cpuFormat = cpuFormat;
            this.cpuScale = cpuScale;
            this.heap = heap;
            this.heapFormat = heapFormat;
            this.heapScale = heapScale;
        }
    }

    private record Line(String contender, Counted counted, double[] sorted, double cpuNanos, double allocatedBytes) {
        double median() {
            return quantile(0.5);
        }

        double spread() {
            return (quantile(0.75) - quantile(0.25)) / median();
        }

        private double quantile(double share) {
            double index = share * (sorted.length - 1);
            int below = (int) index;
            double above = sorted[Math.min(below + 1, sorted.length - 1)];
            return sorted[below] + (index - below) * (above - sorted[below]);
        }

        boolean isPeer() {
            return !contender.startsWith("penstock") && !isLimit();
        }

        boolean isLimit() {
            return contender.startsWith("limit");
        }
    }

    private ResultTable(JsonNode results) {
        for (JsonNode result : results) {
            String benchmark = result.path("benchmark").asText();
            int method = benchmark.lastIndexOf('.');
            StringBuilder group =
                    new StringBuilder(benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1, method));
            for (Map.Entry<String, JsonNode> parameter : result.path("params").properties()) {
                group.append(", ")
                        .append(parameter.getKey())
                        .append(' ')
                        .append(parameter.getValue().asText());
            }
            groups.computeIfAbsent(group.toString(), ignored -> new ArrayList<>())
                    .add(new Line(
                            benchmark.substring(method + 1),
                            counted(result),
                            iterations(result),
                            secondary(result, CpuTimeProfiler.RESULT),
                            secondary(result, "gc.alloc.rate.norm")));
        }
    }

    private static Counted counted(JsonNode result) {
        String unit = result.path("primaryMetric").path("scoreUnit").asText();
        return switch (unit) {
            case "ops/s" -> Counted.ROWS;
            case "ops/us" -> Counted.BYTES;
            default -> throw new IllegalArgumentException("a score in '" + unit + "': use ops/s or ops/us");
        };
    }

    private static double[] iterations(JsonNode result) {
        DoubleStream.Builder all = DoubleStream.builder();
        for (JsonNode fork : result.path("primaryMetric").path("rawData")) {
            fork.forEach(iteration -> all.add(iteration.asDouble()));
        }
        return all.build().sorted().toArray();
    }

    private static double secondary(JsonNode result, String metric) {
        return result.path("secondaryMetrics").path(metric).path("score").asDouble(Double.NaN);
    }

    /** The table of the results in {@code json}, as JMH writes them with {@code -rf json}. */
    static String of(String json) throws IOException {
        return new ResultTable(new ObjectMapper().readTree(json)).print();
    }

    private String print() {
        StringBuilder table = new StringBuilder();
        groups.forEach((group, lines) -> {
            lines.sort(Comparator.comparingDouble(Line::median).reversed());
            OptionalDouble bestPeer = lines.stream()
                    .filter(Line::isPeer)
                    .mapToDouble(Line::median)
                    .max();
            // What overlaps several limits can be as fast as the lowest.
            double reference = bestPeer.orElseGet(() -> lines.stream()
                    .filter(Line::isLimit)
                    .mapToDouble(Line::median)
                    .min()
                    .orElse(Double.NaN));
            table.append('\n').append(group).append('\n');
            Counted counted = lines.get(0).counted;
            row(
                    table,
                    "contender",
                    counted.rate,
                    "spread",
                    bestPeer.isEmpty() && !Double.isNaN(reference) ? "x limit" : "x best peer",
                    counted.cpu,
                    counted.heap);
            for (Line line : lines) {
                row(
                        table,
                        line.contender,
                        cell("%,.0f", line.median()),
                        cell("%.0f %%", 100 * line.spread()),
                        cell("%.2f", line.median() / reference),
                        cell(counted.cpuFormat, line.cpuNanos * counted.cpuScale),
                        cell(counted.heapFormat, line.allocatedBytes * counted.heapScale));
            }
        });
        return table.toString();
    }

    private static void row(StringBuilder table, Object... cells) {
        table.append(String.format(Locale.ROOT, "%-26s %14s %7s %12s %11s %9s%n", cells));
    }

    private static String cell(String format, double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
    }

    /** @param files results to print, each on its own */
    public static void main(String[] files) throws IOException {
        for (String file : files) {
            System.out.print(of(Files.readString(Path.of(file))));
        }
    }
}

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
import java.util.TreeMap;

/**
 * Prints JMH's JSON results as one short table for each benchmark class and set of parameters, the fastest first: rows a second
 * with the half width of the 99.9 % confidence interval, the ratio to the best peer, and bytes of heap allocated a row.
 *
 * <p>A peer is every contender but Penstock's, whose methods begin with {@code penstock}, and the limits, which begin with
 * {@code limit}.
 */
public final class ResultTable {
    private final Map<String, List<Line>> groups = new TreeMap<>();

    private record Line(String contender, double score, double error, double allocated) {
        boolean isPeer() {
            return !contender.startsWith("penstock") && !contender.startsWith("limit");
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
            JsonNode metric = result.path("primaryMetric");
            groups.computeIfAbsent(group.toString(), ignored -> new ArrayList<>())
                    .add(new Line(
                            benchmark.substring(method + 1),
                            metric.path("score").asDouble(),
                            metric.path("scoreError").asDouble(Double.NaN),
                            result.path("secondaryMetrics")
                                    .path("gc.alloc.rate.norm")
                                    .path("score")
                                    .asDouble(Double.NaN)));
        }
    }

    /** The table of the results in {@code json}, as JMH writes them with {@code -rf json}. */
    static String of(String json) throws IOException {
        return new ResultTable(new ObjectMapper().readTree(json)).print();
    }

    private String print() {
        StringBuilder table = new StringBuilder();
        groups.forEach((group, lines) -> {
            lines.sort(Comparator.comparingDouble(Line::score).reversed());
            double bestPeer = lines.stream()
                    .filter(Line::isPeer)
                    .mapToDouble(Line::score)
                    .max()
                    .orElse(Double.NaN);
            table.append(String.format(
                    Locale.ROOT,
                    "%n%s%n%-28s %14s %8s %13s %8s%n",
                    group,
                    "contender",
                    "rows/s",
                    "+/-",
                    "x best peer",
                    "B/row"));
            for (Line line : lines) {
                table.append(String.format(
                        Locale.ROOT,
                        "%-28s %,14.0f %8s %13s %8s%n",
                        line.contender,
                        line.score,
                        cell("%.1f %%", 100 * line.error / line.score),
                        cell("%.2f", line.score / bestPeer),
                        cell("%.1f", line.allocated)));
            }
        });
        return table.toString();
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

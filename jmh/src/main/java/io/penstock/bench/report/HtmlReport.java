package io.penstock.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Draws a directory of recorded results as one page of HTML that needs nothing else: the ratios to the best peers, each contest's rates,
 * rows a second over the settings that were swept, memory over rows, and where and how all that was measured.
 */
public final class HtmlReport {
    /** The benchmark whose parameters are settings. */
    private static final String SWEEP = "SweepBenchmark";

    private final String title;
    private final Collection<Measured> results;
    private final Map<String, String> environments;
    private final List<MemoryRun> memory;
    private final List<Target.Outcome> outcomes;

    private HtmlReport(
            String title,
            Collection<Measured> results,
            Map<String, String> environments,
            List<MemoryRun> memory,
            List<Target> targets) {
        outcomes = targets.stream()
                .flatMap(target -> target.outcomes(results).stream())
                .toList();
        this.title = title;
        this.results = results;
        this.environments = environments;
        this.memory = memory;
    }

    /** Of all results below {@code directory}: JMH's are {@code *.json}, of environments {@code environment*.txt}, of memory {@code memory*.csv}. */
    static HtmlReport of(Path directory, List<Target> targets) throws IOException {
        Map<String, String> environments = new LinkedHashMap<>();
        for (Path file : files(directory, "environment.*\\.txt")) {
            environments.put(
                    directory.relativize(file).toString(),
                    Files.readString(file).strip());
        }
        List<MemoryRun> memory = new ArrayList<>();
        for (Path file : files(directory, "memory.*\\.csv")) {
            memory.addAll(MemoryRun.read(file));
        }
        return new HtmlReport(
                directory.toAbsolutePath().normalize().getFileName().toString(),
                Measured.read(files(directory, ".*\\.json")),
                environments,
                memory,
                targets);
    }

    private static List<Path> files(Path directory, String name) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.getFileName().toString().matches(name))
                    .sorted()
                    .toList();
        }
    }

    String page() throws IOException {
        StringBuilder page = new StringBuilder("""
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Penstock: %s</title>
                <style>
                %s</style></head><body>
                <h1>Penstock&#8217;s benchmarks, %1$s</h1>
                <p>Every contender has the same input and writes to the same device, and what it wrote was read back and compared before anything was
                timed. A rate is the median of the forks&#8217; medians. Processor time is that of the whole process.</p>
                <div class="key"><span><i class="ours"></i>Penstock</span><span><i></i>peers</span><span><i
                class="limit"></i>limits: what nobody can be faster than</span></div>
                """.formatted(text(title), style()));
        Map<String, List<Measured>> jdks = results.stream()
                .filter(each -> !each.type().equals(SWEEP))
                .collect(Collectors.groupingBy(Measured::jdk, TreeMap::new, Collectors.toList()));
        targets(page);
        jdks.forEach((jdk, all) -> ratios(page, jdk, Contest.of(all)));
        sweep(page);
        memory(page);
        jdks.forEach((jdk, all) -> contests(page, jdk, Contest.of(all)));
        environments(page);
        return page.append("</body></html>\n").toString();
    }

    private static String style() throws IOException {
        try (InputStream css = HtmlReport.class.getResourceAsStream("report.css")) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void targets(StringBuilder page) {
        if (!outcomes.isEmpty()) {
            page.append("<h2>Targets</h2>\n");
            page.append(
                    "<p class=\"quiet\">The line is what is to be reached: so many times the best of others.</p>\n");
            page.append(Bars.targets(outcomes));
        }
    }

    private static void ratios(StringBuilder page, String jdk, List<Contest> contests) {
        if (contests.stream().anyMatch(Contest::hasPeer)) {
            page.append("<h2>Ahead of the best peer, JDK ").append(text(jdk)).append("</h2>\n");
            page.append("<p class=\"quiet\">The line is the best of the others with the same parameters.</p>\n");
            page.append(Bars.ratios(contests));
        }
    }

    private static void contests(StringBuilder page, String jdk, List<Contest> contests) {
        String type = "";
        for (Contest contest : contests) {
            if (!contest.type().equals(type)) {
                type = contest.type();
                page.append("<h2>")
                        .append(text(type))
                        .append(", JDK ")
                        .append(text(jdk))
                        .append("</h2>\n");
            }
            if (!contest.parameters().isEmpty()) {
                page.append("<h3>").append(text(contest.parameters())).append("</h3>\n");
            }
            page.append(Bars.rates(contest));
        }
    }

    private void sweep(StringBuilder page) {
        Map<String, Map<String, SortedMap<Double, Double>>> panels = new TreeMap<>();
        for (Measured each : results) {
            if (each.type().equals(SWEEP)) {
                Map<String, String> parameters = each.parameters();
                String panel = parameters.entrySet().stream()
                        .filter(parameter -> !parameter.getKey().equals("batchRows")
                                && !parameter.getKey().equals("bufferBytes"))
                        .map(parameter -> parameter.getKey() + " " + parameter.getValue() + ", ")
                        .collect(Collectors.joining("", "", "JDK " + each.jdk()));
                String line = (Integer.parseInt(parameters.get("bufferBytes")) >> 10) + " KiB";
                panels.computeIfAbsent(panel, ignored -> new LinkedHashMap<>())
                        .computeIfAbsent(line, ignored -> new TreeMap<>())
                        .put(Double.valueOf(parameters.get("batchRows")), each.rate());
            }
        }
        if (!panels.isEmpty()) {
            page.append("<h2>Rows a second by batch and buffer size</h2>\n");
            page.append(
                    "<p class=\"quiet\">Object[] rows into a committed table. Across: <code>penstock.batch.rows</code>; a line for each"
                            + " <code>penstock.buffer.bytes</code>.</p>\n<div class=\"panels\">\n");
            panels.forEach((panel, lines) -> page.append(
                    new LinePlot(panel, "rows of a batch", "rows/s", false, Bars::magnitude, lines).html()));
            page.append("</div>\n");
        }
    }

    private void memory(StringBuilder page) {
        if (!memory.isEmpty()) {
            page.append("<h2>Memory over rows</h2>\n<div class=\"panels\">\n");
            MemoryRun.panels(memory)
                    .forEach((panel, lines) -> page.append(
                            new LinePlot(panel, "rows", "bytes", true, bytes -> Bars.magnitude(bytes) + "B", lines)
                                    .html()));
            page.append("</div>\n");
        }
    }

    private void environments(StringBuilder page) {
        page.append("<h2>Where and how</h2>\n");
        environments.forEach((name, environment) -> page.append("<details><summary>")
                .append(text(name))
                .append("</summary><pre>")
                .append(text(environment))
                .append("</pre></details>\n"));
    }

    /** Escaped, for content and for attributes in double quotes. */
    static String text(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /**
     * Prints what is reached of the targets, and the page's path.
     *
     * @param arguments the directory, in which {@code report.html} appears, and the file of the targets
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        HtmlReport report = of(directory, Target.read(Path.of(arguments[1])));
        report.outcomes.forEach(System.out::println);
        System.out.println(Files.writeString(directory.resolve("report.html"), report.page()));
    }
}

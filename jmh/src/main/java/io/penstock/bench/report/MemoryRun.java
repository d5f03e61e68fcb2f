package io.penstock.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What memory one run took that wrote some rows, as a line of a CSV file whose first line names the columns: what was run in words, {@code
 * rows}, and numbers of bytes whose names end in {@code Bytes}.
 */
record MemoryRun(String words, double rows, Map<String, Double> bytes) {
    static List<MemoryRun> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        List<String> names = Arrays.asList(lines.get(0).split(","));
        List<MemoryRun> runs = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            runs.add(of(names, line.split(",", -1)));
        }
        return runs;
    }

    private static MemoryRun of(List<String> names, String[] values) {
        List<String> words = new ArrayList<>();
        Map<String, Double> bytes = new LinkedHashMap<>();
        double rows = Double.NaN;
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (name.equals("rows")) {
                rows = Double.parseDouble(values[i]);
            } else if (!name.endsWith("Bytes")) {
                words.add(values[i]);
            } else if (!values[i].isEmpty()) {
                bytes.put(name, Double.valueOf(values[i]));
            }
        }
        return new MemoryRun(String.join(", ", words), rows, bytes);
    }

    /** A panel for each kind of memory, in it a line for each kind of run. */
    static Map<String, Map<String, SortedMap<Double, Double>>> panels(Collection<MemoryRun> runs) {
        Map<String, Map<String, SortedMap<Double, Double>>> panels = new LinkedHashMap<>();
        for (MemoryRun run : runs) {
            run.bytes.forEach((kind, bytes) -> panels.computeIfAbsent(inWords(kind), ignored -> new LinkedHashMap<>())
                    .computeIfAbsent(run.words, ignored -> new TreeMap<>())
                    .put(run.rows, bytes));
        }
        return panels;
    }

    /** {@code peakHeapBytes} is the peak heap. */
    private static String inWords(String name) {
        String words =
                name.replaceFirst("Bytes$", "").replaceAll("(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}

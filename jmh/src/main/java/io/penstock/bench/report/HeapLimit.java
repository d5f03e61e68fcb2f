package io.penstock.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The most heap that a benchmark may allocate for each operation, a row or a byte. Written as a line:
 * {@code JsonWriteBenchmark.penstockFromRows device=null 2}.
 *
 * @param benchmark class and method
 * @param parameters those that are not as the benchmark has them
 */
record HeapLimit(String benchmark, Map<String, String> parameters, double bytes) {
    /**
     * The limits in {@code file}, one a line; empty lines and such that begin with {@code #} say nothing.
     *
     * @throws IllegalArgumentException naming the line that is not a limit
     */
    static List<HeapLimit> read(Path file) throws IOException {
        List<HeapLimit> limits = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                limits.add(of(line));
            }
        }
        return limits;
    }

    private static HeapLimit of(String line) {
        List<String> words = List.of(line.strip().split("\\s+"));
        int last = words.size() - 1;
        return new HeapLimit(
                words.get(0), parameters(words.subList(1, Math.max(1, last)), line), number(words.get(last), line));
    }

    /** @throws IllegalArgumentException naming the word that is not {@code parameter=value}, and {@code line} */
    static Map<String, String> parameters(List<String> words, String line) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("'" + word + "' in '" + line + "': use parameter=value");
            }
            parameters.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return parameters;
    }

    static double number(String word, String line) {
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + word + "' in '" + line + "' should be a number", e);
        }
    }
}

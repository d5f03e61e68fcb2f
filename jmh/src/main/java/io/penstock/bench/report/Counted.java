package io.penstock.bench.report;

import java.util.Locale;

/** What a benchmark's operations are, by the unit of its score: rows, or bytes where a score is for each microsecond. */
enum Counted {
    ROWS("rows/s", "CPU ns/row", "%.1f", 1, "B/row", "%.1f", 1),
    BYTES("MB/s", "CPU s/GiB", "%.2f", (1 << 30) / 1e9, "heap", "%.2f %%", 100);

    final String rate;
    final String cpu;
    final String heap;
    private final String cpuFormat;
    private final double cpuScale;
    private final String heapFormat;
    private final double heapScale;

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

    /**
     * @throws IllegalArgumentException for a unit of JMH that says neither
     */
    static Counted of(String unit) {
        return switch (unit) {
            case "ops/s", "s/op", "ms/op", "us/op", "ns/op" -> ROWS;
            case "ops/us" -> BYTES;
            default -> throw new IllegalArgumentException("a score in '" + unit + "': use ops/s, ops/us or a time/op");
        };
    }

    /** The rate, more of which is better, that a score in {@code unit} means. */
    static double rate(String unit, double score) {
        return switch (unit) {
            case "s/op" -> 1 / score;
            case "ms/op" -> 1e3 / score;
            case "us/op" -> 1e6 / score;
            case "ns/op" -> 1e9 / score;
            default -> score;
        };
    }

    /** {@code -} for what was not measured, as the others here. */
    String rate(double value) {
        return cell("%,.0f", value);
    }

    String cpu(double nanos) {
        return cell(cpuFormat, nanos * cpuScale);
    }

    String heap(double bytes) {
        return cell(heapFormat, bytes * heapScale);
    }

    static String cell(String format, double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
    }
}

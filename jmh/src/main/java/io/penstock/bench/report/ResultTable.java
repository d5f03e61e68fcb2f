package io.penstock.bench.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/**
 * Prints JMH's JSON results as one short table for each {@link Contest}: rows a second, as the median of the forks' medians, and the
 * quartiles' distance from each other as a share of it; the ratio to the best peer; processor time and bytes of heap allocated for each
 * row. Benchmarks that count bytes score them for each microsecond, which is MB/s; their heap is a share of these bytes.
 */
public final class ResultTable {
    private ResultTable() {}

    static String of(Collection<Measured> results) {
        StringBuilder table = new StringBuilder();
        for (Contest contest : Contest.of(results)) {
            Counted counted = contest.counted();
            table.append('\n').append(contest.group()).append('\n');
            row(table, "contender", counted.rate, "spread", contest.against(), counted.cpu, counted.heap);
            for (Measured line : contest.contenders()) {
                row(
                        table,
                        line.contender(),
                        counted.rate(line.rate()),
                        Counted.cell("%.0f %%", 100 * line.spread()),
                        Counted.cell("%.2f", contest.ratio(line)),
                        counted.cpu(line.cpuNanos()),
                        counted.heap(line.allocatedBytes()));
            }
        }
        return table.toString();
    }

    private static void row(StringBuilder table, Object... cells) {
        table.append(String.format(Locale.ROOT, "%-25s %12s %7s %12s %11s %7s%n", cells));
    }

    /** @param files results to print together; those of the same benchmark are forks of it */
    public static void main(String[] files) throws IOException {
        System.out.print(of(Measured.read(Arrays.stream(files).map(Path::of).toList())));
    }
}

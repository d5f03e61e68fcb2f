package io.penstock.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Says for each benchmark that two revisions have in common how their speed and their heap differ, from JMH's results of forks that ran in
 * turn; {@code scripts/bench compare} runs them. A regression is a loss of speed whose interval leaves out 1 and whose estimate is 5 % or more, or
 * more heap in every fork.
 */
public final class Comparison {
    /** What the verdict is on. */
    enum Judged {
        /** The time that passes. */
        CLOCK("rate"),
        /** The process's processor time, which wavers less on a machine that others use, and does not see what runs side by side. */
        CPU("processor time");

        private final String measured;

        Judged(String measured) {
            this.measured = measured;
        }
    }

    private final Judged judged;
    private final List<Compared> compared = new ArrayList<>();
    private final List<String> unmatched = new ArrayList<>();

    Comparison(Collection<Measured> base, Collection<Measured> candidate, Judged judged) {
        this.judged = judged;
        Map<List<Object>, Measured> left = new LinkedHashMap<>();
        base.forEach(each -> left.put(each.identity(), each));
        for (Measured each : candidate) {
            Measured before = left.remove(each.identity());
            if (before == null) {
                unmatched.add("only in the candidate: " + name(each));
            } else {
                compared.add(new Compared(before, each));
            }
        }
        left.values().forEach(each -> unmatched.add("only in the base: " + name(each)));
        if (compared.isEmpty()) {
            throw new IllegalArgumentException("the revisions have no benchmark in common");
        }
    }

    private static String name(Measured measured) {
        return measured.group().replaceFirst("(?=,|$)", "." + measured.contender());
    }

    /** @throws IllegalArgumentException if it was not measured: that is not the same as no regression */
    private Ratio verdictOn(Compared each) {
        Ratio ratio = switch (judged) {
            case CLOCK -> each.rate();
            case CPU -> each.perCpuTime();
        };
        if (Double.isNaN(ratio.estimate())) {
            throw new IllegalArgumentException(name(each.base()) + ": a fork has no " + judged.measured);
        }
        return ratio;
    }

    private Ratio beside(Compared each) {
        return switch (judged) {
            case CLOCK -> each.perCpuTime();
            case CPU -> each.rate();
        };
    }

    private boolean isRegression(Compared each) {
        return each.takesMoreHeap() || Compared.speed(verdictOn(each)) == Compared.Speed.SLOWER;
    }

    long regressions() {
        return compared.stream().filter(this::isRegression).count();
    }

    /** The table of all ratios, candidate to base, above 1 where the candidate is faster, and the count of regressions. */
    String print() {
        String speed = "x rate";
        String perCpu = "x per CPU";
        StringBuilder table = new StringBuilder();
        String format = "%9s  %-14s  %9s  %7s  %7s  %s%n";
        boolean byClock = judged == Judged.CLOCK;
        line(table, format, byClock ? speed : perCpu, "95 % interval", byClock ? perCpu : speed, "heap", "then", "");
        for (Compared each : compared) {
            Ratio ratio = verdictOn(each);
            Counted counted = each.candidate().counted();
            table.append(name(each.base())).append('\n');
            line(
                    table,
                    format,
                    cell(ratio.estimate()),
                    cell(ratio.low()) + " .. " + cell(ratio.high()),
                    cell(beside(each).estimate()),
                    counted.heap(each.base().allocatedBytes()),
                    counted.heap(each.candidate().allocatedBytes()),
                    verdict(each, ratio));
        }
        unmatched.forEach(each -> table.append(each).append('\n'));
        long regressions = regressions();
        return table.append(regressions == 0 ? "no" : String.valueOf(regressions))
                .append(regressions == 1 ? " regression" : " regressions")
                .append(" in ")
                .append(compared.size())
                .append(compared.size() == 1 ? " benchmark" : " benchmarks")
                .append(" of ")
                .append(compared.get(0).base().forks().size())
                .append(" pairs of forks\n")
                .toString();
    }

    private static void line(StringBuilder table, String format, Object... cells) {
        table.append(String.format(Locale.ROOT, format, cells).stripTrailing()).append('\n');
    }

    private static String cell(double value) {
        return Counted.cell("%.3f", value);
    }

    private static String verdict(Compared each, Ratio ratio) {
        String speed = switch (Compared.speed(ratio)) {
            case SLOWER -> "SLOWER";
            case SAME -> "same";
            case FASTER -> "faster";
            case UNCLEAR -> "unclear";
        };
        return each.takesMoreHeap() ? speed + ", MORE HEAP" : speed;
    }

    /** Those of {@code directory} whose names begin with {@code side}, in the order of their names, which is the order of the forks. */
    private static List<Path> results(Path directory, String side) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith(side + "-"))
                    .filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Exits with 1 if there is a regression, with 2 if nothing could be compared.
     *
     * @param arguments a directory with JMH's results named {@code base-*.json} and {@code candidate-*.json}, and {@code clock} or {@code cpu}
     */
    public static void main(String[] arguments) {
        System.exit(status(Path.of(arguments[0]), Judged.valueOf(arguments[1].toUpperCase(Locale.ROOT))));
    }

    private static int status(Path directory, Judged judged) {
        try {
            Comparison comparison = new Comparison(
                    Measured.read(results(directory, "base")), Measured.read(results(directory, "candidate")), judged);
            System.out.print(comparison.print());
            return comparison.regressions() == 0 ? 0 : 1;
        } catch (IOException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return 2;
        }
    }
}

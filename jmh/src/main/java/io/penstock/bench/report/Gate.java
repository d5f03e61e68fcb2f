package io.penstock.bench.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Holds what the benchmarks promise without taking a time: every contender, with all of its parameters, still writes or reads the same
 * rows as the others, and Penstock allocates no more heap for them than the {@link HeapLimit}s allow. What does not hold is printed
 * with its reason, all of it, and the exit status is 1.
 */
public final class Gate {
    private static final String BENCHMARKS = "io.penstock.bench.";

    private final List<String> failures = new ArrayList<>();
    private final int warmups;
    private final TimeValue time;

    /** @param warmups how many iterations, each of the given time, go before the one whose heap counts */
    Gate(int warmups, TimeValue time) {
        this.warmups = warmups;
        this.time = time;
    }

    /**
     * Runs each contender of {@code classes} once, in this JVM.
     *
     * @param leftOut regular expressions of contenders that this JVM cannot run
     */
    void checkOutputs(Collection<String> classes, List<String> leftOut) {
        for (String type : classes) {
            ChainedOptionsBuilder once = silent().include("^" + Pattern.quote(type) + "\\.")
                    .mode(Mode.SingleShotTime)
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    // Inserts of other sizes are of the same rows.
                    .param("rows", "100000");
            leftOut.forEach(once::exclude);
            PrintStream out = System.out;
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            Collection<RunResult> results = List.of();
            try {
                results = new Runner(once.build()).run();
            } catch (RunnerException e) {
                failures.add(type + ": " + reason(e));
            } finally {
                System.setOut(out);
            }
            System.out.printf("%s: %d contenders and parameters%n", simple(type), results.size());
            printed.toString(StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.contains(": same "))
                    .distinct()
                    .forEach(line -> System.out.println("    " + line));
        }
    }

    /** Runs {@code limit}'s benchmark in a JVM of its own, as it is when it is measured. */
    void checkHeap(HeapLimit limit) {
        ChainedOptionsBuilder warm = silent().include("^" + Pattern.quote(BENCHMARKS + limit.benchmark()) + "$")
                .forks(1)
                .warmupIterations(warmups)
                .warmupTime(time)
                .measurementIterations(1)
                .measurementTime(time)
                .addProfiler(GCProfiler.class);
        limit.parameters().forEach(warm::param);
        try {
            for (RunResult result : new Runner(warm.build()).run()) {
                double bytes =
                        result.getSecondaryResults().get("gc.alloc.rate.norm").getScore();
                boolean holds = bytes <= limit.bytes();
                String found = "%s%s: %.3f bytes of heap for each, and at most %s"
                        .formatted(
                                limit.benchmark(),
                                result.getParams().getParamsKeys().stream()
                                        .map(key -> ", " + key + " "
                                                + result.getParams().getParam(key))
                                        .collect(Collectors.joining()),
                                bytes,
                                limit.bytes());
                System.out.println(found);
                if (!holds) {
                    failures.add(found);
                }
            }
        } catch (RunnerException e) {
            failures.add(limit.benchmark() + ": " + reason(e));
        }
    }

    private static ChainedOptionsBuilder silent() {
        return new OptionsBuilder().shouldFailOnError(true).verbosity(VerboseMode.SILENT);
    }

    /** What the benchmark itself threw, which JMH wraps and suppresses. */
    private static String reason(Throwable thrown) {
        Throwable innermost = thrown;
        while (innermost.getCause() != null || innermost.getSuppressed().length > 0) {
            innermost = innermost.getCause() != null
                    ? innermost.getCause()
                    : innermost.getSuppressed()[0];
        }
        return innermost.toString();
    }

    List<String> failures() {
        return failures;
    }

    static SortedSet<String> allClasses() {
        return BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
                .stream()
                .map(BenchmarkListEntry::getUserClassQName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String simple(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    /** @param arguments the file of the limits, then regular expressions of contenders to leave out */
    public static void main(String[] arguments) throws IOException {
        // For this JVM only: the forks, whose heap is measured, have all rows.
        System.setProperty("bench.rows", "5500");
        System.setProperty("bench.mebibytes", "20");
        // No time is taken: another benchmark of the machine does no harm.
        System.setProperty("jmh.ignoreLock", "true");
        List<HeapLimit> limits = HeapLimit.read(Path.of(arguments[0]));
        Gate gate = new Gate(3, TimeValue.milliseconds(700));
        gate.checkOutputs(allClasses(), List.of(arguments).subList(1, arguments.length));
        limits.forEach(gate::checkHeap);
        gate.failures().forEach(failure -> System.err.println("FAILED " + failure));
        System.out.printf(
                "gate: %s%n",
                gate.failures().isEmpty() ? "everything holds" : gate.failures().size() + " failed");
        System.exit(gate.failures().isEmpty() ? 0 : 1);
    }
}

package io.penstock.bench;

import io.penstock.TableFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What memory does an insert take, by its rows, beside the path that copies everything? Measures that in JVMs of its own ({@link
 * CopyEverythingRun}) and writes a line for each into a CSV file, as the report of results reads it.
 *
 * <p>Each run has the JVM's serial collector. The peaks are those of one with 4 GiB of heap, of which 16 MiB are young, so that they are not garbage
 * that waits. The smallest heap is searched by halving, to 6 %, and nothing else of it is fixed.
 *
 * <p>The rows come from an iterator; the copying path collects them first. Where all rows are kept, there and in a store in memory, it ends at 5
 * million. The engine has 64 MiB for its buffers, and what the table takes in a store in memory. Run it with {@code scripts/bench memory}.
 */
public final class CopyEverythingMemory {
    private static final long MOST_KEPT_ROWS = 5_000_000;
    private static final long ENGINE_BYTES = 64L << 20;

    /** More than a row takes in any format, with what buffers have unused. */
    private static final long KEPT_ROW_BYTES = 200;

    private static final int ROOMY_MEBIBYTES = 4096;
    private static final int LEAST_MEBIBYTES = 4;

    /** What a run may take longer in a small heap, where it does hardly anything but collecting. */
    private static final int LONGER = 4;

    private static final long STARTING_SECONDS = 20;

    private final Path log = Files.createTempFile("penstock-memory-", ".log");

    private CopyEverythingMemory() throws IOException {}

    private record Work(String path, TableFormat format, String store, long rows) {
        boolean isPossible() {
            return rows <= MOST_KEPT_ROWS || path.equals(CopyEverythingRun.STREAMING) && !store.equals("memory");
        }

        long engineBytes() {
            return ENGINE_BYTES + (store.equals("memory") ? rows * KEPT_ROW_BYTES : 0);
        }

        @Override
        public String toString() {
            return path + "," + format + "," + store + "," + rows;
        }
    }

    /** @param arguments the file, the stores, the formats and the numbers of rows, each with commas, and whether the smallest heap is wanted */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path file = Path.of(arguments[0]);
        boolean smallest = Boolean.parseBoolean(arguments[4]);
        List<String> lines = new ArrayList<>();
        lines.add(
                "path,format,store,rows,writtenBytes,peakHeapBytes,peakDirectBytes,peakResidentBytes,smallestHeapBytes");
        System.out.printf(
                "%-16s %-8s %-7s %12s | MiB: %9s %10s %11s %14s %13s%n",
                "path",
                "format",
                "store",
                "rows",
                "written",
                "peak heap",
                "peak direct",
                "peak resident",
                "smallest heap");
        CopyEverythingMemory memory = new CopyEverythingMemory();
        for (Work work : works(arguments[1], arguments[2], arguments[3])) {
            lines.add(memory.measure(work, smallest));
            Files.write(file, lines);
        }
        Files.delete(memory.log);
    }

    private static List<Work> works(String stores, String formats, String rows) {
        List<Work> works = new ArrayList<>();
        for (String format : formats.split(",")) {
            for (String store : stores.split(",")) {
                for (String path : List.of(CopyEverythingRun.STREAMING, CopyEverythingRun.COPYING)) {
                    Arrays.stream(rows.split(","))
                            .map(count -> new Work(path, TableFormat.valueOf(format), store, Long.parseLong(count)))
                            .filter(Work::isPossible)
                            .forEach(works::add);
                }
            }
        }
        return works;
    }

    private String measure(Work work, boolean smallest) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        CopyEverythingRun run = run(work, ROOMY_MEBIBYTES, List.of("-Xmn16m"), Long.MAX_VALUE)
                .orElseThrow(() -> new IOException(work + " does not run: see " + log));
        long seconds = (System.nanoTime() - begun) / 1_000_000_000;
        String heap = smallest ? smallestHeap(work, LONGER * seconds + STARTING_SECONDS) : "";
        System.out.printf(
                "%-16s %-8s %-7s %,12d |      %9s %10s %11s %14s %13s%n",
                work.path,
                work.format,
                work.store,
                work.rows,
                mebibytes(run.written()),
                mebibytes(run.heap()),
                mebibytes(run.direct()),
                mebibytes(run.resident()),
                heap.isEmpty() ? "-" : mebibytes(Long.parseLong(heap)));
        return work + "," + run.written() + "," + run.heap() + "," + run.direct() + "," + run.resident() + "," + heap;
    }

    private static String mebibytes(long bytes) {
        return String.format("%,.1f", bytes / (double) (1 << 20));
    }

    /** In bytes; empty if it completes nowhere. */
    private String smallestHeap(Work work, long seconds) throws IOException, InterruptedException {
        int fails = LEAST_MEBIBYTES - 1;
        int completes = ROOMY_MEBIBYTES;
        while (completes > fails + Math.max(1, fails / 16)) {
            // Sizes are far apart.
            int between = Math.max(fails + 1, Math.min(completes - 1, (int) Math.sqrt((double) fails * completes)));
            if (run(work, between, List.of(), seconds).isPresent()) {
                completes = between;
            } else {
                fails = between;
            }
        }
        return completes == ROOMY_MEBIBYTES ? "" : String.valueOf((long) completes << 20);
    }

    /** Empty if the heap is too small, or that takes too long. */
    private Optional<CopyEverythingRun> run(Work work, int heapMebibytes, List<String> flags, long seconds)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heapMebibytes + "m");
        command.addAll(flags);
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:MaxDirectMemorySize=8g",
                // Text of so many rows is made before, and no more.
                "-Dbench.rows=10000",
                "-Dbench.dir=" + Device.File.directory(),
                // For arrow-java.
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                CopyEverythingRun.class.getName(),
                work.path,
                work.format.name(),
                work.store,
                Long.toString(work.rows),
                Long.toString(work.engineBytes())));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                return Optional.empty();
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        try (Stream<String> lines = Files.lines(log)) {
            return lines.flatMap(line -> CopyEverythingRun.of(line).stream()).findFirst();
        }
    }
}

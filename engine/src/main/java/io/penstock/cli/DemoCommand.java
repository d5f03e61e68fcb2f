package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.Setting;
import io.penstock.Settings;
import io.penstock.cli.StreamingPath.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Shows on this machine what streaming is worth: every format, written, read back and verified, beside the old path. */
@Command(
        name = "demo",
        description = "Streams TPC-H lineitem into every format in a temporary directory, reads it back, verifies it, "
                + "runs the old copy-everything path beside it, and prints one table.")
final class DemoCommand implements Callable<Integer> {
    private static final String SYNC = Setting.FS_SYNC.property();

    /** Enough for the compilers to be done with what is measured afterwards. */
    private static final long WARM_UP_ROWS = 150_000;

    /** The old path warms up in parts that any heap takes. */
    private static final long WARM_UP_PART = 15_000;

    /** Of the longest layout, records. */
    private static final long MAX_BYTES_PER_ROW = 400;

    private static final long MIN_PART_ROWS = 1_000;

    private final Console console;
    private final Interruption interruption;

    @Option(
            names = "--scale",
            defaultValue = "1",
            paramLabel = "N",
            converter = ScaleConverter.class,
            description = "Scale factor of TPC-H, default 1: six million rows. A fraction is fine.")
    double scale;

    @Option(names = "--keep", description = "Keep the directory with the tables, and print its name.")
    boolean keep;

    @Option(names = "--quiet", description = "Show no progress.")
    boolean quiet;

    @Option(names = "--json", description = "Print one JSON object in place of the table.")
    boolean json;

    /** Whether a commit waits for the disk, here and in the old path. */
    private boolean sync;

    private Progress progress = Progress.NONE;
    private ColumnChecksums generated;

    DemoCommand(Console console, Interruption interruption) {
        this.console = console;
        this.interruption = interruption;
    }

    static final class ScaleConverter implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            try {
                return Tpch.scale(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = Settings.defaults();
        sync = "full".equals(System.getProperty(SYNC));
        Path directory = Files.createTempDirectory("penstock-demo-");
        DemoReport report = interruption.run(() -> cleanUp(directory), () -> {
            requireSpace(directory);
            return run(directory, settings.with(SYNC, sync ? "full" : "none"));
        });
        if (json) {
            console.println(report.json());
        } else {
            report.print(console, sync);
        }
        if (keep) {
            console.err().println("penstock: the tables are in " + directory);
        }
        return 0;
    }

    private void cleanUp(Path directory) throws IOException {
        if (!keep) {
            removeTree(directory);
        }
    }

    private DemoReport run(Path directory, Settings settings) throws IOException {
        interruption.outcome(keep ? "the tables so far are in " + directory : "the temporary directory is removed");
        DemoReport report = new DemoReport(scale);
        try (Progress bar = Progress.of(console, !quiet && !json, "demo", " rows", 1)) {
            progress = bar;
            for (Kind kind : Kind.values()) {
                try (Penstock penstock = Penstock.open(directory.toString(), settings)) {
                    warmUp(penstock, kind);
                    stream(penstock, kind, report);
                }
            }
            bar.part("copying everything");
            copyEverything(directory.resolve("copy_everything.json"), report);
        }
        return report;
    }

    private void warmUp(Penstock penstock, Kind kind) throws IOException {
        progress.part("warming up");
        StreamingPath path = new StreamingPath(penstock, kind, "warm_up", interruption, progress);
        try (Meter meter = new Meter(0)) {
            path.write(scale, WARM_UP_ROWS, null, meter);
            path.read(WARM_UP_ROWS, 0, new ColumnChecksums(), meter);
        }
        path.remove();
    }

    private void stream(Penstock penstock, Kind kind, DemoReport report) throws IOException {
        String table = kind.name().toLowerCase(Locale.ROOT);
        StreamingPath path = new StreamingPath(penstock, kind, table, interruption, progress);
        progress.part("writing " + kind.title());
        ColumnChecksums expected = generated == null ? new ColumnChecksums() : null;
        Measurement written;
        try (Meter meter = new Meter(LineItems.count(scale))) {
            written = path.write(scale, Long.MAX_VALUE, expected, meter);
        }
        report.wrote(written);
        if (expected != null) {
            generated = expected;
        }
        progress.part("reading " + kind.title());
        ColumnChecksums read = new ColumnChecksums();
        try (Meter meter = new Meter(written.rows())) {
            Measurement back = path.read(written.rows(), written.bytes(), read, meter);
            if (!kind.fromRows()) {
                report.read(back);
            }
        }
        read.requireSame(generated, kind.title());
        if (!keep) {
            path.remove();
        }
    }

    private void copyEverything(Path file, DemoReport report) throws IOException {
        CopyEverything old = new CopyEverything(interruption, progress, sync);
        for (long warm = 0; warm < WARM_UP_ROWS; warm += WARM_UP_PART) {
            if (copy(old, "warm-up", WARM_UP_PART, 0, file).isOutOfMemory()) {
                break;
            }
        }
        Measurement all = copy(old, "copy everything", Long.MAX_VALUE, generated.rows(), file);
        report.copied(all);
        // If not all rows fit, the first that do still tell its speed.
        Measurement part = all;
        while (part.isOutOfMemory() && part.rows() > MIN_PART_ROWS) {
            part = copy(old, "its first rows", part.rows() / 3, part.rows() / 3, file);
            if (!part.isOutOfMemory()) {
                report.copied(part);
            }
        }
    }

    private Measurement copy(CopyEverything old, String name, long limit, long expectedRows, Path file)
            throws IOException {
        try (Penstock memory = Penstock.open("memory:");
                BufferAllocator allocator = memory.allocator().newChildAllocator("lineitem", 0, Long.MAX_VALUE);
                LineItems items = new LineItems(scale, limit, allocator, null);
                Meter meter = new Meter(expectedRows)) {
            return old.run(name, items, expectedRows, file, meter);
        } catch (OutOfMemoryError e) {
            return Measurement.outOfMemory(name, old.rows());
        } finally {
            if (!keep) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void requireSpace(Path directory) throws IOException {
        long needed = LineItems.count(scale) * MAX_BYTES_PER_ROW * (keep ? Kind.values().length : 1);
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free < needed) {
            throw new IOException(
                    "the demo needs about " + Sizes.bytes(needed) + " in " + directory.getParent() + " and "
                            + Sizes.bytes(free) + " are free: use a smaller --scale, or another directory by "
                            + "-Djava.io.tmpdir=DIRECTORY before the command");
        }
    }

    static void removeTree(Path directory) throws IOException {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}

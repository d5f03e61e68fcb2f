package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.Setting;
import io.penstock.Settings;
import io.penstock.cli.StreamingPath.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Shows on this machine what streaming is worth: every format, written, read back and verified, beside the old path. */
@Command(
        name = "demo",
        description = "Streams TPC-H lineitem into every format in a temporary directory, reads it back, verifies it, "
                + "runs the old copy-everything path beside it, and prints one table. With --store the streaming "
                + "runs on that store.")
final class DemoCommand implements Callable<Integer> {
    private static final String SYNC = Setting.FS_SYNC.property();

    /** Few on the way to a server, and enough to have every class there. */
    private static final long STORE_WARM_UP_ROWS = 30_000;

    private static final double SCALE = 1;

    /** Not everybody's server is on the same machine. */
    private static final double STORE_SCALE = 0.1;

    /** The old path warms up in parts that any heap takes. */
    private static final long WARM_UP_PART = 15_000;

    /** Of the longest layout, records. */
    private static final long MAX_BYTES_PER_ROW = 400;

    private static final long MIN_PART_ROWS = 1_000;

    private final Console console;
    private final Interruption interruption;

    @Spec
    CommandSpec spec;

    @Option(
            names = "--store",
            paramLabel = "URI",
            description = "A store to stream to in place of a temporary directory, such as s3://bucket/prefix. "
                    + "The tables are in a database of their own, which is removed at the end.")
    String store;

    @Option(names = "--endpoint", paramLabel = "URL", description = "The server of a store on S3, if not AWS.")
    String endpoint;

    @Option(
            names = "--scale",
            paramLabel = "N",
            converter = ScaleConverter.class,
            description = "Scale factor of TPC-H, default 1: six million rows; with --store 0.1. A fraction is fine.")
    Double scaleOption;

    @Option(names = "--keep", description = "Keep the tables, and print where they are.")
    boolean keep;

    @Option(names = "--quiet", description = "Show no progress.")
    boolean quiet;

    @Option(names = "--json", description = "Print one JSON object in place of the table.")
    boolean json;

    /** Whether a commit waits for the disk, here and in the old path. */
    private boolean sync;

    private double scale;

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
        if (store == null && endpoint != null) {
            throw new ParameterException(spec.commandLine(), "--endpoint belongs to --store s3://bucket/prefix");
        }
        scale = scaleOption != null ? scaleOption : store == null ? SCALE : STORE_SCALE;
        if (store == null) {
            inDirectory();
        } else {
            inStore(StoreOption.checked(spec, "--endpoint", new StoreAddress(store, endpoint)));
        }
        return 0;
    }

    private void inDirectory() throws Exception {
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
    }

    private void cleanUp(Path directory) throws IOException {
        if (!keep) {
            DirectoryTree.remove(directory);
        }
    }

    private DemoReport run(Path directory, Settings settings) throws IOException {
        interruption.outcome(keep ? "the tables so far are in " + directory : "the temporary directory is removed");
        DemoReport report = new DemoReport(scale, null);
        try (Progress progress = progress()) {
            DemoRuns runs = new DemoRuns("demo", scale, DemoRuns.WARM_UP_ROWS, keep, interruption, report, progress);
            for (Kind kind : Kind.values()) {
                try (Penstock penstock = Penstock.open(directory.toString(), settings)) {
                    runs.run(penstock, kind);
                }
            }
            progress.part("copying everything");
            copyEverything(directory.resolve("copy_everything.json"), runs.rows(), report, progress);
        }
        return report;
    }

    private Progress progress() {
        return Progress.of(console, !quiet && !json, "demo", " rows", 1);
    }

    private void inStore(StoreAddress address) throws Exception {
        String database = "demo_" + UUID.randomUUID().toString().substring(0, 8);
        DemoReport report = new DemoReport(scale, address);
        try (Penstock penstock = address.open(Settings.defaults());
                Progress progress = progress()) {
            // A bucket that is not there is said before there is anything to clean up.
            penstock.fileSystem().list(database);
            DemoRuns runs = new DemoRuns(database, scale, STORE_WARM_UP_ROWS, keep, interruption, report, progress);
            interruption.run(() -> cleanUp(runs, penstock), () -> {
                interruption.outcome(keep ? "the tables so far stay" : "its tables are removed");
                for (Kind kind : Kind.values()) {
                    if (!kind.fromRows()) {
                        runs.run(penstock, kind);
                    }
                }
                return null;
            });
        }
        if (json) {
            console.println(report.json());
        } else {
            report.print(console, true);
        }
        if (keep) {
            console.err().println("penstock: the tables are in the database " + database + " of " + address);
        }
    }

    private void cleanUp(DemoRuns runs, Penstock penstock) throws IOException {
        if (!keep) {
            runs.removeTables(penstock);
        }
    }

    private void copyEverything(Path file, long rows, DemoReport report, Progress progress) throws IOException {
        CopyEverything old = new CopyEverything(interruption, progress, sync);
        for (long warm = 0; warm < DemoRuns.WARM_UP_ROWS; warm += WARM_UP_PART) {
            if (copy(old, "warm-up", WARM_UP_PART, 0, file).isOutOfMemory()) {
                break;
            }
        }
        Measurement all = copy(old, "copy everything", Long.MAX_VALUE, rows, file);
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
}

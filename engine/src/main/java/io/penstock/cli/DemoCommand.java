package io.penstock.cli;

import io.penstock.JsonLayout;
import io.penstock.Penstock;
import io.penstock.Setting;
import io.penstock.Settings;
import io.penstock.TableFormat;
import io.penstock.TableReader;
import io.penstock.TableSpec;
import io.penstock.TableWriter;
import io.trino.tpch.TpchTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Callable;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
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
    private static final String DATABASE = "demo";
    private static final String SYNC = Setting.FS_SYNC.property();

    /** Enough for the compilers to be done with what is measured afterwards. */
    private static final long WARM_UP_ROWS = 150_000;

    /** The old path warms up in parts that any heap takes. */
    private static final long WARM_UP_PART = 15_000;

    /** Of the longest layout, records. */
    private static final long MAX_BYTES_PER_ROW = 400;

    private static final int COLLECTIONS_PER_RUN = 8;
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

    private record Kind(String name, String table, TableFormat format, JsonLayout layout) {
        TableSpec spec(Schema schema) {
            TableSpec spec = TableSpec.of(schema).format(format);
            return layout == null ? spec : spec.layout(layout);
        }
    }

    private static final Kind[] KINDS = {
        new Kind("JSON, batches", "json_batches", TableFormat.JSON, JsonLayout.BATCHES),
        new Kind("JSON, records", "json_records", TableFormat.JSON, JsonLayout.RECORDS),
        new Kind("Arrow", "arrow", TableFormat.ARROW, null)
    };

    @Override
    public Integer call() throws Exception {
        Settings settings = Settings.defaults();
        sync = "full".equals(System.getProperty(SYNC));
        Path directory = Files.createTempDirectory("penstock-demo-");
        DemoReport report;
        try {
            requireSpace(directory);
            report = interruption.run(() -> {}, () -> run(directory, settings.with(SYNC, sync ? "full" : "none")));
        } finally {
            if (!keep) {
                removeTree(directory);
            }
        }
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

    private DemoReport run(Path directory, Settings settings) throws IOException {
        interruption.outcome("the temporary directory is removed");
        DemoReport report = new DemoReport(scale);
        try (Progress bar = Progress.of(console, !quiet && !json, "demo", " rows", 1)) {
            progress = bar;
            for (Kind kind : KINDS) {
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
        Kind small = new Kind(kind.name, "warm_up", kind.format, kind.layout);
        write(penstock, small, WARM_UP_ROWS, null);
        read(penstock, small, 0, new ColumnChecksums());
        penstock.removeTableEnvironment(DATABASE, small.table);
    }

    private void stream(Penstock penstock, Kind kind, DemoReport report) throws IOException {
        progress.part("writing " + kind.name);
        ColumnChecksums expected = generated == null ? new ColumnChecksums() : null;
        Measurement written = write(penstock, kind, Long.MAX_VALUE, expected);
        report.wrote(written);
        if (expected != null) {
            generated = expected;
        }
        progress.part("reading " + kind.name);
        ColumnChecksums read = new ColumnChecksums();
        report.read(read(penstock, kind, written.bytes(), read));
        read.requireSame(generated, kind.name);
        if (!keep) {
            penstock.removeTableEnvironment(DATABASE, kind.table);
        }
    }

    private Measurement write(Penstock penstock, Kind kind, long limit, ColumnChecksums checksums) throws IOException {
        long expectedRows = Math.min(limit, Tpch.rowCount(TpchTable.LINE_ITEM, scale));
        long rowsPerCollection = Math.max(1, expectedRows / COLLECTIONS_PER_RUN);
        penstock.prepareTableEnvironment(DATABASE, kind.table, kind.spec(LineItems.schema()));
        System.gc();
        long nanos = 0;
        long allocated = 0;
        long nextCollection = rowsPerCollection;
        try (MemoryPeaks peaks = new MemoryPeaks();
                BufferAllocator allocator = penstock.allocator().newChildAllocator("lineitem", 0, Long.MAX_VALUE);
                LineItems items = new LineItems(scale, limit, allocator, checksums);
                TableWriter writer = penstock.openTableForWrite(DATABASE, kind.table)) {
            while (items.nextBatch()) {
                interruption.check();
                long before = MemoryPeaks.allocatedBytes();
                long begun = System.nanoTime();
                writer.append(items.batch());
                nanos += System.nanoTime() - begun;
                allocated += MemoryPeaks.allocatedBytes() - before;
                progress.at(items.generated(), expectedRows);
                if (items.generated() >= nextCollection) {
                    peaks.collect();
                    nextCollection += rowsPerCollection;
                }
            }
            long before = MemoryPeaks.allocatedBytes();
            long begun = System.nanoTime();
            long bytes = writer.commit().bytes();
            nanos += System.nanoTime() - begun;
            allocated += MemoryPeaks.allocatedBytes() - before;
            peaks.collect();
            return new Measurement(
                    kind.name, items.generated(), nanos, bytes, peaks.heapBytes(), peaks.directBytes(), allocated);
        }
    }

    private Measurement read(Penstock penstock, Kind kind, long bytes, ColumnChecksums checksums) throws IOException {
        long expectedRows = generated == null ? 0 : generated.rows();
        long rowsPerCollection = Math.max(LineItems.BATCH_ROWS, expectedRows / COLLECTIONS_PER_RUN);
        long nextCollection = rowsPerCollection;
        System.gc();
        long allocated = MemoryPeaks.allocatedBytes();
        long begun = System.nanoTime();
        try (MemoryPeaks peaks = new MemoryPeaks();
                TableReader reader = penstock.openTableForRead(DATABASE, kind.table)) {
            boolean more = reader.loadNextBatch();
            long nanos = System.nanoTime() - begun;
            allocated = MemoryPeaks.allocatedBytes() - allocated;
            while (more) {
                interruption.check();
                checksums.add(reader.batch());
                progress.at(checksums.rows(), expectedRows);
                if (checksums.rows() >= nextCollection) {
                    peaks.collect();
                    nextCollection += rowsPerCollection;
                }
                long before = MemoryPeaks.allocatedBytes();
                begun = System.nanoTime();
                more = reader.loadNextBatch();
                nanos += System.nanoTime() - begun;
                allocated += MemoryPeaks.allocatedBytes() - before;
            }
            return new Measurement(
                    kind.name, checksums.rows(), nanos, bytes, peaks.heapBytes(), peaks.directBytes(), allocated);
        }
    }

    private void copyEverything(Path file, DemoReport report) throws IOException {
        CopyEverything old = new CopyEverything(interruption, progress, sync);
        for (long warm = 0; warm < WARM_UP_ROWS; warm += WARM_UP_PART) {
            if (copy(old, "warm-up", WARM_UP_PART, file).isOutOfMemory()) {
                break;
            }
        }
        Measurement all = copy(old, "copy everything", Long.MAX_VALUE, file);
        report.copied(all);
        // If not all rows fit, the first that do still tell its speed.
        Measurement part = all;
        while (part.isOutOfMemory() && part.rows() > MIN_PART_ROWS) {
            part = copy(old, "its first rows", part.rows() / 3, file);
            if (!part.isOutOfMemory()) {
                report.copied(part);
            }
        }
    }

    private Measurement copy(CopyEverything old, String name, long limit, Path file) throws IOException {
        long expectedRows = Math.min(limit, generated.rows());
        try (Penstock memory = Penstock.open("memory:");
                BufferAllocator allocator = memory.allocator().newChildAllocator("lineitem", 0, Long.MAX_VALUE);
                LineItems items = new LineItems(scale, limit, allocator, null)) {
            return old.run(name, items, expectedRows, file);
        } catch (OutOfMemoryError e) {
            return Measurement.outOfMemory(name, old.rows());
        } finally {
            if (!keep) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void requireSpace(Path directory) throws IOException {
        long needed = Tpch.rowCount(TpchTable.LINE_ITEM, scale) * MAX_BYTES_PER_ROW * (keep ? KINDS.length : 1);
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free < needed) {
            throw new IOException(
                    "the demo needs about " + Sizes.bytes(needed) + " in " + directory.getParent() + " and "
                            + Sizes.bytes(free) + " are free: use a smaller --scale, or another directory by "
                            + "-Djava.io.tmpdir=DIRECTORY before the command");
        }
    }

    private static void removeTree(Path directory) throws IOException {
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

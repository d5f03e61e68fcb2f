package io.penstock.bench;

import io.penstock.CommitReceipt;
import io.penstock.Penstock;
import io.penstock.Settings;
import io.penstock.TableFormat;
import io.penstock.TableSpec;
import io.penstock.TableWriter;
import io.penstock.buffer.ArrowMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How close does a durable commit come to what the disk takes?
 *
 * <p>Each invocation inserts a million rows of TPC-H lineitem, 100,000 of them again and again, from Arrow batches in memory into an empty table on a disk, the property
 * {@code bench.disk} or else the directory for temporary files. {@code penstock} pays for all of it: encoding, checksum, statistics, the data file on disk, its name,
 * the log's entry on disk, and that one's name. {@code limitWriteAndForce} writes the bytes of the same file from direct buffers of 256 KiB into one new
 * file and forces it to the disk, without a name or a log. The score is rows a second. Making and removing is outside.
 *
 * <p>Before a fork measures, the rows of a table are read back by another library and compared. A disk that others use wavers: compare the two within one
 * run only. Run it with {@code scripts/bench durable}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(DurableCommitBenchmark.ROWS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "-Xms1g",
            "-Xmx1g",
            "-Xmn600m",
            // For arrow-java; Penstock needs no flag.
            "--add-opens=java.base/java.nio=ALL-UNNAMED"
        })
@State(Scope.Thread)
public class DurableCommitBenchmark {
    static final int ROWS = 1_000_000;
    private static final int DISTINCT_ROWS = 100_000;

    @Param({"ARROW", "JSON"})
    public TableFormat format;

    private final Path disk = Path.of(System.getProperty("bench.disk", System.getProperty("java.io.tmpdir")));
    private BufferAllocator allocator;
    private TableInput input;
    private List<VectorSchemaRoot> batches;
    private Path directory;
    private Path raw;
    private Penstock penstock;
    private ByteBuffer file;

    @Setup
    public void prepare() throws IOException, SQLException {
        allocator = ArrowMemory.newRoot();
        input = TableInput.of(format, DISTINCT_ROWS, allocator);
        directory = Files.createTempDirectory(disk, "penstock-bench-");
        raw = directory.resolve("raw");
        penstock = Penstock.open(
                directory.resolve("tables").toString(), Settings.defaults().with("penstock.fs.sync", "full"));
        batches = input.batches();
        newTable();
        byte[] written = Files.readAllBytes(path(penstock()));
        input.requireSameRows("penstock", written, allocator);
        removeTable();
        System.out.printf("%s: same %,d rows in %,d bytes%n", format, input.rows().length, written.length);

        boolean all = input.rows().length == DISTINCT_ROWS;
        batches = input.batches(0, all ? ROWS : input.rows().length);
        newTable();
        byte[] whole = Files.readAllBytes(path(penstock()));
        removeTable();
        file = ByteBuffer.allocateDirect(whole.length).put(whole);
    }

    private Path path(CommitReceipt receipt) {
        return directory
                .resolve("tables/tpch/lineitem")
                .resolve(receipt.files().get(0).path());
    }

    @Setup(Level.Invocation)
    public void newTable() throws IOException {
        penstock.prepareTableEnvironment(
                "tpch", "lineitem", TableSpec.of(LineItems.SCHEMA).format(format));
    }

    @TearDown(Level.Invocation)
    public void removeTable() throws IOException {
        penstock.removeTableEnvironment("tpch", "lineitem");
        Files.deleteIfExists(raw);
    }

    @TearDown
    public void close() throws IOException {
        penstock.close();
        input.close();
        allocator.close();
        TableStores.remove(directory);
    }

    @Benchmark
    public CommitReceipt penstock() throws IOException {
        try (TableWriter writer = penstock.openTableForWrite("tpch", "lineitem")) {
            for (VectorSchemaRoot batch : batches) {
                writer.append(batch);
            }
            return writer.commit();
        }
    }

    @Benchmark
    public long limitWriteAndForce() throws IOException {
        try (FileChannel channel = FileChannel.open(raw, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            for (int from = 0; from < file.capacity(); from += Device.WRITE_BYTES) {
                file.limit(Math.min(file.capacity(), from + Device.WRITE_BYTES)).position(from);
                while (file.hasRemaining()) {
                    channel.write(file);
                }
            }
            channel.force(true);
            return channel.size();
        }
    }
}

package io.penstock.bench;

import io.penstock.CommitReceipt;
import io.penstock.Penstock;
import io.penstock.Settings;
import io.penstock.TableFormat;
import io.penstock.TableSpec;
import io.penstock.TableWriter;
import io.penstock.buffer.ArrowMemory;
import java.io.IOException;
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
 * How many rows a second get from Arrow batches into a committed table on S3, beside encoding alone and uploading alone?
 *
 * <p>The rows are TPC-H lineitem ({@link LineItems}), in batches in memory before. Each invocation appends 2,097,152 rows to an empty table and
 * commits; the score is rows a second for one caller. The server is a {@link DiscardingServer}, a process of its own whose costs are not
 * counted, on the same machine.
 *
 * <p>{@code penstock} is end to end. {@code limitEncoding} writes the same table to a {@link DiscardingStore}, which takes no checksum
 * either. {@code limitUploading} puts an object of as many bytes as the table's file has, from ready buffers ({@link PenstockUpload}). What
 * overlaps both cannot be faster than the slower of them. Making and removing the table is outside.
 *
 * <p>After each invocation the table is asked for its number of rows. Run it with {@code scripts/bench s3-table}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(S3TableBenchmark.ROWS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-Xmn600m"})
@State(Scope.Thread)
public class S3TableBenchmark {
    static final int ROWS = 1 << 21;
    private static final int DISTINCT_ROWS = 1 << 18;
    private static final int BATCH_ROWS = 8192;

    @Param({"JSON", "PARQUET", "ARROW"})
    public TableFormat format;

    private final int rounds = Math.max(1, Integer.getInteger("bench.rows", ROWS) / DISTINCT_ROWS);
    private BufferAllocator allocator;
    private List<VectorSchemaRoot> batches;
    private DiscardingProcess server;
    private Penstock onS3;
    private Penstock nowhere;
    private ReadyBuffers ready;
    private ObjectUpload upload;
    private long fileBytes;

    @Setup
    public void prepare() throws IOException {
        allocator = ArrowMemory.newRoot();
        batches = LineItems.batches(LineItems.rows(DISTINCT_ROWS), BATCH_ROWS, allocator);
        server = DiscardingProcess.start();
        S3Endpoint endpoint = new S3Endpoint(server.endpoint());
        ready = new ReadyBuffers();
        upload = new PenstockUpload(S3Store.open(endpoint, ready.pool()));
        onS3 = Penstock.open(
                "s3://" + S3Endpoint.BUCKET + "/tables",
                Settings.defaults().with("penstock.s3.endpoint", endpoint.uri().toString()));
        nowhere = Penstock.open(new DiscardingStore(), Settings.defaults());
        newTables();
        fileBytes = write(nowhere).bytes();
        removeTables();
        System.out.printf("%s: %,d rows in %,d bytes%n", format, rows(), fileBytes);
    }

    private long rows() {
        return (long) rounds
                * batches.stream().mapToLong(VectorSchemaRoot::getRowCount).sum();
    }

    @Setup(Level.Invocation)
    public void newTables() throws IOException {
        for (Penstock penstock : List.of(onS3, nowhere)) {
            penstock.prepareTableEnvironment(
                    "tpch", "lineitem", TableSpec.of(LineItems.SCHEMA).format(format));
        }
    }

    @TearDown(Level.Invocation)
    public void removeTables() throws IOException {
        for (Penstock penstock : List.of(onS3, nowhere)) {
            long written = penstock.describe("tpch", "lineitem").rows();
            if (written != 0 && written != rows()) {
                throw new IllegalStateException("the table has " + written + " rows of " + rows());
            }
            penstock.removeTableEnvironment("tpch", "lineitem");
        }
    }

    @TearDown
    public void close() throws IOException {
        upload.close();
        onS3.close();
        nowhere.close();
        server.close();
        ready.close();
        batches.forEach(VectorSchemaRoot::close);
        allocator.close();
    }

    private CommitReceipt write(Penstock penstock) throws IOException {
        try (TableWriter writer = penstock.openTableForWrite("tpch", "lineitem")) {
            for (int round = 0; round < rounds; round++) {
                for (VectorSchemaRoot batch : batches) {
                    writer.append(batch);
                }
            }
            return writer.commit();
        }
    }

    @Benchmark
    public CommitReceipt penstock() throws IOException {
        return write(onS3);
    }

    @Benchmark
    public CommitReceipt limitEncoding() throws IOException {
        return write(nowhere);
    }

    @Benchmark
    public long limitUploading() throws IOException, InterruptedException {
        upload.put("ready", ready, fileBytes);
        return fileBytes;
    }
}

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
 * How many rows a second get into a committed table, beside the path that copies everything?
 *
 * <p>The rows are TPC-H lineitem ({@link LineItems}), in memory before. Each invocation writes 100,000 rows into an empty table, on
 * {@code /dev/shm} where there is one, without asking for durability; the score is rows a second for one caller.
 *
 * <p>Inside what is measured, Penstock pays for all that a caller waits for: opening the writer, checking each batch, encoding it,
 * checksum, statistics, file, log entry, close. {@code copyEverythingFromRows} makes the bytes of all rows in one array, copies it into the
 * storage's buffer, and writes that into a file ({@link CopiedTable}; {@link CopyEverythingBenchmark} has more of it). Making and removing the
 * table is outside.
 *
 * <p>After each invocation the table is asked for its number of rows. Run it with {@code scripts/bench table}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(LineItems.ROWS)
@Warmup(iterations = 5, time = 2)
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
public class TableWriteBenchmark {
    @Param({"JSON", "ARROW"})
    public TableFormat format;

    private Object[][] rows;
    private LineItemRow[] typedRows;
    private BufferAllocator allocator;
    private List<VectorSchemaRoot> batches;
    private TableStores stores;
    private Penstock penstock;
    private CopiedTable copied;

    @Setup
    public void prepare() throws IOException {
        rows = LineItems.rows(LineItems.ROWS);
        typedRows = LineItems.typedRows(LineItems.ROWS);
        allocator = ArrowMemory.newRoot();
        batches = LineItems.batches(rows, LineItems.BATCH_ROWS, allocator);
        stores = TableStores.open("file", Settings.defaults(), true);
        penstock = stores.penstock();
        copied = new CopiedTable(format, stores.copied(), allocator);
    }

    @Setup(Level.Invocation)
    public void newTable() throws IOException {
        penstock.prepareTableEnvironment(
                "tpch", "lineitem", TableSpec.of(LineItems.SCHEMA).format(format));
    }

    @TearDown(Level.Invocation)
    public void removeTable() throws IOException {
        long written = penstock.describe("tpch", "lineitem").rows();
        if (written != 0 && written != rows.length) {
            throw new IllegalStateException("the table has " + written + " rows of " + rows.length);
        }
        penstock.removeTableEnvironment("tpch", "lineitem");
    }

    @TearDown
    public void close() throws IOException {
        copied.close();
        stores.close();
        batches.forEach(VectorSchemaRoot::close);
        allocator.close();
    }

    @Benchmark
    public CommitReceipt penstockFromBatches() throws IOException {
        try (TableWriter writer = penstock.openTableForWrite("tpch", "lineitem")) {
            for (VectorSchemaRoot batch : batches) {
                writer.append(batch);
            }
            return writer.commit();
        }
    }

    @Benchmark
    public CommitReceipt penstockFromRows() throws IOException {
        try (TableWriter writer = penstock.openTableForWrite("tpch", "lineitem")) {
            writer.append(rows);
            return writer.commit();
        }
    }

    @Benchmark
    public CommitReceipt penstockFromTypedRows() throws IOException {
        try (TableWriter writer = penstock.openTableForWrite("tpch", "lineitem")) {
            for (LineItemRow row : typedRows) {
                row.put(writer.row());
            }
            return writer.commit();
        }
    }

    @Benchmark
    public long copyEverythingFromRows() throws IOException {
        return copied.insert(rows);
    }
}

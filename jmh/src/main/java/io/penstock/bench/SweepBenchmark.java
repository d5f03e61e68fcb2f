package io.penstock.bench;

import io.penstock.CommitReceipt;
import io.penstock.Penstock;
import io.penstock.Settings;
import io.penstock.TableFormat;
import io.penstock.TableSpec;
import io.penstock.TableWriter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
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
 * How many rows a second get into a committed table, by rows of a batch and bytes of a buffer?
 *
 * <p>The rows are TPC-H lineitem ({@link LineItems}), as {@code Object[]} in memory before. Each invocation writes 100,000 rows into an empty table, on
 * {@code /dev/shm} where there is one, without asking for durability; the score is rows a second for one caller. Making and
 * removing the table is outside.
 *
 * <p>After each invocation the table is asked for its number of rows. Run it with {@code scripts/bench sweep}, and draw it with
 * {@code scripts/bench report}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(LineItems.ROWS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-Xmn600m"})
@State(Scope.Thread)
public class SweepBenchmark {
    @Param({"JSON", "ARROW", "PARQUET"})
    public TableFormat format;

    @Param({"100", "1000", "10000", "65536"})
    public int batchRows;

    @Param({"65536", "262144", "1048576", "4194304"})
    public int bufferBytes;

    private Object[][] rows;
    private TableStores stores;
    private Penstock penstock;

    @Setup
    public void prepare() throws IOException {
        rows = LineItems.rows(LineItems.ROWS);
        Settings settings = Settings.defaults()
                .with("penstock.batch.rows", String.valueOf(batchRows))
                // Else large batches end by their bytes.
                .with("penstock.batch.bytes", "64MiB")
                .with("penstock.buffer.bytes", String.valueOf(bufferBytes));
        stores = TableStores.open("file", settings, true);
        penstock = stores.penstock();
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
        stores.close();
    }

    @Benchmark
    public CommitReceipt penstock() throws IOException {
        try (TableWriter writer = penstock.openTableForWrite("tpch", "lineitem")) {
            writer.append(rows);
            return writer.commit();
        }
    }
}

package io.penstock.bench;

import io.penstock.buffer.ArrowMemory;
import io.penstock.format.json.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * How many rows a second become a file of JSON lines, an object each, beside DuckDB's {@code COPY}?
 *
 * <p>The rows are TPC-H lineitem ({@link LineItems}), 100,000 of them for each file, 31 MB, in memory as its writer has them: Arrow
 * batches of 1000 rows, and a table of DuckDB's own ({@link DuckDbJson}). One thread each.
 *
 * <p>Inside what is measured, both pay for formatting every value and for writing the file, and DuckDB for planning the statement and
 * for opening the file as well; truncating it is outside. Before a fork measures, its contender's file is parsed with Jackson,
 * compared with the rows value by value, and its size printed. Run it with {@code scripts/bench json-records}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(LineItems.ROWS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g"})
@State(Scope.Thread)
public class JsonRecordsBenchmark {
    private BufferAllocator allocator;
    private List<VectorSchemaRoot> batches;
    private Device.File target;
    private PenstockFile penstock;
    private DuckDbJson duckDb;

    @Setup
    public void prepare(BenchmarkParams benchmark) throws IOException, SQLException {
        Object[][] rows = LineItems.rows(LineItems.ROWS);
        allocator = ArrowMemory.newRoot();
        batches = LineItems.batches(rows, LineItems.BATCH_ROWS, allocator);
        penstock = new PenstockFile(
                new JsonFormat(), LineItems.SCHEMA, Map.of("layout", "records"), LineItems.BATCH_ROWS, allocator);
        duckDb = new DuckDbJson(LineItems.typedRows(LineItems.ROWS));
        target = new Device.File();
        target.restart();
        String name =
                benchmark.getBenchmark().substring(benchmark.getBenchmark().lastIndexOf('.') + 1);
        switch (name) {
            case "penstock" -> penstock();
            case "duckDb" -> duckDb();
            default -> throw new IllegalArgumentException("contender '" + name + "' has no check");
        }
        byte[] written = Files.readAllBytes(target.path());
        new JsonCheck(rows, LineItems.BATCH_ROWS).requireSameRecords(name, written);
        System.out.printf("%s: same %,d rows in %,d bytes%n", name, rows.length, written.length);
    }

    @Setup(Level.Invocation)
    public void restart() throws IOException {
        target.restart();
    }

    @TearDown
    public void close() throws IOException, SQLException {
        target.close();
        duckDb.close();
        penstock.close();
        batches.forEach(VectorSchemaRoot::close);
        allocator.close();
    }

    @Benchmark
    public long penstock() {
        penstock.write(batches, target);
        return target.bytes();
    }

    @Benchmark
    public void duckDb() throws SQLException {
        duckDb.copy(target.path());
    }
}

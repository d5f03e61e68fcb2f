package io.penstock.bench;

import io.penstock.Penstock;
import io.penstock.buffer.ArrowMemory;
import io.penstock.buffer.BufferPool;
import io.penstock.format.BatchDecoder;
import io.penstock.format.ReadContext;
import io.penstock.format.json.JsonFormat;
import io.penstock.storage.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
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
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * How many rows a second become vectors again, from a file of JSON, beside the libraries one would otherwise use?
 *
 * <p>The file holds TPC-H lineitem ({@link LineItems}), 100,000 rows, as Penstock writes them in each of its layouts: arrays in a line
 * for each 1000 of them, 14 MB, or an object and line for each, 31 MB. It lies where the {@link Device} file does, in memory where the
 * machine has that. The score is rows a second on one thread.
 *
 * <p>Inside what is measured, everybody opens the file, reads it from end to end and makes Arrow batches of 1000 rows of all columns,
 * dates as days, in memory that serves batch after batch. Penstock checks beside that that the text is well-formed UTF-8 and JSON. The
 * libraries ({@link LineItemReader}) are told the columns by code for this one table. DuckDB ({@link DuckDbJsonScan}) fills vectors of its own, for
 * orientation.
 *
 * <p>Before a fork measures, every value that its contender has read is compared with the rows. Run it with {@code scripts/bench json-read}.
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
            // Without the checks that every access of a vector makes otherwise: in favour of those who use Arrow's
            // setters.
            "-Darrow.enable_unsafe_memory_access=true",
            "-Darrow.enable_null_check_for_get=false"
        })
@State(Scope.Thread)
public class JsonReadBenchmark {
    private static final long BATCH_BYTES = 16 << 20;

    @Param({"batches", "records"})
    public String layout;

    private BufferAllocator allocator;
    private Path file;
    private Penstock penstock;
    private BufferPool pool;
    private JsonFormat format;
    private LineItemVectors vectors;
    private LineItemReader jackson;
    private LineItemReader dslJson;
    private LineItemReader fastjson2;
    private DuckDbJsonScan duckDb;

    @Setup
    public void prepare(BenchmarkParams benchmark) throws IOException, SQLException {
        String name =
                benchmark.getBenchmark().substring(benchmark.getBenchmark().lastIndexOf('.') + 1);
        boolean records = layout.equals("records");
        Object[][] rows = LineItems.rows(LineItems.ROWS);
        allocator = ArrowMemory.newRoot();
        format = new JsonFormat();
        file = Files.createTempFile(Device.File.directory(), "penstock-bench-", ".json");
        write(rows);
        penstock = Penstock.open(file.getParent().toString());
        pool = new BufferPool(Device.WRITE_BYTES, 64, false);
        vectors = LineItemVectors.of(VectorSchemaRoot.create(LineItems.SCHEMA, allocator));
        jackson = new JacksonReader(records);
        dslJson = new DslJsonReader(records);
        fastjson2 = new Fastjson2Reader(records);
        duckDb = new DuckDbJsonScan(file, records);
        VectorCheck check = new VectorCheck(name, rows);
        switch (name) {
            case "penstock" -> decode(check::take);
            case "jackson" -> jackson.read(file, vectors, check::take);
            case "dslJson" -> dslJson.read(file, vectors, check::take);
            case "fastjson2" -> fastjson2.read(file, vectors, check::take);
            case "duckDb" -> duckDb.check(check);
            default -> throw new IllegalArgumentException("contender '" + name + "' has no check");
        }
        check.requireAll();
        System.out.printf("%s, %s: same %,d rows from %,d bytes%n", name, layout, rows.length, Files.size(file));
    }

    private void write(Object[][] rows) throws IOException {
        List<VectorSchemaRoot> batches = LineItems.batches(rows, LineItems.BATCH_ROWS, allocator);
        try (Device.Capture captured = new Device.Capture();
                PenstockFile writing = new PenstockFile(
                        format, LineItems.SCHEMA, Map.of("layout", layout), LineItems.BATCH_ROWS, allocator)) {
            writing.write(batches, captured);
            Files.write(file, captured.toByteArray());
        }
        batches.forEach(VectorSchemaRoot::close);
    }

    private long decode(Consumer<VectorSchemaRoot> target) throws IOException {
        String name = file.getFileName().toString();
        ReadContext context = new ReadContext(
                name,
                LineItems.SCHEMA,
                Map.of("layout", layout),
                null,
                LineItems.BATCH_ROWS,
                BATCH_BYTES,
                allocator,
                pool);
        long rows = 0;
        try (Source source = penstock.fileSystem().openForRead(name);
                BatchDecoder decoder = format.decoder(source, context)) {
            while (decoder.loadNext()) {
                target.accept(decoder.batch());
                rows += decoder.batch().getRowCount();
            }
        }
        return rows;
    }

    @TearDown
    public void close() throws Exception {
        duckDb.close();
        vectors.batch().close();
        penstock.close();
        pool.close();
        Files.deleteIfExists(file);
        allocator.close();
    }

    @Benchmark
    public long penstock() throws IOException {
        return decode(batch -> {});
    }

    @Benchmark
    public long jackson() throws IOException {
        return jackson.read(file, vectors, batch -> {});
    }

    @Benchmark
    public long dslJson() throws IOException {
        return dslJson.read(file, vectors, batch -> {});
    }

    @Benchmark
    public long fastjson2() throws IOException {
        return fastjson2.read(file, vectors, batch -> {});
    }

    @Benchmark
    public long duckDb() throws SQLException {
        return duckDb.count();
    }
}

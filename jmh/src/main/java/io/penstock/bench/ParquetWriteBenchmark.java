package io.penstock.bench;

import io.penstock.RowFilling;
import io.penstock.buffer.ArrowMemory;
import io.penstock.format.parquet.ParquetFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * How many rows a second become a Parquet file, beside parquet-java and DuckDB?
 *
 * <p>The rows are TPC-H lineitem with decimals ({@link DecimalLineItems}), in memory before. Each invocation writes a file of a million
 * rows, in row groups of 131,072, to a {@link Device}; the score is rows a second on one thread. {@code FromBatches} reads Arrow
 * vectors, {@code FromRows} an {@code Object[][]} with the same values, {@code FromTypedRows} records of primitives and strings.
 * Everybody has the same codec, for zstd at level 3, and otherwise their own defaults.
 *
 * <p>Inside what is measured, everybody pays for the file from its first to its last byte: levels, encodings, statistics, compression,
 * footer, and giving the bytes to the device. parquet-java ({@link ParquetJavaFile}) also pays for a {@code Group} for each row, as its
 * {@code ExampleParquetWriter} wants it, or, from batches, for a call for each value; its codecs are the libraries that Penstock uses,
 * and its log is off. DuckDB ({@link DuckDbLineItems}) copies a table of its own with {@code threads=1}, which no data has to be given
 * to, and pays for opening the file. Penstock fills vectors from rows first, and pays for that.
 *
 * <p>Before a fork measures, DuckDB compares every value of its contender's file with its table; the file's size is printed, and belongs
 * to the score. Run it with {@code scripts/bench parquet}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(DecimalLineItems.ROWS)
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(
        value = 2,
        jvmArgsAppend = {
            "-Xmx3g",
            // In favour of those who use Arrow's getters.
            "-Darrow.enable_unsafe_memory_access=true",
            "-Darrow.enable_null_check_for_get=false"
        })
@State(Scope.Thread)
public class ParquetWriteBenchmark {
    static final int ROW_GROUP_ROWS = 1 << 17;

    @Param({"none", "snappy", "zstd"})
    public String compression;

    @Param("8192")
    public int batchRows;

    @Param("file")
    public String device;

    private Object[][] rows;
    private DecimalLineItemRow[] typedRows;
    private BufferAllocator allocator;
    private List<VectorSchemaRoot> batches = List.of();
    private Device target;
    private Path copied;

    private PenstockFile penstock;
    private RowFilling filling;
    private ParquetJavaFile parquetJava;
    private DuckDbLineItems duckDb;

    @Setup
    public void prepare(BenchmarkParams benchmark) throws IOException, SQLException {
        String name =
                benchmark.getBenchmark().substring(benchmark.getBenchmark().lastIndexOf('.') + 1);
        allocator = ArrowMemory.newRoot();
        if (name.endsWith("FromBatches")) {
            batches = DecimalLineItems.batches(batchRows, allocator);
        } else if (name.endsWith("FromRows")) {
            rows = DecimalLineItems.rows();
        } else if (name.endsWith("FromTypedRows")) {
            typedRows = DecimalLineItems.typedRows();
        }
        String codec = compression.equals("zstd") ? "zstd:" + HadoopFreeCodecs.ZSTD_LEVEL : compression;
        Map<String, String> options = Map.of("compression", codec, "row.group.rows", String.valueOf(ROW_GROUP_ROWS));
        penstock = new PenstockFile(
                new ParquetFormat(), DecimalLineItems.SCHEMA, options, LineItems.BATCH_ROWS, allocator);
        filling = new RowFilling(DecimalLineItems.SCHEMA, allocator, LineItems.BATCH_ROWS, penstock::append);
        parquetJava = new ParquetJavaFile(compression, ROW_GROUP_ROWS);
        duckDb = new DuckDbLineItems();
        copied = Files.createTempFile(Device.File.directory(), "penstock-bench-", ".parquet");
        try (Device.File file = new Device.File()) {
            target = file;
            file.restart();
            write(name);
            Path written = name.equals("duckDb") ? copied : file.path();
            String found = duckDb.requireSameRows(name, written);
            System.out.printf("%s, %s: same %s, %,d bytes%n", name, compression, found, Files.size(written));
        }
        if (!name.equals("duckDb")) {
            duckDb.close();
        }
        target = Device.open(device);
    }

    private void write(String contender) throws IOException, SQLException {
        switch (contender) {
            case "penstockFromBatches" -> penstockFromBatches();
            case "penstockFromRows" -> penstockFromRows();
            case "penstockFromTypedRows" -> penstockFromTypedRows();
            case "parquetJavaFromBatches" -> parquetJavaFromBatches();
            case "parquetJavaFromRows" -> parquetJavaFromRows();
            case "duckDb" -> duckDb();
            default -> throw new IllegalArgumentException("contender '" + contender + "' has no check");
        }
    }

    @Setup(Level.Invocation)
    public void restart() throws IOException {
        target.restart();
    }

    @TearDown
    public void close() throws IOException, SQLException {
        target.close();
        filling.close();
        penstock.close();
        parquetJava.close();
        duckDb.close();
        Files.deleteIfExists(copied);
        batches.forEach(VectorSchemaRoot::close);
        allocator.close();
    }

    @Benchmark
    public long penstockFromBatches() {
        penstock.write(batches, target);
        return target.bytes();
    }

    @Benchmark
    public long penstockFromRows() throws IOException {
        penstock.begin(target);
        for (Object[] row : rows) {
            filling.append(row);
        }
        filling.flush();
        penstock.finish();
        return target.bytes();
    }

    @Benchmark
    public long penstockFromTypedRows() throws IOException {
        penstock.begin(target);
        for (DecimalLineItemRow row : typedRows) {
            row.put(filling.row());
        }
        filling.flush();
        penstock.finish();
        return target.bytes();
    }

    @Benchmark
    public long parquetJavaFromBatches() throws IOException {
        parquetJava.write(batches, target);
        return target.bytes();
    }

    @Benchmark
    public long parquetJavaFromRows() throws IOException {
        parquetJava.write(rows, target);
        return target.bytes();
    }

    @Benchmark
    public long duckDb() throws SQLException, IOException {
        duckDb.copy(copied, compression, ROW_GROUP_ROWS);
        return Files.size(copied);
    }
}

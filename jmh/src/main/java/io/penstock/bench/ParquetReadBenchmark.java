package io.penstock.bench;

import io.penstock.buffer.ArrowMemory;
import io.penstock.format.parquet.ParquetFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
 * How many rows a second become column values again, all columns of a Parquet file, beside parquet-java and Hardwood?
 *
 * <p>The file holds TPC-H lineitem with decimals ({@link DecimalLineItems}), a million rows in row groups of 131,072; parameter {@code
 * writer} says who wrote it. It lies where the {@link Device} file does, in memory where the machine has that. The score is rows a second.
 *
 * <p>Inside what is measured, everybody opens the file, reads its footer and all columns, and adds up every value ({@link ColumnSums}),
 * which all values have to be at hand for. Penstock fills Arrow batches ({@link PenstockScan}). parquet-java makes a {@code Group} for each row, or hands out values one by one in its
 * cheapest column API ({@link ParquetJavaScan}); Hardwood hands out arrays ({@link HardwoodScan}; it needs Java 21, and is left out
 * before that). DuckDB computes comparable sums in SQL, for orientation: it makes no values for a JVM at all.
 *
 * <p>Hardwood decodes on threads of its own, and the other JVM readers on the caller's; {@code scripts/bench parquet-read} therefore gives
 * each fork one processor where {@code taskset} is installed, so that the score is that of one thread for everybody. Before a fork
 * measures, its sums are compared with those of the generated rows.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(DecimalLineItems.ROWS)
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xmx2g", "-XX:+UseSerialGC"})
@State(Scope.Thread)
public class ParquetReadBenchmark {
    @Param({"none", "snappy", "zstd"})
    public String compression;

    @Param({"duckDb", "penstock"})
    public String writer;

    private BufferAllocator allocator;
    private Path file;
    private PenstockScan penstock;
    private ParquetJavaScan parquetJava;
    private DuckDbLineItems duckDb;
    private HardwoodScan hardwood;

    @Setup
    public void prepare(BenchmarkParams benchmark) throws Throwable {
        String name =
                benchmark.getBenchmark().substring(benchmark.getBenchmark().lastIndexOf('.') + 1);
        allocator = ArrowMemory.newRoot();
        file = Files.createTempFile(Device.File.directory(), "penstock-bench-", ".parquet");
        duckDb = new DuckDbLineItems();
        switch (writer) {
            case "duckDb" -> duckDb.copy(file, compression, ParquetWriteBenchmark.ROW_GROUP_ROWS);
            case "penstock" -> writePenstock();
            default -> throw new IllegalArgumentException("writer '" + writer + "': use duckDb or penstock");
        }
        if (!name.equals("duckDb")) {
            duckDb.close();
        }
        penstock = new PenstockScan(file.getParent(), allocator);
        parquetJava = new ParquetJavaScan();
        ColumnSums expected = ColumnSums.expected();
        switch (name) {
            case "penstock" -> expected.requireSame(name, penstock());
            case "parquetJavaRows" -> expected.requireSame(name, parquetJavaRows());
            case "parquetJavaColumns" -> expected.requireSame(name, parquetJavaColumns());
            case "hardwood" -> {
                hardwood = new HardwoodScan();
                expected.requireSame(name, hardwood());
            }
            case "duckDb" -> duckDb();
            default -> throw new IllegalArgumentException("contender '" + name + "' has no check");
        }
        System.out.printf(
                "%s, %s: same sums of %,d rows from %,d bytes of %s%n",
                name, compression, DecimalLineItems.LIMIT, Files.size(file), writer);
    }

    private void writePenstock() throws IOException {
        String codec = compression.equals("zstd") ? "zstd:" + HadoopFreeCodecs.ZSTD_LEVEL : compression;
        List<VectorSchemaRoot> batches = DecimalLineItems.batches(LineItems.BATCH_ROWS, allocator);
        try (Device.File target = new Device.File();
                PenstockFile writing = new PenstockFile(
                        new ParquetFormat(),
                        DecimalLineItems.SCHEMA,
                        Map.of("compression", codec),
                        LineItems.BATCH_ROWS,
                        allocator)) {
            target.restart();
            writing.write(batches, target);
            Files.copy(target.path(), file, StandardCopyOption.REPLACE_EXISTING);
        }
        batches.forEach(VectorSchemaRoot::close);
    }

    @TearDown
    public void close() throws Exception {
        penstock.close();
        parquetJava.close();
        duckDb.close();
        if (hardwood != null) {
            hardwood.close();
        }
        Files.deleteIfExists(file);
        allocator.close();
    }

    @Benchmark
    public ColumnSums penstock() throws IOException {
        return penstock.columns(file);
    }

    @Benchmark
    public ColumnSums parquetJavaRows() throws IOException {
        return parquetJava.rows(file);
    }

    @Benchmark
    public ColumnSums parquetJavaColumns() throws IOException {
        return parquetJava.columns(file);
    }

    @Benchmark
    public ColumnSums hardwood() throws Throwable {
        return hardwood.columns(file);
    }

    @Benchmark
    public long duckDb() throws SQLException {
        return duckDb.sums(file);
    }
}

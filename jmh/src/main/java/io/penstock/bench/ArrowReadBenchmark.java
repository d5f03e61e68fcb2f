package io.penstock.bench;

import io.penstock.Penstock;
import io.penstock.buffer.ArrowMemory;
import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Memory;
import io.penstock.format.BatchDecoder;
import io.penstock.format.ReadContext;
import io.penstock.format.arrow.ArrowFormat;
import io.penstock.storage.Source;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileReader;
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
 * How many rows a second can one column of an Arrow file be summed, beside arrow-java's file reader and beside vectors that lie ready?
 *
 * <p>The file holds 262,144 rows of TPC-H lineitem ({@link LineItems}), written by Penstock, where the {@link Device} file lies: in memory where the
 * machine has that. The column is {@code extendedprice}. The score is rows a second on one thread.
 *
 * <p>Inside what is measured, everybody opens the file, reads its schema and footer, loads each batch into vectors, adds up the same column with
 * the same loop, and closes. {@code penstock} asks for that column alone, and {@code penstockAllColumns} for all; arrow-java has no such choice, and
 * reads the bytes of each batch from a channel into memory of the allocator that it comes with. {@code limitReadyVectors} only sums, what was loaded before.
 *
 * <p>Before a fork measures, its sum is compared with that of the rows. Run it with {@code scripts/bench arrow-read}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(ArrowReadBenchmark.ROWS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "-Xms1g",
            "-Xmx1g",
            // arrow-java cannot read a file without it.
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-Darrow.enable_unsafe_memory_access=true"
        })
@State(Scope.Thread)
public class ArrowReadBenchmark {
    static final int ROWS = 1 << 18;

    private static final String COLUMN = "extendedprice";
    private static final int POSITION = 5;
    private static final long BATCH_BYTES = 16 << 20;

    @Param({"1000", "65536"})
    public int batchRows;

    @Param("none")
    public String compression;

    private BufferAllocator allocator;
    private BufferAllocator ofArrowJava;
    private BufferPool pool;
    private Path path;
    private Penstock store;
    private List<VectorSchemaRoot> batches;

    @Setup
    public void prepare(BenchmarkParams benchmark) throws IOException {
        allocator = ArrowMemory.newRoot();
        ofArrowJava = new RootAllocator();
        pool = new BufferPool(Device.WRITE_BYTES, 64, false);
        Object[][] rows = LineItems.rows(ROWS);
        batches = LineItems.batches(rows, batchRows, allocator);
        path = Files.createTempFile(Device.File.directory(), "penstock-bench-", ".arrow");
        writeFile();
        store = Penstock.open(path.getParent().toString());
        String name =
                benchmark.getBenchmark().substring(benchmark.getBenchmark().lastIndexOf('.') + 1);
        double sum = switch (name) {
            case "penstock" -> penstock();
            case "penstockAllColumns" -> penstockAllColumns();
            case "arrowJava" -> arrowJava();
            case "limitReadyVectors" -> limitReadyVectors();
            default -> throw new IllegalArgumentException("contender '" + name + "' has no check");
        };
        double expected = 0;
        for (Object[] row : rows) {
            expected += (Double) row[POSITION];
        }
        if (sum != expected) {
            throw new IllegalStateException(name + ": the sum should be " + expected + " and is " + sum);
        }
        System.out.printf(
                "%s, %s: same sum of %,d rows from %,d bytes%n", name, compression, rows.length, Files.size(path));
    }

    private void writeFile() throws IOException {
        try (Device.File target = new Device.File();
                PenstockFile writing = new PenstockFile(
                        new ArrowFormat(),
                        LineItems.SCHEMA,
                        Map.of("compression", compression),
                        batchRows,
                        allocator)) {
            target.restart();
            writing.write(batches, target);
            Files.copy(target.path(), path, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @TearDown
    public void close() throws IOException {
        store.close();
        Files.deleteIfExists(path);
        batches.forEach(VectorSchemaRoot::close);
        pool.close();
        ofArrowJava.close();
        allocator.close();
    }

    @Benchmark
    public double penstock() throws IOException {
        return penstock(List.of(COLUMN), 0);
    }

    @Benchmark
    public double penstockAllColumns() throws IOException {
        return penstock(null, POSITION);
    }

    private double penstock(List<String> columns, int position) throws IOException {
        String name = path.getFileName().toString();
        ReadContext context = new ReadContext(name, null, Map.of(), columns, batchRows, BATCH_BYTES, allocator, pool);
        double sum = 0;
        try (Source source = store.fileSystem().openForRead(name);
                BatchDecoder decoder = new ArrowFormat().decoder(source, context)) {
            while (decoder.loadNext()) {
                sum = add(decoder.batch(), position, sum);
            }
        }
        return sum;
    }

    @Benchmark
    public double arrowJava() throws IOException {
        double sum = 0;
        try (FileChannel channel = FileChannel.open(path);
                ArrowFileReader reader =
                        new ArrowFileReader(channel, ofArrowJava, CommonsCompressionFactory.INSTANCE)) {
            while (reader.loadNextBatch()) {
                sum = add(reader.getVectorSchemaRoot(), POSITION, sum);
            }
        }
        return sum;
    }

    @Benchmark
    public double limitReadyVectors() {
        double sum = 0;
        for (VectorSchemaRoot batch : batches) {
            sum = add(batch, POSITION, sum);
        }
        return sum;
    }

    private static double add(VectorSchemaRoot batch, int position, double before) {
        long data = batch.getVector(position).getDataBuffer().memoryAddress();
        int rows = batch.getRowCount();
        double sum = before;
        for (int row = 0; row < rows; row++) {
            sum += Memory.getDouble(data + 8L * row);
        }
        return sum;
    }
}

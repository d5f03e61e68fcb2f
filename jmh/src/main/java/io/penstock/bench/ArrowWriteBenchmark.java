package io.penstock.bench;

import io.penstock.buffer.ArrowMemory;
import io.penstock.format.arrow.ArrowFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
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
 * How many rows a second become an Arrow IPC file, beside arrow-java and beside a bare write of the same bytes?
 *
 * <p>The rows are TPC-H lineitem ({@link LineItems}) in batches that lie ready in memory. Each invocation writes a file of 262,144
 * rows to a {@link Device}; the score is rows a second on one thread.
 *
 * <p>Inside what is measured, everybody pays for the schema, a message and its metadata for every batch, the footer, and for giving the
 * bytes to the device; opening, truncating and deleting the file are outside. Penstock copies small batches into a buffer that it writes when
 * it is full, and writes large ones from where they lie, each in one gathered write; arrow-java writes to the channel itself.
 * {@code limitWrite} writes Penstock's finished file from direct memory, as many bytes at once as a batch has. With
 * {@code -p device=null} only the making of the metadata and the copying of small batches is left.
 *
 * <p>Before a fork measures, its contender's output is read back with arrow-java, compared with the batches, and its size printed. Run it
 * with {@code scripts/bench arrow}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(ArrowWriteBenchmark.ROWS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "-Xms1g",
            "-Xmx1g",
            // arrow-java cannot write a file without it.
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-Darrow.enable_unsafe_memory_access=true"
        })
@State(Scope.Thread)
public class ArrowWriteBenchmark {
    static final int ROWS = 1 << 18;

    @Param({"1000", "65536"})
    public int batchRows;

    @Param("file")
    public String device;

    private BufferAllocator allocator;
    private List<VectorSchemaRoot> batches;
    private Device target;
    private PenstockFile file;
    private ByteBuffer finished;

    @Setup
    public void prepare(BenchmarkParams benchmark) throws IOException {
        allocator = ArrowMemory.newRoot();
        Object[][] rows = LineItems.rows(ROWS);
        batches = LineItems.batches(rows, batchRows, allocator);
        file = new PenstockFile(new ArrowFormat(), LineItems.SCHEMA, Map.of(), batchRows, allocator);
        Device.Capture captured = new Device.Capture();
        target = captured;
        String name =
                benchmark.getBenchmark().substring(benchmark.getBenchmark().lastIndexOf('.') + 1);
        switch (name) {
            case "penstock" -> penstock();
            case "arrowJava" -> arrowJava();
            case "limitWrite" -> {
                penstock();
                finished = ByteBuffer.allocateDirect((int) captured.bytes()).put(captured.toByteArray());
            }
            default -> throw new IllegalArgumentException("contender '" + name + "' has no check");
        }
        ArrowCheck.requireSameRows(name, batches, captured.toByteArray(), allocator);
        System.out.printf("%s: same %,d rows in %,d bytes%n", name, rows.length, captured.bytes());
        target = Device.open(device);
    }

    @Setup(Level.Invocation)
    public void restart() throws IOException {
        target.restart();
    }

    @TearDown
    public void close() throws IOException {
        target.close();
        file.close();
        batches.forEach(VectorSchemaRoot::close);
        allocator.close();
    }

    @Benchmark
    public long penstock() {
        file.write(batches, target);
        return target.bytes();
    }

    @Benchmark
    public long arrowJava() throws IOException {
        ArrowJavaFile.write(batches, target);
        return target.bytes();
    }

    @Benchmark
    public long limitWrite() throws IOException {
        int count = batches.size();
        long size = finished.capacity();
        for (int i = 0; i < count; i++) {
            target.write(finished.limit((int) (size * (i + 1) / count)).position((int) (size * i / count)));
        }
        return target.bytes();
    }
}

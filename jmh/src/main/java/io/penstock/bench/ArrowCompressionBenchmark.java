package io.penstock.bench;

import io.penstock.buffer.ArrowMemory;
import io.penstock.format.arrow.ArrowFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
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
 * How many rows a second become an Arrow IPC file with compressed bodies, beside arrow-java with the same codec and level?
 *
 * <p>The rows are those of {@link ArrowWriteBenchmark}, 65,536 of them in each invocation, and so is what is measured. Both compress each buffer
 * for itself; ZSTD at level 3, which is what both have if nothing is said. arrow-java uses the allocator that it comes with. Its LZ4 is written
 * in Java, and takes seconds for what others do in milliseconds: its iterations last as long as one file does.
 *
 * <p>Before a fork measures, its contender's output is read back with arrow-java, compared with the batches, and its size printed. Run it
 * with {@code scripts/bench arrow-compression}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(ArrowCompressionBenchmark.ROWS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {
            "-Xms1g",
            "-Xmx1g",
            // arrow-java cannot write a file without it.
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-Darrow.enable_unsafe_memory_access=true"
        })
@State(Scope.Thread)
public class ArrowCompressionBenchmark {
    static final int ROWS = 1 << 16;

    private static final int ZSTD_LEVEL = 3;

    @Param({"zstd", "lz4"})
    public String compression;

    @Param({"1000", "65536"})
    public int batchRows;

    @Param("file")
    public String device;

    private BufferAllocator allocator;
    private BufferAllocator ofVectors;
    private List<VectorSchemaRoot> batches;
    private Device target;
    private PenstockFile file;
    private CompressionCodec codec;

    @Setup
    public void prepare(BenchmarkParams benchmark) throws IOException {
        String name =
                benchmark.getBenchmark().substring(benchmark.getBenchmark().lastIndexOf('.') + 1);
        allocator = ArrowMemory.newRoot();
        // arrow-java takes memory for what it compresses from where the vectors have theirs.
        ofVectors = name.equals("arrowJava") ? new RootAllocator() : ArrowMemory.newRoot();
        Object[][] rows = LineItems.rows(ROWS);
        batches = LineItems.batches(rows, batchRows, ofVectors);
        boolean zstd = compression.equals("zstd");
        String option = zstd ? "zstd:" + ZSTD_LEVEL : compression;
        file = new PenstockFile(
                new ArrowFormat(), LineItems.SCHEMA, Map.of("compression", option), batchRows, allocator);
        codec = zstd
                ? CommonsCompressionFactory.INSTANCE.createCodec(CodecType.ZSTD, ZSTD_LEVEL)
                : CommonsCompressionFactory.INSTANCE.createCodec(CodecType.LZ4_FRAME);
        Device.Capture captured = new Device.Capture();
        target = captured;
        switch (name) {
            case "penstock" -> penstock();
            case "arrowJava" -> arrowJava();
            default -> throw new IllegalArgumentException("contender '" + name + "' has no check");
        }
        ArrowCheck.requireSameRows(name, batches, captured.toByteArray(), allocator);
        System.out.printf("%s, %s: same %,d rows in %,d bytes%n", name, option, rows.length, captured.bytes());
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
        ofVectors.close();
        allocator.close();
    }

    @Benchmark
    public long penstock() {
        file.write(batches, target);
        return target.bytes();
    }

    @Benchmark
    public long arrowJava() throws IOException {
        ArrowJavaFile.write(batches, codec, target);
        return target.bytes();
    }
}

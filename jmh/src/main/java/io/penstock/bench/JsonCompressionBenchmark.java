package io.penstock.bench;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.penstock.buffer.ArrowMemory;
import io.penstock.format.json.JsonFormat;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
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
 * How many rows a second become compressed JSON, beside the streams that one would otherwise put behind a JSON library?
 *
 * <p>The rows are those of {@link JsonWriteBenchmark}, from Arrow batches of 1000 rows, one array of row arrays for each and line. Penstock
 * makes a frame, or member, of each batch. fastjson2, the fastest of the libraries there, writes to a {@code ZstdOutputStream} or {@code
 * GZIPOutputStream}, which makes one of the whole file and can refer to earlier batches: what readers can begin with early costs some
 * bytes. Both codecs have the levels that a table has if nothing is said, 3 and 6; zlib is the JDK's for both.
 *
 * <p>Before a fork measures, its contender's output is decompressed by the codec's stream, parsed with Jackson, compared with the rows value by
 * value, and its size printed. Run it with {@code scripts/bench json-compression}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(LineItems.ROWS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g"})
@State(Scope.Thread)
public class JsonCompressionBenchmark {
    private static final int STREAM_BYTES = 64 << 10;

    @Param({"zstd", "gzip"})
    public String compression;

    @Param("file")
    public String device;

    private BufferAllocator allocator;
    private List<VectorSchemaRoot> batches;
    private List<LineItemVectors> vectors;
    private Device target;
    private PenstockFile penstock;
    private LineItemWriter fastjson2;

    @Setup
    public void prepare(BenchmarkParams benchmark) throws IOException {
        String name =
                benchmark.getBenchmark().substring(benchmark.getBenchmark().lastIndexOf('.') + 1);
        Object[][] rows = LineItems.rows(LineItems.ROWS);
        allocator = ArrowMemory.newRoot();
        batches = LineItems.batches(rows, LineItems.BATCH_ROWS, allocator);
        vectors = batches.stream().map(LineItemVectors::of).toList();
        penstock = new PenstockFile(
                new JsonFormat(),
                LineItems.SCHEMA,
                Map.of("layout", "batches", "compression", compression),
                LineItems.BATCH_ROWS,
                allocator);
        fastjson2 = new Fastjson2Writer();
        Device.Capture captured = new Device.Capture();
        target = captured;
        switch (name) {
            case "penstock" -> penstock();
            case "fastjson2" -> fastjson2();
            default -> throw new IllegalArgumentException("contender '" + name + "' has no check");
        }
        new JsonCheck(rows, LineItems.BATCH_ROWS).requireSameRows(name, plain(captured.toByteArray()));
        System.out.printf("%s, %s: same %,d rows in %,d bytes%n", name, compression, rows.length, captured.bytes());
        target = Device.open(device);
    }

    private byte[] plain(byte[] file) throws IOException {
        InputStream bytes = new ByteArrayInputStream(file);
        try (InputStream text = compression.equals("zstd") ? new ZstdInputStream(bytes) : new GZIPInputStream(bytes)) {
            return text.readAllBytes();
        }
    }

    @Setup(Level.Invocation)
    public void restart() throws IOException {
        target.restart();
    }

    @TearDown
    public void close() throws IOException {
        target.close();
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
    public long fastjson2() throws IOException {
        OutputStream device = new LeftOpen(target);
        try (OutputStream out = compression.equals("zstd")
                ? new ZstdOutputStreamNoFinalizer(device, 3)
                : new GZIPOutputStream(device, STREAM_BYTES)) {
            fastjson2.write(vectors, out);
        }
        target.flush();
        return target.bytes();
    }

    /** Keeps the device open when a stream in front of it ends. */
    private static final class LeftOpen extends FilterOutputStream {
        LeftOpen(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            out.write(source, offset, length);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}

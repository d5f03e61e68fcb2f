package io.penstock.bench;

import io.penstock.RowFilling;
import io.penstock.buffer.ArrowMemory;
import io.penstock.buffer.Memory;
import io.penstock.format.json.JsonFormat;
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
 * How many rows a second become JSON, beside the libraries one would otherwise use?
 *
 * <p>The rows are TPC-H lineitem ({@link LineItems}), written as one array of row arrays for each 1000 rows and line, dates as ISO
 * strings. Each invocation writes a file of 100,000 rows, 14 MB, to a {@link Device}; the score is rows a second on one
 * thread. {@code FromBatches} reads Arrow vectors, {@code FromRows} an {@code Object[][]} with the same values, {@code FromTypedRows}
 * records of primitives and strings; the sources lie in memory before.
 *
 * <p>Inside what is measured, everybody pays for formatting every value and for giving the bytes to the device: Penstock as
 * direct buffers of 256 KiB that are encoded into, the libraries ({@link LineItemWriter}) through the buffer that suits them
 * best, of which the file device collects writes of 256 KiB, and the null device takes no copy. Penstock fills vectors from rows first,
 * and pays for that. Opening, truncating and deleting
 * the file are outside. {@code limitCopy} copies the finished bytes into the same buffers: nobody who makes a byte can be faster.
 *
 * <p>Before a fork measures, its contender's output is parsed with Jackson, compared with the rows value by value, and its size
 * printed. Run it with {@code scripts/bench json}.
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
            // getters.
            "-Darrow.enable_unsafe_memory_access=true",
            "-Darrow.enable_null_check_for_get=false"
        })
@State(Scope.Thread)
public class JsonWriteBenchmark {
    @Param({"null", "file"})
    public String device;

    private Object[][] rows;
    private LineItemRow[] typedRows;
    private BufferAllocator allocator;
    private List<VectorSchemaRoot> batches;
    private List<LineItemVectors> vectors;
    private Device target;

    private PenstockFile penstock;
    private RowFilling filling;
    private LineItemWriter dslJson;
    private LineItemWriter jackson;
    private LineItemWriter fastjson2;
    private ByteBuffer finished;
    private ByteBuffer buffer;

    @Setup
    public void prepare(BenchmarkParams benchmark) throws IOException {
        rows = LineItems.rows(LineItems.ROWS);
        allocator = ArrowMemory.newRoot();
        batches = LineItems.batches(rows, LineItems.BATCH_ROWS, allocator);
        typedRows = LineItems.typedRows(LineItems.ROWS);
        vectors = batches.stream().map(LineItemVectors::of).toList();
        penstock = new PenstockFile(
                new JsonFormat(), LineItems.SCHEMA, Map.of("layout", "batches"), LineItems.BATCH_ROWS, allocator);
        filling = new RowFilling(LineItems.SCHEMA, allocator, LineItems.BATCH_ROWS, penstock::append);
        dslJson = new DslJsonWriter();
        jackson = new JacksonWriter();
        fastjson2 = new Fastjson2Writer();
        String name =
                benchmark.getBenchmark().substring(benchmark.getBenchmark().lastIndexOf('.') + 1);
        if (name.equals("limitCopy")) {
            prepareCopy();
        }
        Device.Capture captured = new Device.Capture();
        target = captured;
        write(name);
        new JsonCheck(rows, LineItems.BATCH_ROWS).requireSameRows(name, captured.toByteArray());
        System.out.printf("%s: same %,d rows in %,d bytes%n", name, rows.length, captured.bytes());
        target = Device.open(device);
    }

    private void prepareCopy() throws IOException {
        Device.Capture captured = new Device.Capture();
        dslJson.write(rows, LineItems.BATCH_ROWS, captured);
        finished = ByteBuffer.allocateDirect((int) captured.bytes()).put(captured.toByteArray());
        buffer = ByteBuffer.allocateDirect(Device.WRITE_BYTES);
    }

    private void write(String contender) throws IOException {
        switch (contender) {
            case "penstockFromBatches" -> penstockFromBatches();
            case "penstockFromRows" -> penstockFromRows();
            case "penstockFromTypedRows" -> penstockFromTypedRows();
            case "dslJsonFromBatches" -> dslJsonFromBatches();
            case "dslJsonFromRows" -> dslJsonFromRows();
            case "jacksonFromBatches" -> jacksonFromBatches();
            case "jacksonFromRows" -> jacksonFromRows();
            case "fastjson2FromBatches" -> fastjson2FromBatches();
            case "fastjson2FromRows" -> fastjson2FromRows();
            case "limitCopy" -> limitCopy();
            default -> throw new IllegalArgumentException("contender '" + contender + "' has no check");
        }
    }

    @Setup(Level.Invocation)
    public void restart() throws IOException {
        target.restart();
    }

    @TearDown
    public void close() throws IOException {
        target.close();
        filling.close();
        penstock.close();
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
        for (LineItemRow row : typedRows) {
            row.put(filling.row());
        }
        filling.flush();
        penstock.finish();
        return target.bytes();
    }

    @Benchmark
    public long dslJsonFromBatches() throws IOException {
        dslJson.write(vectors, target);
        return target.bytes();
    }

    @Benchmark
    public long dslJsonFromRows() throws IOException {
        dslJson.write(rows, LineItems.BATCH_ROWS, target);
        return target.bytes();
    }

    @Benchmark
    public long jacksonFromBatches() throws IOException {
        jackson.write(vectors, target);
        return target.bytes();
    }

    @Benchmark
    public long jacksonFromRows() throws IOException {
        jackson.write(rows, LineItems.BATCH_ROWS, target);
        return target.bytes();
    }

    @Benchmark
    public long fastjson2FromBatches() throws IOException {
        fastjson2.write(vectors, target);
        return target.bytes();
    }

    @Benchmark
    public long fastjson2FromRows() throws IOException {
        fastjson2.write(rows, LineItems.BATCH_ROWS, target);
        return target.bytes();
    }

    @Benchmark
    public long limitCopy() throws IOException {
        long source = Memory.address(finished);
        long copy = Memory.address(buffer);
        for (int from = 0; from < finished.capacity(); from += Device.WRITE_BYTES) {
            int length = Math.min(Device.WRITE_BYTES, finished.capacity() - from);
            Memory.copy(source + from, copy, length);
            target.write(buffer.limit(length).position(0));
        }
        return target.bytes();
    }
}

package io.penstock.bench;

import io.penstock.RowFilling;
import io.penstock.buffer.ArrowMemory;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
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
 * How many rows a second become Arrow vectors, beside what arrow-java's manual would have one write?
 *
 * <p>The rows are a million of TPC-H lineitem ({@link LineItems}), in memory before, and go into batches of 1000 whose vectors are reused. The
 * score is rows a second on one thread.
 *
 * <p>Inside what is measured, everybody pays for taking each value from its row and storing it in a vector that grows if need be; a
 * string becomes UTF-8, a {@code LocalDate} days. {@code naiveFromRows} casts each value to the type it knows the column to have; it
 * notices a wrong value in the middle of a row and keeps the first half of it. {@code naiveUncheckedFromRows} is the same in a JVM whose
 * vectors do not check their bounds, as {@code -Darrow.enable_unsafe_memory_access=true} has it, which is not the default. Penstock's
 * on-ramp finds out each value's type, checks it, and drops a bad row as a whole. {@code FromRows} takes {@code Object[]}, {@code FromTypedRows} records
 * of primitives and strings.
 *
 * <p>Before each measurement the first batch is compared with the naive one. Run it with {@code scripts/bench rows}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(RowFillBenchmark.ROWS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g", "-Xmn600m"})
@State(Scope.Thread)
public class RowFillBenchmark {
    static final int ROWS = 1_000_000;

    private Object[][] rows;
    private LineItemRow[] typedRows;
    private BufferAllocator allocator;
    private VectorSchemaRoot naiveBatch;
    private LineItemVectors naive;
    private RowFilling filling;
    private boolean checked;
    private long filled;

    @Setup
    public void prepare(BenchmarkParams benchmark) {
        boolean typed = benchmark.getBenchmark().endsWith("FromTypedRows");
        rows = LineItems.rows(typed ? LineItems.BATCH_ROWS : ROWS);
        typedRows = LineItems.typedRows(typed ? ROWS : 0);
        allocator = ArrowMemory.newRoot();
        naiveBatch = VectorSchemaRoot.create(LineItems.SCHEMA, allocator);
        naive = LineItemVectors.of(naiveBatch);
        naive.fill(rows, 0, LineItems.BATCH_ROWS);
        filling = new RowFilling(LineItems.SCHEMA, allocator, LineItems.BATCH_ROWS, this::take);
    }

    private void take(VectorSchemaRoot batch) {
        filled += batch.getRowCount();
        if (!checked) {
            checked = true;
            for (int i = 0; i < batch.getFieldVectors().size(); i++) {
                if (!VectorEqualsVisitor.vectorEquals(naiveBatch.getVector(i), batch.getVector(i))) {
                    throw new IllegalStateException(
                            "column '" + batch.getVector(i).getName() + "' differs");
                }
            }
        }
    }

    @Setup(Level.Iteration)
    public void restart() {
        filled = 0;
    }

    @TearDown
    public void close() {
        filling.close();
        naiveBatch.close();
        allocator.close();
    }

    @Benchmark
    public long naiveFromRows() {
        for (int from = 0; from < rows.length; from += LineItems.BATCH_ROWS) {
            int count = Math.min(LineItems.BATCH_ROWS, rows.length - from);
            naive.fill(rows, from, count);
            filled += count;
        }
        return filled;
    }

    @Benchmark
    @Fork(
            value = 3,
            jvmArgsAppend = {"-Xms2g", "-Xmx2g", "-Xmn600m", "-Darrow.enable_unsafe_memory_access=true"})
    public long naiveUncheckedFromRows() {
        return naiveFromRows();
    }

    @Benchmark
    public long penstockFromRows() throws IOException {
        for (Object[] row : rows) {
            filling.append(row);
        }
        filling.flush();
        return filled;
    }

    @Benchmark
    public long penstockFromTypedRows() throws IOException {
        for (LineItemRow row : typedRows) {
            row.put(filling.row());
        }
        filling.flush();
        return filled;
    }
}

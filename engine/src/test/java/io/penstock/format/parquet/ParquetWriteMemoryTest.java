package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.buffer.BufferPool;
import io.penstock.buffer.OutputBuffer;
import io.penstock.buffer.PooledBuffer;
import io.penstock.format.BatchEncoder;
import io.penstock.format.Workers;
import io.penstock.format.WriteContext;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import io.penstock.testing.RandomSchemas;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What writing costs does not grow with the rows. */
class ParquetWriteMemoryTest {
    private static final int ROWS = 4096;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final ArrowType LONG = new ArrowType.Int(64, true);
    private static final ArrowType DOUBLE = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private final List<Thread> poolThreads = new CopyOnWriteArrayList<>();
    private final ExecutorService pool = Executors.newFixedThreadPool(3, work -> {
        Thread thread = new Thread(work);
        poolThreads.add(thread);
        return thread;
    });

    @AfterEach
    void endPool() throws InterruptedException {
        pool.shutdown();
        assertTrue(pool.awaitTermination(1, TimeUnit.MINUTES));
    }

    /** Numbers, sums, and strings few and many, as tables have them. */
    private static Schema table(int columns) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            ArrowType type = i % 4 == 0 ? LONG : i % 4 == 1 ? DOUBLE : ArrowType.Utf8.INSTANCE;
            fields.add(RandomSchemas.nullable("c" + i, type));
        }
        return new Schema(fields);
    }

    private VectorSchemaRoot batch(Schema schema, int rows, Random random) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator());
        int column = 0;
        for (FieldVector vector : batch.getFieldVectors()) {
            vector.setInitialCapacity(rows);
            for (int i = 0; i < rows; i++) {
                if (vector instanceof BigIntVector numbers) {
                    numbers.setSafe(i, random.nextInt(1_000_000));
                } else if (vector instanceof Float8Vector sums) {
                    sums.setSafe(i, random.nextInt(10_000_000) / 100.0);
                } else {
                    byte[] text = new byte[column % 4 == 2 ? 10 : 5 + random.nextInt(40)];
                    random.nextBytes(text);
                    if (column % 4 == 2) {
                        text[0] = (byte) random.nextInt(20);
                        Arrays.fill(text, 1, 10, (byte) 'x');
                    }
                    ((VarCharVector) vector).setSafe(i, text);
                }
            }
            column++;
        }
        batch.setRowCount(rows);
        return batch;
    }

    @Test
    void steadyStateCostsAtMostTwoBytesOfHeapARow() {
        requireLittleHeap(Workers.NONE);
    }

    @Test
    void steadyStateOfSeveralThreadsCostsAllOfThemAtMostTwoBytesOfHeapARow() {
        requireLittleHeap(new Workers(3, pool));
    }

    private void requireLittleHeap(Workers workers) {
        Schema schema = table(16);
        try (VectorSchemaRoot batch = batch(schema, ROWS, new Random(1));
                BufferPool buffers = new BufferPool(1 << 18, 100, false);
                OutputBuffer out = new OutputBuffer(buffers, new Discarded());
                BatchEncoder encoder = encoder(schema, Map.of(), memory.allocator(), buffers, workers)) {
            long least = Long.MAX_VALUE;
            int rows = 32 * ROWS;
            for (int pass = 0; pass < 40 && least > 2L * rows; pass++) {
                long before = allocatedBytes();
                for (int i = 0; i < 32; i++) {
                    encoder.encode(batch, null, out);
                }
                least = Math.min(least, allocatedBytes() - before);
            }
            assertTrue(least <= 2L * rows, (double) least / rows + " bytes of heap a row");
        }
    }

    private long allocatedBytes() {
        long sum = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        for (Thread thread : poolThreads) {
            sum += THREADS.getThreadAllocatedBytes(thread.getId());
        }
        return sum;
    }

    @Test
    void directMemoryStaysWithinWhatTheFormatSays() {
        for (String bytes : List.of("1000000", "16777216")) {
            for (String codec : List.of("none", "zstd")) {
                Map<String, String> options = Map.of("row.group.bytes", bytes, "compression", codec);
                requireWithin(table(4), options, 40, ROWS);
                requireWithin(table(16), options, 1, 20 * ROWS);
            }
        }
    }

    @Test
    void directMemoryOfManyColumnsStaysWithinWhatTheFormatSays() {
        requireWithin(table(400), Map.of("row.group.bytes", "4000000"), 20, 200);
        requireWithin(table(400), Map.of(), 20, 200);
    }

    @Test
    void directMemoryOfNestedColumnsStaysWithinWhatTheFormatSays() {
        Schema schema = new Schema(RandomSchemas.nested().stream()
                .filter(ParquetWriteMemoryTest::isHoldable)
                .toList());
        Map<String, String> options = Map.of("row.group.bytes", "1000000");
        try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 3);
                VectorSchemaRoot batch = source.next(20_000, Nulls.RANDOM)) {
            requireWithin(batch, schema, options, 5);
        }
    }

    private static boolean isHoldable(Field field) {
        try {
            SchemaToParquet.of(new Schema(List.of(field)));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void requireWithin(Schema schema, Map<String, String> options, int batches, int rows) {
        try (VectorSchemaRoot batch = batch(schema, rows, new Random(2))) {
            requireWithin(batch, schema, options, batches);
        }
    }

    private void requireWithin(VectorSchemaRoot batch, Schema schema, Map<String, String> options, int batches) {
        requireWithin(batch, schema, options, batches, Workers.NONE);
        requireWithin(batch, schema, options, batches, new Workers(4, pool));
    }

    private void requireWithin(
            VectorSchemaRoot batch, Schema schema, Map<String, String> options, int batches, Workers workers) {
        FileSchema written = SchemaToParquet.of(schema);
        ParquetOptions parsed = new ParquetOptions(options);
        long bound = ParquetEncoder.maxBytes(written, parsed)
                + ParquetEncoder.workerBytes(written, parsed, workers.threads());
        try (BufferAllocator allocator = memory.allocator().newChildAllocator("encoder", 0, Long.MAX_VALUE);
                BufferPool buffers = new BufferPool(1 << 16, 1 << 16, false)) {
            try (OutputBuffer out = new OutputBuffer(buffers, new Discarded());
                    BatchEncoder encoder = encoder(schema, options, allocator, buffers, workers)) {
                for (int i = 0; i < batches; i++) {
                    encoder.encode(batch, null, out);
                }
                encoder.finish(out);
            }
            long peak = allocator.getPeakMemoryAllocation() + buffers.allocatedBytes();
            assertTrue(
                    peak <= bound,
                    peak + " bytes of " + bound + " for "
                            + schema.getFields().size() + " columns, " + options + ", " + workers.threads()
                            + " threads");
        }
    }

    private static BatchEncoder encoder(
            Schema schema, Map<String, String> options, BufferAllocator allocator, BufferPool pool, Workers workers) {
        return new ParquetEncoder(
                new WriteContext(schema, options, 1000, allocator, pool, workers), SchemaToParquet.of(schema));
    }

    private static final class Discarded implements OutputBuffer.Outlet {
        @Override
        public void take(PooledBuffer buffer) {
            buffer.release();
        }

        @Override
        public void borrow(long address, long length) {
            throw new AssertionError("Parquet lends nothing");
        }
    }
}

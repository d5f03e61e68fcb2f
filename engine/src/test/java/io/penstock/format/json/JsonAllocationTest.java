package io.penstock.format.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.buffer.BufferPool;
import io.penstock.buffer.OutputBuffer;
import io.penstock.buffer.PooledBuffer;
import io.penstock.format.BatchDecoder;
import io.penstock.format.BatchEncoder;
import io.penstock.format.WriteContext;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** In the steady state rows cost no heap: nothing is allocated for a value, and little for a batch. */
class JsonAllocationTest {
    private static final int ROWS = 1000;
    private static final int PASSES = 100;
    private static final List<Map<String, String>> OPTIONS = List.of(
            JsonFiles.BATCHES,
            JsonFiles.RECORDS,
            Map.of("compression", "zstd"),
            Map.of("compression", "gzip", "layout", "records"));
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void encodingCostsAtMostTwoBytesARow() throws IOException {
        for (Map<String, String> options : OPTIONS) {
            List<Field> fields = new ArrayList<>(RandomSchemas.flat());
            fields.addAll(RandomSchemas.nested());
            Schema schema = new Schema(fields);
            try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 1);
                    VectorSchemaRoot batch = source.next(ROWS);
                    // Of the size that is usual: zstd-jni makes a few objects for each buffer on JDK 22 and later.
                    BufferPool pool = new BufferPool(1 << 18, 2, false);
                    OutputBuffer out = new OutputBuffer(pool, new Discarded());
                    BatchEncoder encoder = new JsonFormat()
                            .encoder(new WriteContext(schema, options, ROWS, memory.allocator(), pool))) {
                var dictionaries = source.dictionaries();
                requireAtMost(2, ROWS, options, () -> encoder.encode(batch, dictionaries, out));
            }
        }
    }

    @Test
    void decodingCostsAtMostTwentyBytesARow() throws IOException {
        for (Map<String, String> options : OPTIONS) {
            // A few columns at a time: what a batch costs for each column must not be more than what rows may.
            List<Field> fields = new ArrayList<>(RandomSchemas.flat());
            fields.addAll(RandomSchemas.nested());
            for (int from = 0; from < fields.size(); from += 16) {
                Schema schema = new Schema(fields.subList(from, Math.min(fields.size(), from + 16)));
                byte[] file;
                try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 2);
                        VectorSchemaRoot batch = source.next(4 * ROWS)) {
                    file = JsonFiles.write(
                            memory, memory.pool(), schema, options, 500, source.dictionaries(), List.of(batch));
                }
                requireDecodedWithin(20, file, schema, options);
            }
        }
    }

    private void requireDecodedWithin(long bytesPerRow, byte[] file, Schema schema, Map<String, String> options)
            throws IOException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < PASSES && least > bytesPerRow * ROWS; i++) {
            try (BufferPool pool = new BufferPool(1 << 16, 2, false);
                    BatchDecoder decoder = JsonFiles.read(memory, pool, file, schema, options, null, ROWS)) {
                assertTrue(decoder.loadNext());
                long before =
                        THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
                while (decoder.loadNext()) {
                    assertEquals(ROWS, decoder.batch().getRowCount());
                    long after = THREADS.getThreadAllocatedBytes(
                            Thread.currentThread().getId());
                    least = Math.min(least, after - before);
                    before = after;
                }
            }
        }
        assertTrue(least <= bytesPerRow * ROWS, (double) least / ROWS + " bytes of heap a row in " + schema);
    }

    private interface Pass {
        void run() throws IOException;
    }

    /** Repeats until one pass is below the limit: in the first ones the JVM still compiles and loads. */
    private static void requireAtMost(long bytesPerRow, int rows, Map<String, String> options, Pass pass)
            throws IOException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < PASSES && least > bytesPerRow * rows; i++) {
            long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            pass.run();
            least = Math.min(
                    least,
                    THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before);
        }
        assertTrue(least <= bytesPerRow * rows, (double) least / rows + " bytes of heap a row with " + options);
    }

    private static final class Discarded implements OutputBuffer.Outlet {
        @Override
        public void take(PooledBuffer buffer) {
            buffer.release();
        }

        @Override
        public void borrow(long address, long length) {
            throw new AssertionError("JSON lends nothing");
        }
    }
}

package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Memory;
import io.penstock.format.BatchEncoder;
import io.penstock.format.Workers;
import io.penstock.format.WriteContext;
import io.penstock.testing.CollectedOutput;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A file is the same however many threads make its pages. */
class ParquetThreadsTest {
    private static final int[] THREADS = {2, 3, 8};
    private static final List<Map<String, String>> OPTIONS = List.of(
            Map.of("row.group.rows", "700", "compression", "none"),
            Map.of("row.group.bytes", "1000000", "compression", "zstd", "page.version", "2"));

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private final ExecutorService pool = Executors.newFixedThreadPool(4);

    @AfterEach
    void endPool() throws InterruptedException {
        pool.shutdown();
        assertTrue(pool.awaitTermination(1, TimeUnit.MINUTES));
    }

    private Workers workers(int threads) {
        return new Workers(threads, pool);
    }

    @Test
    void bytesOfEveryTypeAreTheSameForAnyNumberOfThreads() {
        Schema schema = new Schema(ParquetEncoderTest.holdable());
        for (Map<String, String> options : OPTIONS) {
            long seed = System.nanoTime();
            byte[] expected = writeRandom(schema, options, seed, Workers.NONE, false);
            for (int threads : THREADS) {
                byte[] written = writeRandom(schema, options, seed, workers(threads), false);
                assertArrayEquals(expected, written, threads + " threads, " + options + ", seed " + seed);
            }
        }
    }

    @Test
    void noThreadTouchesABatchWhenTheCallHasReturned() {
        Schema schema = new Schema(ParquetEncoderTest.holdable());
        byte[] expected = writeRandom(schema, OPTIONS.get(0), 5, Workers.NONE, false);
        assertArrayEquals(expected, writeRandom(schema, OPTIONS.get(0), 5, workers(3), true));
    }

    /** @param spoil whether to overwrite each batch as soon as the encoder has returned */
    private byte[] writeRandom(Schema schema, Map<String, String> options, long seed, Workers workers, boolean spoil) {
        try (RandomBatches source = new RandomBatches(memory.allocator(), schema, seed);
                BatchEncoder encoder = encoder(schema, options, workers, memory.pool());
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            for (int rows : new int[] {1000, 1, 1500}) {
                try (VectorSchemaRoot batch = source.next(rows, Nulls.MIXED)) {
                    batch.getFieldVectors().forEach(EncodedFiles::bound);
                    encoder.encode(batch, source.dictionaries(), output.out());
                    if (spoil) {
                        batch.getFieldVectors().forEach(ParquetThreadsTest::spoil);
                    }
                }
            }
            encoder.finish(output.out());
            return output.bytes();
        }
    }

    private static void spoil(FieldVector vector) {
        for (ArrowBuf buffer : vector.getBuffers(false)) {
            Memory.fill(buffer.memoryAddress(), buffer.capacity(), (byte) -1);
        }
    }

    @Test
    void bytesAreTheSameWhereRowGroupsEndByBytesAndDictionariesShareWhatThereIs() throws IOException {
        Map<String, String> options = Map.of("row.group.bytes", "1500000", "compression", "zstd");
        FileMetaData metadata = WrittenFile.of(requireSame(table(12), options, workers(2), workers(3)))
                .metadata();
        assertTrue(metadata.getRow_groupsSize() > 2, metadata.getRow_groupsSize() + " row groups");
        assertTrue(
                metadata.getRow_groups().get(0).getColumns().stream()
                        .anyMatch(chunk -> chunk.getMeta_data().getEncodings().contains(Encoding.RLE_DICTIONARY)),
                "no dictionary");
    }

    @Test
    void pagesOfOneColumnStandInTheirOrderThoughTheyAreCompressedSideBySide() {
        Schema schema = new Schema(List.of(RandomSchemas.nullable("text", ArrowType.Utf8.INSTANCE)));
        requireSame(schema, Map.of("compression", "zstd", "column.text.bloom", "0.01"), workers(4));
    }

    @Test
    @Timeout(600)
    void threadsThatNeverComeAreNotWaitedFor() {
        requireSame(table(6), Map.of("compression", "zstd"), new Workers(4, work -> {}));
    }

    @Test
    void anInterruptedCallerGetsItsPagesAndStaysInterrupted() {
        Schema schema = table(6);
        Map<String, String> options = Map.of("row.group.rows", "30000", "compression", "zstd");
        try (VectorSchemaRoot batch = batch(schema, 5000, new Random(3));
                BatchEncoder encoder = encoder(schema, options, workers(2), memory.pool());
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            List<VectorSchemaRoot> batches = Collections.nCopies(14, batch);
            byte[] expected = write(schema, options, batches, Workers.NONE);
            Thread.currentThread().interrupt();
            try {
                batches.forEach(each -> encoder.encode(each, null, output.out()));
            } finally {
                assertTrue(Thread.interrupted());
            }
            // Not with the interrupt: Arrow writes the schema to a channel, which that would close.
            encoder.finish(output.out());
            assertArrayEquals(expected, output.bytes());
        }
    }

    @Test
    void closingInTheMiddleWaitsForPagesThatAreBeingMade() {
        Schema schema = table(8);
        for (int batches = 1; batches <= 12; batches++) {
            try (VectorSchemaRoot batch = batch(schema, 5000, new Random(batches));
                    BatchEncoder encoder = encoder(schema, Map.of("compression", "zstd:9"), workers(4), memory.pool());
                    CollectedOutput output = new CollectedOutput(memory.pool())) {
                for (int i = 0; i < batches; i++) {
                    encoder.encode(batch, null, output.out());
                }
            }
            memory.requireNothingOutstanding();
        }
    }

    @Test
    void whatFailsInOneThreadIsThrownAtTheCallerAndAtEachOfItsCallsFromThen() {
        Schema schema = table(8);
        BufferPool closed = new BufferPool(1 << 16, 4, true);
        closed.close();
        try (VectorSchemaRoot batch = batch(schema, 5000, new Random(1));
                BatchEncoder encoder = encoder(schema, Map.of(), workers(3), closed);
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            IllegalStateException failure = assertThrows(IllegalStateException.class, () -> {
                for (int i = 0; i < 40; i++) {
                    encoder.encode(batch, null, output.out());
                }
            });
            assertEquals("the buffer pool is closed", failure.getMessage());
            for (int i = 0; i < 2; i++) {
                assertThrows(IllegalStateException.class, () -> encoder.finish(output.out()));
            }
        }
    }

    /** Writes the same file with every number of threads, and returns it. */
    private byte[] requireSame(Schema schema, Map<String, String> options, Workers... many) {
        List<VectorSchemaRoot> batches = new ArrayList<>();
        Random random = new Random(7);
        try {
            for (int i = 0; i < 14; i++) {
                batches.add(batch(schema, 5000, random));
            }
            byte[] expected = write(schema, options, batches, Workers.NONE);
            for (Workers workers : many) {
                assertArrayEquals(expected, write(schema, options, batches, workers), workers.threads() + " threads");
            }
            return expected;
        } finally {
            batches.forEach(VectorSchemaRoot::close);
        }
    }

    private byte[] write(Schema schema, Map<String, String> options, List<VectorSchemaRoot> batches, Workers workers) {
        try (BatchEncoder encoder = encoder(schema, options, workers, memory.pool());
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            batches.forEach(batch -> encoder.encode(batch, null, output.out()));
            encoder.finish(output.out());
            return output.bytes();
        }
    }

    private BatchEncoder encoder(Schema schema, Map<String, String> options, Workers workers, BufferPool buffers) {
        WriteContext context = new WriteContext(schema, options, 1000, memory.allocator(), buffers, workers);
        return new ParquetEncoder(context, SchemaToParquet.of(schema));
    }

    /** Numbers, sums, and strings few and many. */
    private static Schema table(int columns) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            ArrowType type = i % 4 == 0
                    ? new ArrowType.Int(64, true)
                    : i % 4 == 1 ? new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE) : ArrowType.Utf8.INSTANCE;
            fields.add(RandomSchemas.nullable("c" + i, type));
        }
        return new Schema(fields);
    }

    private VectorSchemaRoot batch(Schema schema, int rows, Random random) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator());
        int column = 0;
        for (FieldVector vector : batch.getFieldVectors()) {
            vector.setInitialCapacity(rows);
            int distinct = column % 4 == 2 ? 300 * (column + 1) : 1 << 30;
            for (int row = 0; row < rows; row++) {
                int value = random.nextInt(distinct);
                if (value % 10 == 3) {
                    vector.setNull(row);
                } else if (vector instanceof BigIntVector numbers) {
                    numbers.setSafe(row, value % 1000_000);
                } else if (vector instanceof Float8Vector sums) {
                    sums.setSafe(row, value / 100.0);
                } else {
                    String text = "the text of row " + value + " and of no other";
                    ((VarCharVector) vector).setSafe(row, text.getBytes(StandardCharsets.UTF_8));
                }
            }
            column++;
        }
        batch.setRowCount(rows);
        return batch;
    }
}

package io.penstock.format.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.BufferPool;
import io.penstock.format.BatchDecoder;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.TransferPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the encoder writes the decoder reads: every type, every size, whatever the sizes of buffers and batches are. */
class JsonRoundTripTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 999, 1000, 1001, 2500})
    void everyTypeComesBackInBothLayouts(int rows) throws IOException {
        for (Map<String, String> options : List.of(JsonFiles.BATCHES, JsonFiles.RECORDS)) {
            roundTrip(RandomSchemas.everything(), rows, options, memory.pool(), 1000, 17 + rows);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 65, 100, 777, 4096, 16384})
    void anyBufferIsLargeEnough(int bufferBytes) throws IOException {
        BufferPool pool = memory.newPool(bufferBytes);
        for (Map<String, String> options : List.of(JsonFiles.BATCHES, JsonFiles.RECORDS)) {
            roundTrip(RandomSchemas.everything(), 300, options, pool, 1000, bufferBytes);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 333, 1000, 10_000})
    void batchesOfTheReaderAreItsOwn(int readRows) throws IOException {
        roundTrip(RandomSchemas.everything(), 501, JsonFiles.BATCHES, memory.pool(), readRows, 3);
    }

    @Test
    void randomSchemasComeBack() throws IOException {
        for (int seed = 0; seed < 60; seed++) {
            Map<String, String> options = seed % 2 == 0 ? JsonFiles.BATCHES : JsonFiles.RECORDS;
            roundTrip(RandomSchemas.random(seed, 1 + seed % 9, 3), 150, options, memory.pool(), 64, seed);
        }
    }

    @Test
    void columnsAreReadInTheOrderAskedFor() throws IOException {
        Schema schema = RandomSchemas.everything();
        List<String> columns = new ArrayList<>();
        for (int i = schema.getFields().size() - 1; i >= 0; i -= 3) {
            columns.add(schema.getFields().get(i).getName());
        }
        for (Map<String, String> options : List.of(JsonFiles.BATCHES, JsonFiles.RECORDS)) {
            try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 5);
                    VectorSchemaRoot batch = source.next(200)) {
                byte[] file = JsonFiles.write(
                        memory, memory.pool(), schema, options, 50, source.dictionaries(), List.of(batch));
                List<FieldVector> expected =
                        columns.stream().map(batch::getVector).toList();
                List<Field> fields =
                        expected.stream().map(FieldVector::getField).toList();
                try (BatchDecoder decoder =
                        JsonFiles.read(memory, memory.pool(), file, schema, options, columns, 1000)) {
                    VectorSchemaRoot projected = new VectorSchemaRoot(fields, expected, 200);
                    assertTrue(decoder.loadNext());
                    BatchAssert.assertEqual(
                            projected, source.dictionaries(), decoder.batch(), decoder.dictionaries(), "seed 5");
                    assertFalse(decoder.loadNext());
                }
            }
        }
    }

    @Test
    void memoryThatTheReaderOfABatchKeepsIsLeftToHim() throws IOException {
        List<Field> types = new ArrayList<>(RandomSchemas.flat());
        types.addAll(RandomSchemas.nested());
        Schema schema = new Schema(types);
        try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 11);
                VectorSchemaRoot first = source.next(100);
                VectorSchemaRoot second = source.next(100)) {
            byte[] file = JsonFiles.write(
                    memory,
                    memory.pool(),
                    schema,
                    JsonFiles.BATCHES,
                    100,
                    source.dictionaries(),
                    List.of(first, second));
            List<FieldVector> kept = new ArrayList<>();
            List<Field> fields;
            try (BatchDecoder decoder = JsonFiles.read(memory, file, schema, JsonFiles.BATCHES, 100)) {
                assertTrue(decoder.loadNext());
                fields = decoder.batch().getSchema().getFields();
                for (FieldVector vector : decoder.batch().getFieldVectors()) {
                    TransferPair pair = vector.getTransferPair(memory.allocator());
                    pair.transfer();
                    kept.add((FieldVector) pair.getTo());
                }
                assertTrue(decoder.loadNext());
                BatchAssert.assertEqual(
                        second, source.dictionaries(), decoder.batch(), decoder.dictionaries(), "second");
            }
            try (VectorSchemaRoot keptBatch = new VectorSchemaRoot(fields, kept, 100)) {
                BatchAssert.assertEqual(
                        first, source.dictionaries(), keptBatch, JsonFiles.NO_DICTIONARIES, "first, kept");
            }
        }
    }

    private void roundTrip(
            Schema schema, int rows, Map<String, String> options, BufferPool pool, int readRows, long seed)
            throws IOException {
        String label = "seed " + seed + ", " + options;
        try (RandomBatches source = new RandomBatches(memory.allocator(), schema, seed);
                VectorSchemaRoot batch = source.next(rows)) {
            byte[] file = JsonFiles.write(memory, pool, schema, options, 400, source.dictionaries(), List.of(batch));
            int read = 0;
            try (BatchDecoder decoder = JsonFiles.read(memory, pool, file, schema, options, null, readRows)) {
                while (decoder.loadNext()) {
                    int count = decoder.batch().getRowCount();
                    assertTrue(count <= readRows, label);
                    BatchAssert.assertEqualRows(
                            batch,
                            source.dictionaries(),
                            read,
                            decoder.batch(),
                            decoder.dictionaries(),
                            label + ", from row " + read);
                    read += count;
                }
                assertEquals(0, decoder.batch().getRowCount());
            }
            assertEquals(rows, read, label);
        }
    }
}

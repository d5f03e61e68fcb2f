package io.penstock.format.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.BufferPool;
import io.penstock.format.BatchDecoder;
import io.penstock.format.CorruptFileException;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.MemoryInput.Views;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArrowRoundTripTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @ParameterizedTest
    @EnumSource(Views.class)
    void everyTypeComesBackAtEveryRowCount(Views views) throws IOException {
        roundTrip(RandomSchemas.everything(), 1, views, memory.pool(), 0, 1, 7, 8, 9, 64, 1000);
    }

    @Test
    void batchesLargeEnoughToBeLentComeBack() throws IOException {
        for (int from = 0; from < 40; from += 10) {
            List<Field> fields = RandomSchemas.everything().getFields().subList(from, from + 3);
            roundTrip(new Schema(fields), from, Views.values()[from / 10 % 3], memory.pool(), 65536, 5);
        }
    }

    @Test
    void randomSchemasComeBack() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            Views views = Views.values()[seed % 3];
            roundTrip(RandomSchemas.random(seed, 8, 3), seed, views, memory.pool(), 100, 0, 17);
        }
    }

    @Test
    void tinyBuffersComeBack() throws IOException {
        for (int bytes : new int[] {8, 9, 64, 100}) {
            BufferPool pool = memory.newPool(bytes);
            roundTrip(RandomSchemas.everything(), bytes, Views.ALL, pool, 10, 100);
        }
    }

    @Test
    void schemaWithoutColumnsKeepsItsRows() throws IOException {
        roundTrip(new Schema(List.of()), 1, Views.ALL, memory.pool(), 10, 0, 3);
    }

    @Test
    void fileWithoutBatchesHasItsSchema() throws IOException {
        roundTrip(RandomSchemas.everything(), 1, Views.ALL, memory.pool());
    }

    private void roundTrip(Schema schema, long seed, Views views, BufferPool pool, int... rows) throws IOException {
        byte[] file;
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed)) {
            file = ArrowFiles.write(batches, memory.allocator(), pool, rows);
        }
        MemoryInput input = new MemoryInput(file, views);
        assertEquals(schema, ArrowFormat.readSchema(input, "test.arrow"));
        for (Schema given : new Schema[] {null, schema}) {
            try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed);
                    BatchDecoder decoder = ArrowFiles.open(input, given, null, memory.allocator())) {
                for (int count : rows) {
                    assertTrue(decoder.loadNext());
                    try (VectorSchemaRoot expected = batches.next(count)) {
                        String label = "seed " + seed + ", " + views + ", batch of " + count;
                        BatchAssert.assertEqual(
                                expected, batches.dictionaries(), decoder.batch(), decoder.dictionaries(), label);
                    }
                }
                assertFalse(decoder.loadNext());
                assertEquals(0, decoder.batch().getRowCount());
                assertFalse(decoder.loadNext());
            }
        }
        assertEquals(0, input.openViews());
    }

    @Test
    void selectedColumnsComeInTheOrderAskedForAndTheRestIsNotRead() throws IOException {
        Schema schema = new Schema(List.of(
                RandomSchemas.nullable("a", ArrowType.Utf8View.INSTANCE),
                RandomSchemas.nullable(
                        "b", ArrowType.List.INSTANCE, RandomSchemas.nullable("item", ArrowType.BinaryView.INSTANCE)),
                RandomSchemas.encoded("c", ArrowType.Utf8.INSTANCE, 1, new ArrowType.Int(8, true)),
                RandomSchemas.nullable("d", new ArrowType.Int(64, true)),
                RandomSchemas.encoded("e", ArrowType.Utf8.INSTANCE, 2, new ArrowType.Int(8, true)),
                RandomSchemas.nullable("f", ArrowType.Utf8View.INSTANCE)));
        byte[] file;
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, 1)) {
            file = ArrowFiles.write(batches, memory.allocator(), memory.pool(), 20000);
        }
        for (List<String> columns : List.of(List.of("f", "b"), List.of("e"), List.of("d", "a"), List.<String>of())) {
            MemoryInput input = new MemoryInput(file, Views.NONE);
            try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, 1);
                    VectorSchemaRoot whole = batches.next(20000);
                    BatchDecoder decoder = ArrowFiles.open(input, schema, columns, memory.allocator())) {
                assertTrue(decoder.loadNext());
                List<FieldVector> expected = new ArrayList<>();
                columns.forEach(column -> expected.add(whole.getVector(column)));
                VectorSchemaRoot selection = new VectorSchemaRoot(
                        expected.stream().map(FieldVector::getField).toList(), expected, 20000);
                BatchAssert.assertEqual(
                        selection, batches.dictionaries(), decoder.batch(), decoder.dictionaries(), columns.toString());
                if (columns.equals(List.of("e"))) {
                    assertTrue(input.bytesTouched() < file.length / 20, input.bytesTouched() + " of " + file.length);
                }
            }
        }
    }

    @Test
    void unknownColumnIsRefusedWithTheChoices() {
        try (RandomBatches batches = new RandomBatches(memory.allocator(), RandomSchemas.random(1, 3, 0), 1)) {
            byte[] file = ArrowFiles.write(batches, memory.allocator(), memory.pool(), 3);
            MemoryInput input = new MemoryInput(file, Views.ALL);
            IllegalArgumentException refusal = assertThrows(
                    IllegalArgumentException.class,
                    () -> ArrowFiles.open(input, null, List.of("c0", "price"), memory.allocator()));
            assertEquals("no column 'price'; there are [c0, c1, c2]", refusal.getMessage());
            assertEquals(0, input.openViews());
        }
    }

    @Test
    void fileOfAnotherSchemaIsRefused() {
        Schema schema = new Schema(List.of(RandomSchemas.nullable("a", ArrowType.Utf8.INSTANCE)));
        Schema other = new Schema(List.of(RandomSchemas.nullable("a", ArrowType.Binary.INSTANCE)));
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, 1)) {
            byte[] file = ArrowFiles.write(batches, memory.allocator(), memory.pool(), 3);
            MemoryInput input = new MemoryInput(file, Views.ALL);
            CorruptFileException refusal = assertThrows(
                    CorruptFileException.class, () -> ArrowFiles.open(input, other, null, memory.allocator()));
            assertEquals("test.arrow: it has the column a: Utf8 where the table has a: Binary", refusal.getMessage());
            assertEquals(0, input.openViews());
        }
    }

    @Test
    void vectorsOutliveTheDecoderWhenTheyAreTransferred() throws IOException {
        Schema schema = new Schema(RandomSchemas.flat());
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, 1);
                RandomBatches again = new RandomBatches(memory.allocator(), schema, 1);
                VectorSchemaRoot expected = again.next(100)) {
            MemoryInput input =
                    new MemoryInput(ArrowFiles.write(batches, memory.allocator(), memory.pool(), 100), Views.ALL);
            List<FieldVector> kept = new ArrayList<>();
            try (BatchDecoder decoder = ArrowFiles.open(input, schema, null, memory.allocator())) {
                assertTrue(decoder.loadNext());
                for (FieldVector vector : decoder.batch().getFieldVectors()) {
                    var transfer = vector.getTransferPair(memory.allocator());
                    transfer.transfer();
                    kept.add((FieldVector) transfer.getTo());
                }
            }
            assertEquals(1, input.openViews());
            try (VectorSchemaRoot actual = new VectorSchemaRoot(kept)) {
                BatchAssert.assertEqual(expected, new VectorSchemaRoot(actual.getSchema(), kept, 100), "transferred");
            }
            assertEquals(0, input.openViews());
        }
    }
}

package io.penstock.format.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.MemoryExhaustedException;
import io.penstock.format.BatchCheck;
import io.penstock.format.BatchDecoder;
import io.penstock.format.BatchEncoder;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.CollectedOutput;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.MemoryInput.Views;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files whose bodies the encoder compresses. */
class CompressedFilesTest {
    private static final Schema LONGS = new Schema(List.of(RandomSchemas.nullable("a", new ArrowType.Int(64, true))));

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "zstd:1", "zstd:9", "lz4"})
    void everyTypeComesBackAtEveryRowCount(String compression) throws IOException {
        for (Views views : Views.values()) {
            roundTrip(RandomSchemas.everything(), 1, compression, views, memory.pool(), 0, 1, 7, 8, 9, 64, 1000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "lz4"})
    void largeBatchesComeBack(String compression) throws IOException {
        Schema schema = new Schema(RandomSchemas.everything().getFields().subList(0, 12));
        roundTrip(schema, 4, compression, Views.ALL, memory.pool(), 65536, 5, 65536);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "lz4"})
    void randomSchemasComeBackThroughTinyBuffers(String compression) throws IOException {
        BufferPool pool = memory.newPool(100);
        for (int seed = 0; seed < 20; seed++) {
            Views views = Views.values()[seed % 3];
            roundTrip(RandomSchemas.random(seed, 8, 3), seed, compression, views, pool, 100, 0, 17);
        }
    }

    private void roundTrip(Schema schema, long seed, String compression, Views views, BufferPool pool, int... rows)
            throws IOException {
        byte[] file;
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed)) {
            file = ArrowFiles.write(batches, compression, memory.allocator(), pool, rows);
        }
        MemoryInput input = new MemoryInput(file, views);
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed);
                BatchDecoder decoder = ArrowFiles.open(input, schema, null, memory.allocator())) {
            for (int count : rows) {
                assertTrue(decoder.loadNext());
                try (VectorSchemaRoot expected = batches.next(count)) {
                    String label = "seed " + seed + ", " + compression + ", " + views + ", batch of " + count;
                    BatchAssert.assertEqual(
                            expected, batches.dictionaries(), decoder.batch(), decoder.dictionaries(), label);
                }
            }
            assertFalse(decoder.loadNext());
        }
        assertEquals(0, input.openViews());
    }

    @Test
    void bodySaysItsCodecAndBuffersKeepTheirAlignment() throws IOException {
        for (String compression : List.of("zstd", "lz4")) {
            byte[] file;
            try (RandomBatches batches = new RandomBatches(memory.allocator(), RandomSchemas.everything(), 1)) {
                file = ArrowFiles.write(batches, compression, memory.allocator(), memory.pool(), 1000, 3);
            }
            MemoryInput input = new MemoryInput(file, Views.ALL);
            try (InputBytes bytes = new InputBytes(input, memory.allocator())) {
                Messages messages = Messages.open(bytes, "test.arrow");
                while (messages.next()) {
                    assertEquals(0, messages.bodyOffset() % 64);
                    assertEquals(0, messages.bodyBytes() % 64);
                    RecordBatch batch = messages.place().startsWith("record")
                            ? (RecordBatch) messages.message().header(new RecordBatch())
                            : ((DictionaryBatch) messages.message().header(new DictionaryBatch())).data();
                    byte codec = compression.equals("zstd") ? CompressionType.ZSTD : CompressionType.LZ4_FRAME;
                    assertEquals(codec, batch.compression().codec());
                    requireAligned(batch);
                }
            }
        }
    }

    private static void requireAligned(RecordBatch batch) {
        long end = 0;
        for (int buffer = 0; buffer < batch.buffersLength(); buffer++) {
            Buffer place = batch.buffers(buffer);
            assertEquals(end, place.offset(), "buffer " + buffer);
            end += place.length() + 7 & -8;
        }
    }

    @Test
    void whatWouldNotGetSmallerIsStored() throws IOException {
        int rows = 10_000;
        for (String compression : List.of("zstd", "lz4")) {
            try (VectorSchemaRoot batch = longs(rows, new Random(1), memory.allocator())) {
                byte[] file = encode(batch, compression);
                assertTrue(file.length < 8 * rows + 1000, file.length + " bytes of " + 8 * rows);
                requireComesBack(batch, file, compression);
            }
        }
    }

    @Test
    void whatRepeatsGetsSmall() throws IOException {
        int rows = 10_000;
        for (String compression : List.of("zstd", "lz4")) {
            try (VectorSchemaRoot batch = longs(rows, null, memory.allocator())) {
                byte[] file = encode(batch, compression);
                assertTrue(file.length < 2000, file.length + " bytes of " + 8 * rows);
                requireComesBack(batch, file, compression);
            }
        }
    }

    @Test
    void viewsUnderNullsThatLeadNowhereAreWrittenEmpty() throws IOException {
        try (ViewVarCharVector views = new ViewVarCharVector("v", memory.allocator())) {
            for (int row = 0; row < 100; row++) {
                views.setSafe(row, ("a value that is not inline " + row).getBytes(StandardCharsets.UTF_8));
            }
            views.setValueCount(100);
            BitVectorHelper.unsetBit(views.getValidityBuffer(), 3);
            views.getDataBuffer().setInt(3 * 16 + 8, 12345);
            VectorSchemaRoot batch = VectorSchemaRoot.of(views);
            byte[] file = encode(batch, "lz4");
            requireComesBack(batch, file, "lz4");
            try (BatchDecoder decoder =
                    ArrowFiles.open(new MemoryInput(file, Views.ALL), null, null, memory.allocator())) {
                assertTrue(decoder.loadNext());
                assertEquals(0, decoder.batch().getVector(0).getDataBuffer().getLong(3 * 16 + 8));
            }
            assertEquals(12345, views.getDataBuffer().getInt(3 * 16 + 8));
        }
    }

    @Test
    void batchWithoutRoomIsRefusedAndTheNextOneGoesIn() throws IOException {
        try (BufferAllocator small = memory.allocator().newChildAllocator("small", 0, 100_000);
                VectorSchemaRoot large = longs(20_000, null, memory.allocator());
                VectorSchemaRoot fits = longs(5_000, new Random(2), memory.allocator());
                BatchEncoder encoder = ArrowFiles.encoder(LONGS, "zstd", small);
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            for (int i = 0; i < 2; i++) {
                long before = output.out().position();
                UncheckedIOException refusal = assertThrows(
                        UncheckedIOException.class,
                        () -> encoder.encode(large, new MapDictionaryProvider(), output.out()));
                assertInstanceOf(MemoryExhaustedException.class, refusal.getCause());
                assertTrue(refusal.getMessage().contains("append fewer rows at once"), refusal.getMessage());
                assertEquals(before, output.out().position());
                encoder.encode(fits, new MapDictionaryProvider(), output.out());
            }
            encoder.finish(output.out());
            MemoryInput input = new MemoryInput(output.bytes(), Views.ALL);
            try (BatchDecoder decoder = ArrowFiles.open(input, LONGS, null, memory.allocator())) {
                for (int i = 0; i < 2; i++) {
                    assertTrue(decoder.loadNext());
                    BatchAssert.assertEqual(fits, decoder.batch(), "batch " + i);
                }
                assertFalse(decoder.loadNext());
            }
        }
    }

    @Test
    void reservationCoversABatchThatCannotBeCompressed() {
        ArrowFormat format = new ArrowFormat();
        for (String compression : List.of("zstd", "lz4")) {
            for (int rows : new int[] {1, 1000, 100_000}) {
                Map<String, String> options =
                        Map.of("compression", compression, "batch.bytes", Long.toString(8L * rows + (rows + 7) / 8));
                long promised = format.encoderBytes(LONGS, options);
                try (VectorSchemaRoot batch = longs(rows, new Random(3), memory.allocator());
                        BufferAllocator limited = memory.allocator().newChildAllocator("limited", 0, promised);
                        BatchEncoder encoder = ArrowFiles.encoder(LONGS, compression, limited);
                        CollectedOutput output = new CollectedOutput(memory.pool())) {
                    encoder.encode(batch, new MapDictionaryProvider(), output.out());
                    assertTrue(limited.getPeakMemoryAllocation() > 0);
                }
            }
        }
        assertEquals(0, format.encoderBytes(LONGS, Map.of("batch.bytes", "1000")));
    }

    @Test
    void optionsThatArrowDoesNotHaveAreRefusedWithTheChoices() {
        Map<String, String> refusals = Map.of(
                "snappy", "the option compression='snappy' is refused: expected one of none, zstd, zstd:<level>, lz4",
                "ZSTD", "the option compression='ZSTD' is refused: expected one of none, zstd, zstd:<level>, lz4",
                "zstd:0", "the option compression='zstd:0' is refused: expected zstd with a level from 1 to 22",
                "zstd:23", "the option compression='zstd:23' is refused: expected zstd with a level from 1 to 22",
                "zstd:", "the option compression='zstd:' is refused: expected zstd with a level from 1 to 22",
                "lz4:1", "the option compression='lz4:1' is refused: expected lz4, which has no levels");
        refusals.forEach((value, message) -> assertEquals(
                message,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> ArrowFormat.checkOptions(Map.of("compression", value)))
                        .getMessage()));
        assertEquals(
                "Arrow has no option 'level'; it has compression",
                assertThrows(IllegalArgumentException.class, () -> ArrowFormat.checkOptions(Map.of("level", "1")))
                        .getMessage());
    }

    /** Random values, or for null small ones that repeat. */
    private static VectorSchemaRoot longs(int rows, Random random, BufferAllocator allocator) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(LONGS, allocator);
        BigIntVector vector = (BigIntVector) batch.getVector(0);
        vector.allocateNew(rows);
        for (int row = 0; row < rows; row++) {
            vector.set(row, random == null ? row % 5 : random.nextLong());
        }
        batch.setRowCount(rows);
        return batch;
    }

    private byte[] encode(VectorSchemaRoot batch, String compression) {
        new BatchCheck(batch.getSchema()).require(batch, null);
        try (BatchEncoder encoder = ArrowFiles.encoder(batch.getSchema(), compression, memory.allocator());
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            encoder.encode(batch, new MapDictionaryProvider(), output.out());
            encoder.finish(output.out());
            return output.bytes();
        }
    }

    private void requireComesBack(VectorSchemaRoot batch, byte[] file, String label) throws IOException {
        MemoryInput input = new MemoryInput(file, Views.NONE);
        try (BatchDecoder decoder = ArrowFiles.open(input, batch.getSchema(), null, memory.allocator())) {
            assertTrue(decoder.loadNext());
            BatchAssert.assertEqual(batch, decoder.batch(), label);
            assertFalse(decoder.loadNext());
        }
    }
}

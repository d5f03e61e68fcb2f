package io.penstock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.TableFixture.Store;
import io.penstock.buffer.MemoryExhaustedException;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressedArrowTableTest {
    private static final List<Compression> CODECS = List.of(Compression.ZSTD, Compression.LZ4);

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Store.class)
    void everyTypeComesBackExactlyFromEveryStore(Store store) throws Exception {
        Schema schema = RandomSchemas.everything();
        for (Compression codec : CODECS) {
            try (TableFixture table = new TableFixture(store, Files.createDirectory(directory.resolve(codec.name())))
                            .make(TableSpec.of(schema).compression(codec));
                    RandomBatches source = new RandomBatches(memory.allocator(), schema, 7);
                    VectorSchemaRoot batch = source.next(300)) {
                try (TableWriter writer = table.writer()) {
                    writer.append(batch, source.dictionaries());
                    writer.append(batch, source.dictionaries());
                    writer.commit();
                }
                try (TableReader reader = table.penstock.openTableForRead(TableFixture.DATABASE, TableFixture.TABLE)) {
                    for (int i = 0; i < 2; i++) {
                        assertTrue(reader.loadNextBatch());
                        BatchAssert.assertEqual(
                                batch, source.dictionaries(), reader.batch(), reader.dictionaries(), codec + ", " + i);
                    }
                    assertFalse(reader.loadNextBatch());
                }
            }
        }
    }

    @Test
    void filesOfCodecsAreSmallerAndLevelsCount() throws Exception {
        Map<Compression, Long> sizes = new EnumMap<>(Compression.class);
        for (Compression codec : List.of(Compression.NONE, Compression.ZSTD, Compression.LZ4)) {
            sizes.put(codec, bytes(TableSpec.of(Schemas.ORDERS).compression(codec)));
        }
        assertTrue(sizes.get(Compression.LZ4) < sizes.get(Compression.NONE), sizes.toString());
        assertTrue(sizes.get(Compression.ZSTD) < sizes.get(Compression.LZ4), sizes.toString());
        long best = bytes(TableSpec.of(Schemas.ORDERS).compression(Compression.ZSTD, 19));
        assertTrue(best < sizes.get(Compression.ZSTD), best + " bytes and " + sizes);
        assertEquals(sizes.get(Compression.NONE), bytes(TableSpec.of(Schemas.ORDERS)));
    }

    private static long bytes(TableSpec spec) throws IOException {
        try (Penstock penstock = Penstock.open("memory:")) {
            penstock.prepareTableEnvironment("d", "t", spec);
            assertEquals(spec.options(), penstock.describe("d", "t").options());
            try (TableWriter writer = penstock.openTableForWrite("d", "t")) {
                for (int i = 0; i < 10_000; i++) {
                    writer.append(TableFixture.order(i));
                }
                return writer.commit().bytes();
            }
        }
    }

    @Test
    void codecsOfOtherFormatsAreRefusedBeforeThereIsATable() throws Exception {
        try (Penstock penstock = Penstock.open("memory:")) {
            for (Compression codec : List.of(Compression.SNAPPY, Compression.GZIP)) {
                TableSpec spec = TableSpec.of(Schemas.ORDERS).compression(codec);
                IllegalArgumentException refusal = assertThrows(
                        IllegalArgumentException.class, () -> penstock.prepareTableEnvironment("d", "t", spec));
                assertTrue(
                        refusal.getMessage().contains("expected one of none, zstd, zstd:<level>, lz4"),
                        refusal.getMessage());
            }
            assertEquals(List.of(), penstock.tables());
        }
    }

    @Test
    void writerReservesWhatCompressingTakesAndSaysSo() throws Exception {
        Settings tight = Settings.defaults().with("penstock.memory.wait.millis", "0");
        long plain = reservedBytes(TableSpec.of(Schemas.ORDERS), tight);
        for (Compression codec : CODECS) {
            TableSpec spec = TableSpec.of(Schemas.ORDERS).compression(codec);
            long compressed = reservedBytes(spec, tight);
            assertTrue(compressed >= plain + (2 << 20), compressed + " bytes and " + plain);
            Settings tooLittle = tight.with("penstock.memory.bytes", Long.toString(compressed - 1));
            MemoryExhaustedException e =
                    assertThrows(MemoryExhaustedException.class, () -> reservedBytes(spec, tooLittle));
            assertTrue(e.getMessage().contains("by penstock.batch.bytes"), e.getMessage());
        }
    }

    private long reservedBytes(TableSpec spec, Settings settings) throws IOException {
        try (Penstock penstock = Penstock.open("memory:", settings)) {
            penstock.prepareTableEnvironment("d", "t", spec);
            TableWriter writer = penstock.openTableForWrite("d", "t");
            long reserved = penstock.memoryBudget().reservedBytes();
            writer.close();
            return reserved;
        }
    }

    @Test
    void batchThatTheBudgetHasNoRoomForIsRefusedAndTheWriterGoesOn() throws Exception {
        Settings small = Settings.defaults()
                .with("penstock.buffer.bytes", "64KiB")
                .with("penstock.batch.bytes", "64KiB")
                .with("penstock.memory.bytes", "1MiB");
        try (TableFixture table = new TableFixture(Store.FILE, directory, small)
                        .make(TableSpec.of(Schemas.ORDERS).compression(Compression.LZ4));
                VectorSchemaRoot fits = Orders.batch(
                        memory.allocator(), LongStream.range(0, 1000).toArray());
                VectorSchemaRoot large = Orders.batch(
                        memory.allocator(), LongStream.range(0, 100_000).toArray());
                TableWriter writer = table.writer()) {
            for (int i = 0; i < 2; i++) {
                MemoryExhaustedException refusal =
                        assertThrows(MemoryExhaustedException.class, () -> writer.append(large));
                assertTrue(refusal.getMessage().contains("append fewer rows at once"), refusal.getMessage());
                writer.append(fits);
            }
            assertEquals(2000, writer.commit().rows());
            assertEquals(2000, table.ids().size());
        }
    }
}

package io.penstock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.TableFixture.Store;
import io.penstock.buffer.MemoryExhaustedException;
import io.penstock.format.CorruptFileException;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressedJsonTableTest {
    private static final List<Compression> CODECS = List.of(Compression.ZSTD, Compression.GZIP);

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    private Path directory;

    private static TableSpec json(Schema schema, Compression codec) {
        return TableSpec.of(schema).format(TableFormat.JSON).compression(codec);
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void everyTypeComesBackExactlyFromEveryStore(Store store) throws Exception {
        Schema schema = RandomSchemas.everything();
        for (Compression codec : CODECS) {
            JsonLayout layout = codec == Compression.ZSTD ? JsonLayout.BATCHES : JsonLayout.RECORDS;
            try (TableFixture table = new TableFixture(store, Files.createDirectory(directory.resolve(codec.name())))
                            .make(json(schema, codec).layout(layout).setting("penstock.batch.rows", "300"));
                    RandomBatches source = new RandomBatches(memory.allocator(), schema, 7);
                    VectorSchemaRoot batch = source.next(300)) {
                CommitReceipt receipt;
                try (TableWriter writer = table.writer()) {
                    writer.append(batch, source.dictionaries());
                    writer.append(batch, source.dictionaries());
                    receipt = writer.commit();
                }
                String path = receipt.files().get(0).path();
                assertTrue(path.endsWith(codec == Compression.ZSTD ? ".json.zst" : ".json.gz"), path);
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
        for (Compression codec : List.of(Compression.NONE, Compression.ZSTD, Compression.GZIP)) {
            sizes.put(codec, bytes(json(Schemas.ORDERS, codec)));
        }
        for (Compression codec : CODECS) {
            assertTrue(sizes.get(codec) < sizes.get(Compression.NONE) / 3, sizes.toString());
            long fastest = bytes(json(Schemas.ORDERS, codec).compression(codec, 1));
            assertTrue(fastest > sizes.get(codec), fastest + " bytes and " + sizes);
        }
        assertEquals(
                sizes.get(Compression.NONE), bytes(TableSpec.of(Schemas.ORDERS).format(TableFormat.JSON)));
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
            for (Compression codec : List.of(Compression.SNAPPY, Compression.LZ4)) {
                TableSpec spec = json(Schemas.ORDERS, codec);
                IllegalArgumentException refusal = assertThrows(
                        IllegalArgumentException.class, () -> penstock.prepareTableEnvironment("d", "t", spec));
                assertTrue(refusal.getMessage().contains("expected one of none, zstd"), refusal.getMessage());
            }
            assertEquals(List.of(), penstock.tables());
        }
    }

    @Test
    void writersAndReadersReserveWhatTheCodecTakes() throws Exception {
        long[] plain = reservedBytes(json(Schemas.ORDERS, Compression.NONE));
        for (Compression codec : CODECS) {
            long[] compressed = reservedBytes(json(Schemas.ORDERS, codec));
            assertTrue(compressed[0] >= plain[0] + (512 << 10), Arrays.toString(compressed) + codec);
            assertTrue(compressed[1] > plain[1], Arrays.toString(compressed) + codec);
        }
        Settings tooLittle = Settings.defaults()
                .with("penstock.memory.wait.millis", "0")
                .with("penstock.memory.bytes", Long.toString(plain[0] + 1));
        try (Penstock penstock = Penstock.open("memory:", tooLittle)) {
            penstock.prepareTableEnvironment("d", "t", json(Schemas.ORDERS, Compression.ZSTD));
            MemoryExhaustedException e =
                    assertThrows(MemoryExhaustedException.class, () -> penstock.openTableForWrite("d", "t"));
            assertTrue(e.getMessage().contains("its codec"), e.getMessage());
        }
    }

    /** Of a writer and a reader. */
    private static long[] reservedBytes(TableSpec spec) throws IOException {
        try (Penstock penstock = Penstock.open("memory:")) {
            penstock.prepareTableEnvironment("d", "t", spec);
            long[] reserved = new long[2];
            TableWriter writer = penstock.openTableForWrite("d", "t");
            reserved[0] = penstock.memoryBudget().reservedBytes();
            writer.close();
            TableReader reader = penstock.openTableForRead("d", "t");
            reserved[1] = penstock.memoryBudget().reservedBytes();
            reader.close();
            return reserved;
        }
    }

    /** The log's checksums would find them first. */
    @Test
    void damagedAndTruncatedFilesAreFoundWithoutTheLogsChecksums() throws Exception {
        for (Compression codec : CODECS) {
            Path root = Files.createDirectory(directory.resolve(codec.name()));
            Settings unverified = Settings.defaults().with("penstock.read.verify", "false");
            try (TableFixture table =
                    new TableFixture(Store.FILE, root, unverified).make(json(Schemas.ORDERS, codec))) {
                String name = table.commit(1, 2, 3, 4, 5).files().get(0).path();
                Path file = root.resolve(TableFixture.DATABASE)
                        .resolve(TableFixture.TABLE)
                        .resolve(name);
                byte[] good = Files.readAllBytes(file);
                assertEquals(List.of(1L, 2L, 3L, 4L, 5L), table.ids());
                byte[] bad = good.clone();
                bad[bad.length / 2] ^= 4;
                for (byte[] content : List.of(bad, Arrays.copyOf(good, good.length - 1), new byte[0])) {
                    Files.write(file, content);
                    CorruptFileException e = assertThrows(CorruptFileException.class, table::ids);
                    assertTrue(e.getMessage().contains(name), e.getMessage());
                }
            }
        }
    }
}

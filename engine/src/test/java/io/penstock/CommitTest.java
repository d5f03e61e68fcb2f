package io.penstock;

import static io.penstock.TableFixture.DATABASE;
import static io.penstock.TableFixture.TABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.TableFixture.Store;
import io.penstock.format.ColumnStatistics;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What commit publishes is what was appended, on every store and in every format. */
class CommitTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    private Path directory;

    static Stream<Arguments> storesAndFormats() {
        return Arrays.stream(Store.values()).flatMap(store -> specs().stream().map(spec -> Arguments.of(store, spec)));
    }

    private static List<TableSpec> specs() {
        TableSpec json = TableSpec.of(Schemas.ORDERS).format(TableFormat.JSON);
        return List.of(
                json,
                json.layout(JsonLayout.RECORDS),
                TableSpec.of(Schemas.ORDERS).format(TableFormat.ARROW));
    }

    @ParameterizedTest
    @MethodSource("storesAndFormats")
    void everyNumberOfRowsAroundABatchIsThereOnce(Store store, TableSpec spec) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(spec.setting("penstock.batch.rows", "8"))) {
            List<Long> expected = new ArrayList<>();
            for (int rows : new int[] {0, 1, 7, 8, 9, 16, 17, 100}) {
                long[] ids = LongStream.range(expected.size(), expected.size() + rows)
                        .toArray();
                CommitReceipt receipt = table.commit(ids);
                Arrays.stream(ids).forEach(expected::add);
                assertEquals(rows, receipt.rows());
                assertEquals((rows + 7) / 8, receipt.batches());
                assertEquals(expected, table.ids());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptedThreadWritesAndReadsAndStaysInterrupted(Store store) throws Exception {
        for (TableFormat format : TableFormat.values()) {
            try (TableFixture table = new TableFixture(store, directory.resolve(format.name()))) {
                Thread.currentThread().interrupt();
                try {
                    table.make(TableSpec.of(Schemas.ORDERS).format(format));
                    table.commit(1, 2);
                    assertEquals(List.of(1L, 2L), table.ids());
                } finally {
                    assertTrue(Thread.interrupted(), "the interrupt was swallowed");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("storesAndFormats")
    void eachCommitAddsToTheOnesBefore(Store store, TableSpec spec) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(spec)) {
            assertEquals(1, table.commit(1, 2).version());
            assertEquals(2, table.commit(3).version());
            assertEquals(List.of(1L, 2L, 3L), table.ids());
            TableDescription description = table.penstock.describe(DATABASE, TABLE);
            assertEquals(2, description.version());
            assertEquals(2, description.files().size());
            for (String path : description.files()) {
                assertTrue(table.penstock.fileSystem().exists(path), path);
            }
            assertEquals(3, description.rows());
        }
    }

    @ParameterizedTest
    @MethodSource("storesAndFormats")
    void rowsOfEveryKindKeepTheirOrder(Store store, TableSpec spec) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(spec);
                TableWriter writer = table.writer()) {
            writer.append(TableFixture.order(1));
            writer.row().setLong(0, 2).setString(1, "item 2").setDouble(2, 0.5).endRow();
            writer.append(new Object[][] {TableFixture.order(3), TableFixture.order(4)});
            writer.append(List.of(TableFixture.order(5), TableFixture.order(6)));
            try (VectorSchemaRoot batch = Orders.batch(memory.allocator(), 7, 8)) {
                writer.append(batch);
            }
            writer.append(List.<Object[]>of(TableFixture.order(9)).iterator());
            assertEquals(9, writer.rows());
            assertEquals(9, writer.commit().rows());
            assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L), table.ids());
        }
    }

    @ParameterizedTest
    @MethodSource("storesAndFormats")
    void oneCommitCoversAllFilesThatItRolled(Store store, TableSpec spec) throws Exception {
        TableSpec rolling = spec.setting("penstock.batch.rows", "10").setting("penstock.file.rows", "20");
        try (TableFixture table = new TableFixture(store, directory).make(rolling)) {
            long[] ids = LongStream.range(0, 95).toArray();
            CommitReceipt receipt = table.commit(ids);
            assertEquals(5, receipt.files().size());
            assertEquals(
                    List.of(20L, 20L, 20L, 20L, 15L),
                    receipt.files().stream().map(FileReceipt::rows).toList());
            assertEquals(1, receipt.version());
            assertEquals(Arrays.stream(ids).boxed().toList(), table.ids());
            ColumnStatistics id = receipt.columns().get(0);
            assertEquals(new ColumnStatistics("id", 0, 0L, 94L), id);
        }
    }

    @ParameterizedTest
    @MethodSource("storesAndFormats")
    void valueLargerThanEveryBufferWorks(Store store, TableSpec spec) throws Exception {
        Settings small =
                Settings.defaults().with("penstock.buffer.bytes", "1KiB").with("penstock.batch.bytes", "4KiB");
        String huge = "h\u00e9\"\n".repeat(300_000);
        try (TableFixture table = new TableFixture(store, directory, small).make(spec)) {
            try (TableWriter writer = table.writer()) {
                writer.append(new Object[] {1L, "item 1", 1.0});
                writer.append(new Object[] {2L, huge, 1.0});
                writer.append(new Object[] {3L, "item 3", 1.0});
                writer.commit();
            }
            List<String> items = new ArrayList<>();
            try (TableReader reader = table.penstock.openTableForRead(DATABASE, TABLE)) {
                while (reader.loadNextBatch()) {
                    for (int row = 0; row < reader.batch().getRowCount(); row++) {
                        items.add(
                                reader.batch().getVector("item").getObject(row).toString());
                    }
                }
            }
            assertEquals(List.of("item 1", huge, "item 3"), items);
        }
    }

    @ParameterizedTest
    @MethodSource("storesAndFormats")
    void commitOfNoRowsMakesNoVersionAndNoFile(Store store, TableSpec spec) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(spec)) {
            var before = table.tree();
            CommitReceipt receipt = table.commit();
            assertEquals(0, receipt.version());
            assertEquals(List.of(), receipt.files());
            try (TableWriter writer = table.writer();
                    VectorSchemaRoot empty = Orders.batch(memory.allocator())) {
                writer.append(empty);
                assertEquals(0, writer.commit().rows());
            }
            assertEquals(before, table.tree());
        }
    }

    @ParameterizedTest
    @MethodSource("storesAndFormats")
    void transactionOfTheCallersIsPublishedOnce(Store store, TableSpec spec) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(spec)) {
            CommitReceipt first = load(table, "load 7");
            var tree = table.tree();
            CommitReceipt again = load(table, "load 7");
            assertFalse(first.replayed());
            assertTrue(again.replayed());
            assertEquals(first.version(), again.version());
            assertEquals("load 7", again.transactionId());
            assertEquals(tree, table.tree());
            assertFalse(load(table, "load 8").replayed());
            assertEquals(List.of(1L, 1L), table.ids());
        }
    }

    private static CommitReceipt load(TableFixture table, String transaction) throws Exception {
        try (TableWriter writer = table.penstock.openTableForWrite(DATABASE, TABLE, transaction)) {
            writer.append(TableFixture.order(1));
            return writer.commit();
        }
    }

    @Test
    void queryResultsAreAppendedByLabel() throws Exception {
        try (TableFixture table = new TableFixture(Store.FILE, directory).make(specs().get(0));
                Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement();
                TableWriter writer = table.writer()) {
            try (ResultSet result =
                    statement.executeQuery("SELECT 'item ' || i AS item, i AS ID FROM range(2500) t(i)")) {
                writer.append(result);
            }
            try (ResultSet result = statement.executeQuery("SELECT 1 AS id, 2 AS quantity")) {
                assertThrows(IllegalArgumentException.class, () -> writer.append(result));
            }
            assertEquals(2500, writer.commit().rows());
            assertEquals(LongStream.range(0, 2500).boxed().toList(), table.ids());
        }
    }

    @Test
    void receiptTellsWhatLiesOnDisk() throws Exception {
        try (TableFixture table = new TableFixture(Store.FILE, directory).make(specs().get(0))) {
            CommitReceipt receipt = table.commit(3, 1, 2);
            FileReceipt file = receipt.files().get(0);
            byte[] bytes = Files.readAllBytes(
                    directory.resolve(DATABASE).resolve(TABLE).resolve(file.path()));
            assertEquals(
                    "[[3,\"item 3\",0.75],[1,\"item 1\",0.25],[2,\"item 2\",0.5]]\n",
                    new String(bytes, StandardCharsets.UTF_8));
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            assertEquals((int) crc.getValue(), file.crc32c());
            assertEquals(bytes.length, file.bytes());
            assertEquals(bytes.length, receipt.bytes());
            assertEquals(
                    new ColumnStatistics("price", 0, 0.25, 0.75),
                    receipt.columns().get(2));
            assertTrue(receipt.encodeNanos() > 0 && receipt.publishNanos() > 0);
        }
    }

    @ParameterizedTest
    @MethodSource("storesAndFormats")
    void everyArrowTypeComesBack(Store store, TableSpec spec) throws Exception {
        long seed = System.nanoTime();
        List<Field> fields = new ArrayList<>(RandomSchemas.flat());
        fields.addAll(RandomSchemas.nested());
        Schema schema = new Schema(fields);
        TableSpec all = TableSpec.of(schema).format(spec.format());
        if (spec.options().containsValue("records")) {
            all = all.layout(JsonLayout.RECORDS);
        }
        try (TableFixture table = new TableFixture(store, directory).make(all);
                RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed);
                VectorSchemaRoot batch = batches.next(333)) {
            try (TableWriter writer = table.writer()) {
                writer.append(batch);
                writer.commit();
            }
            try (TableReader reader = table.penstock.openTableForRead(DATABASE, TABLE)) {
                assertTrue(reader.loadNextBatch());
                BatchAssert.assertEqual(batch, reader.batch(), batches.label());
                assertFalse(reader.loadNextBatch());
            }
        }
    }
}

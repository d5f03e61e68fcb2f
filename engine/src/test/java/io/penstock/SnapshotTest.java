package io.penstock;

import static io.penstock.TableFixture.DATABASE;
import static io.penstock.TableFixture.TABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.TableFixture.Store;
import io.penstock.format.CorruptFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader sees all of a commit or nothing of it, stays with what it opened, and notices what is not as it was written. */
class SnapshotTest {
    private static final TableSpec SPEC = TableSpec.of(Schemas.ORDERS)
            .format(TableFormat.JSON)
            .setting("penstock.batch.rows", "2")
            .setting("penstock.file.rows", "4");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Store.class)
    void openReaderKeepsTheSnapshotItOpened(Store store) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(SPEC)) {
            table.commit(LongStream.range(0, 10).toArray());
            try (TableReader reader = table.penstock.openTableForRead(DATABASE, TABLE)) {
                assertTrue(reader.loadNextBatch());
                table.commit(10, 11);
                assertEquals(1, reader.version());
                assertEquals(8, TableFixture.ids(reader).size());
            }
            assertEquals(12, table.ids().size());
        }
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void readersSeeAllOfACommitOrNothing(Store store) throws Exception {
        Settings settings = Settings.defaults().with("penstock.fs.sync", "none");
        ExecutorService writers = Executors.newFixedThreadPool(2);
        int commits = store == Store.S3 ? 6 : 20;
        try (TableFixture table = new TableFixture(store, directory, settings).make(SPEC)) {
            List<Future<?>> done = new ArrayList<>();
            AtomicBoolean stop = new AtomicBoolean();
            for (int w = 0; w < 2; w++) {
                done.add(writers.submit(() -> {
                    for (int i = 0; i < commits && !stop.get(); i++) {
                        table.commit(LongStream.range(0, 10).toArray());
                    }
                    return null;
                }));
            }
            while (!done.stream().allMatch(Future::isDone)) {
                assertEquals(0, table.ids().size() % 10);
            }
            for (Future<?> future : done) {
                future.get();
            }
            assertEquals(2 * 10 * commits, table.ids().size());
            assertEquals(2 * commits, table.penstock.describe(DATABASE, TABLE).version());
        } finally {
            writers.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void projectionAndLimitReturnJustThat(TableFormat format) throws Exception {
        try (TableFixture table = new TableFixture(Store.FILE, directory).make(SPEC.format(format))) {
            table.commit(LongStream.range(0, 10).toArray());
            ReadOptions options = ReadOptions.all().columns("price", "id").limit(5);
            List<Object> read = new ArrayList<>();
            try (TableReader reader = table.penstock.openTableForRead(DATABASE, TABLE, options)) {
                assertEquals(
                        List.of("price", "id"),
                        reader.schema().getFields().stream().map(Field::getName).toList());
                while (reader.loadNextBatch()) {
                    assertEquals(2, reader.batch().getFieldVectors().size());
                    for (int row = 0; row < reader.batch().getRowCount(); row++) {
                        read.add(reader.batch().getVector("price").getObject(row));
                        read.add(reader.batch().getVector("id").getObject(row));
                    }
                }
            }
            assertEquals(List.of(0.0, 0L, 0.25, 1L, 0.5, 2L, 0.75, 3L, 1.0, 4L), read);
            assertEquals(0, rows(table, ReadOptions.all().limit(0)));
            assertEquals(10, rows(table, ReadOptions.all().limit(1000)));
        }
    }

    private static long rows(TableFixture table, ReadOptions options) throws IOException {
        long rows = 0;
        try (TableReader reader = table.penstock.openTableForRead(DATABASE, TABLE, options)) {
            while (reader.loadNextBatch()) {
                rows += reader.batch().getRowCount();
            }
            assertFalse(reader.loadNextBatch());
        }
        return rows;
    }

    @Test
    void unknownColumnIsRefusedWithTheColumnsThatThereAre() throws Exception {
        try (TableFixture table = new TableFixture(Store.FILE, directory).make(SPEC)) {
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class,
                    () -> table.penstock.openTableForRead(
                            DATABASE, TABLE, ReadOptions.all().columns("id", "prize")));
            assertEquals("table shop.orders has no column 'prize'; its columns are id, item, price", e.getMessage());
            e = assertThrows(
                    IllegalArgumentException.class,
                    () -> table.penstock.openTableForRead(
                            DATABASE, TABLE, ReadOptions.all().columns("id", "id")));
            assertEquals("column 'id' of table shop.orders is asked for twice", e.getMessage());
            assertEquals(0, table.penstock.memoryBudget().reservedBytes());
        }
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void changedByteAnywhereInADataFileIsFoundBeforeAnyRow(TableFormat format) throws Exception {
        try (TableFixture table = new TableFixture(Store.FILE, directory).make(SPEC.format(format))) {
            Path file = onlyFile(table);
            byte[] good = Files.readAllBytes(file);
            for (int at = 0; at < good.length; at += 1 + good.length / 40) {
                byte[] bad = good.clone();
                bad[at] ^= 4;
                Files.write(file, bad);
                assertCorrupt(table, file, "checksum mismatch");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cutOrLengthenedDataFileIsNamed(boolean cut) throws Exception {
        try (TableFixture table = new TableFixture(Store.FILE, directory).make(SPEC)) {
            Path file = onlyFile(table);
            byte[] good = Files.readAllBytes(file);
            Files.write(file, java.util.Arrays.copyOf(good, good.length + (cut ? -1 : 1)));
            assertCorrupt(table, file, "bytes long, and the log says " + good.length);
        }
    }

    @Test
    void missingDataFileIsNamed() throws Exception {
        try (TableFixture table = new TableFixture(Store.FILE, directory).make(SPEC)) {
            Path file = onlyFile(table);
            Files.delete(file);
            assertCorrupt(table, file, "it is not there");
        }
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void unverifiedReaderFindsWhatCannotBeDecoded(TableFormat format) throws Exception {
        Settings unverified = Settings.defaults().with("penstock.read.verify", "false");
        try (TableFixture table = new TableFixture(Store.FILE, directory, unverified).make(SPEC.format(format))) {
            Path file = onlyFile(table);
            Files.writeString(file, "this is neither JSON nor Arrow");
            CorruptFileException e = assertThrows(CorruptFileException.class, table::ids);
            assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
        }
    }

    private static void assertCorrupt(TableFixture table, Path file, String expected) {
        CorruptFileException e = assertThrows(CorruptFileException.class, table::ids);
        assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertEquals(0, table.penstock.memoryBudget().reservedBytes());
    }

    private Path onlyFile(TableFixture table) throws IOException {
        CommitReceipt receipt = table.commit(1, 2, 3);
        return directory
                .resolve(DATABASE)
                .resolve(TABLE)
                .resolve(receipt.files().get(0).path());
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void removedTableIsGoneAndCanBeMadeAnew(Store store) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(SPEC)) {
            table.commit(1, 2, 3);
            try (TableWriter open = table.writer()) {
                open.append(TableFixture.order(9));
                table.penstock.removeTableEnvironment(DATABASE, TABLE);
                assertThrows(IOException.class, open::commit);
            }
            assertEquals(List.of(), table.penstock.tables());
            assertFalse(table.penstock.tableExists(DATABASE, TABLE));
            assertThrows(NoSuchFileException.class, table::ids);
            assertThrows(NoSuchFileException.class, () -> table.penstock.removeTableEnvironment("shop", "nothing"));
            table.make(SPEC.format(TableFormat.ARROW));
            table.commit(7);
            assertEquals(List.of(7L), table.ids());
            assertEquals(List.of(new TableName(DATABASE, TABLE)), table.penstock.tables());
        }
    }
}

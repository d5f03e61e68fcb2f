package io.penstock;

import static io.penstock.TableFixture.DATABASE;
import static io.penstock.TableFixture.TABLE;
import static io.penstock.TableFixture.order;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.TableFixture.Store;
import io.penstock.buffer.BufferPool;
import io.penstock.buffer.MemoryBudget;
import io.penstock.log.Intent;
import io.penstock.log.LiveTransactions;
import io.penstock.log.ProcessIdentity;
import io.penstock.storage.FileSystem;
import io.penstock.storage.file.LocalFileSystem;
import io.penstock.testing.InterposedStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What others do in the middle of a call, or the JVM does to it, costs no committed row, no memory and no table. */
class UnluckyMomentTest {
    private static final TableSpec SPEC = TableSpec.of(Schemas.ORDERS)
            .format(TableFormat.JSON)
            .setting("penstock.batch.rows", "2")
            .setting("penstock.file.rows", "2");

    @TempDir
    private Path directory;

    private final BufferPool pool = new BufferPool(Settings.defaults().bufferBytes(), 16, true);
    private final MemoryBudget budget = new MemoryBudget(1 << 28, Duration.ZERO);

    @AfterEach
    void requireNothingOutstanding() {
        pool.close();
        assertEquals(0, budget.reservedBytes());
    }

    private volatile InterposedStore.Interposer interposer = (call, path, store) -> store.call();

    private Penstock open() throws IOException {
        return open(new LocalFileSystem(directory, true));
    }

    private Penstock open(Store kind) throws IOException {
        return open(TableFixture.newStore(kind, directory, pool, budget));
    }

    private Penstock open(FileSystem plain) throws IOException {
        Penstock penstock = Penstock.open(
                InterposedStore.of(plain, (call, path, store) -> interposer.call(call, path, store)),
                Settings.defaults().with("penstock.debug.leaks", "true"));
        penstock.prepareTableEnvironment(DATABASE, TABLE, SPEC);
        return penstock;
    }

    private static CommitReceipt commit(Penstock penstock, long... ids) throws IOException {
        try (TableWriter writer = penstock.openTableForWrite(DATABASE, TABLE)) {
            for (long id : ids) {
                writer.append(order(id));
            }
            return writer.commit();
        }
    }

    private static List<Long> ids(Penstock penstock) throws IOException {
        try (TableReader reader = penstock.openTableForRead(DATABASE, TABLE)) {
            return TableFixture.ids(reader);
        }
    }

    private Path tableDirectory() {
        return directory.resolve(DATABASE).resolve(TABLE);
    }

    /** Does something once, before or after a call of the store. */
    private void once(String call, String pathPart, boolean after, Callable<?> action) {
        InterposedStore.Interposer plain = (name, path, store) -> store.call();
        interposer = (name, path, store) -> {
            if (!name.equals(call) || !path.contains(pathPart)) {
                return store.call();
            }
            interposer = plain;
            if (!after) {
                action.call();
            }
            try {
                return store.call();
            } finally {
                if (after) {
                    action.call();
                }
            }
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"FILE", "S3"})
    void errorAfterTheCommitPointLeavesTheRowsCommitted(Store store) throws Exception {
        try (Penstock penstock = open(store)) {
            commit(penstock, 1, 2, 3);
            once("createExclusive", "_delta_log", true, () -> {
                throw new OutOfMemoryError("of the test");
            });
            try {
                commit(penstock, 4, 5, 6);
            } catch (IOException | OutOfMemoryError e) {
                // Whatever it says, the version is there.
            }
            assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), ids(penstock));
            penstock.recover();
            assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), ids(penstock));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FILE", "S3"})
    void writerThatOpensWhileTheEngineClosesIsRefusedAndHoldsNothing(Store store) throws Exception {
        Penstock penstock = open(store);
        commit(penstock, 1);
        assertEquals(List.of(1L), ids(penstock));
        once("openForRead", "_delta_log/00000000000000000002", true, () -> {
            penstock.close();
            return null;
        });
        assertThrows(IllegalStateException.class, () -> penstock.openTableForWrite(DATABASE, TABLE));
        assertEquals(0, penstock.memoryBudget().reservedBytes());
    }

    @ParameterizedTest
    @EnumSource(names = {"FILE", "S3"})
    void readerThatOpensWhileTheEngineClosesIsRefusedAndHoldsNothing(Store store) throws Exception {
        Penstock penstock = open(store);
        commit(penstock, 1);
        assertEquals(List.of(1L), ids(penstock));
        once("openForRead", "_delta_log/00000000000000000002", true, () -> {
            penstock.close();
            return null;
        });
        assertThrows(IllegalStateException.class, () -> penstock.openTableForRead(DATABASE, TABLE));
        assertEquals(0, penstock.memoryBudget().reservedBytes());
    }

    @ParameterizedTest
    @EnumSource(names = {"FILE", "S3"})
    void closingTheEngineWaitsForAReaderInTheMiddleOfItsCall(Store store) throws Exception {
        Penstock penstock = open(store);
        commit(penstock, 1, 2, 3);
        AtomicReference<Throwable> ofClose = new AtomicReference<>();
        Thread closing = new Thread(() -> {
            try {
                penstock.close();
            } catch (Throwable e) {
                ofClose.set(e);
            }
        });
        TableReader reader = penstock.openTableForRead(DATABASE, TABLE);
        once("openForRead", "part-", true, () -> {
            closing.start();
            while (closing.isAlive() && closing.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            assertTrue(closing.isAlive(), "the engine was closed under the reader");
            return null;
        });
        assertTrue(reader.loadNextBatch());
        closing.join();
        assertEquals(null, ofClose.get());
        assertThrows(IllegalStateException.class, reader::loadNextBatch);
        assertEquals(0, penstock.memoryBudget().reservedBytes());
    }

    @Test
    void readerThatFailedDoesNotGoOnWithTheNextFile() throws Exception {
        try (Penstock penstock = open()) {
            CommitReceipt receipt = commit(penstock, 1, 2, 3, 4);
            Files.writeString(tableDirectory().resolve(receipt.files().get(0).path()), "[[7]]");
            try (TableReader reader = penstock.openTableForRead(DATABASE, TABLE)) {
                IOException first = assertThrows(IOException.class, reader::loadNextBatch);
                IllegalStateException second = assertThrows(IllegalStateException.class, reader::loadNextBatch);
                assertEquals(first, second.getCause());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FILE", "S3"})
    void recoveryPassesOverAnIntentThatItsWriterHasJustRemoved(Store store) throws Exception {
        try (Penstock penstock = open(store)) {
            TableWriter writer = penstock.openTableForWrite(DATABASE, TABLE);
            writer.append(order(1));
            writer.append(order(2));
            writer.append(order(3));
            once("openForRead", ".intent", false, writer::commit);
            assertEquals(List.of(), penstock.recover().leftovers());
            assertEquals(List.of(1L, 2L, 3L), ids(penstock));
        }
    }

    @Test
    void recoveryKeepsWhatAWriterCommittedAndThenDied() throws Exception {
        try (Penstock penstock = open()) {
            String path = commit(penstock, 1, 2).files().get(0).path();
            // A writer that is about to commit this very file: its version is there a moment later.
            Path version = tableDirectory().resolve("_delta_log/00000000000000000001.json");
            byte[] entry = Files.readAllBytes(version);
            Files.delete(version);
            new Intent("about to commit", path, ProcessIdentity.self())
                    .create(penstock.fileSystem(), DATABASE + "/" + TABLE);
            LiveTransactions.begin("about to commit");
            once("openForRead", ".intent", false, () -> {
                Files.write(version, entry);
                LiveTransactions.end("about to commit");
                return null;
            });
            penstock.recover();
            assertEquals(List.of(1L, 2L), ids(penstock));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FILE", "S3"})
    void commitIntoATableThatIsJustBeingRemovedFailsAndLeavesNoVersion(Store store) throws Exception {
        try (Penstock penstock = open(store);
                Penstock other = open(store)) {
            commit(penstock, 1, 2);
            try (TableWriter writer = penstock.openTableForWrite(DATABASE, TABLE)) {
                writer.append(order(3));
                once("createExclusive", "_delta_log", false, () -> {
                    other.removeTableEnvironment(DATABASE, TABLE);
                    return null;
                });
                assertThrows(IOException.class, writer::commit);
            }
            assertFalse(penstock.tableExists(DATABASE, TABLE));
            penstock.prepareTableEnvironment(DATABASE, TABLE, SPEC);
            commit(penstock, 9);
            assertEquals(List.of(9L), ids(penstock));
        }
    }

    @Test
    void directoryThatIsNoTableIsNotRemoved() throws Exception {
        try (Penstock penstock = open()) {
            Path precious = directory.resolve("photos/holidays/beach.jpg");
            Files.createDirectories(precious.getParent());
            Files.writeString(precious, "precious");
            Path file = directory.resolve("photos/index");
            Files.writeString(file, "precious");
            assertThrows(NoSuchFileException.class, () -> penstock.removeTableEnvironment("photos", "holidays"));
            assertThrows(NoSuchFileException.class, () -> penstock.removeTableEnvironment("photos", "index"));
            assertTrue(Files.exists(precious));
            assertTrue(Files.exists(file));
        }
    }

    @Test
    void removalThatFailedHalfWayCanBeRepeated() throws Exception {
        try (Penstock penstock = open()) {
            commit(penstock, 1, 2);
            once("remove", "part-", false, () -> {
                throw new IOException("of the test");
            });
            assertThrows(IOException.class, () -> penstock.removeTableEnvironment(DATABASE, TABLE));
            assertFalse(penstock.tableExists(DATABASE, TABLE));
            penstock.removeTableEnvironment(DATABASE, TABLE);
            assertFalse(Files.exists(tableDirectory()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FILE", "S3"})
    void closingTheEngineLeavesTheMemoryOfARowToTheThreadThatSetsIt(Store store) throws Exception {
        Penstock penstock = open(store);
        TableWriter writer = penstock.openTableForWrite(DATABASE, TABLE);
        for (int i = 0; i < 3; i++) {
            writer.row().setLong(0, i).endRow();
        }
        RowAppender row = writer.row();
        Thread closing = new Thread(() -> {
            try {
                penstock.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        closing.start();
        closing.join();
        try (Penstock other = open(store)) {
            assertEquals(List.of(), ids(other));
            assertEquals(List.of(), other.recoveryPlan().leftovers());
        }
        assertTrue(penstock.allocator().getAllocatedMemory() > 0);
        row.setLong(0, 4);
        assertThrows(IllegalStateException.class, row::endRow);
        assertThrows(IllegalStateException.class, writer::commit);
        assertEquals(0, penstock.allocator().getAllocatedMemory());
        assertEquals(0, penstock.memoryBudget().reservedBytes());
        writer.close();
    }
}

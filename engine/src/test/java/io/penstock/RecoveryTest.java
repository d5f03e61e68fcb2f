package io.penstock;

import static io.penstock.TableFixture.DATABASE;
import static io.penstock.TableFixture.TABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.TableFixture.Store;
import io.penstock.log.Intent;
import io.penstock.log.Leftover;
import io.penstock.log.ProcessIdentity;
import io.penstock.log.TableRecovery;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Sink;
import io.penstock.testing.InterposedStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Recovery removes what dead writers left, by their intents, and nothing else. */
class RecoveryTest {
    private static final TableSpec SPEC =
            TableSpec.of(Schemas.ORDERS).format(TableFormat.JSON).setting("penstock.file.rows", "1");

    /** No process of this number: it is above what any system gives. */
    private static final long NO_PROCESS = Integer.MAX_VALUE - 1L;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Store.class)
    void whatADeadWriterLeftIsNamedAndThenRemoved(Store store) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(SPEC)) {
            table.commit(1, 2);
            Map<String, Long> before = table.tree();
            putIntent(table, "part-00000-dead.json", NO_PROCESS, null);
            put(table, "part-00000-dead.json");
            putIntent(table, "part-00001-dead.json", NO_PROCESS, null);
            Sink unfinished = table.store.openForWrite(DATABASE + "/" + TABLE + "/part-00001-dead.json");
            putIntent(table, "part-00002-dead.json", NO_PROCESS, null);
            Map<String, Long> left = table.tree();

            RecoveryPlan plan = table.penstock.recoveryPlan();
            assertEquals(
                    List.of(
                            "DATA_FILE part-00000-dead.json",
                            "INTENT part-00000-dead.json.intent",
                            "UNFINISHED part-00001-dead.json",
                            "INTENT part-00001-dead.json.intent",
                            "INTENT part-00002-dead.json.intent"),
                    plan.leftovers().stream().map(RecoveryTest::shown).toList());
            assertEquals(left, table.tree());

            assertEquals(plan, table.penstock.recover());
            assertEquals(before, table.tree());
            assertEquals(List.of(1L, 2L), table.ids());
            assertEquals(List.of(), table.penstock.recover().leftovers());
            unfinished.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void writerThatLivesIsLeftAlone(Store store) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(SPEC)) {
            try (TableWriter writer = table.writer()) {
                for (long id = 0; id < 2500; id++) {
                    writer.append(TableFixture.order(id));
                }
                assertEquals(List.of(), table.penstock.recover().leftovers());
                assertEquals(2500, writer.commit().rows());
            }
            assertEquals(2500, table.ids().size());
        }
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void committedFileSurvivesAnIntentThatWasLeft(Store store) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(SPEC)) {
            CommitReceipt receipt = table.commit(1, 2);
            Map<String, Long> before = table.tree();
            putIntent(table, receipt.files().get(0).path(), NO_PROCESS, null);
            assertEquals(1, table.penstock.recover().leftovers().size());
            assertEquals(before, table.tree());
            assertEquals(List.of(1L, 2L), table.ids());
        }
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void writerOnAnotherHostIsNamedAndLeftAlone(Store store) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(SPEC)) {
            putIntent(table, "part-00000-far.json", NO_PROCESS, "another-host");
            put(table, "part-00000-far.json");
            Map<String, Long> before = table.tree();
            List<Leftover> plan = table.penstock.recoveryPlan().leftovers();
            assertEquals(2, plan.size());
            assertFalse(plan.get(0).removable());
            assertTrue(plan.get(0).owner().contains("another-host"));
            assertEquals(List.of(), table.penstock.recover().leftovers());
            assertEquals(before, table.tree());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FILE", "S3"})
    void unfinishedWriteWithoutAnIntentIsRemovedOnlyWhenItIsOldEnough(Store store) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(SPEC)) {
            table.commit(1, 2);
            Map<String, Long> before = table.tree();
            table.leaveUnfinished("part-00000-lost.json");
            table.leaveUnfinished("part-00001-far.json");
            putIntent(table, "part-00001-far.json", NO_PROCESS, "another-host");
            Map<String, Long> left = table.tree();
            assertEquals(List.of(), table.penstock.recover().leftovers());
            assertEquals(List.of(), table.penstock.recover(Duration.ofDays(1)).leftovers());
            assertEquals(left, table.tree());
            // The server tells whole seconds.
            Thread.sleep(2_000);

            List<Leftover> plan =
                    table.penstock.recoveryPlan(Duration.ofSeconds(1)).leftovers();
            assertEquals(
                    List.of("UNFINISHED part-00000-lost.json"),
                    plan.stream()
                            .filter(Leftover::removable)
                            .map(RecoveryTest::shown)
                            .toList());
            assertEquals(left, table.tree());
            assertEquals(
                    1, table.penstock.recover(Duration.ofSeconds(1)).leftovers().size());
            left.remove(DATABASE + "/" + TABLE + "/part-00000-lost.json (unfinished)");
            assertEquals(left, table.tree());
            assertTrue(table.store.discard(DATABASE + "/" + TABLE + "/part-00001-far.json"));
            assertTrue(table.store.remove(DATABASE + "/" + TABLE + "/_penstock/part-00001-far.json.intent"));
            assertEquals(before, table.tree());
        }
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void writeThatTheStoreDoesNotListEndsWithItsIntent(Store store) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(SPEC)) {
            table.commit(1, 2);
            Map<String, Long> before = table.tree();
            putIntent(table, "part-00000-dead.json", NO_PROCESS, null);
            Sink unfinished = table.store.openForWrite(DATABASE + "/" + TABLE + "/part-00000-dead.json");
            // As of servers that list the uploads of a key, and not those of a prefix.
            FileSystem silent = InterposedStore.of(
                    table.store, (call, path, real) -> call.equals("unfinished") ? List.of() : real.call());
            TableRecovery recovery = new TableRecovery(silent, DATABASE + "/" + TABLE);
            List<Leftover> found = recovery.find();
            assertEquals(
                    List.of("INTENT part-00000-dead.json.intent"),
                    found.stream().map(RecoveryTest::shown).toList());
            assertTrue(recovery.remove(found.get(0)));
            assertFalse(recovery.remove(found.get(0)));
            assertEquals(before, table.tree());
            unfinished.close();
        }
    }

    private static String shown(Leftover leftover) {
        return leftover.kind() + " " + leftover.path().substring(leftover.path().lastIndexOf('/') + 1);
    }

    private static void put(TableFixture table, String name) throws IOException {
        try (Sink sink = table.store.openForWrite(DATABASE + "/" + TABLE + "/" + name)) {
            sink.write(ByteBuffer.wrap("half a line".getBytes(StandardCharsets.UTF_8)));
            sink.settle();
            sink.commit();
        }
    }

    private static void putIntent(TableFixture table, String file, long pid, String host) throws IOException {
        ProcessIdentity self = ProcessIdentity.self();
        new Intent("dead", file, new ProcessIdentity(host == null ? self.host() : host, self.boot(), pid, 1))
                .create(table.store, DATABASE + "/" + TABLE);
    }
}

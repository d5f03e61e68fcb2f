package io.penstock.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.CorruptFileException;
import io.penstock.storage.FileSystem;
import io.penstock.storage.NotDurableException;
import io.penstock.storage.file.LocalFileSystem;
import io.penstock.testing.FaultyFileSystem;
import io.penstock.testing.InterposedStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableLogTest {
    private static final Schema SCHEMA = new Schema(List.of(Field.nullable("v", ArrowType.Utf8.INSTANCE)));
    private static final TableMetadata METADATA = new TableMetadata("id", "json", Map.of(), SCHEMA, Map.of(), 1);

    @TempDir
    private Path directory;

    private FileSystem files;
    private TableLog log;

    @BeforeEach
    void open() throws IOException {
        files = new LocalFileSystem(directory, false);
        log = new TableLog(files, "d/t");
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    @Test
    void tableThatWasNotMadeIsNoTable() throws Exception {
        assertFalse(log.exists());
        assertThrows(NoSuchFileException.class, () -> log.snapshot());
    }

    @Test
    void onlyTheFirstCreatorMakesTheTable() throws Exception {
        assertTrue(log.create(METADATA, "a"));
        assertFalse(new TableLog(files, "d/t")
                .create(new TableMetadata("other", "json", Map.of(), SCHEMA, Map.of(), 2), "b"));
        assertEquals(METADATA, log.snapshot().metadata());
        assertEquals(0, log.snapshot().version());
    }

    @Test
    void snapshotKeepsWhatItSawWhileTheTableGoesOn() throws Exception {
        log.create(METADATA, "a");
        log.append(METADATA, "b", null, List.of(file("one")));
        Snapshot snapshot = log.snapshot();
        log.append(METADATA, "c", null, List.of(file("two")));
        assertEquals(List.of(file("one")), snapshot.files());
        assertEquals(List.of(file("one"), file("two")), log.snapshot().files());
        assertEquals(
                List.of(file("one"), file("two")),
                new TableLog(files, "d/t").snapshot().files());
        assertEquals(2, log.snapshot().rows());
    }

    @Test
    void transactionOfTheCallersIsCommittedOnce() throws Exception {
        log.create(METADATA, "a");
        assertEquals(new TableLog.Commit(1, false), log.append(METADATA, "b", "load 7", List.of(file("one"))));
        log.append(METADATA, "c", null, List.of(file("two")));
        assertEquals(new TableLog.Commit(1, true), log.append(METADATA, "d", "load 7", List.of(file("three"))));
        assertEquals(2, log.snapshot().version());
        assertNull(log.snapshot().versionOf("load 8"));
    }

    @Test
    void concurrentAppendersLoseNothing() throws Exception {
        log.create(METADATA, "a");
        int threads = 6;
        int commits = 20;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                String name = "t" + t;
                TableLog own = t % 2 == 0 ? log : new TableLog(files, "d/t");
                done.add(executor.submit(() -> {
                    for (int i = 0; i < commits; i++) {
                        own.append(METADATA, name + "-" + i, null, List.of(file(name + "-" + i)));
                    }
                    return null;
                }));
            }
            for (Future<?> future : done) {
                future.get();
            }
        } finally {
            executor.shutdownNow();
        }
        Snapshot snapshot = new TableLog(files, "d/t").snapshot();
        assertEquals(threads * commits, snapshot.version());
        Set<String> paths = new HashSet<>();
        snapshot.files().forEach(file -> assertTrue(paths.add(file.path())));
        assertEquals(threads * commits, paths.size());
    }

    @Test
    void commitCostsTheSameHoweverManyVersionsThereAre() throws Exception {
        FaultyFileSystem counting = new FaultyFileSystem(files);
        TableLog counted = new TableLog(counting, "d/t");
        counted.create(METADATA, "a");
        counted.append(METADATA, "first", null, List.of(file("first")));
        counted.append(METADATA, "second", null, List.of(file("second")));
        List<Long> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            counting.reset();
            counted.append(METADATA, "w" + i, null, List.of(file("f" + i)));
            assertFalse(
                    counting.log().stream().anyMatch(call -> call.contains(": list ")),
                    counting.log().toString());
            calls.add(counting.calls());
        }
        assertEquals(1, new HashSet<>(calls).size(), calls.toString());
        assertEquals(22, counted.snapshot().version());
    }

    @Test
    void listMadeWhileVersionsAppearMayMissOneOfThem() throws Exception {
        log.create(METADATA, "a");
        log.append(METADATA, "b", null, List.of(file("one")));
        log.append(METADATA, "c", null, List.of(file("two")));
        FileSystem gaps = InterposedStore.of(files, (call, path, store) -> {
            if (!call.equals("list")) {
                return store.call();
            }
            List<?> entries = (List<?>) store.call();
            return List.of(entries.get(0), entries.get(2));
        });
        assertEquals(2, new TableLog(gaps, "d/t").snapshot().version());
    }

    @Test
    void versionThatMayNotSurviveALossOfPowerIsNoSuccess() throws Exception {
        log.create(METADATA, "a");
        FileSystem forgetful = InterposedStore.of(files, (call, path, store) -> {
            Object result = store.call();
            if (call.equals("createExclusive")) {
                throw new NotDurableException("the directory was not synced", null);
            }
            return result;
        });
        TableLog unsure = new TableLog(forgetful, "d/t");
        CommitOutcomeUnknownException e = assertThrows(
                CommitOutcomeUnknownException.class, () -> unsure.append(METADATA, "b", null, List.of(file("one"))));
        assertTrue(e.getMessage().contains("the directory was not synced"), e.getMessage());
        assertEquals(List.of(file("one")), log.snapshot().files());
    }

    @Test
    void tableThatWasMadeAnewIsAnother() throws Exception {
        log.create(METADATA, "a");
        log.append(METADATA, "b", null, List.of(file("one")));
        log.snapshot();
        TableLog other = new TableLog(files, "d/t");
        other.remove();
        assertThrows(NoSuchFileException.class, () -> log.snapshot());
        TableMetadata anew = new TableMetadata("another id, and longer", "json", Map.of(), SCHEMA, Map.of(), 5);
        other.create(anew, "c");
        assertEquals(anew, log.snapshot().metadata());
        IOException e = assertThrows(IOException.class, () -> log.append(METADATA, "d", null, List.of(file("two"))));
        assertTrue(e.getMessage().contains("changed while it was written"), e.getMessage());
    }

    @Test
    void appendingToARemovedTableFailsAndDoesNotReviveIt() throws Exception {
        log.create(METADATA, "a");
        new TableLog(files, "d/t").remove();
        IOException e = assertThrows(IOException.class, () -> log.append(METADATA, "d", null, List.of(file("two"))));
        assertTrue(e.getMessage().contains("the table was removed"), e.getMessage());
        assertFalse(log.exists());
    }

    @Test
    void missingOrCorruptVersionIsNamed() throws Exception {
        log.create(METADATA, "a");
        for (int i = 1; i <= 3; i++) {
            log.append(METADATA, "w" + i, null, List.of(file("f" + i)));
        }
        Path second = directory.resolve("d/t/_delta_log/00000000000000000002.json");
        Files.writeString(second, "{\"add\":");
        assertNamed("00000000000000000002.json");
        Files.delete(second);
        assertNamed("00000000000000000002.json: this version of the log is missing");
    }

    private void assertNamed(String expected) {
        CorruptFileException e = assertThrows(CorruptFileException.class, () -> new TableLog(files, "d/t").snapshot());
        assertTrue(e.getMessage().contains(expected), e.getMessage());
    }

    private static DataFile file(String path) {
        return new DataFile(path, 10, 1, null, "{\"numRecords\":1}", 3);
    }
}

package io.penstock.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store promises. A test class of each store extends it. */
public abstract class FileSystemContract extends SinkContract {
    @Test
    void fileIsInvisibleUntilTheCommit() throws IOException {
        try (Sink sink = store.openForWrite("dir/file")) {
            writePooled(sink, bytes(1, 10 * BUFFER_BYTES), BUFFER_BYTES);
            assertFalse(store.exists("dir/file"));
            assertEquals(List.of(), names("dir"));
            assertThrows(NoSuchFileException.class, () -> store.openForRead("dir/file"));
            assertEquals(List.of("dir/file"), store.unfinished("dir"));
            assertEquals(List.of(), store.unfinished(""));
            sink.commit();
            assertTrue(store.exists("dir/file"));
            assertEquals(List.of("file"), names("dir"));
            assertEquals(List.of(), store.unfinished("dir"));
        }
    }

    @Test
    void replacedFileIsTheOldOneUntilTheCommit() throws IOException {
        create("file", new byte[] {1});
        try (Sink sink = store.openForWrite("file")) {
            sink.write(ByteBuffer.wrap(new byte[] {2, 2}));
            sink.settle();
            assertContent(new byte[] {1}, "file");
            sink.commit();
        }
        assertContent(new byte[] {2, 2}, "file");
    }

    @Test
    void closeWithoutCommitLeavesNothing() throws IOException {
        create("dir/old", new byte[] {1});
        create("dir/file", new byte[] {1});
        Sink sink = store.openForWrite("dir/file");
        writePooled(sink, bytes(1, 10 * BUFFER_BYTES), BUFFER_BYTES);
        sink.write(ByteBuffer.allocateDirect(10));
        sink.close();
        sink.close();
        assertContent(new byte[] {1}, "dir/file");
        assertEquals(List.of("file", "old"), names("dir"));
        assertEquals(List.of(), store.unfinished("dir"));
        assertFalse(store.discard("dir/file"));
    }

    @Test
    void closeAfterCommitKeepsTheFile() throws IOException {
        Sink sink = store.openForWrite("file");
        sink.write(ByteBuffer.wrap(new byte[] {1}));
        sink.commit();
        sink.close();
        sink.close();
        assertContent(new byte[] {1}, "file");
    }

    @Test
    void secondWriteOfAPathIsRefusedWhileTheFirstIsUnfinished() throws IOException {
        try (Sink sink = store.openForWrite("file")) {
            FileAlreadyExistsException refused =
                    assertThrows(FileAlreadyExistsException.class, () -> store.openForWrite("file"));
            assertEquals("file", refused.getFile());
            assertTrue(refused.getMessage().contains("discard"), refused.getMessage());
            sink.write(ByteBuffer.wrap(new byte[] {1}));
            sink.commit();
            try (Sink next = store.openForWrite("file")) {
                next.write(ByteBuffer.wrap(new byte[] {2}));
                next.commit();
            }
        }
        assertContent(new byte[] {2}, "file");
    }

    @Test
    void discardedWriteCannotCommitAndLeavesItsSuccessorAlone() throws IOException {
        Sink dead = store.openForWrite("dir/file");
        writePooled(dead, bytes(1, 3 * BUFFER_BYTES), BUFFER_BYTES);
        assertTrue(store.discard("dir/file"));
        assertFalse(store.discard("dir/file"));
        assertEquals(List.of(), store.unfinished("dir"));
        try (Sink successor = store.openForWrite("dir/file")) {
            successor.write(ByteBuffer.wrap(new byte[] {2}));
            assertThrows(IOException.class, dead::commit);
            assertThrows(IOException.class, dead::commit);
            dead.close();
            successor.commit();
        }
        assertContent(new byte[] {2}, "dir/file");
    }

    @Test
    void discardOfNothingIsNothing() throws IOException {
        create("dir/file", new byte[] {1});
        assertFalse(store.discard("dir/file"));
        assertFalse(store.discard("dir/other"));
        assertFalse(store.discard("nowhere/other"));
        assertContent(new byte[] {1}, "dir/file");
    }

    @Test
    void unfinishedWritesAreSorted() throws IOException {
        try (Sink b = store.openForWrite("dir/b");
                Sink a = store.openForWrite("dir/a");
                Sink below = store.openForWrite("dir/below/c")) {
            assertEquals(List.of("dir/a", "dir/b"), store.unfinished("dir"));
            assertEquals(List.of("dir/below/c"), store.unfinished("dir/below"));
            assertEquals(List.of(a.path(), b.path()), store.unfinished("dir"));
            assertEquals(0, below.bytes());
        }
        assertEquals(List.of(), store.unfinished("nowhere"));
    }

    @Test
    void createExclusiveMakesTheWholeFile() throws IOException {
        for (int size : sizes()) {
            byte[] content = bytes(size, size);
            ByteBuffer direct = direct(concat(new byte[] {9}, content)).position(1);
            store.createExclusive("log/" + size, direct);
            assertEquals(1, direct.position());
            assertContent(content, "log/" + size);
        }
        assertEquals(List.of(), store.unfinished("log"));
    }

    @Test
    void createExclusiveLeavesAnExistingFileAlone() throws IOException {
        create("file", new byte[] {1});
        FileAlreadyExistsException refused = assertThrows(
                FileAlreadyExistsException.class, () -> store.createExclusive("file", ByteBuffer.wrap(new byte[] {2})));
        assertEquals("file", refused.getFile());
        assertContent(new byte[] {1}, "file");
        assertEquals(List.of("file"), names(""));
        assertEquals(List.of(), store.unfinished(""));
    }

    @Test
    void createExclusiveHasOneWinnerOfManyThreads() throws Exception {
        int threads = 8;
        int names = 25;
        AtomicInteger[] wins = new AtomicInteger[names];
        Arrays.setAll(wins, i -> new AtomicInteger());
        byte[][] won = new byte[names][];
        inParallel(threads, thread -> {
            for (int i = 0; i < names; i++) {
                byte[] content = bytes(thread * 1000L + i, 2 * BUFFER_BYTES + thread);
                try {
                    store.createExclusive("log/" + i, ByteBuffer.wrap(content));
                    wins[i].incrementAndGet();
                    won[i] = content;
                } catch (FileAlreadyExistsException beaten) {
                    assertTrue(store.exists("log/" + i));
                }
            }
        });
        for (int i = 0; i < names; i++) {
            assertEquals(1, wins[i].get());
            assertContent(won[i], "log/" + i);
        }
        assertEquals(List.of(), store.unfinished("log"));
        assertEquals(names, store.list("log").size());
    }

    @Test
    void listShowsWhatLiesDirectlyInADirectorySorted() throws IOException {
        create("dir/b", new byte[] {1, 2});
        create("dir/a", new byte[3]);
        create("dir/sub/c", new byte[4]);
        create("dirt", new byte[1]);
        create("dir.x/y", new byte[1]);
        List<FileEntry> entries = store.list("dir");
        assertEquals(List.of("a", "b", "sub"), names("dir"));
        assertEquals(3, entries.get(0).sizeBytes());
        assertEquals(2, entries.get(1).sizeBytes());
        assertFalse(entries.get(1).directory());
        assertTrue(entries.get(2).directory());
        assertEquals(0, entries.get(2).sizeBytes());
        assertEquals(List.of("dir", "dir.x", "dirt"), names(""));
        assertEquals(List.of("c"), names("dir/sub"));
        assertEquals(List.of(), names("nowhere"));
        assertEquals(List.of(), names("nowhere/below"));
    }

    @Test
    void newStoreIsEmpty() throws IOException {
        assertEquals(List.of(), store.list(""));
        assertEquals(List.of(), store.unfinished(""));
        assertFalse(store.exists("anything"));
        assertFalse(store.remove("anything"));
        assertFalse(store.discard("anything"));
        assertThrows(NoSuchFileException.class, () -> store.openForRead("anything"));
    }

    @Test
    void missingFileIsNamed() {
        NoSuchFileException missing = assertThrows(NoSuchFileException.class, () -> store.openForRead("dir/missing"));
        assertEquals("dir/missing", missing.getFile());
        assertTrue(missing.getMessage().contains(store.toString()), missing.getMessage());
    }

    @Test
    void removeTellsWhetherThereWasAFile() throws IOException {
        create("dir/file", new byte[] {1});
        assertTrue(store.remove("dir/file"));
        assertFalse(store.remove("dir/file"));
        assertFalse(store.exists("dir/file"));
        assertFalse(store.remove("nowhere/file"));
    }

    @Test
    void directoryExistsAndIsRemovedWhenItIsEmpty() throws IOException {
        Assertions.assertDoesNotThrow(() -> store.mkdirAll("a/b/c"));
        store.mkdirAll("a/b/c");
        if (!hasDirectories()) {
            return;
        }
        assertTrue(store.exists("a"));
        assertTrue(store.exists("a/b/c"));
        assertEquals(List.of("b"), names("a"));
        DirectoryNotEmptyException refused = assertThrows(DirectoryNotEmptyException.class, () -> store.remove("a/b"));
        assertEquals("a/b", refused.getFile());
        create("a/b/c/file", new byte[] {1});
        assertThrows(DirectoryNotEmptyException.class, () -> store.remove("a/b/c"));
        assertTrue(store.remove("a/b/c/file"));
        assertTrue(store.remove("a/b/c"));
        assertFalse(store.remove("a/b/c"));
        assertTrue(store.remove("a/b"));
        assertTrue(store.remove("a"));
        assertFalse(store.exists("a"));
    }

    @Test
    void directoryWithAnUnfinishedWriteIsNotEmpty() throws IOException {
        if (!hasDirectories()) {
            return;
        }
        try (Sink sink = store.openForWrite("dir/file")) {
            assertThrows(DirectoryNotEmptyException.class, () -> store.remove("dir"));
            sink.commit();
        }
        assertContent(new byte[0], "dir/file");
    }

    @Test
    void directoryIsNoFile() throws IOException {
        if (!hasDirectories()) {
            return;
        }
        store.mkdirAll("dir");
        assertThrows(IOException.class, () -> store.openForRead("dir"));
        assertThrows(IOException.class, () -> store.openForWrite("dir"));
        assertThrows(IOException.class, () -> store.createExclusive("dir", ByteBuffer.allocate(1)));
        assertEquals(List.of("dir"), names(""));
        assertEquals(List.of(), store.unfinished(""));
    }

    @Test
    void fileIsNoDirectory() throws IOException {
        if (!hasDirectories()) {
            return;
        }
        create("file", new byte[] {1});
        assertFalse(store.exists("file/below"));
        assertFalse(store.remove("file/below"));
        assertFalse(store.discard("file/below"));
        assertEquals(List.of(), store.list("file"));
        assertEquals(List.of(), store.unfinished("file"));
        assertThrows(NoSuchFileException.class, () -> store.openForRead("file/below"));
        for (IOException refused : List.of(
                assertThrows(IOException.class, () -> store.openForWrite("file/below")),
                assertThrows(IOException.class, () -> store.createExclusive("file/below", ByteBuffer.allocate(1))),
                assertThrows(IOException.class, () -> store.mkdirAll("file/below")),
                assertThrows(IOException.class, () -> store.mkdirAll("file")))) {
            assertFalse(refused instanceof FileAlreadyExistsException, refused.toString());
            assertTrue(refused.getMessage().contains("is a file"), refused.getMessage());
        }
        assertContent(new byte[] {1}, "file");
    }

    @Test
    void commitOverADirectoryFailsAndLeavesIt() throws IOException {
        if (!hasDirectories()) {
            return;
        }
        try (Sink sink = store.openForWrite("name")) {
            store.mkdirAll("name");
            assertThrows(IOException.class, sink::commit);
            assertThrows(IOException.class, () -> sink.write(pooled(new byte[] {1})));
        }
        assertEquals(List.of("name"), names(""));
        assertEquals(List.of(), store.unfinished(""));
        assertTrue(store.remove("name"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/etc/passwd",
                "..",
                "../x",
                "a/../b",
                "a/..",
                ".",
                "a/./b",
                "a//b",
                "a/",
                "a\0b",
                "a\nb",
                "a\\b",
                "x.inprogress",
                ".x.inprogress",
                "a.inprogress/b",
                "\uD800",
                "a\uDC00b"
            })
    void pathsThatCouldLeadOutOrAreReservedAreRefused(String path) {
        assertRefused(path);
    }

    @Test
    void overlongPathsAreRefused() throws IOException {
        assertRefused("x".repeat(StoragePath.MAX_NAME_BYTES + 1));
        assertRefused("\u00e9".repeat(StoragePath.MAX_NAME_BYTES / 2 + 1));
        String deep = "x/".repeat(StoragePath.MAX_PATH_BYTES / 2);
        assertRefused(deep + "xx");
        String longest = "x".repeat(StoragePath.MAX_NAME_BYTES);
        create(longest, new byte[] {1});
        store.createExclusive("dir/" + longest, ByteBuffer.wrap(new byte[] {2}));
        assertContent(new byte[] {1}, longest);
        assertContent(new byte[] {2}, "dir/" + longest);
    }

    private void assertRefused(String path) {
        assertThrows(IllegalArgumentException.class, () -> store.openForRead(path));
        assertThrows(IllegalArgumentException.class, () -> store.openForWrite(path));
        assertThrows(IllegalArgumentException.class, () -> store.createExclusive(path, ByteBuffer.allocate(1)));
        assertThrows(IllegalArgumentException.class, () -> store.exists(path));
        assertThrows(IllegalArgumentException.class, () -> store.remove(path));
        assertThrows(IllegalArgumentException.class, () -> store.mkdirAll(path));
        assertThrows(IllegalArgumentException.class, () -> store.discard(path));
        if (!path.isEmpty()) {
            assertThrows(IllegalArgumentException.class, () -> store.list(path));
            assertThrows(IllegalArgumentException.class, () -> store.unfinished(path));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a b", "a:b", "..a", "a..", "...", "%2e%2e", "~", "*", "a?b", "-rf", "'", "\"", "c#", ".hidden"})
    void harmlessNamesAreTaken(String name) throws IOException {
        create("dir/" + name, new byte[] {1});
        assertContent(new byte[] {1}, "dir/" + name);
        assertEquals(List.of(name), names("dir"));
        try (Sink sink = store.openForWrite(name)) {
            assertEquals(List.of(name), store.unfinished(""));
            assertEquals(name, sink.path());
        }
        assertTrue(store.remove("dir/" + name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00e9t\u00e9", "\u65e5\u672c\u8a9e", "\ud83d\udca7 water"})
    void namesOfEveryScriptAreTaken(String name) throws IOException {
        assumeTrue(
                "UTF-8".equals(System.getProperty("sun.jnu.encoding")),
                "skipped: the locale of this JVM has no such file names");
        create(name + "/" + name, new byte[] {1});
        assertContent(new byte[] {1}, name + "/" + name);
        assertEquals(List.of(name), names(""));
    }

    @Test
    void storeNamesItself() {
        assertTrue(store.toString().matches("[a-z0-9]+:.*"), store.toString());
    }
}

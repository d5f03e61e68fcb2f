package io.penstock.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import io.penstock.buffer.PooledBuffer;
import io.penstock.testing.LeakCheck;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store promises. A test class of each store extends it, and so does S3's. */
public abstract class FileSystemContract {
    /** Small, so that a few KiB span many buffers. */
    protected static final int BUFFER_BYTES = 1 << 10;

    @RegisterExtension
    protected final LeakCheck memory = new LeakCheck(BUFFER_BYTES);

    protected FileSystem store;

    /** A store with nothing in it; the test closes it. */
    protected abstract FileSystem newStore() throws IOException;

    /** Whether a file and a directory cannot have the same name, and an empty directory exists. */
    protected boolean hasDirectories() {
        return true;
    }

    @BeforeEach
    void openStore() throws IOException {
        store = newStore();
    }

    @AfterEach
    void closeStore() throws IOException {
        Thread.interrupted();
        store.close();
    }

    static int[] sizes() {
        int n = BUFFER_BYTES;
        return new int[] {0, 1, n / 2, n / 2 + 1, n - 1, n, n + 1, 2 * n - 1, 2 * n, 2 * n + 1, 10 * n, 100 * n + 7};
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void bytesInPooledBuffersComeBackWhole(int size) throws IOException {
        byte[] content = bytes(size, size);
        try (Sink sink = store.openForWrite("dir/file")) {
            writePooled(sink, content, BUFFER_BYTES);
            assertEquals(size, sink.bytes());
            assertEquals(crc(content), sink.crc32c());
            sink.commit();
            assertEquals(size, sink.bytes());
            assertEquals(crc(content), sink.crc32c());
        }
        assertContent(content, "dir/file");
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void borrowedBytesComeBackWhole(int size) throws IOException {
        byte[] content = bytes(size, size);
        ByteBuffer direct = ByteBuffer.allocateDirect(size + 20);
        direct.position(7).put(content).flip().position(7);
        ByteBuffer heap = ByteBuffer.wrap(content);
        try (Sink sink = store.openForWrite("file")) {
            sink.write(direct);
            sink.write(heap);
            sink.write(heap.asReadOnlyBuffer());
            sink.settle();
            assertEquals(7, direct.position());
            assertEquals(0, heap.position());
            assertEquals(3L * size, sink.bytes());
            assertEquals(crc(concat(content, content, content)), sink.crc32c());
            sink.commit();
        }
        assertContent(concat(content, content, content), "file");
    }

    @Test
    void borrowedBytesMayChangeAfterSettle() throws IOException {
        byte[] first = bytes(1, 5 * BUFFER_BYTES);
        byte[] second = bytes(2, 5 * BUFFER_BYTES);
        ByteBuffer borrowed = ByteBuffer.allocateDirect(5 * BUFFER_BYTES);
        try (Sink sink = store.openForWrite("file")) {
            sink.write(borrowed.put(first).flip());
            sink.settle();
            borrowed.clear();
            sink.write(borrowed.put(second).flip());
            sink.settle();
            borrowed.clear().put(bytes(3, 5 * BUFFER_BYTES));
            sink.commit();
        }
        assertContent(concat(first, second), "file");
    }

    @Test
    void pooledAndBorrowedBytesOfAllSizesKeepTheirOrder() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            List<byte[]> pieces = new ArrayList<>();
            try (Sink sink = store.openForWrite("file")) {
                int count = random.nextInt(200);
                for (int i = 0; i < count; i++) {
                    byte[] piece = bytes(random.nextLong(), random.nextInt(BUFFER_BYTES + 1));
                    pieces.add(piece);
                    switch (random.nextInt(4)) {
                        case 0 -> sink.write(ByteBuffer.wrap(piece));
                        case 1 -> sink.write(direct(piece));
                        case 2 -> {
                            writePooled(sink, piece, BUFFER_BYTES);
                            sink.settle();
                        }
                        default -> writePooled(sink, piece, BUFFER_BYTES);
                    }
                }
                sink.commit();
            }
            byte[] expected = concat(pieces.toArray(new byte[0][]));
            assertArrayEquals(expected, read("file"), "seed " + seed);
            assertRanges(expected, random, seed);
        }
    }

    private void assertRanges(byte[] expected, Random random, long seed) throws IOException {
        try (Source source = store.openForRead("file")) {
            for (int i = 0; i < 50; i++) {
                int from = random.nextInt(expected.length + 1);
                int length = random.nextInt(expected.length - from + 1);
                byte[] range = Arrays.copyOfRange(expected, from, from + length);
                ByteBuffer target =
                        random.nextBoolean() ? ByteBuffer.allocate(length) : ByteBuffer.allocateDirect(length);
                source.read(from, target);
                assertEquals(ByteBuffer.wrap(range), target.flip(), "seed " + seed);
                Optional<Input.View> view = source.view(from, length);
                if (view.isPresent()) {
                    try (Input.View v = view.get()) {
                        assertEquals(
                                ByteBuffer.wrap(range), Memory.view(v.address(), (int) v.length()), "seed " + seed);
                    }
                }
            }
        }
    }

    @Test
    void readFillsOnlyWhatRemainsOfTheTarget() throws IOException {
        create("file", new byte[] {1, 2, 3, 4, 5});
        ByteBuffer target = ByteBuffer.allocate(6).position(1).limit(4);
        try (Source source = store.openForRead("file")) {
            source.read(2, target);
        }
        assertEquals(4, target.position());
        assertArrayEquals(new byte[] {0, 3, 4, 5, 0, 0}, target.array());
    }

    @Test
    void readAndViewBeyondTheEndFail() throws IOException {
        create("file", new byte[] {1, 2, 3});
        try (Source source = store.openForRead("file")) {
            assertEquals(3, source.size());
            assertEquals("file", source.path());
            assertThrows(EOFException.class, () -> source.read(0, ByteBuffer.allocate(4)));
            assertThrows(EOFException.class, () -> source.read(3, ByteBuffer.allocate(1)));
            assertThrows(EOFException.class, () -> source.read(Long.MAX_VALUE, ByteBuffer.allocate(1)));
            assertThrows(EOFException.class, () -> source.view(2, 2));
            assertThrows(EOFException.class, () -> source.view(4, 0));
            assertThrows(EOFException.class, () -> source.view(1, Long.MAX_VALUE));
            assertThrows(IllegalArgumentException.class, () -> source.read(-1, ByteBuffer.allocate(1)));
            assertThrows(IllegalArgumentException.class, () -> source.view(-1, 1));
            assertThrows(IllegalArgumentException.class, () -> source.view(1, -1));
            source.read(3, ByteBuffer.allocate(0));
            source.view(3, 0).ifPresent(Input.View::close);
        }
    }

    @Test
    void emptyFileIsAFile() throws IOException {
        create("file", new byte[0]);
        store.createExclusive("other", ByteBuffer.allocate(0));
        for (String path : List.of("file", "other")) {
            assertTrue(store.exists(path));
            try (Source source = store.openForRead(path)) {
                assertEquals(0, source.size());
                source.read(0, ByteBuffer.allocate(0));
                source.view(0, 0).ifPresent(view -> {
                    assertEquals(0, view.length());
                    view.close();
                });
            }
        }
    }

    @Test
    void viewsOutliveTheSourceTheNameAndTheStore() throws IOException {
        byte[] content = bytes(1, BUFFER_BYTES);
        create("file", content);
        Source source = store.openForRead("file");
        Optional<Input.View> view = source.view(0, content.length);
        source.close();
        source.close();
        store.remove("file");
        store.close();
        if (view.isPresent()) {
            assertEquals(ByteBuffer.wrap(content), Memory.view(view.get().address(), content.length));
            view.get().close();
            view.get().close();
        }
    }

    @Test
    void openSourceKeepsTheBytesOfAReplacedAndOfARemovedFile() throws IOException {
        byte[] first = bytes(1, 3 * BUFFER_BYTES);
        byte[] second = bytes(2, 2 * BUFFER_BYTES);
        create("file", first);
        try (Source beforeReplace = store.openForRead("file")) {
            create("file", second);
            try (Source beforeRemove = store.openForRead("file")) {
                assertTrue(store.remove("file"));
                assertContent(second, beforeRemove);
            }
            assertContent(first, beforeReplace);
        }
        assertThrows(NoSuchFileException.class, () -> store.openForRead("file"));
    }

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
    void useOfASinkAfterItsEndIsMisuse() throws IOException {
        Sink sink = store.openForWrite("file");
        sink.commit();
        assertMisused(sink);
        sink.close();
        assertMisused(sink);
        Sink closed = store.openForWrite("file");
        closed.close();
        assertMisused(closed);
    }

    private void assertMisused(Sink sink) {
        assertThrows(IllegalStateException.class, () -> sink.write(pooled(new byte[] {1})));
        assertThrows(IllegalStateException.class, () -> sink.write(ByteBuffer.allocate(1)));
        assertThrows(IllegalStateException.class, sink::commit);
    }

    @Test
    void useOfASourceAfterItsCloseIsMisuse() throws IOException {
        create("file", new byte[] {1});
        Source source = store.openForRead("file");
        source.close();
        assertThrows(IllegalStateException.class, () -> source.read(0, ByteBuffer.allocate(1)));
        assertThrows(IllegalStateException.class, () -> source.view(0, 1));
    }

    @Test
    void closedStoreFailsItsSinksAndSources() throws IOException {
        create("file", new byte[] {1});
        try (Sink sink = store.openForWrite("other");
                Source source = store.openForRead("file")) {
            writePooled(sink, bytes(1, 3 * BUFFER_BYTES), BUFFER_BYTES);
            store.close();
            store.close();
            assertThrows(IllegalStateException.class, () -> source.read(0, ByteBuffer.allocate(1)));
            Exception refused = assertThrows(Exception.class, () -> sink.write(pooled(new byte[] {1})));
            assertTrue(refused instanceof IOException || refused instanceof IllegalStateException, refused.toString());
            assertThrows(Exception.class, sink::commit);
            assertThrows(IllegalStateException.class, () -> store.exists("file"));
            assertThrows(IllegalStateException.class, () -> store.openForRead("file"));
            assertThrows(IllegalStateException.class, () -> store.openForWrite("file"));
        }
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
    void writersOfDifferentFilesDoNotDisturbEachOther() throws Exception {
        inParallel(4, thread -> {
            for (int i = 0; i < 10; i++) {
                String path = "dir" + i % 2 + "/file-" + thread + "-" + i;
                byte[] content = bytes(thread * 100L + i, i * 700);
                try (Sink sink = store.openForWrite(path)) {
                    writePooled(sink, content, 500);
                    if (i % 3 != 0) {
                        sink.commit();
                    }
                }
                if (i % 3 != 0) {
                    assertContent(content, path);
                }
            }
        });
        assertEquals(4 * 3, store.list("dir0").size());
        assertEquals(4 * 3, store.list("dir1").size());
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

    @Test
    void interruptedThreadWritesCommitsAndReads() throws IOException {
        byte[] content = bytes(1, 20 * BUFFER_BYTES);
        Thread.currentThread().interrupt();
        store.mkdirAll("dir/deep");
        try (Sink sink = store.openForWrite("dir/file")) {
            writePooled(sink, content, BUFFER_BYTES);
            sink.write(ByteBuffer.wrap(content));
            sink.settle();
            sink.commit();
        }
        store.createExclusive("dir/other", ByteBuffer.wrap(content));
        assertContent(concat(content, content), "dir/file");
        assertContent(content, "dir/other");
        assertEquals(List.of("deep", "file", "other"), names("dir"));
        assertTrue(store.remove("dir/other"));
        assertTrue(Thread.interrupted(), "the interrupt was swallowed");
    }

    @Test
    void interruptsAtAnyMomentDisturbNothing() throws Exception {
        Thread worker = Thread.currentThread();
        CountDownLatch done = new CountDownLatch(1);
        Thread interrupter = new Thread(() -> {
            while (done.getCount() > 0) {
                worker.interrupt();
                Thread.onSpinWait();
            }
        });
        interrupter.start();
        try {
            for (int i = 0; i < 30; i++) {
                byte[] content = bytes(i, 10 * BUFFER_BYTES + i);
                try (Sink sink = store.openForWrite("file")) {
                    writePooled(sink, content, BUFFER_BYTES);
                    sink.write(direct(content));
                    sink.settle();
                    sink.commit();
                }
                assertContent(concat(content, content), "file");
                store.createExclusive("log/" + i, ByteBuffer.wrap(content));
            }
        } finally {
            done.countDown();
            while (interrupter.isAlive()) {
                Thread.interrupted();
                Thread.onSpinWait();
            }
            Thread.interrupted();
        }
        assertEquals(30, store.list("log").size());
    }

    @Test
    void sinkHoldsNoMoreBuffersThanItSays() throws IOException {
        BufferPool pool = memory.pool();
        int before = pool.outstanding();
        long reservedBefore = memory.budget().reservedBytes();
        try (Sink sink = store.openForWrite("file")) {
            for (int i = 0; i < 50; i++) {
                sink.write(pooled(bytes(i, BUFFER_BYTES)));
                // What a store in memory keeps is in its own reservation.
                long kept = (memory.budget().reservedBytes() - reservedBefore) / BUFFER_BYTES;
                assertTrue(pool.outstanding() - before - kept <= store.maxBuffersInFlight());
            }
        }
    }

    @Test
    void storeNamesItself() {
        assertTrue(store.toString().matches("[a-z0-9]+:.*"), store.toString());
    }

    protected final PooledBuffer pooled(byte[] content) {
        PooledBuffer buffer = memory.pool().acquire();
        Memory.copy(content, 0, buffer.address(), content.length);
        return buffer.length(content.length);
    }

    protected final void writePooled(Sink sink, byte[] content, int runBytes) throws IOException {
        for (int from = 0; from < content.length; from += runBytes) {
            sink.write(pooled(Arrays.copyOfRange(content, from, Math.min(content.length, from + runBytes))));
        }
    }

    protected final void create(String path, byte[] content) throws IOException {
        try (Sink sink = store.openForWrite(path)) {
            writePooled(sink, content, BUFFER_BYTES);
            sink.commit();
        }
    }

    protected final byte[] read(String path) throws IOException {
        try (Source source = store.openForRead(path)) {
            ByteBuffer all = ByteBuffer.allocate((int) source.size());
            source.read(0, all);
            return all.array();
        }
    }

    protected final void assertContent(byte[] expected, String path) throws IOException {
        assertArrayEquals(expected, read(path));
    }

    private static void assertContent(byte[] expected, Source source) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) source.size());
        source.read(0, all);
        assertArrayEquals(expected, all.array());
    }

    protected final List<String> names(String directory) throws IOException {
        return store.list(directory).stream().map(FileEntry::name).toList();
    }

    protected static byte[] bytes(long seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    protected static ByteBuffer direct(byte[] content) {
        return ByteBuffer.allocateDirect(content.length).put(content).flip();
    }

    protected static byte[] concat(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    private static int crc(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }

    /** What a thread of {@link #inParallel} does. */
    protected interface Work {
        void run(int thread) throws Exception;
    }

    /** Runs it on that many threads at once; fails as the first that failed. */
    protected static void inParallel(int threads, Work work) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Throwable> failures = new ArrayList<>();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    work.run(number);
                } catch (Throwable e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            });
            thread.start();
            running.add(thread);
        }
        start.countDown();
        for (Thread thread : running) {
            thread.join();
        }
        synchronized (failures) {
            if (!failures.isEmpty()) {
                throw new AssertionError(failures.size() + " threads failed", failures.get(0));
            }
        }
    }
}

package io.penstock.storage.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.buffer.Input;
import io.penstock.storage.FileSystem;
import io.penstock.storage.FileSystemContract;
import io.penstock.storage.NotDurableException;
import io.penstock.storage.Sink;
import io.penstock.storage.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and what is particular to files. */
class LocalFileSystemTest extends FileSystemContract {
    @TempDir
    Path directory;

    @Override
    protected FileSystem newStore() {
        return new LocalFileSystem(root(), true);
    }

    private Path root() {
        return directory.resolve("new").resolve("store");
    }

    @Test
    void nameThatCannotBeSyncedIsNoSuccess() throws IOException {
        Path log = Files.createDirectory(directory.resolve("log"));
        // Its files can be made, but it cannot be opened, which a sync needs.
        Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("-wx------"));
        assumeFalse(Files.isReadable(log), "this process may read every directory");
        try (FileSystem synced = new LocalFileSystem(directory, true)) {
            NotDurableException e = assertThrows(
                    NotDurableException.class, () -> synced.createExclusive("log/0", ByteBuffer.allocate(1)));
            assertTrue(e.getMessage().startsWith("cannot create 'log/0' in "), e.getMessage());
            assertTrue(e.getMessage().contains("it has appeared"), e.getMessage());
            assertTrue(synced.exists("log/0"));
        } finally {
            Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void fileThatSomethingElseFillsAppearsWhenItIsPublished() throws IOException {
        try (LocalFileSystem files = new LocalFileSystem(root(), true)) {
            Path place = files.openForFilling("a/b");
            Files.write(place, new byte[] {1, 2});
            assertFalse(files.exists("a/b"));
            assertEquals(List.of("a/b"), files.unfinished("a"));
            assertThrows(FileAlreadyExistsException.class, () -> files.openForFilling("a/b"));
            assertThrows(FileAlreadyExistsException.class, () -> files.openForWrite("a/b"));
            assertThrows(NoSuchFileException.class, () -> files.locate("a/b"));
            files.publish("a/b");
            assertArrayEquals(new byte[] {1, 2}, Files.readAllBytes(files.locate("a/b")));
            assertEquals(List.of(), files.unfinished("a"));
            files.openForFilling("a/b");
            assertTrue(files.discard("a/b"));
            assertThrows(IOException.class, () -> files.publish("a/b"));
            assertArrayEquals(new byte[] {1, 2}, Files.readAllBytes(files.locate("a/b")));
        }
    }

    @Test
    void readingMakesNoRoot() throws IOException {
        assertFalse(store.exists("a"));
        assertEquals(List.of(), store.list(""));
        assertFalse(Files.exists(directory.resolve("new")));
    }

    @Test
    void namesItselfByItsUri() throws IOException {
        assertEquals("file://" + root(), store.toString());
        create("a", new byte[1]);
        assertEquals("file://" + root(), store.toString());
        try (FileSystem top = new LocalFileSystem(Path.of("/"), false)) {
            assertEquals("file:///", top.toString());
        }
    }

    @Test
    void unsyncedStoreKeepsTheContractToo() throws IOException {
        try (FileSystem unsynced = new LocalFileSystem(directory.resolve("unsynced"), false)) {
            unsynced.mkdirAll("a/b");
            unsynced.createExclusive("a/x", ByteBuffer.wrap(new byte[] {1}));
            assertThrows(
                    FileAlreadyExistsException.class, () -> unsynced.createExclusive("a/x", ByteBuffer.allocate(0)));
            try (Sink sink = unsynced.openForWrite("a/b/c")) {
                sink.write(pooled(new byte[] {2}));
                sink.commit();
            }
        }
        assertArrayEquals(
                new byte[] {2}, Files.readAllBytes(directory.resolve("unsynced").resolve("a/b/c")));
    }

    @Test
    void fileInThePlaceOfTheRootIsNamed() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        for (Path root : List.of(file, file.resolve("below"))) {
            try (FileSystem wrong = new LocalFileSystem(root, true)) {
                for (IOException refused : List.of(
                        assertThrows(IOException.class, () -> wrong.openForWrite("a")),
                        assertThrows(IOException.class, () -> wrong.openForRead("a")),
                        assertThrows(IOException.class, () -> wrong.createExclusive("a", ByteBuffer.allocate(1))),
                        assertThrows(IOException.class, () -> wrong.list("")),
                        assertThrows(IOException.class, () -> wrong.exists("a")))) {
                    assertTrue(refused.getMessage().contains(wrong.toString()), refused.getMessage());
                    assertTrue(refused.getMessage().toLowerCase().contains("not a directory"), refused.getMessage());
                }
            }
        }
    }

    @Test
    void unreadableDirectoryIsNamed() throws IOException {
        assumeTrue(!Files.isWritable(Path.of("/")), "skipped: the superuser may read and write everything");
        create("dir/file", new byte[1]);
        Path closed = root().resolve("dir");
        Files.setPosixFilePermissions(closed, java.util.Set.of());
        try {
            for (IOException refused : List.of(
                    assertThrows(IOException.class, () -> store.openForWrite("dir/x")),
                    assertThrows(IOException.class, () -> store.list("dir")),
                    assertThrows(IOException.class, () -> store.exists("dir/file")))) {
                assertTrue(refused.getMessage().contains("permission denied"), refused.getMessage());
                assertTrue(refused.getMessage().contains(store.toString()), refused.getMessage());
            }
        } finally {
            Files.setPosixFilePermissions(closed, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void linksThatStayInsideAreFollowed() throws IOException {
        create("dir/file", new byte[] {1});
        Files.createSymbolicLink(root().resolve("link"), Path.of("dir"));
        Files.createSymbolicLink(root().resolve("file-link"), root().resolve("dir/file"));
        assertContent(new byte[] {1}, "link/file");
        assertContent(new byte[] {1}, "file-link");
        create("link/deep/new", new byte[] {2});
        assertContent(new byte[] {2}, "dir/deep/new");
        store.createExclusive("link/exclusive", ByteBuffer.wrap(new byte[] {3}));
        assertContent(new byte[] {3}, "dir/exclusive");
        assertEquals(List.of("dir", "file-link", "link"), names(""));
        assertEquals(names("dir"), names("link"));
        assertThrows(
                FileAlreadyExistsException.class, () -> store.createExclusive("file-link", ByteBuffer.allocate(1)));
        assertTrue(store.remove("file-link"));
        assertContent(new byte[] {1}, "dir/file");
    }

    @Test
    void linksThatLeadOutAreRefused() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.write(outside.resolve("secret"), new byte[] {7});
        store.mkdirAll("dir");
        Files.createSymbolicLink(root().resolve("dir/out"), outside);
        Files.createSymbolicLink(root().resolve("dir/up"), Path.of("../.."));
        Files.createSymbolicLink(root().resolve("dir/secret"), outside.resolve("secret"));
        Files.createSymbolicLink(root().resolve("dir/nothing"), outside.resolve("nothing"));
        Files.createSymbolicLink(root().resolve("dir/loop"), Path.of("loop"));
        for (String path : List.of(
                "dir/out",
                "dir/out/secret",
                "dir/out/new",
                "dir/out/deep/new",
                "dir/up/outside/secret",
                "dir/secret",
                "dir/nothing",
                "dir/nothing/below",
                "dir/loop",
                "dir/loop/below")) {
            for (IOException refused : List.of(
                    assertThrows(IOException.class, () -> store.openForRead(path), path),
                    assertThrows(IOException.class, () -> store.openForWrite(path), path),
                    assertThrows(IOException.class, () -> store.createExclusive(path, ByteBuffer.allocate(1)), path),
                    assertThrows(IOException.class, () -> store.exists(path), path),
                    assertThrows(IOException.class, () -> store.remove(path), path),
                    assertThrows(IOException.class, () -> store.mkdirAll(path), path),
                    assertThrows(IOException.class, () -> store.list(path), path),
                    assertThrows(IOException.class, () -> store.discard(path), path),
                    assertThrows(IOException.class, () -> store.unfinished(path), path))) {
                assertTrue(
                        refused.getMessage().matches("(?s).*(symbolic link|levels of symbolic).*"),
                        refused.getMessage());
            }
        }
        assertEquals(List.of(), names("dir"));
        assertEquals(List.of(outside.resolve("secret")), filesIn(outside));
    }

    @Test
    void rootMayBeALink() throws IOException {
        Path real = Files.createDirectory(directory.resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        try (FileSystem linked = new LocalFileSystem(link, true)) {
            linked.createExclusive("a/b", ByteBuffer.wrap(new byte[] {1}));
            assertTrue(linked.exists("a/b"));
        }
        assertTrue(Files.exists(real.resolve("a/b")));
    }

    @Test
    void pipesAndDevicesAreNotRead() throws Exception {
        store.mkdirAll("dir");
        assumeTrue(
                new ProcessBuilder("mkfifo", root().resolve("dir/pipe").toString())
                                .start()
                                .waitFor()
                        == 0,
                "skipped: there is no mkfifo");
        for (IOException refused : List.of(
                assertThrows(IOException.class, () -> store.openForRead("dir/pipe")),
                assertThrows(IOException.class, () -> store.openForWrite("dir/pipe")))) {
            assertTrue(refused.getMessage().contains("not a regular file"), refused.getMessage());
        }
        assertEquals(List.of(), names("dir"));
    }

    @Test
    void whatOthersPutBesideIsNotOurs() throws IOException {
        create("dir/file", new byte[] {1});
        Path place = root().resolve("dir");
        for (String name : List.of(
                ".inprogress",
                "..inprogress",
                "x.inprogress",
                "..inprogress.inprogress",
                ".y.z.inprogress.inprogress")) {
            Files.createFile(place.resolve(name));
        }
        Files.createFile(place.resolve(".a.0123456789abcdef.inprogress"));
        Files.createFile(place.resolve(".b.0123456789abcdef.inprogress.inprogress"));
        assertEquals(List.of("file"), names("dir"));
        assertEquals(List.of("dir/a.0123456789abcdef", "dir/b"), store.unfinished("dir"));
        assertFalse(store.discard("dir/a"));
        assertTrue(store.discard("dir/a.0123456789abcdef"));
        assertTrue(store.discard("dir/b"));
        assertEquals(List.of(), store.unfinished("dir"));
        assertEquals(6, filesIn(place).size());
    }

    @Test
    void discardedCreateExclusiveBeginsAgain() throws Exception {
        int names = 30;
        AtomicBoolean done = new AtomicBoolean();
        inParallel(2, thread -> {
            if (thread == 0) {
                try {
                    for (int i = 0; i < names; i++) {
                        store.createExclusive("log/" + i, ByteBuffer.wrap(bytes(i, 3000)));
                    }
                } finally {
                    done.set(true);
                }
            } else {
                // Fewer than a put bears, all of which may hit the same one.
                for (int discarded = 0; discarded < 90 && !done.get(); ) {
                    for (String path : store.unfinished("log")) {
                        discarded += store.discard(path) ? 1 : 0;
                    }
                    Thread.sleep(1);
                }
            }
        });
        for (int i = 0; i < names; i++) {
            assertContent(bytes(i, 3000), "log/" + i);
        }
        assertEquals(names, filesIn(root().resolve("log")).size());
    }

    @Test
    void fileThatIsCutShortWhileItIsOpenFailsTheRead() throws IOException {
        create("file", bytes(1, 1 << 20));
        try (Source source = store.openForRead("file")) {
            try (FileChannel other = FileChannel.open(root().resolve("file"), StandardOpenOption.WRITE)) {
                other.truncate(10);
            }
            for (IOException failure : List.of(
                    assertThrows(IOException.class, () -> source.read(1 << 19, ByteBuffer.allocateDirect(1 << 18))),
                    assertThrows(IOException.class, () -> source.view(0, 11)))) {
                assertTrue(failure.getMessage().contains("cut short to 10"), failure.getMessage());
                assertTrue(failure.getMessage().contains(store.toString()), failure.getMessage());
            }
            source.read(0, ByteBuffer.allocate(10));
        }
    }

    @Test
    void lastHolderOfAMappingUnmapsIt() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        assumeTrue(Files.exists(maps), "skipped: there is no " + maps);
        create("a-file-to-map", bytes(1, 10_000));
        Source source = store.openForRead("a-file-to-map");
        assertTrue(Files.readString(maps).contains("a-file-to-map"));
        Input.View first = source.view(1, 5000).orElseThrow();
        Input.View second = source.view(0, 0).orElseThrow();
        source.close();
        first.close();
        assertTrue(Files.readString(maps).contains("a-file-to-map"));
        second.close();
        assertFalse(Files.readString(maps).contains("a-file-to-map"));
    }

    @Test
    void nothingOfASinkStaysInTheProcess() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        assumeTrue(Files.exists(descriptors), "skipped: there is no " + descriptors);
        for (boolean commit : new boolean[] {true, false}) {
            try (Sink sink = store.openForWrite("a-sink-to-end")) {
                writePooled(sink, bytes(1, 10_000), BUFFER_BYTES);
                if (commit) {
                    sink.commit();
                }
            }
        }
        try (Sink unused = store.openForWrite("a-sink-to-end")) {
            assertEquals(0, unused.bytes());
        }
        for (Path descriptor : filesIn(descriptors)) {
            if (Files.isSymbolicLink(descriptor)) {
                assertFalse(Files.readSymbolicLink(descriptor).toString().contains("a-sink-to-end"));
            }
        }
        awaitNoThread("penstock-io-a-sink-to-end");
    }

    /** A sink is done when its thread has said so, which is a moment before it is gone. */
    private static void awaitNoThread(String name) {
        while (Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(name))) {
            Thread.onSpinWait();
        }
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}

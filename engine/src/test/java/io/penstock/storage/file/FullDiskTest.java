package io.penstock.storage.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.buffer.PooledBuffer;
import io.penstock.storage.FileEntry;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Sink;
import io.penstock.testing.LeakCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A file system of 1 MiB, where this process may mount one. */
class FullDiskTest {
    @TempDir
    Path mountPoint;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private boolean mounted;
    private FileSystem store;

    @BeforeEach
    void mount() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mountPoint.toString());
        if (!mounted) {
            System.out.println("FullDiskTest is skipped: this process may not mount a tmpfs");
        }
        assumeTrue(mounted);
        store = new LocalFileSystem(mountPoint, true);
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            store.close();
            assertTrue(run("umount", mountPoint.toString()));
        }
    }

    @Test
    void fullDiskFailsTheWriteByNameAndLeavesNothing() throws Exception {
        store.createExclusive("before", ByteBuffer.wrap(new byte[] {1}));
        try (Sink sink = store.openForWrite("dir/file")) {
            IOException full = assertThrows(IOException.class, () -> {
                for (int i = 0; i < 64; i++) {
                    PooledBuffer buffer = memory.pool().acquire();
                    sink.write(buffer.length(buffer.capacity()));
                }
            });
            assertFull(full, "dir/file");
            assertFull(assertThrows(IOException.class, () -> sink.write(ByteBuffer.allocate(1))), "dir/file");
            assertFull(assertThrows(IOException.class, sink::settle), "dir/file");
            assertFull(assertThrows(IOException.class, sink::commit), "dir/file");
            PooledBuffer buffer = memory.pool().acquire();
            assertFull(assertThrows(IOException.class, () -> sink.write(buffer.length(1))), "dir/file");
        }
        assertEquals(List.of(), filesIn(mountPoint.resolve("dir")));
        store.createExclusive("after", ByteBuffer.wrap(new byte[] {1}));
    }

    @Test
    void fullDiskFailsCreateExclusiveAndLeavesNothing() throws Exception {
        IOException full =
                assertThrows(IOException.class, () -> store.createExclusive("file", ByteBuffer.allocate(2 << 20)));
        assertFull(full, "file");
        assertEquals(List.of(), filesIn(mountPoint));
    }

    @Test
    void readOnlyStoreFailsTheWriteByName() throws Exception {
        store.createExclusive("file", ByteBuffer.wrap(new byte[] {1}));
        assertTrue(run("mount", "-o", "remount,ro", mountPoint.toString()));
        for (IOException refused : List.of(
                assertThrows(IOException.class, () -> store.openForWrite("other")),
                assertThrows(IOException.class, () -> store.openForWrite("dir/other")),
                assertThrows(IOException.class, () -> store.createExclusive("other", ByteBuffer.allocate(1))),
                assertThrows(IOException.class, () -> store.mkdirAll("dir")),
                assertThrows(IOException.class, () -> store.remove("file")))) {
            assertTrue(refused.getMessage().contains("Read-only file system"), refused.getMessage());
            assertTrue(refused.getMessage().contains(store.toString()), refused.getMessage());
        }
        assertEquals(
                List.of("file"), store.list("").stream().map(FileEntry::name).toList());
        store.openForRead("file").close();
    }

    private void assertFull(IOException full, String path) {
        assertTrue(full.getMessage().contains("No space left on device"), full.getMessage());
        assertTrue(full.getMessage().contains(path), full.getMessage());
        assertTrue(full.getMessage().contains(store.toString()), full.getMessage());
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}

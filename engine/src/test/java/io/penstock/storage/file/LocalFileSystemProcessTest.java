package io.penstock.storage.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.storage.FileEntry;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Source;
import io.penstock.storage.StoragePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One directory, many processes, some of which die. */
@Timeout(120)
class LocalFileSystemProcessTest {
    @TempDir
    Path directory;

    private final List<Process> children = new ArrayList<>();
    private FileSystem store;

    @BeforeEach
    void openStore() {
        store = new LocalFileSystem(directory, true);
    }

    @AfterEach
    void endChildren() throws IOException {
        children.forEach(Process::destroyForcibly);
        store.close();
    }

    @Test
    void createExclusiveHasOneWinnerOfManyProcesses() throws Exception {
        int names = 50;
        int processes = 4;
        List<BufferedReader> outputs = new ArrayList<>();
        for (int i = 0; i < processes; i++) {
            outputs.add(output(start("createExclusive", Character.toString('a' + i), names)));
        }
        for (BufferedReader output : outputs) {
            assertEquals("ready", output.readLine());
        }
        for (Process child : children) {
            child.getOutputStream().write('\n');
            child.getOutputStream().flush();
        }
        String[] winners = new String[names];
        for (int i = 0; i < processes; i++) {
            for (String won : outputs.get(i).lines().toList()) {
                int name = Integer.parseInt(won);
                assertEquals(null, winners[name], "two processes won " + name);
                winners[name] = Character.toString('a' + i);
            }
            assertEquals(0, children.get(i).waitFor());
        }
        for (int i = 0; i < names; i++) {
            assertEquals(ChildProcess.contentOf(winners[i]), read("log/" + i));
        }
        assertEquals(names, store.list("log").size());
        assertEquals(List.of(), store.unfinished("log"));
        assertEquals(names, filesIn(directory.resolve("log")).size());
    }

    @Test
    void killedWriterLeavesOnlyWhatIsUnfinished() throws Exception {
        Process child = start("writeForever", "dir/file");
        assertEquals("written", output(child).readLine());
        assertEquals(List.of("dir/file"), store.unfinished("dir"));
        kill(child);
        assertEquals(List.of(), store.list("dir"));
        assertFalse(store.exists("dir/file"));
        assertEquals(List.of("dir/file"), store.unfinished("dir"));
        assertThrows(FileAlreadyExistsException.class, () -> store.openForWrite("dir/file"));
        assertTrue(store.discard("dir/file"));
        assertEquals(List.of(), store.unfinished("dir"));
        assertEquals(List.of(), filesIn(directory.resolve("dir")));
        store.openForWrite("dir/file").close();
    }

    @Test
    void killedCreatorLeavesWholeFilesAndWhatIsUnfinished() throws Exception {
        for (int round = 0; round < 3; round++) {
            Process child = start("createForever");
            BufferedReader output = output(child);
            int created = -1;
            for (int i = 0; i < 5 + round; i++) {
                created = Integer.parseInt(output.readLine());
            }
            kill(child);
            for (int i = 0; i <= created; i++) {
                assertTrue(store.exists("log/" + i));
            }
            for (FileEntry entry : store.list("log")) {
                assertEquals(ChildProcess.contentOf("0123456789"), read("log/" + entry.name()));
            }
            for (String path : store.unfinished("log")) {
                assertTrue(store.discard(path));
            }
            assertEquals(
                    store.list("log").size(), filesIn(directory.resolve("log")).size());
            for (FileEntry entry : store.list("log")) {
                store.remove(StoragePath.resolve("log", entry.name()));
            }
        }
    }

    private Process start(String work, Object... arguments) throws IOException {
        Process child = ChildProcess.start(work, directory, arguments);
        children.add(child);
        return child;
    }

    private static BufferedReader output(Process child) {
        return new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** SIGKILL: it runs nothing more. */
    private static void kill(Process child) throws InterruptedException {
        child.destroyForcibly().waitFor();
    }

    private ByteBuffer read(String path) throws IOException {
        try (Source source = store.openForRead(path)) {
            ByteBuffer all = ByteBuffer.allocate((int) source.size());
            source.read(0, all);
            return all.flip();
        }
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}

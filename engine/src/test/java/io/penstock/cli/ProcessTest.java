package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the command line owes to the process it runs in: signals, sudden death, pipes. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class ProcessTest {
    @TempDir
    Path directory;

    private Path store;
    private CliProcess process;

    @BeforeEach
    void nameStore() {
        store = directory.resolve("store");
    }

    @AfterEach
    void endProcess() throws InterruptedException {
        if (process != null) {
            process.kill();
        }
    }

    private void start(String... args) throws IOException {
        process = new CliProcess(directory, List.of("-Xmx64m"), args);
    }

    private void startEndlessWrite(String table) throws Exception {
        start("write", "--store", store.toString(), "--table", table, "tpch:lineitem:1000");
        process.await(() -> unfinishedBytes() >= 1 << 20);
    }

    private long unfinishedBytes() {
        try {
            long bytes = 0;
            for (Path file : files()) {
                bytes += file.toString().endsWith(".inprogress") ? Files.size(file) : 0;
            }
            return bytes;
        } catch (IOException | UncheckedIOException e) {
            return 0; // It was finished meanwhile.
        }
    }

    private boolean hasFiles() {
        try {
            return !files().isEmpty();
        } catch (IOException | UncheckedIOException e) {
            return true; // One has just vanished.
        }
    }

    private List<Path> files() throws IOException {
        if (Files.notExists(store)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(store)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private String read(String table) {
        return Cli.done("read", "--store", store.toString(), "--table", table);
    }

    @Test
    void ctrlCRollsBackAndSaysSoInOneLine() throws Exception {
        Cli.done("write", "--store", store.toString(), "--table", "a.b", "--quiet", "tpch:lineitem:0.001");
        List<Path> before = files();
        String rows = read("a.b");
        startEndlessWrite("a.b");
        assertEquals(130, process.interrupt());
        assertEquals("penstock: interrupted: rolled back, nothing was committed\n", process.errors());
        assertEquals(before, files());
        assertEquals(rows, read("a.b"));
    }

    @Test
    void ctrlCLeavesNoTableThatWasNotThereBefore() throws Exception {
        startEndlessWrite("a.b");
        assertEquals(130, process.interrupt());
        assertEquals(List.of(), files());
        assertEquals("", Cli.done("tables", "--store", store.toString()));
    }

    @Test
    void ctrlCNeedNotWaitForStandardInput() throws Exception {
        start("write", "--store", store.toString(), "--table", "a.b", "--input-format", "csv", "-");
        // More than the sample, so that the table is there and the writer open when it waits for more.
        process.in().write(("a,b\n" + "1,2\n".repeat(SampledStream.SAMPLE_BYTES / 3)).getBytes(StandardCharsets.UTF_8));
        process.in().flush();
        process.await(this::hasFiles);
        assertEquals(130, process.interrupt());
        assertEquals("penstock: interrupted: rolled back, nothing was committed\n", process.errors());
        assertEquals(List.of(), files());
    }

    @Test
    void whatAKilledWriterLeavesIsNamedAndThenRemoved() throws Exception {
        Cli.done("write", "--store", store.toString(), "--table", "a.b", "--quiet", "tpch:lineitem:0.001");
        List<Path> before = files();
        String rows = read("a.b");
        startEndlessWrite("a.b");
        process.kill();
        List<Path> left = new ArrayList<>(files());
        left.removeAll(before);
        assertFalse(left.isEmpty());
        assertEquals(rows, read("a.b"), "the table while the leftovers are there");

        String plan = Cli.done("recover", "--store", store.toString(), "--dry-run");
        assertTrue(plan.contains("would remove unfinished  a/b/part-"), plan);
        assertTrue(plan.contains("would remove intent"), plan);
        assertTrue(files().containsAll(left), "a dry run removes nothing");

        String removed = Cli.done("recover", "--store", store.toString());
        assertEquals(plan, removed.replace("removed     ", "would remove").replace("removed ", "would remove "));
        assertEquals(before, files());
        assertEquals(rows, read("a.b"));
        assertEquals("removed 0 leftovers\n", Cli.done("recover", "--store", store.toString()));
    }

    @Test
    void aPipeThatIsClosedEndsTheReaderQuietly() throws Exception {
        Cli.done("write", "--store", store.toString(), "--table", "a.b", "--quiet", "tpch:lineitem:0.05");
        start("read", "--store", store.toString(), "--table", "a.b");
        try (BufferedReader out = process.out()) {
            assertTrue(out.readLine().startsWith("l_orderkey,"));
        }
        assertEquals(0, process.end());
        assertEquals("", process.errors());
    }

    @Test
    void aHeapOf64MegabytesWritesAndReadsMoreThanThat() throws Exception {
        start(
                "write",
                "--store",
                store.toString(),
                "--table",
                "a.b",
                "--format",
                "json",
                "--layout",
                "records",
                "--quiet",
                "tpch:lineitem:0.1");
        assertEquals(0, process.end());
        assertEquals("", process.errors());
        start("read", "--store", store.toString(), "--table", "a.b");
        try (BufferedReader out = process.out()) {
            assertEquals(600_573, out.lines().count());
        }
        assertEquals(0, process.end());
        assertEquals("", process.errors());
        assertNotEquals(0, files().size());
    }
}

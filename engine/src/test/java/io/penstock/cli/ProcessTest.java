package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    Path directory;

    private Path store;
    private Process process;

    @BeforeEach
    void nameStore() {
        store = directory.resolve("store");
    }

    @AfterEach
    void endProcess() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    private void start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.penstock.cli.Main"));
        command.addAll(List.of(args));
        process = new ProcessBuilder(command)
                .redirectError(directory.resolve("err").toFile())
                .start();
    }

    private String errors() throws IOException {
        // A JVM of 24 or later warns of what the script's flags allow.
        return Files.readString(directory.resolve("err"))
                .lines()
                .filter(line -> !line.startsWith("WARNING: "))
                .reduce("", (all, line) -> all + line + "\n");
    }

    private void startEndlessWrite(String table) throws Exception {
        start("write", "--store", store.toString(), "--table", table, "tpch:lineitem:1000");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (unfinishedBytes() < 1 << 20) {
            assertTrue(process.isAlive(), () -> "it ended by itself");
            assertTrue(System.nanoTime() < deadline, "it does not write");
            Thread.sleep(10);
        }
    }

    private long unfinishedBytes() throws IOException {
        long bytes = 0;
        for (Path file : files()) {
            try {
                bytes += file.toString().endsWith(".inprogress") ? Files.size(file) : 0;
            } catch (NoSuchFileException e) {
                continue; // It was finished meanwhile.
            }
        }
        return bytes;
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

    /** Sends what Ctrl-C sends; or, where this process was started so that it ignores that, what ends a service. */
    private int interrupt() throws Exception {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        boolean ignored = Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
        String signal = ignored ? "TERM" : "INT";
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor());
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it did not end");
        return ignored ? process.exitValue() - 13 : process.exitValue();
    }

    @Test
    void ctrlCRollsBackAndSaysSoInOneLine() throws Exception {
        Cli.done("write", "--store", store.toString(), "--table", "a.b", "--quiet", "tpch:lineitem:0.001");
        List<Path> before = files();
        String rows = read("a.b");
        startEndlessWrite("a.b");
        assertEquals(130, interrupt());
        assertEquals("penstock: interrupted: rolled back, nothing was committed\n", errors());
        assertEquals(before, files());
        assertEquals(rows, read("a.b"));
    }

    @Test
    void ctrlCLeavesNoTableThatWasNotThereBefore() throws Exception {
        startEndlessWrite("a.b");
        assertEquals(130, interrupt());
        assertEquals(List.of(), files());
        assertEquals("", Cli.done("tables", "--store", store.toString()));
    }

    @Test
    void ctrlCNeedNotWaitForStandardInput() throws Exception {
        start("write", "--store", store.toString(), "--table", "a.b", "--input-format", "csv", "-");
        // More than the sample, so that the table is there and the writer open when it waits for more.
        process.getOutputStream()
                .write(("a,b\n" + "1,2\n".repeat(SampledStream.SAMPLE_BYTES / 3)).getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        while (files().isEmpty()) {
            assertTrue(process.isAlive(), () -> "it ended by itself");
            Thread.sleep(10);
        }
        assertEquals(130, interrupt());
        assertEquals("penstock: interrupted: rolled back, nothing was committed\n", errors());
        assertEquals(List.of(), files());
    }

    @Test
    void whatAKilledWriterLeavesIsNamedAndThenRemoved() throws Exception {
        Cli.done("write", "--store", store.toString(), "--table", "a.b", "--quiet", "tpch:lineitem:0.001");
        List<Path> before = files();
        String rows = read("a.b");
        startEndlessWrite("a.b");
        process.destroyForcibly().waitFor();
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
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertTrue(out.readLine().startsWith("l_orderkey,"));
        }
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it did not end");
        assertEquals("", errors());
        assertEquals(0, process.exitValue());
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
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it did not end");
        assertEquals("", errors());
        assertEquals(0, process.exitValue());
        start("read", "--store", store.toString(), "--table", "a.b");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals(600_573, out.lines().count());
        }
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it did not end");
        assertEquals("", errors());
        assertNotEquals(0, files().size());
    }
}

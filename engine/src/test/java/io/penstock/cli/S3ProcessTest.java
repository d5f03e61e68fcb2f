package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.S3TestServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the command line owes to a store on S3 when its process ends in the middle of an upload. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class S3ProcessTest {
    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    @TempDir
    Path directory;

    private String store;
    private CliProcess process;

    @BeforeEach
    void nameStore() {
        store = "s3://" + server.bucket() + "/" + S3TestServer.PREFIX;
    }

    @AfterEach
    void endProcess() {
        if (process != null) {
            process.close();
        }
    }

    private String[] on(String command, String... more) {
        return Stream.concat(
                        Stream.of(
                                command,
                                "--store",
                                store,
                                "--endpoint",
                                server.endpoint().toString()),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private void startEndlessWrite() throws Exception {
        List<String> options =
                new ArrayList<>(List.of("-Xmx64m", "-XX:MaxDirectMemorySize=96m", "-Dpenstock.s3.part.bytes=5MiB"));
        options.addAll(server.javaOptions());
        process = new CliProcess(directory, options, on("write", "--table", "a.b", "tpch:lineitem:1000"));
        process.await(() -> !server.uploads().isEmpty());
    }

    private void writeSome() {
        Cli.done(on("write", "--table", "a.b", "--quiet", "tpch:lineitem:0.001"));
    }

    private String read() {
        return Cli.done(on("read", "--table", "a.b"));
    }

    @Test
    void whatAKilledWriterLeavesIsNamedAndThenRemoved() throws Exception {
        writeSome();
        List<String> before = server.keys();
        String rows = read();
        startEndlessWrite();
        process.kill();
        assertEquals(1, server.uploads().size());
        assertEquals(rows, read(), "the table while the upload is there");

        String plan = Cli.done(on("recover", "--dry-run"));
        List<String> lines = plan.lines().toList();
        String file = server.uploads().get(0).substring(S3TestServer.PREFIX.length() + 1);
        assertEquals(
                List.of(
                        "would remove upload      " + file,
                        "would remove intent      a/b/_penstock/"
                                + Path.of(file).getFileName() + ".intent",
                        "would remove 2 leftovers"),
                lines);
        assertEquals(1, server.uploads().size(), "a dry run removes nothing");

        String removed = Cli.done(on("recover"));
        assertEquals(plan, removed.replace("removed     ", "would remove").replace("removed ", "would remove "));
        assertEquals(List.of(), server.uploads());
        assertEquals(before, server.keys());
        assertEquals(rows, read());
        assertEquals("removed 0 leftovers\n", Cli.done(on("recover")));
    }

    @Test
    void ctrlCAbortsTheUploadAndSaysSoInOneLine() throws Exception {
        writeSome();
        List<String> before = server.keys();
        String rows = read();
        startEndlessWrite();
        assertEquals(130, process.interrupt());
        assertEquals("penstock: interrupted: rolled back, nothing was committed\n", process.errors());
        assertEquals(List.of(), server.uploads());
        assertEquals(before, server.keys());
        assertEquals(rows, read());
    }

    @Test
    void ctrlCLeavesNoTableThatWasNotThereBefore() throws Exception {
        startEndlessWrite();
        assertEquals(130, process.interrupt());
        server.assertNothingLeft();
        assertEquals("", Cli.done(on("tables")));
    }

    @Test
    void anUploadOfAWriterThatLivesIsLeftAlone() throws Exception {
        writeSome();
        startEndlessWrite();
        List<String> uploads = server.uploads();
        assertEquals("would remove 0 leftovers\n", Cli.done(on("recover", "--dry-run")));
        assertEquals("removed 0 leftovers\n", Cli.done(on("recover")));
        writeSome();
        assertEquals(2 * 6005 + 1, read().lines().count());
        assertEquals(uploads, server.uploads());
        assertTrue(process.isAlive());
        assertEquals(130, process.interrupt());
        assertEquals(List.of(), server.uploads());
    }
}

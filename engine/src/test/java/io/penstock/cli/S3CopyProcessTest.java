package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.FaultyProxy;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a copy whose process ends in the middle of a file. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class S3CopyProcessTest {
    /** So slow that a large file is on its way for minutes. */
    private static final long BYTES_PER_SECOND = 200_000;

    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    @TempDir
    Path directory;

    private Path local;
    private String remote;
    private FaultyProxy slow;
    private CliProcess process;

    /** A small file, and one of more than a part of an upload. */
    @BeforeEach
    void writeTable() throws IOException {
        local = directory.resolve("local");
        remote = "s3://" + server.bucket() + "/" + S3TestServer.PREFIX;
        slow = new FaultyProxy(server.endpoint()).throttle(BYTES_PER_SECOND);
        for (String scale : List.of("0.0001", "0.03")) {
            Cli.done(
                    "write",
                    "--store",
                    local.toString(),
                    "--table",
                    "a.b",
                    "--format",
                    "json",
                    "--quiet",
                    "tpch:lineitem:" + scale);
        }
    }

    @AfterEach
    void endProcess() throws IOException {
        if (process != null) {
            process.close();
        }
        slow.close();
    }

    private String[] toS3(String endpoint) {
        return copy(local.toString(), remote, "--to-endpoint", endpoint);
    }

    private String[] fromS3(Path to, String endpoint) {
        return copy(remote, to.toString(), "--from-endpoint", endpoint);
    }

    private static String[] copy(String from, String to, String... more) {
        return Stream.concat(Stream.of("copy", "--table", "a.b", "--from", from, "--to", to), Stream.of(more))
                .toArray(String[]::new);
    }

    private void start(String... args) throws IOException {
        List<String> options = new ArrayList<>(List.of("-Xmx64m", "-XX:MaxDirectMemorySize=96m"));
        options.addAll(server.javaOptions());
        process = new CliProcess(directory, options, args);
    }

    private void assertGoesOn(String... command) {
        String line = Cli.done(command);
        assertTrue(line.contains(" 1 file, ") && line.contains(", 1 file kept "), line);
    }

    private void assertWholeOnS3() throws IOException {
        server.assertNothingLeft(files(local).stream().sorted().toList());
        for (String file : files(local)) {
            assertEquals(-1, Files.mismatch(local.resolve(file), Files.write(temporary(), server.content(file))), file);
        }
    }

    private Path temporary() throws IOException {
        return Files.createTempFile(directory, "content", "");
    }

    private static List<String> files(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .toList();
        }
    }

    @Test
    void ctrlCLeavesNoUploadAndTheSameCommandGoesOn() throws Exception {
        start(toS3(slow.endpoint().toString()));
        process.await(() -> !server.uploads().isEmpty());
        assertEquals(130, process.interrupt());
        assertEquals(
                "penstock: interrupted: what has arrived stays, and the same command goes on from there\n",
                process.errors());
        assertEquals(List.of(), server.uploads());
        assertEquals(2, server.keys().size(), "the small file, and the mark of the copy");
        assertEquals(
                "",
                Cli.done(
                        "tables",
                        "--store",
                        remote,
                        "--endpoint",
                        server.endpoint().toString()));
        assertGoesOn(toS3(server.endpoint().toString()));
        assertWholeOnS3();
    }

    @Test
    void theUploadOfAKilledCopyIsAbortedByTheNext() throws Exception {
        start(toS3(slow.endpoint().toString()));
        process.await(() -> !server.uploads().isEmpty());
        process.kill();
        assertEquals(1, server.uploads().size());
        assertGoesOn(toS3(server.endpoint().toString()));
        assertWholeOnS3();
    }

    @Test
    void aKilledCopyFromS3GoesOn() throws Exception {
        Cli.done(toS3(server.endpoint().toString()));
        Path target = directory.resolve("target");
        start(fromS3(target, slow.endpoint().toString()));
        process.await(() -> dataFiles(target).equals(List.of(true, false)));
        process.kill();
        assertEquals("", Cli.done("tables", "--store", target.toString()));
        assertGoesOn(fromS3(target, server.endpoint().toString()));
        assertEquals(
                files(local).stream().sorted().toList(),
                files(target).stream().sorted().toList());
        for (String file : files(local)) {
            assertEquals(-1, Files.mismatch(local.resolve(file), target.resolve(file)), file);
        }
    }

    /** For each data file that is there whether it is unfinished. */
    private static List<Boolean> dataFiles(Path store) {
        try (Stream<Path> files = Files.list(store.resolve("a/b"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains("part-"))
                    .map(name -> name.endsWith(".inprogress"))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (IOException e) {
            return List.of(); // It has not got so far as to make the directory.
        }
    }
}

package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyCommandTest {
    @TempDir
    Path directory;

    private Path from;
    private Path to;

    @BeforeEach
    void nameStores() {
        from = directory.resolve("from");
        to = directory.resolve("to");
    }

    private void write(Path store, String table, String... more) {
        Cli.done(concat(new String[] {"write", "--store", store.toString(), "--table", table, "--quiet"}, more));
    }

    private static String[] concat(String[] args, String... more) {
        return Stream.concat(Stream.of(args), Stream.of(more)).toArray(String[]::new);
    }

    private String[] copy(String table) {
        return new String[] {"copy", "--from", from.toString(), "--to", to.toString(), "--table", table};
    }

    private static String read(Path store, String table) {
        return Cli.done("read", "--store", store.toString(), "--table", table);
    }

    private static List<Path> files(Path store) throws IOException {
        if (Files.notExists(store)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(store)) {
            return files.filter(Files::isRegularFile)
                    .map(store::relativize)
                    .sorted()
                    .toList();
        }
    }

    private List<Path> dataFiles() throws IOException {
        return files(from).stream()
                .filter(file -> file.getFileName().toString().startsWith("part-"))
                .toList();
    }

    private void assertSameFiles() throws IOException {
        assertEquals(files(from), files(to));
        for (Path file : files(from)) {
            assertArrayEquals(Files.readAllBytes(from.resolve(file)), Files.readAllBytes(to.resolve(file)));
        }
    }

    @Test
    void aCopyIsTheTableWithAllItsVersions() throws IOException {
        write(from, "a.b", "--format", "parquet", "tpch:nation:1");
        write(from, "a.b", "tpch:nation:1");
        String line = Cli.done(copy("a.b"));
        assertTrue(line.startsWith("a.b version 2: 3 versions, 2 files, "), line);
        assertSameFiles();
        assertEquals(read(from, "a.b"), read(to, "a.b"));
        assertEquals("", Cli.done(concat(copy("a.b"), "--quiet")));
    }

    @Test
    void aCopyCatchesUpWithItsTable() throws IOException {
        write(from, "a.b", "tpch:nation:1");
        Cli.done(copy("a.b"));
        write(from, "a.b", "tpch:nation:1");
        String line = Cli.done(copy("a.b"));
        assertTrue(line.startsWith("a.b version 2: 1 version, 1 file, "), line);
        assertSameFiles();
        assertEquals("a.b version 2: the target has it already\n", Cli.done(copy("a.b")));
    }

    @Test
    void anEmptyTableIsCopiedToo() throws IOException {
        write(from, "a.b", "--schema", "a:int64", "--format", "json", emptyInput());
        Cli.done(copy("a.b"));
        assertSameFiles();
        assertEquals("a\n", read(to, "a.b"));
    }

    private String emptyInput() throws IOException {
        Path csv = directory.resolve("empty.csv");
        Files.writeString(csv, "a\n");
        return csv.toString();
    }

    @Test
    void whatHasArrivedWholeIsNotSentAgain() throws IOException {
        write(from, "a.b", "tpch:nation:1");
        write(from, "a.b", "tpch:nation:1");
        write(from, "a.b", "tpch:nation:1");
        List<Path> data = dataFiles();
        // One whole, one cut short, one of the right length with a wrong byte.
        for (Path file : data) {
            Files.createDirectories(to.resolve(file).getParent());
            Files.copy(from.resolve(file), to.resolve(file));
        }
        FileTime kept = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(to.resolve(data.get(0)), kept);
        byte[] bytes = Files.readAllBytes(from.resolve(data.get(1)));
        Files.write(to.resolve(data.get(1)), java.util.Arrays.copyOf(bytes, bytes.length - 1));
        bytes = Files.readAllBytes(from.resolve(data.get(2)));
        bytes[bytes.length / 2] ^= 1;
        Files.write(to.resolve(data.get(2)), bytes);
        String line = Cli.done(copy("a.b"));
        assertTrue(line.contains(" 2 files, ") && line.contains(" 1 file kept "), line);
        assertEquals(kept, Files.getLastModifiedTime(to.resolve(data.get(0))));
        assertSameFiles();
    }

    @Test
    void whatAKilledCopyLeftUnfinishedIsNoHindrance() throws IOException {
        write(from, "a.b", "tpch:nation:1");
        Path unfinished = to.resolve(dataFiles().get(0))
                .resolveSibling("." + dataFiles().get(0).getFileName() + ".inprogress");
        Files.createDirectories(unfinished.getParent());
        Files.writeString(unfinished, "a part");
        Cli.done(copy("a.b"));
        assertSameFiles();
    }

    @Test
    void anotherTableOfThatNameIsLeftAsItIs() throws IOException {
        write(from, "a.b", "tpch:nation:1");
        write(to, "a.b", "tpch:nation:1");
        List<Path> before = files(to);
        assertTrue(Cli.failed(copy("a.b")).contains(" has another table a.b, which was not copied from "));
        assertEquals(before, files(to));
    }

    @Test
    void aCopyThatWasWrittenToIsLeftAsItIs() throws IOException {
        write(from, "a.b", "tpch:nation:1");
        Cli.done(copy("a.b"));
        write(to, "a.b", "tpch:nation:1");
        List<Path> before = files(to);
        assertTrue(Cli.failed(copy("a.b")).contains(" has a version 2 that "));
        write(from, "a.b", "tpch:nation:1");
        assertTrue(Cli.failed(copy("a.b")).contains(" has a version 2 that "));
        assertEquals(before, files(to));
    }

    @Test
    void aDamagedFileIsNamedAndNoTableAppears() throws IOException {
        write(from, "a.b", "tpch:nation:1");
        write(from, "a.b", "tpch:nation:1");
        Path damaged = dataFiles().get(1);
        byte[] bytes = Files.readAllBytes(from.resolve(damaged));
        bytes[bytes.length / 2] ^= 1;
        Files.write(from.resolve(damaged), bytes);
        String line = Cli.failed(copy("a.b"));
        assertTrue(line.contains(damaged.getFileName().toString()) && line.contains("CRC32C"), line);
        assertEquals("", Cli.done("tables", "--store", to.toString()));
        assertFalse(files(to).contains(damaged));
    }

    @Test
    void aCopyThatIsGivenUpCanBeDropped() throws IOException {
        aDamagedFileIsNamedAndNoTableAppears();
        assertFalse(files(to).isEmpty());
        Cli.done("drop", "--store", to.toString(), "--table", "a.b");
        assertEquals(List.of(), files(to));
    }

    @Test
    void aPartOfAnotherTableIsNotMixedWithThisOne() throws IOException {
        aDamagedFileIsNamedAndNoTableAppears();
        Cli.done("drop", "--store", from.toString(), "--table", "a.b");
        write(from, "a.b", "tpch:nation:1");
        assertTrue(Cli.failed(copy("a.b")).contains("drop it first"));
    }

    @Test
    void whatIsNotThereIsSaid() {
        assertTrue(Cli.failed(copy("a.b")).contains("give --from a directory that exists"));
        write(from, "a.c", "tpch:nation:1");
        assertTrue(Cli.failed(copy("a.b")).startsWith("a.b: no such table in file://"));
    }

    @Test
    void anEndpointIsOfAStoreOnS3() {
        assertTrue(Cli.misused(concat(copy("a.b"), "--to-endpoint", "http://127.0.0.1:1"))
                .startsWith("--to-endpoint: an endpoint is of a store on S3"));
        assertTrue(Cli.misused("tables", "--store", from.toString(), "--endpoint", "http://127.0.0.1:1")
                .startsWith("--endpoint: an endpoint is of a store on S3"));
        assertTrue(Cli.misused("tables", "--store", "s3://bucket", "--endpoint", "127.0.0.1:1")
                .startsWith("--endpoint: endpoint '127.0.0.1:1' is none: expected http(s)://"));
    }
}

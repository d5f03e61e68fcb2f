package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCommandsTest {
    @TempDir
    Path directory;

    private String store;

    @BeforeEach
    void nameStore() {
        store = directory.resolve("store").toString();
    }

    private void write(String table, String... more) {
        String[] args = {"write", "--store", store, "--table", table, "--quiet"};
        String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        Cli.done(all);
    }

    @Test
    void tablesAreListedByName() {
        write("b.z", "tpch:region:1");
        write("b.a", "tpch:region:1");
        write("a.z", "tpch:region:1");
        assertEquals("a.z\nb.a\nb.z\n", Cli.done("tables", "--store", store));
        assertEquals("a.z\nb.a\nb.z\n", Cli.done("tables", "--store", "file://" + store));
    }

    @Test
    void describeSaysSchemaFormatVersionsFilesRowsAndBytes() throws IOException {
        write("a.b", "--format", "json", "--layout", "records", "tpch:region:1");
        write("a.b", "tpch:region:1");
        String text = Cli.done("describe", "--store", store, "--table", "a.b");
        assertTrue(text.contains("format    json layout=records\n"), text);
        assertTrue(text.contains("versions  3, the newest is 2\n"), text);
        assertTrue(text.contains("files     2\n"), text);
        assertTrue(text.contains("rows      10\n"), text);
        assertTrue(text.contains("schema    r_regionkey:int64!\n          r_name:utf8!\n"), text);
        JsonNode json = new ObjectMapper().readTree(Cli.done("describe", "--store", store, "--table", "a.b", "--json"));
        assertEquals("json", json.get("format").asText());
        assertEquals(3, json.get("versions").asInt());
        assertEquals(2, json.get("files").asInt());
        assertEquals(10, json.get("rows").asInt());
        assertEquals("int64", json.get("schema").get(0).get("type").asText());
        assertTrue(text.contains("bytes     " + Sizes.count(json.get("bytes").asLong()) + "\n"), text);
    }

    @Test
    void dropRemovesTheTable() throws IOException {
        write("a.b", "tpch:region:1");
        write("a.c", "tpch:region:1");
        Cli.done("drop", "--store", store, "--table", "a.b");
        assertEquals("a.c\n", Cli.done("tables", "--store", store));
        assertTrue(Files.notExists(Path.of(store, "a", "b")));
    }

    @Test
    void readProjectsAndLimits() {
        write("a.b", "--format", "json", "--batch-rows", "7", "tpch:nation:1");
        assertEquals(
                "n_name,n_nationkey\nALGERIA,0\nARGENTINA,1\n",
                Cli.done(
                        "read", "--store", store, "--table", "a.b", "--columns", "n_name,n_nationkey", "--limit", "2"));
        assertEquals(
                "{\"n_nationkey\":0}\n",
                Cli.done(
                        "read",
                        "--store",
                        store,
                        "--table",
                        "a.b",
                        "--columns",
                        "n_nationkey",
                        "--limit",
                        "1",
                        "--as",
                        "jsonl"));
        assertEquals(
                21,
                Cli.done("read", "--store", store, "--table", "a.b", "--limit", "20")
                        .lines()
                        .count());
        assertEquals(
                26,
                Cli.done("read", "--store", store, "--table", "a.b", "--limit", "99")
                        .lines()
                        .count());
        assertEquals(
                1,
                Cli.done("read", "--store", store, "--table", "a.b", "--limit", "0")
                        .lines()
                        .count());
    }

    @Test
    void aDamagedDataFileIsNamed() throws IOException {
        write("a.b", "--format", "json", "tpch:region:1");
        Path data = dataFiles().get(0);
        byte[] bytes = Files.readAllBytes(data);
        bytes[bytes.length / 2] ^= 1;
        Files.write(data, bytes, StandardOpenOption.TRUNCATE_EXISTING);
        Cli.Result result = Cli.run(new byte[0], "read", "--store", store, "--table", "a.b", "--as", "jsonl");
        assertEquals(1, result.status());
        assertTrue(result.err().contains(data.getFileName().toString()), result.err());
        assertEquals(1, result.err().lines().count());
    }

    private List<Path> dataFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(store, "a", "b"))) {
            return files.filter(path -> path.getFileName().toString().startsWith("part-"))
                    .toList();
        }
    }

    @Test
    void recoverHasNothingToDoInASoundStore() {
        write("a.b", "tpch:region:1");
        assertEquals("would remove 0 leftovers\n", Cli.done("recover", "--store", store, "--dry-run"));
        assertEquals("removed 0 leftovers\n", Cli.done("recover", "--store", store));
    }

    @Test
    void whatNobodySpeaksForIsRemovedByItsAge() throws IOException {
        write("a.b", "tpch:region:1");
        Path unfinished = Path.of(store, "a", "b", ".part-1.arrow.inprogress");
        Files.writeString(unfinished, "a part");
        assertEquals("would remove 0 leftovers\n", Cli.done("recover", "--store", store, "--dry-run"));
        assertEquals("removed 0 leftovers\n", Cli.done("recover", "--store", store, "--older-than", "1h"));
        Files.setLastModifiedTime(unfinished, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        assertEquals(
                "would remove unfinished  a/b/part-1.arrow\nwould remove 1 leftover\n",
                Cli.done("recover", "--store", store, "--older-than", "1h", "--dry-run"));
        assertTrue(Files.exists(unfinished));
        assertEquals(
                "removed      unfinished  a/b/part-1.arrow\nremoved 1 leftover\n",
                Cli.done("recover", "--store", store, "--older-than", "60m"));
        assertTrue(Files.notExists(unfinished));
    }

    @Test
    void anAgeIsANumberWithAUnit() {
        assertTrue(Cli.misused("recover", "--store", store, "--older-than", "2 weeks")
                .contains("'2 weeks' is no age"));
    }
}

package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

    private static List<Path> directories() throws IOException {
        try (Stream<Path> files = Files.list(TEMPORARY)) {
            return files.filter(path -> path.getFileName().toString().startsWith("penstock-demo-"))
                    .toList();
        }
    }

    @Test
    void everyFormatIsWrittenReadAndVerifiedBesideTheOldPath() throws IOException {
        List<Path> before = directories();
        JsonNode json = new ObjectMapper().readTree(Cli.done("demo", "--scale", "0.001", "--json"));
        assertEquals(before, directories());
        assertEquals(6005, json.get("rows").asInt());
        assertTrue(json.get("verified").asBoolean());
        for (String part : List.of("write", "read")) {
            assertEquals(part.equals("write") ? 6 : 5, json.get(part).size());
            for (JsonNode run : json.get(part)) {
                assertEquals(6005, run.get("rows").asInt());
                assertTrue(run.get("rowsPerSecond").asDouble() > 0);
                assertTrue(run.get("bytes").asLong() > 0);
                assertTrue(run.get("peakHeapBytes").asLong() > 0);
                assertTrue(run.get("peakDirectBytes").asLong() > 0);
            }
        }
        assertEquals(1, json.get("copyEverything").size());
        assertFalse(json.get("copyEverything").get(0).get("outOfMemory").asBoolean());
    }

    @Test
    void theTableFitsATerminalOf80Columns() {
        String table = Cli.done("demo", "--scale", "0.001");
        table.lines().forEach(line -> assertTrue(line.length() <= 80, line));
        for (String name : List.of(
                "rows/s",
                "MB/s",
                "bytes",
                "peak heap",
                "direct",
                "B/row",
                "JSON, records",
                "Arrow",
                "Parquet, snappy",
                "Parquet, zstd",
                "copy everything")) {
            assertTrue(table.contains(name), table);
        }
    }

    @Test
    void aStoreIsStreamedToAndLeftAsItWas(@TempDir Path directory) throws IOException {
        String store = directory.resolve("store").toString();
        Cli.done("write", "--store", store, "--table", "a.b", "--quiet", "tpch:region:1");
        JsonNode json = new ObjectMapper().readTree(Cli.done("demo", "--store", store, "--scale", "0.001", "--json"));
        assertEquals(5, json.get("write").size());
        assertEquals(5, json.get("read").size());
        assertTrue(json.get("copyEverything").isEmpty());
        assertEquals("a.b\n", Cli.done("tables", "--store", store));
        assertEquals(List.of("a"), List.of(Path.of(store).toFile().list()));
    }

    @Test
    void theTablesInAStoreCanBeKept(@TempDir Path directory) {
        String store = directory.resolve("store").toString();
        Cli.Result result = Cli.run(new byte[0], "demo", "--store", store, "--scale", "0.001", "--keep");
        assertEquals(0, result.status());
        result.lines().forEach(line -> assertTrue(line.length() <= 80, line));
        assertTrue(result.out().contains("reqs"), result.out());
        assertTrue(result.err().startsWith("penstock: the tables are in the database demo_"), result.err());
        List<String> tables = Cli.done("tables", "--store", store).lines().toList();
        assertEquals(5, tables.size());
        assertTrue(tables.get(0).matches("demo_[0-9a-f]{8}\\.arrow"), tables.get(0));
    }

    @Test
    void anEndpointWithoutAStoreIsWrongUsage() {
        assertTrue(Cli.misused("demo", "--endpoint", "http://127.0.0.1:1").contains("--store s3://"));
    }
}

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
}

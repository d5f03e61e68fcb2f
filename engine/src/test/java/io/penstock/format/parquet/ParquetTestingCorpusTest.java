package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.CorruptFileException;
import io.penstock.format.ReadContext;
import io.penstock.testing.Corpus;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.MemoryInput.Views;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reads the files that the Parquet project keeps for such tests, and compares with what DuckDB reads. */
class ParquetTestingCorpusTest {
    /** What cannot or must not be read, by a part of the message that says so. */
    private static final Map<String, String> REFUSED = Map.of(
            "datapage_v1-corrupt-checksum", "its checksum is",
            "rle-dict-uncompressed-corrupt-checksum", "its checksum is",
            "int96_from_spark", "which a timestamp in units of 1 ns cannot hold",
            "large_string_map", "compressed with BROTLI, which is not read");

    /** What DuckDB does not read: each column has the values of another one. */
    private static final Map<String, Map<Integer, Integer>> TWINS = Map.of(
            "byte_stream_split_extended", Map.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13),
            "map_no_value", Map.of(1, 2));

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void filesHaveTheValuesThatDuckDbReads() throws IOException, SQLException {
        Path corpus = Corpus.directory("parquet-testing");
        int read = 0;
        Map<String, String> refused = new TreeMap<>();
        Map<String, String> wrong = new TreeMap<>();
        try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
                Stream<Path> files = Files.list(corpus)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (!name.endsWith(".parquet")) {
                    continue;
                }
                String base = name.substring(0, name.indexOf('.'));
                String reason = REFUSED.get(base);
                try {
                    List<List<Object>> rows = rows(file, 1000, Views.ALL);
                    if (reason != null) {
                        wrong.put(name, "it was read");
                        continue;
                    }
                    assertEquals(rows, rows(file, 7, Views.NONE), name + " in batches of 7 rows");
                    read++;
                    if (TWINS.containsKey(base)) {
                        requireTwins(name, rows, TWINS.get(base));
                    } else {
                        compare(duckDb, file, rows, wrong);
                    }
                } catch (CorruptFileException e) {
                    if (reason != null && e.getMessage().contains(reason)) {
                        refused.put(name, e.getMessage());
                    } else {
                        wrong.put(name, e.getMessage());
                    }
                }
            }
        }
        System.out.println("files of parquet-testing: " + read + " read, " + refused.size() + " refused, "
                + wrong.size() + " wrong");
        refused.forEach((name, message) -> System.out.println("  refused " + message));
        wrong.forEach((name, message) -> System.out.println("  wrong " + name + ": " + message));
        assertTrue(read > 0);
        assertEquals(Map.of(), wrong);
    }

    private List<List<Object>> rows(Path file, int batchRows, Views views) throws IOException {
        MemoryInput input = new MemoryInput(Files.readAllBytes(file), views);
        List<List<Object>> rows = new ArrayList<>();
        ReadContext context = new ReadContext(
                file.getFileName().toString(),
                null,
                Map.of(),
                null,
                batchRows,
                16 << 20,
                memory.allocator(),
                memory.pool());
        try (ParquetDecoder decoder = ParquetDecoder.open(input, context)) {
            while (decoder.loadNext()) {
                for (int i = 0; i < decoder.batch().getRowCount(); i++) {
                    List<Object> row = new ArrayList<>();
                    for (FieldVector vector : decoder.batch().getFieldVectors()) {
                        row.add(PlainValues.of(vector, i));
                    }
                    rows.add(row);
                }
            }
        }
        assertEquals(0, input.openViews());
        return rows;
    }

    private static void requireTwins(String name, List<List<Object>> rows, Map<Integer, Integer> twins) {
        assertTrue(!rows.isEmpty(), name);
        for (List<Object> row : rows) {
            twins.forEach((one, other) -> assertEquals(flat(row.get(one)), flat(row.get(other)), name));
        }
    }

    /** A map without values says the same as a list of its keys. */
    private static Object flat(Object value) {
        return value instanceof List<?> list
                ? list.stream()
                        .map(item -> item instanceof List<?> entry ? entry.get(0) : item)
                        .toList()
                : value;
    }

    private static void compare(Connection duckDb, Path file, List<List<Object>> rows, Map<String, String> wrong) {
        String name = file.getFileName().toString();
        try (Statement statement = duckDb.createStatement();
                ResultSet result = statement.executeQuery("SELECT * FROM read_parquet('" + file + "')")) {
            int columns = result.getMetaData().getColumnCount();
            int at = 0;
            for (; result.next(); at++) {
                List<Object> expected = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    expected.add(PlainValues.of(result.getObject(i)));
                }
                if (at >= rows.size()) {
                    wrong.put(name, "it has only " + at + " rows");
                    return;
                }
                for (int i = 0; i < columns; i++) {
                    Object value = rows.get(at).get(i);
                    if (!Objects.equals(expected.get(i), value)) {
                        wrong.put(name, "row " + at + ", column " + i + " is " + value + ", not " + expected.get(i));
                        return;
                    }
                }
            }
            if (at < rows.size()) {
                wrong.put(name, "it has " + rows.size() + " rows, not " + at);
            }
        } catch (SQLException e) {
            wrong.put(name, "DuckDB: " + e.getMessage());
        }
    }
}

package io.penstock.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.Compared;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An encoding that was asked for is the one that others find in the file, and they read its values. */
class EncodingTest {
    private static final String INTEGERS = "int_.*|date_day|time_.*|timestamp_.*|decimal_12_2_128";
    private static final String TEXTS = "utf8|largeutf8|utf8view|binary";
    private static final String ANY = ".*";

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    Path directory;

    /**
     * @param option as a table's options call it
     * @param name as the specification calls it
     * @param columns which of the flat types may have it
     */
    record Encoding(String option, String name, String columns) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Encoding> encodings() {
        return Stream.of(
                new Encoding("plain", "PLAIN", ANY),
                new Encoding("dictionary", "RLE_DICTIONARY", INTEGERS + "|floatingpoint_.*|fixedsizebinary_7|" + TEXTS),
                new Encoding("delta", "DELTA_BINARY_PACKED", INTEGERS),
                new Encoding("delta.length", "DELTA_LENGTH_BYTE_ARRAY", TEXTS),
                new Encoding("delta.bytes", "DELTA_BYTE_ARRAY", TEXTS + "|fixedsizebinary_7"),
                new Encoding("split", "BYTE_STREAM_SPLIT", INTEGERS + "|floatingpoint_.*|fixedsizebinary_7"),
                new Encoding("rle", "RLE", "bool"));
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void othersFindTheEncodingThatWasAskedFor(Encoding encoding) throws IOException, SQLException {
        List<Field> fields = RandomSchemas.flat().stream()
                .filter(field -> field.getName().matches(encoding.columns))
                .toList();
        Schema schema = ParquetFiles.accepted(fields);
        assertTrue(schema.getFields().size() > 0, "columns");
        for (String version : List.of("1", "2")) {
            Map<String, String> options = new TreeMap<>(Map.of("page.version", version, "row.group.rows", "700"));
            schema.getFields()
                    .forEach(field -> options.put("column." + field.getName() + ".encoding", encoding.option));
            Path file = directory.resolve("penstock.parquet");
            List<List<Object>> expected;
            try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 3)) {
                expected = ParquetFiles.write(memory, file, source, options, Nulls.RANDOM, 400, 600, 9);
            }
            String what = encoding.name + ", v" + version;
            Compared.rows("Penstock > Penstock", what, expected, ParquetFiles.rows(memory, file));
            Compared.rows("Penstock > parquet-java", what, expected, ParquetJava.rows(file));
            requireEncoding(file, encoding.name);
            Compared.held("encoding", "Penstock > DuckDB", what);
        }
    }

    private static void requireEncoding(Path file, String encoding) throws SQLException {
        try (DuckDb duckDb = new DuckDb()) {
            for (List<String> chunk : duckDb.query("SELECT path_in_schema, encodings, num_values - stats_null_count"
                    + " FROM parquet_metadata('" + file + "')")) {
                List<String> found = List.of(chunk.get(1).split("[, ]+"));
                boolean empty = "0".equals(chunk.get(2));
                assertTrue(
                        empty
                                || found.stream()
                                        .anyMatch(name -> name.equals(encoding) || name.equals(legacy(encoding))),
                        () -> chunk.get(0) + " was to be " + encoding + " and is " + found);
            }
        }
    }

    private static String legacy(String encoding) {
        return encoding.equals("RLE_DICTIONARY") ? "PLAIN_DICTIONARY" : encoding;
    }

    @Test
    void bloomFiltersExcludeNoValueThatIsThere() throws IOException, SQLException {
        List<Field> fields = RandomSchemas.flat().stream()
                .filter(field -> field.getName().matches("int_64_true|int_32_true|utf8|floatingpoint_double"))
                .toList();
        Schema schema = new Schema(fields);
        Map<String, String> options = new TreeMap<>(Map.of("row.group.rows", "1000"));
        fields.forEach(field -> options.put("column." + field.getName() + ".bloom", "0.01"));
        Path file = directory.resolve("penstock.parquet");
        try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 5)) {
            ParquetFiles.write(memory, file, source, options, Nulls.NONE, 1000, 500);
        }
        try (DuckDb duckDb = new DuckDb()) {
            for (Field field : fields) {
                String name = DuckDb.name(field.getName());
                List<String> there = duckDb.column("SELECT DISTINCT " + name + "::VARCHAR FROM " + DuckDb.read(file)
                        + " WHERE " + name + "::VARCHAR NOT IN ('0.0', '-0.0', 'nan') LIMIT 100");
                for (String value : there) {
                    if (value.indexOf('\0') >= 0) {
                        continue;
                    }
                    String probe = probe(file, field, "'" + value.replace("'", "''") + "'", duckDb);
                    String without = duckDb.value("SELECT count(*) FROM " + DuckDb.read(file) + " WHERE " + name
                            + " = '" + value.replace("'", "''") + "'");
                    assertTrue(
                            Integer.parseInt(probe) < 2 && !"0".equals(without),
                            field.getName() + " " + value + " is excluded from " + probe + " row groups of 2");
                }
                int excluded = 0;
                for (int absent = 0; absent < 100; absent++) {
                    excluded += Integer.parseInt(probe(file, field, "'" + (1_234_567 + absent) + "'", duckDb));
                }
                assertTrue(excluded > 180, field.getName() + ": only " + excluded + " of 200 absent ones are excluded");
            }
        }
        assertEquals(4, fields.size());
        Compared.held("bloom", "Penstock > DuckDB", "4 columns, 100 values there, 100 not");
    }

    /** From how many row groups the filter excludes a value. */
    private static String probe(Path file, Field field, String literal, DuckDb duckDb) throws SQLException {
        String type = duckDb.value(
                "SELECT typeof(" + DuckDb.name(field.getName()) + ") FROM " + DuckDb.read(file) + " LIMIT 1");
        return duckDb.value("SELECT count_if(bloom_filter_excludes) FROM parquet_bloom_probe('" + file + "', '"
                + field.getName() + "', " + literal + "::" + type + ")");
    }
}

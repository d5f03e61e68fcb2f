package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.LeakCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.RowGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ChunkFilterTest {
    private static final int ROWS = 50_000;
    private static final Schema SCHEMA = new Schema(List.of(
            Field.nullable("distinct", new ArrowType.Int(64, true)),
            Field.nullable("few", new ArrowType.Int(32, true)),
            Field.nullable("word", ArrowType.Utf8.INSTANCE),
            Field.nullable("text", ArrowType.Utf8.INSTANCE),
            Field.nullable("nothing", ArrowType.Utf8.INSTANCE),
            Field.nullable("unfiltered", new ArrowType.Int(32, true))));

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    Path directory;

    @Test
    void duckDbFindsEveryValueInTheFiltersAndHardlyAnyOther() throws Exception {
        Map<String, String> options = Map.of(
                "row.group.rows", "20000",
                "column.distinct.bloom", "0.01",
                "column.few.bloom", "0.001",
                "column.word.bloom", "0.01",
                "column.text.bloom", "0.01",
                "column.nothing.bloom", "0.01");
        byte[] file;
        try (VectorSchemaRoot batch = batch()) {
            file = EncodedFiles.write(memory, SCHEMA, options, null, List.of(batch));
        }
        requireSmallFilters(file);
        Path path = Files.write(directory.resolve("test.parquet"), file);
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            for (int row = 0; row < ROWS; row += 997) {
                int group = row / 20_000;
                if (row % 5 != 0) {
                    assertFalse(excluded(statement, path, "distinct", 3L * row + "::BIGINT", group));
                    assertFalse(excluded(statement, path, "few", row % 7 + "::INTEGER", group));
                    assertFalse(excluded(statement, path, "word", "'word " + row % 300 + "'", group));
                    assertFalse(excluded(statement, path, "text", "'a text for row " + row + "'", group));
                }
            }
            int excluded = 0;
            for (int i = 0; i < 100; i++) {
                excluded += excluded(statement, path, "distinct", 3L * i + 1 + "::BIGINT", 0) ? 1 : 0;
                excluded += excluded(statement, path, "few", i + 7 + "::INTEGER", 1) ? 1 : 0;
                excluded += excluded(statement, path, "word", "'word " + (300 + i) + "'", 2) ? 1 : 0;
                excluded += excluded(statement, path, "text", "'no text for row " + i + "'", 0) ? 1 : 0;
                excluded += excluded(statement, path, "nothing", "'" + i + "'", 1) ? 1 : 0;
            }
            assertTrue(excluded > 470, excluded + " of 500 excluded");
        }
    }

    private static void requireSmallFilters(byte[] file) throws IOException {
        long end = 0;
        for (RowGroup rowGroup : WrittenFile.of(file).metadata().getRow_groups()) {
            List<ColumnMetaData> columns = rowGroup.getColumns().stream()
                    .map(column -> column.getMeta_data())
                    .toList();
            for (ColumnMetaData column : columns.subList(0, 5)) {
                assertTrue(column.getBloom_filter_offset()
                        >= rowGroup.getFile_offset() + rowGroup.getTotal_compressed_size());
                assertTrue(column.getBloom_filter_offset() >= end);
                end = column.getBloom_filter_offset() + column.getBloom_filter_length();
            }
            assertTrue(columns.get(0).getBloom_filter_length() > 8000);
            assertTrue(columns.get(1).getBloom_filter_length() < 64, "seven values");
            assertTrue(columns.get(2).getBloom_filter_length() < 1100, "three hundred values");
            assertTrue(columns.get(4).getBloom_filter_length() < 64, "no values");
            assertFalse(columns.get(5).isSetBloom_filter_offset());
        }
        assertEquals(3, WrittenFile.of(file).metadata().getRow_groups().size());
    }

    private static boolean excluded(Statement statement, Path file, String column, String value, int rowGroup)
            throws SQLException {
        try (ResultSet result = statement.executeQuery("select bloom_filter_excludes from parquet_bloom_probe('" + file
                + "', '" + column + "', " + value + ") where row_group_id = " + rowGroup)) {
            assertTrue(result.next());
            return result.getBoolean(1);
        }
    }

    private VectorSchemaRoot batch() {
        VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, memory.allocator());
        for (int row = 0; row < ROWS; row++) {
            if (row % 5 != 0) {
                ((BigIntVector) batch.getVector(0)).setSafe(row, 3L * row);
                ((IntVector) batch.getVector(1)).setSafe(row, row % 7);
                ((VarCharVector) batch.getVector(2)).setSafe(row, bytes("word " + row % 300));
                ((VarCharVector) batch.getVector(3)).setSafe(row, bytes("a text for row " + row));
            }
            ((IntVector) batch.getVector(5)).setSafe(row, row);
        }
        batch.setRowCount(ROWS);
        return batch;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

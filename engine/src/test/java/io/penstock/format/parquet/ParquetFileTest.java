package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.CorruptFileException;
import io.penstock.format.parquet.ParquetFile.Chunk;
import io.penstock.format.parquet.ParquetFile.RowGroup;
import io.penstock.testing.MemoryInput;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFileTest {
    @TempDir
    Path directory;

    private byte[] duckdb(String query, String options) throws SQLException, IOException {
        Path file = directory.resolve("duck.parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("set TimeZone = 'UTC'");
            statement.execute("copy (" + query + ") to '" + file + "' (format parquet" + options + ")");
        }
        return Files.readAllBytes(file);
    }

    private static Object[] bounds(Chunk chunk) {
        return new Object[] {
            chunk.bounds().nulls(),
            text(chunk.bounds().min()),
            text(chunk.bounds().max())
        };
    }

    private static Object text(Object bound) {
        return bound instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : bound;
    }

    private static ParquetFile read(byte[] bytes) throws IOException {
        return ParquetFile.read(new MemoryInput(bytes, MemoryInput.Views.NONE), "x.parquet");
    }

    @Test
    void sumsAndStatisticsAreThoseOfTheFooter() throws Exception {
        byte[] bytes = duckdb(
                "select i::bigint id, case when i % 2 = 0 then 'v' || i % 10 end s, {'a': [i::smallint]} st"
                        + " from range(5000) t(i)",
                ", compression zstd, row_group_size 2048");
        ParquetFile file = read(bytes);
        assertEquals(5000, file.rows());
        assertEquals(
                List.of(2048L, 2048L, 904L),
                file.rowGroups().stream().map(RowGroup::rows).toList());
        assertEquals(
                List.of("id", "s", "st"),
                file.schema().getFields().stream().map(Field::getName).toList());
        assertTrue(file.createdBy().contains("DuckDB"), file.createdBy());
        RowGroup last = file.rowGroups().get(2);
        assertEquals(
                List.of("id", "s", "st.a.list.element"),
                last.chunks().stream().map(Chunk::column).toList());
        Chunk id = last.chunks().get(0);
        assertEquals("INT64", id.physicalType());
        assertEquals("ZSTD", id.codec());
        assertTrue(id.bytes() > 0 && id.bytes() < bytes.length);
        assertTrue(id.rawBytes() > 0);
        assertEquals(904, id.bounds().rows());
        assertEquals(List.of(0L, 4096L, 4999L), Arrays.asList(bounds(id)));
        assertEquals(
                List.of(452L, "v0", "v8"), Arrays.asList(bounds(last.chunks().get(1))));
    }

    @Test
    void boundsAreInTheWordsOfTheColumnsType() throws Exception {
        ParquetFile file = read(duckdb(
                "select * from (values (true, 18446744073709551615::ubigint, 4294967295::uinteger, -1::tinyint,"
                        + " 1.5::float, 0.0::double, 12.34::decimal(9,2), -1.5::decimal(38,1), date '1969-12-31',"
                        + " time '00:00:01', timestamp '1970-01-01 00:00:01', timestamptz '1970-01-01 00:00:02+00',"
                        + " timestamp_ms '1970-01-01 00:00:03', 'nan'::double)) t",
                ""));
        List<Chunk> chunks = file.rowGroups().get(0).chunks();
        List<Object> min =
                chunks.stream().map(chunk -> chunk.bounds().min()).toList().subList(0, 7);
        assertEquals(List.of(1L, new BigInteger("18446744073709551615"), 4294967295L, -1L, 1.5, -0.0, 1234L), min);
        assertEquals(0.0, chunks.get(5).bounds().max());
        assertEquals(BigInteger.valueOf(-15), chunks.get(7).bounds().min());
        assertEquals(
                List.of(-1L, 1_000_000L, 1_000_000L, 2_000_000L, 3_000L),
                chunks.subList(8, 13).stream()
                        .map(chunk -> chunk.bounds().max())
                        .toList());
        assertEquals(null, chunks.get(13).bounds().min());
        assertTrue(chunks.get(13).bounds().mayHaveNaN());
    }

    @Test
    void whatIsNoParquetFileIsRefused() {
        for (String content : List.of("", "PAR1", "a,b\n1,2\n", "PAR1................PAR1")) {
            CorruptFileException refusal =
                    assertThrows(CorruptFileException.class, () -> read(content.getBytes(StandardCharsets.US_ASCII)));
            assertTrue(refusal.getMessage().startsWith("x.parquet: "), refusal.getMessage());
        }
    }
}

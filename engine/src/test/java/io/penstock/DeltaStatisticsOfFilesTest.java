package io.penstock;

import static io.penstock.testing.RandomSchemas.nullable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.testing.Compared;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The statistics in the log of a Parquet table against what DuckDB finds in its files. */
class DeltaStatisticsOfFilesTest {
    private static final List<Field> COLUMNS = List.of(
            nullable("i8", new ArrowType.Int(8, true)),
            nullable("i16", new ArrowType.Int(16, true)),
            nullable("i32", new ArrowType.Int(32, true)),
            nullable("i64", new ArrowType.Int(64, true)),
            nullable("u8", new ArrowType.Int(8, false)),
            nullable("u16", new ArrowType.Int(16, false)),
            nullable("u32", new ArrowType.Int(32, false)),
            nullable("u64", new ArrowType.Int(64, false)),
            nullable("f32", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
            nullable("f64", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            nullable("d5", new ArrowType.Decimal(5, 2, 128)),
            nullable("d15", new ArrowType.Decimal(15, 0, 128)),
            nullable("d38", new ArrowType.Decimal(38, 10, 128)),
            nullable("text", ArrowType.Utf8.INSTANCE),
            nullable("large", ArrowType.LargeUtf8.INSTANCE),
            nullable("day", new ArrowType.Date(DateUnit.DAY)),
            nullable("bool", ArrowType.Bool.INSTANCE),
            nullable("bytes", ArrowType.Binary.INSTANCE),
            nullable("list", ArrowType.List.INSTANCE, nullable("item", new ArrowType.Int(32, true))));

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    private Path directory;

    private long bounds;

    @Test
    void statisticsAgreeWithTheFiles() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Schema schema = new Schema(COLUMNS);
        try (Penstock penstock = Penstock.open(directory.toString());
                Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                RandomBatches source = new RandomBatches(memory.allocator(), schema, seed)) {
            penstock.prepareTableEnvironment("d", "t", TableSpec.of(schema).format(TableFormat.PARQUET));
            for (int commit = 0; commit < 20; commit++) {
                try (TableWriter writer = penstock.openTableForWrite("d", "t");
                        VectorSchemaRoot batch = source.next(1 + random.nextInt(20))) {
                    writer.append(batch);
                    String path = writer.commit().files().get(0).path();
                    compare(duckdb, directory.resolve("d/t").resolve(path), statistics(commit + 1), "seed " + seed);
                }
            }
        }
        assertTrue(bounds > 50, bounds + " bounds, seed " + seed);
        Compared.held("add.stats", "Penstock > DuckDB", "20 commits, " + bounds + " bounds");
    }

    private JsonNode statistics(int version) throws Exception {
        Path log = directory.resolve("d/t/_delta_log").resolve(String.format("%020d.json", version));
        ObjectMapper jackson = new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
        for (String line : Files.readAllLines(log)) {
            JsonNode add = jackson.readTree(line).get("add");
            if (add != null) {
                return jackson.readTree(add.get("stats").asText());
            }
        }
        throw new AssertionError("no add in " + log);
    }

    private void compare(Connection duckdb, Path file, JsonNode statistics, String label) throws SQLException {
        for (Field column : COLUMNS) {
            String name = column.getName();
            String place = label + ", " + name + " of " + statistics;
            // From the values, and not from the statistics of the file.
            String sql = "select count(*), count(*) - count(" + name + "), min(" + name
                    + ") filter (random() >= 0), max(" + name + ") filter (random() >= 0) from '" + file + "'";
            try (Statement statement = duckdb.createStatement();
                    ResultSet result = statement.executeQuery(sql)) {
                assertTrue(result.next());
                assertEquals(result.getLong(1), statistics.get("numRecords").asLong(), place);
                assertEquals(
                        result.getLong(2), statistics.at("/nullCount/" + name).asLong(-1), place);
                JsonNode min = statistics.at("/minValues/" + name);
                JsonNode max = statistics.at("/maxValues/" + name);
                assertEquals(min.isMissingNode(), max.isMissingNode(), place);
                if (!min.isMissingNode()) {
                    bounds++;
                    requireBounds(result, min, max, place);
                }
            }
        }
    }

    private static void requireBounds(ResultSet result, JsonNode min, JsonNode max, String place) throws SQLException {
        String least = result.getString(3);
        String greatest = result.getString(4);
        if (min.isNumber()) {
            requireSame(least, min.decimalValue(), place);
            requireSame(greatest, max.decimalValue(), place);
        } else {
            // A long text is cut, and its greatest rounded up.
            assertTrue(compare(min.asText(), least) <= 0, place + " " + least);
            assertTrue(compare(max.asText(), greatest) >= 0, place + " " + greatest);
            assertTrue(least.startsWith(min.asText()), place + " " + least);
        }
    }

    private static void requireSame(String expected, BigDecimal bound, String place) {
        // Of a float, DuckDB shows as many digits as tell it from the other floats.
        boolean same = new BigDecimal(expected).compareTo(bound) == 0
                || place.contains(", f32 of") && Float.parseFloat(expected) == bound.floatValue();
        assertTrue(same, place + " " + expected);
    }

    private static int compare(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
}

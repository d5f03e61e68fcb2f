package io.penstock.format.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Readers that know nothing of Penstock read the values that were written. */
class JsonIndependentReadersTest {
    private static final ObjectMapper JACKSON = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    Path directory;

    @Test
    void jacksonParsesEveryLineOfEveryType() throws IOException {
        Schema schema = RandomSchemas.everything();
        try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 21);
                VectorSchemaRoot batch = source.next(250)) {
            for (Map<String, String> options : List.of(JsonFiles.BATCHES, JsonFiles.RECORDS)) {
                byte[] file = JsonFiles.write(
                        memory, memory.pool(), schema, options, 100, source.dictionaries(), List.of(batch));
                int row = 0;
                for (String line : new String(file, StandardCharsets.UTF_8).split("\n")) {
                    JsonNode node = JACKSON.readTree(line);
                    for (JsonNode values :
                            options.isEmpty() ? node : JACKSON.createArrayNode().add(node)) {
                        assertEquals(schema.getFields().size(), values.size());
                        for (int column = 0; column < values.size(); column++) {
                            String name = schema.getFields().get(column).getName();
                            requireEqual(
                                    batch.getVector(column),
                                    row,
                                    options.isEmpty() ? values.get(column) : values.get(name),
                                    "column " + name + ", row " + row);
                        }
                        row++;
                    }
                }
                assertEquals(250, row);
            }
        }
    }

    /** Compares what Jackson's model can express; texts of dates and the like are compared elsewhere. */
    private static void requireEqual(FieldVector vector, int row, JsonNode node, String label) {
        if (vector.getField().getDictionary() != null
                || vector.getField().getType().getTypeID() == ArrowType.ArrowTypeID.Union
                || vector.getField().getType().getTypeID() == ArrowType.ArrowTypeID.RunEndEncoded) {
            return;
        }
        if (vector.isNull(row)) {
            assertTrue(node.isNull(), label);
            return;
        }
        if (vector instanceof StructVector struct) {
            for (FieldVector child : struct.getChildrenFromFields()) {
                requireEqual(child, row, node.get(child.getName()), label);
            }
            return;
        }
        Object value = vector.getObject(row);
        ArrowType type = vector.getField().getType();
        if (type instanceof ArrowType.Int whole) {
            assertTrue(node.isIntegralNumber(), label);
            BigInteger expected =
                    value instanceof Character c ? BigInteger.valueOf(c) : new BigInteger(value.toString());
            BigInteger unsigned = whole.getIsSigned() || expected.signum() >= 0
                    ? expected
                    : expected.add(BigInteger.ONE.shiftLeft(whole.getBitWidth()));
            assertEquals(unsigned, node.bigIntegerValue(), label);
        } else if (value instanceof Short half) {
            if ((half & 0x7c00) != 0x7c00) {
                assertEquals(half & 0x7fff, BinaryFloat.halfOf(node.doubleValue()) & 0x7fff, label);
            } else {
                assertTrue(node.isTextual(), label);
            }
        } else if (value instanceof Double number) {
            // Adding zero takes the sign from a zero: the decimal that Jackson makes has none.
            double read = node.isTextual() ? Double.parseDouble(node.textValue()) : node.doubleValue();
            assertEquals(number + 0.0, read, label);
        } else if (value instanceof Float number) {
            float read = node.isTextual() ? Float.parseFloat(node.textValue()) : node.floatValue();
            assertEquals(number + 0.0f, read, label);
        } else if (value instanceof BigDecimal decimal) {
            assertEquals(0, decimal.compareTo(node.decimalValue()), label);
        } else if (value instanceof Boolean bool) {
            assertEquals(bool, node.booleanValue(), label);
        } else if (value instanceof Text || value instanceof String) {
            assertEquals(value.toString(), node.textValue(), label);
        } else if (value instanceof byte[] bytes) {
            assertTrue(Arrays.equals(bytes, Base64.getDecoder().decode(node.textValue())), label);
        } else if (value instanceof List<?> list) {
            assertEquals(list.size(), node.size(), label);
        } else {
            assertTrue(node.isTextual(), label + ": " + node);
        }
    }

    private static Schema known() {
        Field text = RandomSchemas.nullable("item", ArrowType.Utf8.INSTANCE);
        return new Schema(List.of(
                RandomSchemas.nullable("i", new ArrowType.Int(64, true)),
                RandomSchemas.nullable("u", new ArrowType.Int(64, false)),
                RandomSchemas.nullable("d", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
                RandomSchemas.nullable("f", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
                RandomSchemas.nullable("n", new ArrowType.Decimal(15, 2, 128)),
                RandomSchemas.nullable("t", ArrowType.Utf8.INSTANCE),
                RandomSchemas.nullable("b", ArrowType.Bool.INSTANCE),
                RandomSchemas.nullable("x", ArrowType.Binary.INSTANCE),
                RandomSchemas.nullable("day", new ArrowType.Date(DateUnit.DAY)),
                RandomSchemas.nullable("ts", new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)),
                RandomSchemas.nullable("l", ArrowType.List.INSTANCE, text),
                RandomSchemas.nullable(
                        "s", ArrowType.Struct.INSTANCE, RandomSchemas.nullable("a", new ArrowType.Int(64, true)))));
    }

    @Test
    void duckDbReadsRecordsWithTheirValues() throws IOException, SQLException {
        Schema schema = known();
        try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 33);
                VectorSchemaRoot batch = source.next(2500)) {
            // DuckDB has no dates before 5878 BC and no timestamps at the limits: these columns get ones it has.
            DateDayVector days = (DateDayVector) batch.getVector("day");
            FieldVector timestamps = batch.getVector("ts");
            for (int row = 0; row < 2500; row++) {
                days.getDataBuffer().setInt(4L * row, row * 997 - 1_200_000);
                timestamps.getDataBuffer().setLong(8L * row, (row - 1250) * 49_999_999_999_999L + row);
            }
            Path file = directory.resolve("records.json");
            Files.write(
                    file,
                    JsonFiles.write(
                            memory,
                            memory.pool(),
                            schema,
                            JsonFiles.RECORDS,
                            1000,
                            source.dictionaries(),
                            List.of(batch)));
            String query =
                    "SELECT i, u::VARCHAR, d, f, n, t, b, from_base64(x), day::VARCHAR, ts::VARCHAR, len(l), l[1], s.a "
                            + "FROM read_json('" + file
                            + "', format = 'newline_delimited', maximum_object_size = 100000000, columns = {"
                            + "i: 'BIGINT', u: 'UBIGINT', d: 'DOUBLE', f: 'FLOAT', n: 'DECIMAL(15, 2)', t: 'VARCHAR', b: 'BOOLEAN', "
                            + "x: 'VARCHAR', day: 'DATE', ts: 'TIMESTAMP', l: 'VARCHAR[]', s: 'STRUCT(a BIGINT)'})";
            try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                    Statement statement = duck.createStatement()) {
                statement.execute("SET threads = 1");
                try (ResultSet rows = statement.executeQuery(query)) {
                    for (int row = 0; row < 2500; row++) {
                        assertTrue(rows.next());
                        requireEqual(batch, row, rows);
                    }
                    assertTrue(!rows.next());
                }
            }
        }
    }

    private static void requireEqual(VectorSchemaRoot batch, int row, ResultSet rows) throws SQLException {
        String label = "row " + row;
        BigIntVector whole = (BigIntVector) batch.getVector("i");
        assertEquals(whole.getObject(row), rows.getObject(1), label);
        Object unsigned = batch.getVector("u").getObject(row);
        assertEquals(unsigned == null ? null : Long.toUnsignedString((Long) unsigned), rows.getString(2), label);
        assertEquals(((Float8Vector) batch.getVector("d")).getObject(row), rows.getObject(3), label);
        assertEquals(((Float4Vector) batch.getVector("f")).getObject(row), rows.getObject(4), label);
        assertEquals(((DecimalVector) batch.getVector("n")).getObject(row), rows.getObject(5), label);
        Object text = batch.getVector("t").getObject(row);
        assertEquals(text == null ? null : text.toString(), rows.getString(6), label);
        assertEquals(((BitVector) batch.getVector("b")).getObject(row), rows.getObject(7), label);
        byte[] bytes = ((VarBinaryVector) batch.getVector("x")).getObject(row);
        if (bytes == null) {
            assertNull(rows.getObject(8), label);
        } else {
            assertTrue(Arrays.equals(bytes, rows.getBytes(8)), label);
        }
        Integer day = ((DateDayVector) batch.getVector("day")).getObject(row);
        assertEquals(day == null ? null : duckDay(LocalDate.ofEpochDay(day)), rows.getString(9), label);
        Object timestamp = batch.getVector("ts").getObject(row);
        if (timestamp == null || ((LocalDateTime) timestamp).getYear() > 0) {
            String read = rows.getString(10);
            assertEquals(
                    timestamp,
                    read == null
                            ? null
                            : LocalDateTime.parse(read.replace(' ', 'T').replaceAll("^([0-9]{5})", "+$1")),
                    label);
        }
        List<?> list = (List<?>) batch.getVector("l").getObject(row);
        assertEquals(list == null ? null : (long) list.size(), rows.getObject(11), label);
        if (list != null && !list.isEmpty()) {
            Object first = list.get(0);
            assertEquals(first == null ? null : first.toString(), rows.getString(12), label);
        }
        StructVector struct = (StructVector) batch.getVector("s");
        Object a = struct.isNull(row)
                ? null
                : struct.getChildrenFromFields().get(0).getObject(row);
        assertEquals(a, rows.getObject(13), label);
    }

    private static String duckDay(LocalDate day) {
        int year = day.getYear() > 0 ? day.getYear() : 1 - day.getYear();
        return String.format("%04d-%02d-%02d", year, day.getMonthValue(), day.getDayOfMonth())
                + (day.getYear() > 0 ? "" : " (BC)");
    }

    @Test
    void duckDbParsesBatchesAndFindsEachRow() throws IOException, SQLException {
        Schema schema = RandomSchemas.everything();
        try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 34);
                VectorSchemaRoot batch = source.next(1001)) {
            Path file = directory.resolve("batches.json");
            Files.write(
                    file,
                    JsonFiles.write(
                            memory,
                            memory.pool(),
                            schema,
                            JsonFiles.BATCHES,
                            250,
                            source.dictionaries(),
                            List.of(batch)));
            List<Long> lengths = new ArrayList<>();
            try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                    Statement statement = duck.createStatement();
                    ResultSet rows =
                            statement.executeQuery("SELECT json_array_length(json), json_array_length(json, '$[0]') "
                                    + "FROM read_ndjson_objects('" + file + "', maximum_object_size = 100000000)")) {
                while (rows.next()) {
                    lengths.add(rows.getLong(1));
                    assertEquals(schema.getFields().size(), rows.getLong(2));
                }
            }
            assertEquals(List.of(250L, 250L, 250L, 250L, 1L), lengths);
        }
    }
}

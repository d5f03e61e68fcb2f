package io.penstock;

import static io.penstock.testing.RandomSchemas.map;
import static io.penstock.testing.RandomSchemas.nullable;
import static io.penstock.testing.RandomSchemas.required;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.testing.LeakCheck;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ResultSetRowsTest {
    private static final ArrowType INT64 = new ArrowType.Int(64, true);

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = DriverManager.getConnection("jdbc:duckdb:");
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    @Test
    void everySqlTypeComesThrough() throws SQLException, IOException {
        assertColumn("true::boolean", "NULL", ArrowType.Bool.INSTANCE, "[true, null]");
        assertColumn("(-128)::tinyint", "NULL", new ArrowType.Int(8, true), "[-128, null]");
        assertColumn("(-32768)::smallint", "NULL", new ArrowType.Int(16, true), "[-32768, null]");
        assertColumn("2147483647::integer", "NULL", new ArrowType.Int(32, true), "[2147483647, null]");
        assertColumn("(-9223372036854775808)::bigint", "NULL", INT64, "[-9223372036854775808, null]");
        assertColumn("255::utinyint", "7", new ArrowType.Int(16, true), "[255, 7]");
        assertColumn(
                "18446744073709551615::ubigint", "7", new ArrowType.Decimal(20, 0, 128), "[18446744073709551615, 7]");
        assertColumn(
                "170141183460469231731687303715884105727::hugeint",
                "7",
                new ArrowType.Decimal(39, 0, 256),
                "[170141183460469231731687303715884105727, 7]");
        assertColumn("1.5::float", "NULL", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), "[1.5, null]");
        assertColumn("'nan'::double", "0.1", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), "[NaN, 0.1]");
        assertColumn("12.34::decimal(12, 2)", "NULL", new ArrowType.Decimal(12, 2, 128), "[12.34, null]");
        assertColumn(
                "99999999999999999999999999999999999.999::decimal(38, 3)",
                "1",
                new ArrowType.Decimal(38, 3, 128),
                "[99999999999999999999999999999999999.999, 1.000]");
        assertColumn("'naïve €'::varchar", "NULL", ArrowType.Utf8.INSTANCE, "[naïve €, null]");
        assertColumn("''::varchar", "'x'", ArrowType.Utf8View.INSTANCE, "[, x]");
        assertColumn("date '1969-12-31'", "NULL", new ArrowType.Date(DateUnit.DAY), "[-1, null]");
        assertColumn(
                "time '23:59:59.123456'", "NULL", new ArrowType.Time(TimeUnit.MICROSECOND, 64), "[86399123456, null]");
        assertColumn(
                "timestamp '1969-12-31 23:59:59.123456'",
                "NULL",
                new ArrowType.Timestamp(TimeUnit.MICROSECOND, null),
                "[1969-12-31T23:59:59.123456, null]");
        assertColumn(
                "timestamptz '1969-12-31 23:59:59.123456+00'",
                "NULL",
                new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"),
                "[-876544, null]");
    }

    @Test
    void nestedSqlTypesComeThrough() throws SQLException, IOException {
        Field item = nullable("item", new ArrowType.Int(32, true));
        assertColumn("[1, NULL, 3]", "NULL", ArrowType.List.INSTANCE, "[[1,null,3], null]", item);
        assertColumn(
                "[[1], []]",
                "NULL",
                ArrowType.List.INSTANCE,
                "[[[1],[]], null]",
                nullable("item", ArrowType.List.INSTANCE, item));
        assertColumn(
                "{'a': 1, 'b': 'x'}",
                "NULL",
                ArrowType.Struct.INSTANCE,
                "[{\"a\":1,\"b\":\"x\"}, null]",
                nullable("a", new ArrowType.Int(32, true)),
                nullable("b", ArrowType.Utf8.INSTANCE));
        assertColumn(
                "map {'k': 1}",
                "NULL",
                new ArrowType.Map(false),
                "[[{\"key\":\"k\",\"value\":1}], null]",
                map("m", nullable("value", new ArrowType.Int(32, true)))
                        .getChildren()
                        .get(0));
    }

    @Test
    void binaryComesThrough() throws SQLException, IOException {
        try (RowBatch batch = batch(nullable("v", ArrowType.Binary.INSTANCE))) {
            append(batch, "select '\\x00\\xFF'::blob as v");
            byte[] bytes = (byte[]) batch.vectors().getVector(0).getObject(0);
            assertEquals("[0, -1]", java.util.Arrays.toString(bytes));
        }
    }

    @Test
    void aTimestampInTheGapOfSummerTimeStaysWhatItIs() throws SQLException, IOException {
        TimeZone zone = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("Europe/Paris"));
        try {
            assertColumn(
                    "timestamp '2024-03-31 02:30:00'",
                    "NULL",
                    new ArrowType.Timestamp(TimeUnit.SECOND, null),
                    "[2024-03-31T02:30, null]");
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void columnsAreMatchedByLabelFirstAsSpelledThenInAnyCase() throws SQLException, IOException {
        try (RowBatch batch = batch(nullable("a", INT64), nullable("B", INT64), nullable("c", INT64))) {
            assertEquals(1, append(batch, "select 2 as b, 1 as A"));
            assertEquals(1L, batch.vectors().getVector(0).getObject(0));
            assertEquals(2L, batch.vectors().getVector(1).getObject(0));
            assertEquals(null, batch.vectors().getVector(2).getObject(0));
        }
    }

    @Test
    void aQueryThatDoesNotFitIsRefusedAtTheDoor() {
        try (RowBatch batch = batch(nullable("a", INT64), required("price", INT64))) {
            assertRefused("Column 'price' is required but the query has only [a]", batch, "select 1 as a");
            assertRefused(
                    "the query has the columns [a, price, x], which are not all the table's: [a, price]",
                    batch,
                    "select 1 as a, 2 as price, 3 as x");
        }
    }

    @Test
    void aRowThatDoesNotFitIsRefusedAndThoseBeforeStay() throws SQLException, IOException {
        try (RowBatch batch = batch(required("v", new ArrowType.Int(8, true)))) {
            assertRefused(
                    "Column 'v' is Int(8, true) and row 2 gives it 300: the range is -128 to 127",
                    batch,
                    "select * from (values (1), (2), (300), (4)) t(v)");
            assertEquals(2, batch.rows());
            assertRefused("Column 'v' is required but row 2 gives it null", batch, "select null::integer as v");
            assertRefused("Column 'v' is Int(8, true) and row 2 gives it a Double", batch, "select 1.5::double as v");
            assertRefused("Column 'v' is Int(8, true) and row 2 gives it a String", batch, "select '1' as v");
            append(batch, "select 3 as v");
            assertEquals(3, batch.rows());
        }
    }

    @Test
    void aLongResultGoesThroughManyBatches() throws SQLException, IOException {
        long[] taken = new long[2];
        try (RowBatch batch = new RowBatch(
                new Schema(List.of(required("i", INT64), required("s", ArrowType.Utf8.INSTANCE))),
                memory.allocator(),
                1000,
                1 << 20,
                full -> {
                    taken[0]++;
                    taken[1] += full.vectors().getRowCount();
                    full.reset();
                })) {
            assertEquals(10_500, append(batch, "select i, 'row ' || i as s from range(10500) t(i)"));
            assertEquals(10, taken[0]);
            assertEquals(10_500, taken[1] + batch.rows());
            assertEquals(
                    "row 10499", batch.vectors().getVector(1).getObject(499).toString());
        }
    }

    private void assertColumn(String one, String other, ArrowType type, String expected, Field... children)
            throws SQLException, IOException {
        try (RowBatch batch = batch(nullable("v", type, children))) {
            append(batch, "select " + one + " as v union all select " + other);
            FieldVector vector = batch.vectors().getVector(0);
            List<Object> values = new ArrayList<>();
            for (int i = 0; i < batch.rows(); i++) {
                values.add(vector.getObject(i));
            }
            assertEquals(expected, values.toString(), one);
        }
    }

    private void assertRefused(String message, RowBatch batch, String query) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> append(batch, query))
                        .getMessage());
    }

    private long append(RowBatch batch, String query) throws SQLException, IOException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            return new ResultSetRows(result, batch.schema()).appendTo(batch);
        }
    }

    private RowBatch batch(Field... fields) {
        return new RowBatch(new Schema(List.of(fields)), memory.allocator(), 1000, 1 << 20, full -> {});
    }
}

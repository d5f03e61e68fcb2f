package io.penstock.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * DuckDB, with one thread, reading JSON by its {@code read_json} into its own vectors, of which it counts the values of every column.
 * A row that is an array it takes as a list of JSON values, and casts them.
 */
final class DuckDbJsonScan implements AutoCloseable {
    private static final List<Field> FIELDS = LineItems.SCHEMA.getFields();

    private final Connection connection;
    private final String table;

    DuckDbJsonScan(Path file, boolean records) throws SQLException {
        connection = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement settings = connection.createStatement()) {
            settings.execute("SET threads = 1");
        }
        table = records ? records(file) : batches(file);
    }

    private static String records(Path file) {
        return FIELDS.stream()
                .map(field -> field.getName() + ": '" + DuckDbJson.type(field) + "'")
                .collect(Collectors.joining(
                        ", ", "read_json('" + file + "', format = 'newline_delimited', columns = {", "})"));
    }

    private static String batches(Path file) {
        return IntStream.range(0, FIELDS.size())
                .mapToObj(i -> "(line[" + (i + 1) + "] ->> '$')::" + DuckDbJson.type(FIELDS.get(i)) + " AS "
                        + FIELDS.get(i).getName())
                .collect(Collectors.joining(
                        ", ",
                        "(SELECT ",
                        " FROM (SELECT unnest(json) AS line FROM read_json('" + file
                                + "', format = 'newline_delimited', records = false, columns = {json: 'JSON[][]'})))"));
    }

    /** Gives every value to {@code check}. */
    void check(VectorCheck check) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
            while (rows.next()) {
                Object[] row = new Object[FIELDS.size()];
                for (int column = 0; column < row.length; column++) {
                    row[column] = rows.getObject(column + 1);
                }
                check.take(row);
            }
        }
    }

    long count() throws SQLException {
        String counts =
                FIELDS.stream().map(field -> "count(" + field.getName() + ")").collect(Collectors.joining(" + "));
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT " + counts + " FROM " + table)) {
            result.next();
            return result.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

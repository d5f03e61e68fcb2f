package io.penstock.bench;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** DuckDB, with one thread and lineitem in a table in its own memory, writing JSON by its {@code COPY}. */
final class DuckDbJson implements AutoCloseable {
    private final DuckDBConnection connection;

    DuckDbJson(LineItemRow[] rows) throws SQLException {
        connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
        execute("SET threads = 1");
        execute("SET preserve_insertion_order = true");
        execute(LineItems.SCHEMA.getFields().stream()
                .map(field -> field.getName() + ' ' + type(field))
                .collect(Collectors.joining(", ", "CREATE TABLE lineitem (", ")")));
        try (DuckDBAppender appender = connection.createAppender("main", "lineitem")) {
            for (LineItemRow row : rows) {
                append(appender, row);
            }
        }
    }

    static String type(Field field) {
        return switch (field.getType().getTypeID()) {
            case Int -> ((ArrowType.Int) field.getType()).getBitWidth() == 64 ? "BIGINT" : "INTEGER";
            case FloatingPoint -> "DOUBLE";
            case Date -> "DATE";
            default -> "VARCHAR";
        };
    }

    private static void append(DuckDBAppender appender, LineItemRow row) throws SQLException {
        appender.beginRow()
                .append(row.orderKey())
                .append(row.partKey())
                .append(row.supplierKey())
                .append(row.lineNumber())
                .append(row.quantity())
                .append(row.extendedPrice())
                .append(row.discount())
                .append(row.tax())
                .append(row.returnFlag())
                .append(row.status())
                .appendEpochDays(row.shipDate())
                .appendEpochDays(row.commitDate())
                .appendEpochDays(row.receiptDate())
                .append(row.shipInstructions())
                .append(row.shipMode())
                .append(row.comment())
                .endRow();
    }

    /** Writes the table as one object for each row and line, in place of what the file holds. */
    void copy(Path file) throws SQLException {
        execute("COPY lineitem TO '" + file + "' (FORMAT json, USE_TMP_FILE false)");
    }

    private void execute(String statement) throws SQLException {
        try (Statement executing = connection.createStatement()) {
            executing.execute(statement);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

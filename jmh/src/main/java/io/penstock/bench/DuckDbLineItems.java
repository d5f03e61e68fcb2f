package io.penstock.bench;

import io.trino.tpch.GenerateUtils;
import io.trino.tpch.LineItem;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * DuckDB, with one thread and lineitem in a table in its own memory: a contender, and the judge who compares every value of a
 * contender's file with that table.
 */
final class DuckDbLineItems implements AutoCloseable {
    private final DuckDBConnection connection;

    DuckDbLineItems() throws SQLException {
        this(DecimalLineItems.LIMIT);
    }

    /** With the first {@code rows} rows. */
    DuckDbLineItems(int rows) throws SQLException {
        connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
        execute("SET threads = 1");
        execute("SET preserve_insertion_order = true");
        execute(DecimalLineItems.SCHEMA.getFields().stream()
                .map(field -> field.getName() + ' ' + type(field))
                .collect(Collectors.joining(", ", "CREATE TABLE lineitem (", ")")));
        Iterator<LineItem> items = DecimalLineItems.items();
        try (DuckDBAppender appender = connection.createAppender("main", "lineitem")) {
            for (int i = 0; i < rows; i++) {
                append(appender, items.next());
            }
        }
    }

    private static String type(Field field) {
        return switch (field.getType().getTypeID()) {
            case Int -> ((ArrowType.Int) field.getType()).getBitWidth() == 64 ? "BIGINT" : "INTEGER";
            case Decimal -> "DECIMAL(12,2)";
            case Date -> "DATE";
            default -> "VARCHAR";
        };
    }

    private static void append(DuckDBAppender appender, LineItem item) throws SQLException {
        appender.beginRow()
                .append(item.getOrderKey())
                .append(item.getPartKey())
                .append(item.getSupplierKey())
                .append(item.getLineNumber())
                .appendDecimal(100 * item.getQuantity())
                .appendDecimal(item.getExtendedPriceInCents())
                .appendDecimal(item.getDiscountPercent())
                .appendDecimal(item.getTaxPercent())
                .append(item.getReturnFlag())
                .append(item.getStatus())
                .appendEpochDays(GenerateUtils.toEpochDate(item.getShipDate()))
                .appendEpochDays(GenerateUtils.toEpochDate(item.getCommitDate()))
                .appendEpochDays(GenerateUtils.toEpochDate(item.getReceiptDate()))
                .append(item.getShipInstructions())
                .append(item.getShipMode())
                .append(item.getComment())
                .endRow();
    }

    /** Writes the table as a Parquet file. */
    void copy(Path file, String compression, int rowGroupRows) throws SQLException {
        String codec = switch (compression) {
            case "none" -> "uncompressed";
            case "zstd" -> "zstd, COMPRESSION_LEVEL " + HadoopFreeCodecs.ZSTD_LEVEL;
            default -> compression;
        };
        execute("COPY lineitem TO '" + file + "' (FORMAT parquet, COMPRESSION " + codec + ", ROW_GROUP_SIZE "
                + rowGroupRows + ")");
    }

    /**
     * Compares every value of a Parquet file with the table's.
     *
     * @return rows and row groups of the file
     * @throws IllegalStateException naming the columns whose type or values differ
     */
    String requireSameRows(String contender, Path file) throws SQLException {
        String source = "read_parquet('" + file + "')";
        String expected = text("SELECT string_agg(column_name || ' ' || column_type, ', ') FROM (DESCRIBE lineitem)");
        String actual = text("SELECT string_agg(column_name || ' ' || column_type, ', ') FROM (DESCRIBE SELECT * FROM "
                + source + ")");
        if (!expected.equals(actual)) {
            throw new IllegalStateException(contender + ": the columns should be " + expected + " and are " + actual);
        }
        List<Field> fields = DecimalLineItems.SCHEMA.getFields();
        String differences = fields.stream()
                .map(Field::getName)
                .map(name -> "if(count_if(a." + name + " IS DISTINCT FROM b." + name + ") = 0, '', '" + name + " ')")
                .collect(Collectors.joining(" || "));
        String differing = text("SELECT " + differences + " FROM lineitem a POSITIONAL JOIN " + source + " b");
        if (!differing.isEmpty()) {
            throw new IllegalStateException(contender + ": these columns have other values: " + differing);
        }
        return text("SELECT format('{:,} rows in {} row groups', any_value(num_rows), any_value(num_row_groups))"
                + " FROM parquet_file_metadata('" + file + "')");
    }

    /** Reads all columns of a file: the sums of the numbers, and of the texts' lengths. */
    long sums(Path file) throws SQLException {
        String sums = DecimalLineItems.SCHEMA.getFields().stream()
                .map(field -> switch (field.getType().getTypeID()) {
                    case Date -> "sum(" + field.getName() + " - DATE '1970-01-01')";
                    case Utf8 -> "sum(strlen(" + field.getName() + "))";
                    default -> "sum(" + field.getName() + ")";
                })
                .collect(Collectors.joining(" + "));
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT " + sums + " FROM read_parquet('" + file + "')")) {
            result.next();
            return result.getBigDecimal(1).longValue();
        }
    }

    private String text(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getString(1);
        }
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

package io.penstock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rest of a JDBC query as rows. The query's columns are those of the table by label, in any order: one that is spelled the
 * same, else one that differs in case only. It moves the result set on and does not close it.
 */
final class ResultSetRows {
    /** How to ask the driver for a value; what it has to convert for that it would convert silently, so it never has to. */
    private enum Getter {
        BOOLEAN,
        LONG,
        FLOAT,
        DOUBLE,
        DECIMAL,
        STRING,
        BYTES,
        DATE,
        TIME,
        LOCAL_DATE_TIME,
        OFFSET_DATE_TIME,
        OBJECT
    }

    private final ResultSet source;

    /** The table's columns that the query has; beside each the query's, counted from 1, and its getter. */
    private final int[] columns;

    private final int[] sourceColumns;
    private final Getter[] getters;

    /**
     * @param schema the table's
     * @throws IllegalArgumentException if the query has a column that the table has not, or two that could be the same one, or lacks
     *     a required one
     */
    ResultSetRows(ResultSet source, Schema schema) throws SQLException {
        this.source = source;
        ResultSetMetaData query = source.getMetaData();
        List<String> labels = new ArrayList<>();
        for (int i = 1; i <= query.getColumnCount(); i++) {
            labels.add(query.getColumnLabel(i));
        }
        columns = new int[labels.size()];
        sourceColumns = new int[labels.size()];
        getters = new Getter[labels.size()];
        int found = 0;
        for (int column = 0; column < schema.getFields().size(); column++) {
            Field field = schema.getFields().get(column);
            int at = find(field, labels);
            if (at >= 0) {
                columns[found] = column;
                sourceColumns[found] = at + 1;
                getters[found++] = getter(field.getType(), query.getColumnType(at + 1));
            }
        }
        if (found < labels.size()) {
            throw new IllegalArgumentException(
                    "the query has the columns " + labels + ", which are not all the table's: "
                            + schema.getFields().stream().map(Field::getName).toList());
        }
    }

    private static int find(Field field, List<String> labels) {
        int at = labels.indexOf(field.getName());
        int last = labels.lastIndexOf(field.getName());
        if (at < 0) {
            for (int i = 0; i < labels.size(); i++) {
                if (labels.get(i).equalsIgnoreCase(field.getName())) {
                    at = at < 0 ? i : at;
                    last = i;
                }
            }
        }
        if (at != last) {
            throw new IllegalArgumentException(
                    "the query has two columns that could be '" + field.getName() + "': " + labels);
        }
        if (at < 0 && !field.isNullable()) {
            throw new IllegalArgumentException(
                    "Column '" + field.getName() + "' is required but the query has only " + labels);
        }
        return at;
    }

    private static Getter getter(ArrowType type, int sqlType) {
        return switch (sqlType) {
            case Types.BOOLEAN -> type instanceof ArrowType.Bool ? Getter.BOOLEAN : Getter.OBJECT;
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT ->
                takesIntegers(type) ? Getter.LONG : Getter.OBJECT;
            case Types.REAL -> type instanceof ArrowType.FloatingPoint ? Getter.FLOAT : Getter.OBJECT;
            case Types.FLOAT, Types.DOUBLE -> type instanceof ArrowType.FloatingPoint ? Getter.DOUBLE : Getter.OBJECT;
            case Types.DECIMAL, Types.NUMERIC -> type instanceof ArrowType.Decimal ? Getter.DECIMAL : Getter.OBJECT;
            case Types.CHAR,
                    Types.VARCHAR,
                    Types.LONGVARCHAR,
                    Types.NCHAR,
                    Types.NVARCHAR,
                    Types.LONGNVARCHAR,
                    Types.CLOB,
                    Types.NCLOB -> Getter.STRING;
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> Getter.BYTES;
            case Types.DATE -> Getter.DATE;
            case Types.TIME -> Getter.TIME;
            case Types.TIMESTAMP -> Getter.LOCAL_DATE_TIME;
            case Types.TIMESTAMP_WITH_TIMEZONE -> Getter.OFFSET_DATE_TIME;
            default -> Getter.OBJECT;
        };
    }

    private static boolean takesIntegers(ArrowType type) {
        return type instanceof ArrowType.Int
                || type instanceof ArrowType.Decimal
                || type instanceof ArrowType.FloatingPoint;
    }

    /**
     * Appends all rows that are left.
     *
     * @return how many
     * @throws IllegalArgumentException if a row is refused; those before it are in the batch
     * @throws IOException if memory ran out, or what the batch's drain throws
     */
    long appendTo(RowBatch batch) throws SQLException, IOException {
        RowAppender row = batch.row();
        long rows = 0;
        try {
            while (source.next()) {
                for (int i = 0; i < columns.length; i++) {
                    set(row, i);
                }
                row.endRow();
                rows++;
            }
            return rows;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            batch.dropBegun();
        }
    }

    private void set(RowAppender row, int i) throws SQLException {
        int column = columns[i];
        int from = sourceColumns[i];
        switch (getters[i]) {
            case BOOLEAN -> {
                boolean value = source.getBoolean(from);
                if (source.wasNull()) {
                    row.setNull(column);
                } else {
                    row.setBoolean(column, value);
                }
            }
            case LONG -> {
                long value = source.getLong(from);
                if (source.wasNull()) {
                    row.setNull(column);
                } else {
                    row.setLong(column, value);
                }
            }
            case FLOAT -> {
                float value = source.getFloat(from);
                if (source.wasNull()) {
                    row.setNull(column);
                } else {
                    row.setFloat(column, value);
                }
            }
            case DOUBLE -> {
                double value = source.getDouble(from);
                if (source.wasNull()) {
                    row.setNull(column);
                } else {
                    row.setDouble(column, value);
                }
            }
            case DECIMAL -> row.setDecimal(column, source.getBigDecimal(from));
            case STRING -> row.setString(column, source.getString(from));
            case BYTES -> row.setObject(column, source.getBytes(from));
            // As these types, because those of java.sql stand for other times where a clock is set forward.
            case DATE -> row.setObject(column, object(i, LocalDate.class));
            case TIME -> row.setObject(column, object(i, LocalTime.class));
            case LOCAL_DATE_TIME -> row.setObject(column, object(i, LocalDateTime.class));
            case OFFSET_DATE_TIME -> row.setObject(column, object(i, OffsetDateTime.class));
            case OBJECT -> row.setObject(column, source.getObject(from));
        }
    }

    private Object object(int i, Class<?> type) throws SQLException {
        try {
            return source.getObject(sourceColumns[i], type);
        } catch (SQLFeatureNotSupportedException e) {
            // An older driver has what it has; the appender says whether that fits.
            getters[i] = Getter.OBJECT;
            return source.getObject(sourceColumns[i]);
        }
    }
}

package io.penstock;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Objects;

/**
 * Puts rows together value by value, without garbage: {@code row.setLong(0, 42).setString(1, "x").endRow()}. A column is set once a
 * row, in any order; one that is not set is null. After {@link #endRow} the next value begins the next row.
 *
 * <p>All or nothing per row. A value that cannot be stored exactly is refused with an {@link IllegalArgumentException} that names row
 * (from 0 over all that the writer was given), column, type and value. The row is lost then, and {@link TableWriter#row} begins
 * another, as it does in place of a row that was not ended. When memory runs out, a setter throws an {@link
 * java.io.UncheckedIOException} with a {@link io.penstock.buffer.MemoryExhaustedException}; it costs the row, too.
 *
 * <p>These are the Java types that {@link #setObject} and rows of objects take. Null is taken by every column that is not required.
 *
 * <table>
 * <caption>Java types by Arrow type</caption>
 * <tr><th>Arrow</th><th>Java</th></tr>
 * <tr><td>Bool</td><td>{@code Boolean}</td></tr>
 * <tr><td>Int, signed or not</td><td>{@code Byte}, {@code Short}, {@code Integer}, {@code Long}, {@code BigInteger}, in range</td></tr>
 * <tr><td>FloatingPoint</td><td>{@code Double}, {@code Float} and integers that it holds exactly. A half float is rounded from a
 *     {@code Float} or {@code Double}; a {@code Short} is its bits</td></tr>
 * <tr><td>Decimal</td><td>{@code BigDecimal}, {@code BigInteger} and integers that fit precision and scale without rounding</td></tr>
 * <tr><td>Utf8, LargeUtf8, Utf8View</td><td>{@code CharSequence}, {@code Character}, Arrow's {@code Text}; no unpaired
 *     surrogates</td></tr>
 * <tr><td>Binary, LargeBinary, BinaryView, FixedSizeBinary</td><td>{@code byte[]}, the remaining bytes of a {@code ByteBuffer};
 *     {@code UUID} for 16 bytes</td></tr>
 * <tr><td>Date</td><td>{@code LocalDate}, {@code java.sql.Date}; of unit DAY {@code Integer}, of MILLISECOND {@code Long}</td></tr>
 * <tr><td>Time</td><td>{@code LocalTime}, {@code java.sql.Time}, {@code Integer}, and {@code Long} for 64 bits</td></tr>
 * <tr><td>Timestamp with a zone</td><td>{@code Instant}, {@code OffsetDateTime}, {@code ZonedDateTime}, {@code java.sql.Timestamp},
 *     {@code Long}</td></tr>
 * <tr><td>Timestamp without</td><td>{@code LocalDateTime}, {@code java.sql.Timestamp}, {@code Long}</td></tr>
 * <tr><td>Duration</td><td>{@code Duration}, {@code Long}</td></tr>
 * <tr><td>Interval</td><td>of months {@code Period}, {@code Integer}; of days {@code Duration}, {@code Period}, Arrow's
 *     {@code PeriodDuration}; of months, days and nanoseconds these three</td></tr>
 * <tr><td>all lists</td><td>{@code Collection}, {@code Object[]}, an array of primitives, {@code java.sql.Array}</td></tr>
 * <tr><td>Struct</td><td>{@code Map} by field name, {@code Object[]} and {@code List} in the order of the fields, {@code
 *     java.sql.Struct}</td></tr>
 * <tr><td>Map</td><td>{@code Map}; a collection of structs of key and value</td></tr>
 * </table>
 *
 * <p>A number for a date, time, timestamp or duration is what Arrow stores: it counts in the column's unit, from 1970 or midnight.
 * Whatever is finer than the unit is refused. Rows cannot fill unions and run-end encoded columns. A dictionary-encoded column takes
 * its values; the indices are not the caller's concern.
 *
 * <p>Belongs to the thread that uses its writer.
 */
public final class RowAppender {
    /** In the place of the columns: something has to be seen to before the next value. */
    private static final ColumnAppender[] PAUSED = {};

    private final RowBatch batch;
    private ColumnAppender[] columns = PAUSED;

    /** How many rows come before this one in the batch. */
    private int row;

    /** How many columns of the row were set. */
    private int set;

    private boolean spoiled;

    RowAppender(RowBatch batch) {
        this.batch = batch;
    }

    public RowAppender setNull(int column) {
        next(column).setNull();
        return this;
    }

    public RowAppender setBoolean(int column, boolean value) {
        next(column).setBoolean(value);
        return this;
    }

    public RowAppender setByte(int column, byte value) {
        next(column).setLong(value);
        return this;
    }

    public RowAppender setShort(int column, short value) {
        next(column).setLong(value);
        return this;
    }

    public RowAppender setInt(int column, int value) {
        next(column).setLong(value);
        return this;
    }

    /**
     * Sets an integer of any width that has room for it, the integral value of a decimal or float, or a date, time, timestamp or
     * duration as Arrow stores it.
     */
    public RowAppender setLong(int column, long value) {
        next(column).setLong(value);
        return this;
    }

    public RowAppender setFloat(int column, float value) {
        next(column).setFloat(value);
        return this;
    }

    public RowAppender setDouble(int column, double value) {
        next(column).setDouble(value);
        return this;
    }

    /** @param value null for null */
    public RowAppender setDecimal(int column, BigDecimal value) {
        next(column).setObject(value);
        return this;
    }

    /** Sets a decimal by its digits: 1234 is 12.34 where the column's scale is 2. */
    public RowAppender setDecimal(int column, long unscaled) {
        next(column).setUnscaled(unscaled);
        return this;
    }

    /** @param value null for null */
    public RowAppender setString(int column, CharSequence value) {
        if (value instanceof String string) {
            next(column).setString(string);
            return this;
        }
        return setObject(column, value);
    }

    /** Sets a string by its UTF-8 bytes, which are checked and copied. */
    public RowAppender setUtf8(int column, byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        next(column).setUtf8(source, offset, length);
        return this;
    }

    /** Sets a copy of bytes. */
    public RowAppender setBinary(int column, byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        next(column).setBytes(source, offset, length);
        return this;
    }

    /** @param value its remaining bytes are copied, its position stays; null for null */
    public RowAppender setBinary(int column, ByteBuffer value) {
        return setObject(column, value);
    }

    /** @param value null for null */
    public RowAppender setDate(int column, LocalDate value) {
        return setObject(column, value);
    }

    /** @param value null for null */
    public RowAppender setTime(int column, LocalTime value) {
        return setObject(column, value);
    }

    /** @param value null for null */
    public RowAppender setTimestamp(int column, Instant value) {
        return setObject(column, value);
    }

    /** @param value null for null */
    public RowAppender setTimestamp(int column, LocalDateTime value) {
        return setObject(column, value);
    }

    /**
     * Sets any value.
     *
     * @param value of a Java type listed above, or null
     */
    public RowAppender setObject(int column, Object value) {
        ColumnAppender appender = next(column);
        try {
            appender.setObject(value);
        } catch (RuntimeException e) {
            // Not only what Penstock refuses: the value's own code may throw half-way through a list.
            spoil();
            throw e;
        }
        return this;
    }

    /**
     * Ends the row. If it makes the batch full, the batch is encoded and goes to storage.
     *
     * @throws IllegalArgumentException if a required column is not set
     * @throws IOException if the batch could not be written; the writer has rolled back
     */
    public void endRow() throws IOException {
        ColumnAppender[] columns = open();
        int row = this.row;
        if (set < columns.length) {
            for (ColumnAppender column : columns) {
                if (column.count == row) {
                    column.setMissing();
                }
            }
        }
        set = 0;
        this.row = row + 1;
        batch.endRow();
    }

    private ColumnAppender next(int column) {
        ColumnAppender[] columns = this.columns;
        ColumnAppender appender = column >= 0 && column < columns.length ? columns[column] : find(column);
        if (appender.count != row) {
            throw appender.place.refused("is set twice in row " + batch.rowNumber());
        }
        set++;
        return appender;
    }

    private ColumnAppender find(int column) {
        ColumnAppender[] columns = open();
        if (column < 0 || column >= columns.length) {
            spoil();
            throw new IllegalArgumentException("row " + batch.rowNumber() + " sets column " + column
                    + " and the table has columns 0 to " + (columns.length - 1) + " (" + batch.names() + ")");
        }
        return columns[column];
    }

    private ColumnAppender[] open() {
        if (columns == PAUSED) {
            if (spoiled) {
                throw new IllegalStateException(
                        "row " + batch.rowNumber() + " was refused: begin another with TableWriter.row()");
            }
            columns = batch.open();
            row = batch.rows();
        }
        return columns;
    }

    /** Has the next value see to something first. */
    void pause() {
        columns = PAUSED;
    }

    /** The row cannot be ended any more. */
    void spoil() {
        spoiled = true;
        columns = PAUSED;
    }

    boolean begun() {
        return set > 0 || spoiled;
    }

    /** Whether a value was set since the last row ended, and none was refused. */
    boolean awaitsEnd() {
        return set > 0 && !spoiled;
    }

    /** Forgets the row, whose values the batch drops. */
    void forget() {
        set = 0;
        spoiled = false;
        columns = PAUSED;
    }
}

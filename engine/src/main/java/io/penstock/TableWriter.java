package io.penstock;

import io.penstock.log.CommitOutcomeUnknownException;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes into one table: everything that is appended is published together by {@link #commit}, or not at all. One thread at a time.
 *
 * <p>Batches and rows may be mixed; they keep their order. Input that is refused ({@link IllegalArgumentException}) leaves the writer as it was,
 * and it can go on. After any other failure everything is rolled back already, and each further call fails, naming the first cause.
 *
 * <p>{@link #close} without a commit rolls back. A writer that is neither is rolled back when it is found to be unreachable.
 */
public final class TableWriter implements AutoCloseable {
    private final TableName table;
    private final WriteTransaction transaction;
    private final WriterState state;

    TableWriter(TableName table, WriteTransaction transaction, WriterState state) {
        this.table = table;
        this.transaction = transaction;
        this.state = state;
    }

    /** The table's schema: a dictionary-encoded field has the type of its values. */
    public Schema schema() {
        return transaction.metadata().schema();
    }

    /**
     * Appends all rows of a batch. Its memory is the caller's alone again when this returns.
     *
     * @throws IllegalArgumentException if the batch is not one of this table, naming the column, what was expected and what came; or if it has
     *     dictionary-encoded columns
     */
    public void append(VectorSchemaRoot batch) throws IOException {
        append(batch, new DictionaryProvider.MapDictionaryProvider());
    }

    /**
     * Appends all rows of a batch with dictionary-encoded columns.
     *
     * @param dictionaries of these columns, by the ids in their fields
     * @throws IllegalArgumentException if the batch is not one of this table, naming the column, what was expected and what came
     */
    public void append(VectorSchemaRoot batch, DictionaryProvider dictionaries) throws IOException {
        state.run(() -> {
            transaction.require(batch, dictionaries);
            state.flushRows();
            transaction.append(batch, dictionaries);
        });
    }

    /**
     * Appends a row: a value for each column in the order of the schema, null for none.
     *
     * @throws IllegalArgumentException if it is not a row of this table, naming the row, the column, what was expected and what came
     */
    public void append(Object[] row) throws IOException {
        state.run(() -> state.appendRow(row));
    }

    /** As {@link #append(Iterator)}. */
    public void append(Object[][] rows) throws IOException {
        append(Arrays.asList(rows).iterator());
    }

    /** As {@link #append(Iterator)}. */
    public void append(Iterable<Object[]> rows) throws IOException {
        append(rows.iterator());
    }

    /**
     * Appends every row that {@code rows} has, in bounded memory. An exception of the iterator rolls back.
     *
     * @throws IllegalArgumentException for a row that is not one of this table; the rows before it have been appended
     */
    public void append(Iterator<Object[]> rows) throws IOException {
        Supplier<Boolean> hasNext = rows::hasNext;
        Supplier<Object[]> next = rows::next;
        state.run(() -> {
            while (state.guarded(hasNext)) {
                state.appendRow(state.guarded(next));
            }
        });
    }

    /**
     * Appends every row that is left of a query's result, in bounded memory. Its columns are those of the table by label, in any order.
     *
     * @throws IllegalArgumentException if the result has a column that the table has not, or lacks a required one; or for a value that does not
     *     fit, when the rows before it have been appended
     * @throws SQLException if the result fails; everything is rolled back
     */
    public void append(ResultSet result) throws IOException, SQLException {
        state.run(() -> state.appendResult(result));
    }

    /**
     * The row to set next, by typed values and without garbage: {@code writer.row().setLong(0, 42).setString(1, "x").endRow()}. A row that is not
     * ended is not appended. It is the same object each time, and good for this writer only.
     */
    public RowAppender row() {
        return state.row();
    }

    /** How many rows were appended. */
    public long rows() {
        return state.rows();
    }

    /** How many bytes they came to so far; those of rows not yet encoded are missing. */
    public long bytes() {
        return transaction.bytes();
    }

    /**
     * Publishes everything that was appended: when this returns, every reader that opens the table from now on sees it, and where the store is
     * durable it stays. A commit of no rows makes no version. The writer is of no further use but to be closed.
     *
     * @throws IllegalStateException if a row was begun and not ended; the writer can go on
     * @throws CommitOutcomeUnknownException if the store did not say whether the commit happened: it may have
     * @throws IOException if it did not happen; everything is rolled back
     */
    public CommitReceipt commit() throws IOException {
        return state.commit();
    }

    /**
     * Rolls back unless {@link #commit} has returned; a second call does nothing.
     *
     * @throws IOException if something could not be removed; its intent stays, and recovery removes it
     */
    @Override
    public void close() throws IOException {
        state.close();
    }

    @Override
    public String toString() {
        return "writer of " + table;
    }
}

package io.penstock;

import io.penstock.buffer.MemoryExhaustedException;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Supplier;

/**
 * The life of a {@link TableWriter}: open, then over for a reason that every later call names. It holds the writer to one thread and rolls back at
 * the first failure. The writer and its row refer to it, so that when nobody does, nobody can write any more, and the transaction is rolled back.
 */
final class WriterState {
    /** How long closing the engine waits for another thread's call to come to an end. */
    private static final long CLOSE_WAIT_MILLIS = 30_000;

    private static final Cleaner CLEANER = Cleaner.create();

    private final String name;
    private final WriteTransaction transaction;
    private final Settings settings;
    private final Occupancy occupancy;
    private final Cleaner.Cleanable leak;
    private RowBatch rowBatch;
    /** Who may be setting a row now, outside of every call; null for nobody. */
    private Thread rowThread;

    private String over;
    private Throwable cause;
    private volatile boolean cancelled;

    WriterState(TableName table, WriteTransaction transaction, Settings settings) {
        this.name = "the writer of " + table;
        this.transaction = transaction;
        this.settings = settings;
        this.occupancy = new Occupancy(name);
        this.leak = CLEANER.register(this, transaction::abandon);
    }

    /** A call of the writer's user. */
    @FunctionalInterface
    interface Call<E extends Exception> {
        void run() throws IOException, E;
    }

    /** Runs a call; one that fails, other than by refusing its input, rolls everything back. */
    <E extends Exception> void run(Call<E> call) throws IOException, E {
        occupancy.enter();
        try {
            requireOpen();
            call.run();
        } catch (IllegalArgumentException | MemoryExhaustedException refused) {
            throw refused;
        } catch (Throwable e) {
            fail(e);
            throw e;
        } finally {
            occupancy.exit();
        }
    }

    /** Calls code of the user's within {@link #run}: whatever it throws is a failure, also what would else be refused input. */
    <T> T guarded(Supplier<T> foreign) {
        try {
            return foreign.get();
        } catch (IllegalArgumentException e) {
            fail(e);
            throw e;
        }
    }

    /** Within {@link #run}: appends a row; when that makes the batch full, encodes it. */
    void appendRow(Object[] row) throws IOException {
        requireOpen();
        RowBatch batch = rowBatch();
        try {
            batch.append(row);
        } catch (MemoryExhaustedException e) {
            if (batch.rows() == 0) {
                throw e;
            }
            // The rows before it may hold the memory that it needs.
            flushRows();
            batch.append(row);
        }
    }

    /** Within {@link #run}: appends every row that is left of a result. */
    void appendResult(ResultSet result) throws IOException, SQLException {
        new ResultSetRows(result, transaction.metadata().schema()).appendTo(rowBatch());
    }

    /** Begins a row of typed values. */
    RowAppender row() {
        occupancy.enter();
        try {
            requireOpen();
            rowThread = Thread.currentThread();
            return rowBatch().row();
        } finally {
            occupancy.exit();
        }
    }

    /** Within {@link #run}: encodes the rows that were collected. */
    void flushRows() throws IOException {
        requireOpen();
        if (rowBatch != null && rowBatch.rows() > 0) {
            transaction.append(rowBatch.vectors(), rowBatch.dictionaries());
            rowBatch.reset();
        }
    }

    /** Encodes a full batch of rows, within a call of the writer's or of its row's. */
    private void drain(RowBatch full) throws IOException {
        if (occupancy.isMine()) {
            flushRows();
        } else {
            run(this::flushRows);
        }
    }

    private RowBatch rowBatch() {
        if (rowBatch == null) {
            rowBatch = new RowBatch(
                    transaction.metadata().schema(),
                    transaction.allocator(),
                    settings.batchRows(),
                    settings.batchBytes(),
                    this::drain);
            transaction.own(rowBatch.memory());
        }
        return rowBatch;
    }

    long rows() {
        return transaction.rows() + (rowBatch == null ? 0 : rowBatch.rows());
    }

    CommitReceipt commit() throws IOException {
        occupancy.enter();
        try {
            if (over == null && rowBatch != null && rowBatch.rowAwaitsEnd()) {
                throw new IllegalStateException("row " + rowBatch.rowNumber()
                        + " was begun and not ended: call endRow(), or TableWriter.row() to drop it");
            }
            return publish();
        } finally {
            occupancy.exit();
        }
    }

    private CommitReceipt publish() throws IOException {
        try {
            flushRows();
            closeRows();
            CommitReceipt receipt = transaction.commit();
            over = "has committed";
            leak.clean();
            return receipt;
        } catch (Throwable e) {
            fail(e);
            throw e;
        }
    }

    void close() throws IOException {
        if (over == null || rowBatch != null) {
            occupancy.enter();
            try {
                end("is closed");
                freeRows();
            } finally {
                occupancy.exit();
            }
        }
    }

    /** Closes the writer from whatever thread closes the engine. */
    void closeByEngine() throws IOException {
        cancelled = true;
        if (!occupancy.enterWithin(CLOSE_WAIT_MILLIS)) {
            throw new IOException(
                    name + " is still in a call after " + CLOSE_WAIT_MILLIS + " ms; it rolls back when that ends");
        }
        try {
            String reason = "was rolled back because its Penstock was closed";
            if (rowThread == null || rowThread == Thread.currentThread() || !rowThread.isAlive()) {
                end(reason);
            } else if (over == null) {
                // Values may be on their way into the memory of the rows, without a lock: its thread frees it when it
                // calls next, or whoever finds that nobody holds the writer any more.
                over = reason;
                Cleanup cleanup = new Cleanup();
                transaction.withdraw(cleanup);
                cleanup.throwFailure("rolling back " + name);
            }
        } finally {
            occupancy.exit();
        }
    }

    private void requireOpen() {
        if (over != null) {
            freeRows();
            throw new IllegalStateException(name + " " + over + (cause == null ? "" : ": " + cause), cause);
        }
        if (cancelled) {
            throw new IllegalStateException(name + " is being rolled back because its Penstock is closed");
        }
    }

    private void fail(Throwable e) {
        if (over == null) {
            over = "failed and was rolled back";
            cause = e;
            Cleanup cleanup = new Cleanup(e);
            cleanup.attempt(this::closeRows);
            transaction.rollback(cleanup);
            leak.clean();
        }
    }

    private void end(String reason) throws IOException {
        if (over == null) {
            over = reason;
            Cleanup cleanup = new Cleanup();
            cleanup.attempt(this::closeRows);
            transaction.rollback(cleanup);
            leak.clean();
            cleanup.throwFailure("rolling back " + name);
        }
    }

    /** Frees what the closing of the engine left. */
    private void freeRows() {
        if (rowBatch != null) {
            closeRows();
            transaction.abandon();
            leak.clean();
        }
    }

    private void closeRows() {
        if (rowBatch != null) {
            rowBatch.close();
            rowBatch = null;
        }
    }
}

package io.penstock.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A JSON library reading lineitem into vectors, from the files of both layouts. Each reads as an expert in that library would for
 * this one table: the columns, their order and their types are known, fixed widths are set without asking for room, parsers, buffers
 * and vectors are reused as far as they can be.
 */
abstract class LineItemReader {
    private final boolean records;

    LineItemReader(boolean records) {
        this.records = records;
    }

    /**
     * Reads a file; gives {@code batch} on whenever it has {@link LineItems#BATCH_ROWS} rows, or the file or a line has no more.
     * Returns how many rows there were.
     */
    final long read(Path file, LineItemVectors batch, Consumer<VectorSchemaRoot> target) throws IOException {
        open(file);
        try {
            batch.begin();
            long rows = 0;
            int row = 0;
            while (nextLine()) {
                if (records) {
                    readRecord(batch, row++);
                } else {
                    while (nextRow()) {
                        readRow(batch, row++);
                    }
                }
                if (!records || row == LineItems.BATCH_ROWS) {
                    give(batch, row, target);
                    rows += row;
                    row = 0;
                }
            }
            if (row > 0) {
                give(batch, row, target);
            }
            return rows + row;
        } finally {
            close();
        }
    }

    private static void give(LineItemVectors batch, int rows, Consumer<VectorSchemaRoot> target) {
        batch.batch().setRowCount(rows);
        target.accept(batch.batch());
        batch.begin();
    }

    abstract void open(Path file) throws IOException;

    /** Goes behind the bracket of the next line's batch, or in the layout {@code records} behind a row's brace; false at the end. */
    abstract boolean nextLine() throws IOException;

    /** Goes behind the next row's bracket; returns false behind the end of the line's batch. */
    abstract boolean nextRow() throws IOException;

    abstract void readRow(LineItemVectors batch, int row) throws IOException;

    abstract void readRecord(LineItemVectors batch, int row) throws IOException;

    abstract void close() throws IOException;

    static IllegalStateException unexpected(Object found) {
        return new IllegalStateException("no lineitem: found " + found);
    }
}

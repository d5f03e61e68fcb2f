package io.penstock.cli;

import io.penstock.TableReader;
import java.io.IOException;

/** Writes what a reader reads to standard output, batch by batch. */
interface RowsOutput extends AutoCloseable {
    /** Writes the rows of the reader's current batch. */
    void write(TableReader reader) throws IOException;

    /** Writes what comes after the last row. */
    void finish() throws IOException;

    /** Frees what it holds; does not close standard output. */
    @Override
    void close() throws IOException;
}

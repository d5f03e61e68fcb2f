package io.penstock.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * A JSON library writing lineitem: an array of row arrays for each batch and line, dates as ISO strings. Each is written as an
 * expert in that library would for this one table: every column's type is known, nothing is looked up or dispatched per value,
 * nulls are not asked for, writers and their buffers are reused from file to file.
 */
interface LineItemWriter {
    /** Writes one file and flushes {@code out}. */
    void write(Object[][] rows, int batchRows, OutputStream out) throws IOException;

    /** Writes one file and flushes {@code out}. */
    void write(List<LineItemVectors> batches, OutputStream out) throws IOException;
}

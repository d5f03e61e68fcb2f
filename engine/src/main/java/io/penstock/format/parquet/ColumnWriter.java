package io.penstock.format.parquet;

import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** Takes the vectors of one top-level column apart for its leaves. */
interface ColumnWriter extends AutoCloseable {
    /** The vector that the next rows come from. */
    void begin(FieldVector vector, DictionaryProvider dictionaries);

    /**
     * Looks at all rows of the vector.
     *
     * @throws IllegalArgumentException for a value that Parquet cannot hold, naming the column and the row
     */
    void requireHeld(int rows);

    /** The memory it holds between batches. */
    long heldBytes();

    @Override
    void close();
}

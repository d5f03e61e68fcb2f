package io.penstock.format;

import io.penstock.buffer.OutputBuffer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * Turns batches into the bytes of one file. One thread at a time. It has no heap or direct memory that grows with the number of
 * batches, but for the few bytes a format's footer needs for each.
 */
public interface BatchEncoder extends AutoCloseable {
    /**
     * Whether this batch can go into this file: a format may be unable to change a dictionary within a file. If not, the file is
     * finished and the batch begins another.
     */
    boolean accepts(VectorSchemaRoot batch, DictionaryProvider dictionaries);

    /**
     * Encodes all rows of a batch that {@link BatchCheck} has passed. Memory of the batch that was lent to {@code out} stays lent
     * after the return.
     *
     * @param dictionaries of the batch's dictionary-encoded fields
     * @throws IllegalArgumentException for a value that the format cannot hold; nothing was put into {@code out} then
     */
    void encode(VectorSchemaRoot batch, DictionaryProvider dictionaries, OutputBuffer out);

    /** Ends the file. Nothing is encoded afterwards. */
    void finish(OutputBuffer out);

    /** Frees what the encoder holds, finished or not; a second call does nothing. */
    @Override
    void close();
}

package io.penstock.format;

import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** Turns the bytes of one file into batches. One thread at a time. It does not close its input. */
public interface BatchDecoder extends AutoCloseable {
    /** The batch that {@link #loadNext} fills: always the same object, with the columns that were asked for. */
    VectorSchemaRoot batch();

    /** The dictionaries of the batch's dictionary-encoded fields. */
    DictionaryProvider dictionaries();

    /**
     * Fills {@link #batch} with the next rows.
     *
     * @return false, with an empty batch, at the end of the file
     * @throws CorruptFileException if the file is broken: names the file and the place
     */
    boolean loadNext() throws IOException;

    /** What was left out until now because of {@link ReadContext#test}. */
    default Pruned pruned() {
        return Pruned.NONE;
    }

    /** Frees the batch and the dictionaries; a second call does nothing. */
    @Override
    void close();
}

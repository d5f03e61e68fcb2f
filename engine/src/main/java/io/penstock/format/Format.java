package io.penstock.format;

import io.penstock.buffer.Input;
import java.io.IOException;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A file format. Thread-safe and without state.
 *
 * <p>A schema here is Arrow's, as it stands in an IPC message: a dictionary-encoded field has the type of its <em>values</em>, and
 * says in its {@code DictionaryEncoding} the type of its indices.
 */
public interface Format {
    /** The provider's name in the log: {@code json}, {@code arrow}. */
    String name();

    /** What the names of a table's files end in: {@code json}, {@code json.zst}. */
    default String extension(Map<String, String> options) {
        return name();
    }

    /**
     * Refuses a schema that the format cannot hold without loss.
     *
     * @throws IllegalArgumentException naming the column, its type and the choices
     */
    void check(Schema schema);

    /** The schema of the batches that are read back of a table of this schema: a format may not keep every encoding. */
    Schema decoded(Schema schema);

    /** What an encoder holds at worst, besides the batch and the buffer it fills: direct memory in bytes. */
    long encoderBytes(Schema schema, Map<String, String> options);

    /**
     * What an encoder holds besides, at worst, if it works with so many threads: direct memory in bytes.
     *
     * @param batchBytes what a batch has at most, mostly; for a larger one it does with less, or with one thread
     */
    default long workerBytes(Schema schema, Map<String, String> options, int threads, long batchBytes) {
        return 0;
    }

    /** What a decoder holds at worst, besides the batch and the buffers of its input: direct memory in bytes. */
    long decoderBytes(Schema schema, Map<String, String> options);

    /** What a decoder holds besides, at worst, if its input has to be fetched: direct memory in bytes. */
    default long fetchedBytes(Schema schema, Map<String, String> options) {
        return 0;
    }

    /** What it can use besides to fetch before it needs; it does with less. */
    default long aheadBytes(Schema schema, Map<String, String> options) {
        return 0;
    }

    /** Begins a file. */
    BatchEncoder encoder(WriteContext context);

    /**
     * Opens a file.
     *
     * @throws CorruptFileException if it is not of this format, or broken
     */
    BatchDecoder decoder(Input input, ReadContext context) throws IOException;
}

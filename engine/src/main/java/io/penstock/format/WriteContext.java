package io.penstock.format;

import io.penstock.buffer.BufferPool;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What an encoder needs to know.
 *
 * @param schema the table's
 * @param options the format's own, by name, checked when the table was made; {@code layout} of JSON is one
 * @param batchRows the most rows of one unit of the file, where the format has such a unit
 * @param allocator for what the encoder keeps across batches; the encoder frees it when it is closed
 * @param pool for encoded bytes that cannot go into the file yet; the encoder releases its buffers when it is closed
 * @param workers the threads that it may encode with; allocator and pool can be used by all of them
 */
public record WriteContext(
        Schema schema,
        Map<String, String> options,
        int batchRows,
        BufferAllocator allocator,
        BufferPool pool,
        Workers workers) {
    public WriteContext {
        options = Map.copyOf(options);
    }

    /** For an encoder that has its caller's thread alone. */
    public WriteContext(
            Schema schema, Map<String, String> options, int batchRows, BufferAllocator allocator, BufferPool pool) {
        this(schema, options, batchRows, allocator, pool, Workers.NONE);
    }
}

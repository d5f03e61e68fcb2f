package io.penstock.format;

import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What an encoder needs to know.
 *
 * @param schema the table's
 * @param options the format's own, by name, checked when the table was made; {@code layout} of JSON is one
 * @param batchRows the most rows of one unit of the file, where the format has such a unit
 * @param allocator for vectors that the encoder keeps across batches; the encoder frees them when it is closed
 */
public record WriteContext(Schema schema, Map<String, String> options, int batchRows, BufferAllocator allocator) {
    public WriteContext {
        options = Map.copyOf(options);
    }
}

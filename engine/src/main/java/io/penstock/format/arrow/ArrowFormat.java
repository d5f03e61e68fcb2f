package io.penstock.format.arrow;

import io.penstock.buffer.ArrowMemory;
import io.penstock.buffer.Input;
import io.penstock.format.BatchCheck;
import io.penstock.format.BatchDecoder;
import io.penstock.format.BatchEncoder;
import io.penstock.format.Format;
import io.penstock.format.ReadContext;
import io.penstock.format.SchemaReader;
import io.penstock.format.WriteContext;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Arrow IPC files, as every Arrow library reads and writes them. It reads Arrow streams, too, and bodies that are compressed; it
 * writes files without compression, whose buffers lie at multiples of 64 bytes, so that they can be mapped and used in place.
 */
public final class ArrowFormat implements Format {
    @Override
    public String name() {
        return "arrow";
    }

    @Override
    public void check(Schema schema) {
        requireDepth(schema.getFields(), 1);
        new BatchCheck(schema);
        MemorySchema.of(schema);
    }

    private static void requireDepth(List<Field> fields, int depth) {
        for (Field field : fields) {
            if (depth > SchemaReader.MAX_DEPTH) {
                throw new IllegalArgumentException(
                        "field '" + field.getName() + "' is nested deeper than " + SchemaReader.MAX_DEPTH + " levels");
            }
            requireDepth(field.getChildren(), depth + 1);
        }
    }

    @Override
    public Schema decoded(Schema schema) {
        return schema;
    }

    /** Nothing: what it encodes goes straight on. */
    @Override
    public long encoderBytes(Schema schema, Map<String, String> options) {
        return 0;
    }

    /** Nothing: what it decodes goes straight into the batch. */
    @Override
    public long decoderBytes(Schema schema, Map<String, String> options) {
        return 0;
    }

    @Override
    public BatchEncoder encoder(WriteContext context) {
        return new ArrowEncoder(context);
    }

    /** Opens a file or a stream. Without a schema in the context, that of the file counts. */
    @Override
    public BatchDecoder decoder(Input input, ReadContext context) throws IOException {
        return ArrowDecoder.open(new InputBytes(input, context.allocator()), context);
    }

    /**
     * The schema of a file or stream, in message format.
     *
     * @param name of the input, for messages
     * @throws io.penstock.format.CorruptFileException if it is neither, or broken
     */
    public static Schema readSchema(Input input, String name) throws IOException {
        try (BufferAllocator allocator = ArrowMemory.newRoot();
                InputBytes bytes = new InputBytes(input, allocator)) {
            return Messages.open(bytes, name).schema();
        }
    }
}

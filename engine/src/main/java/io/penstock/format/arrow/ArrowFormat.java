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
 * Arrow IPC files, as every Arrow library reads and writes them. It reads Arrow streams, too. Without compression, buffers lie at multiples of
 * 64 bytes, so that files can be mapped and used in place.
 *
 * <p>Its option {@code compression} is {@code none}, the default, {@code zstd}, {@code zstd:<level>} or {@code lz4}; each buffer is compressed for
 * itself.
 */
public final class ArrowFormat implements Format {
    /** The name of the option that says how many bytes a batch has at most, as far as that is known before it comes. */
    public static final String BATCH_BYTES = ArrowOptions.BATCH_BYTES;

    /** What a compressed buffer has besides its share of the batch: a length, a frame, padding. */
    private static final long BUFFER_BYTES = 128;

    private static final int MAX_BUFFERS_OF_A_FIELD = 3;

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

    /**
     * Refuses options that Arrow does not have.
     *
     * @throws IllegalArgumentException naming the option, its value and the choices
     */
    public static void checkOptions(Map<String, String> options) {
        ArrowOptions.of(options);
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

    /** A compressed batch, as large as it is if nothing gets smaller. What is not compressed goes straight on. */
    @Override
    public long encoderBytes(Schema schema, Map<String, String> options) {
        ArrowOptions parsed = ArrowOptions.of(options);
        if (parsed.codec() == ArrowOptions.Codec.NONE) {
            return 0;
        }
        long buffers = MAX_BUFFERS_OF_A_FIELD * fields(schema.getFields());
        return parsed.batchBytes() + parsed.batchBytes() / 128 + buffers * BUFFER_BYTES;
    }

    private static long fields(List<Field> fields) {
        return fields.stream()
                .mapToLong(field -> 1 + fields(field.getChildren()))
                .sum();
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

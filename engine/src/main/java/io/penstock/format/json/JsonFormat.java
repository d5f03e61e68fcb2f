package io.penstock.format.json;

import io.penstock.buffer.Input;
import io.penstock.format.BatchDecoder;
import io.penstock.format.BatchEncoder;
import io.penstock.format.Format;
import io.penstock.format.ReadContext;
import io.penstock.format.WriteContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * JSON, UTF-8, lines that end in {@code \n}. It holds every Arrow type without loss, but for a NaN's payload and for the encoding of
 * a dictionary, which is read back as plain values.
 *
 * <p>Its option {@code layout} says what a line is: with {@code batches}, the default, an array of at most {@link
 * WriteContext#batchRows} rows, each an array of values; with {@code records} one row, an object.
 *
 * <p>Its option {@code compression} is {@code none}, the default, {@code zstd} or {@code gzip}, both also with a level: {@code
 * zstd:19}. Each batch is a frame, or member, of its own.
 */
public final class JsonFormat implements Format {
    /** The name of the option that says how large the pool's buffers are. */
    public static final String BUFFER_BYTES = JsonOptions.BUFFER_BYTES;

    @Override
    public String name() {
        return "json";
    }

    /**
     * Refuses options that JSON does not have.
     *
     * @throws IllegalArgumentException naming the option, its value and the choices
     */
    public static void checkOptions(Map<String, String> options) {
        JsonOptions.of(options);
    }

    @Override
    public String extension(Map<String, String> options) {
        return name() + JsonOptions.of(options).codec().suffix;
    }

    @Override
    public void check(Schema schema) {
        checkNames(schema.getFields(), "Column");
    }

    /** Members of an object are known by their names alone. */
    private static void checkNames(List<Field> fields, String what) {
        Set<String> names = new HashSet<>();
        for (Field field : fields) {
            String name = field.getName();
            if (!names.add(name)) {
                throw new IllegalArgumentException(
                        what + " '" + name + "' is there twice; JSON needs a name of its own for each");
            }
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
                throw new IllegalArgumentException(
                        what + " '" + name + "' has half a surrogate pair in its name, which UTF-8 cannot hold");
            }
            if (field.getType().getTypeID() == ArrowType.ArrowTypeID.Struct) {
                checkNames(field.getChildren(), "Field of '" + name + "'");
            } else {
                field.getChildren().forEach(child -> checkNames(List.of(child), "Field of '" + name + "'"));
            }
        }
    }

    /** The same without dictionaries. */
    @Override
    public Schema decoded(Schema schema) {
        return new Schema(schema.getFields().stream().map(ValueReaders::plain).toList(), schema.getCustomMetadata());
    }

    /** What some rows take; and what is compressed, a buffer of text and a context. Everything else goes straight on. */
    @Override
    public long encoderBytes(Schema schema, Map<String, String> options) {
        JsonOptions parsed = JsonOptions.of(options);
        long compressing = parsed.codec() == JsonOptions.Codec.NONE
                ? 0
                : parsed.bufferBytes() + TextCompressor.memoryBytes(parsed);
        return RowBlock.BYTES + compressing;
    }

    /** Nothing but a context: what it decodes goes straight into the batch. */
    @Override
    public long decoderBytes(Schema schema, Map<String, String> options) {
        return TextDecompressor.memoryBytes(JsonOptions.of(options).codec());
    }

    @Override
    public BatchEncoder encoder(WriteContext context) {
        return new JsonEncoder(context);
    }

    @Override
    public BatchDecoder decoder(Input input, ReadContext context) throws IOException {
        return new JsonDecoder(input, context);
    }
}

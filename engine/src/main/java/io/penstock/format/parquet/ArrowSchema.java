package io.penstock.format.parquet;

import io.penstock.format.SchemaMessage;
import io.penstock.format.SchemaReader;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.KeyValue;

/**
 * The schema of Arrow beside that of Parquet in a file's metadata, where Arrow's libraries look for it: base64 of the IPC message of the
 * schema, under a key of its own.
 */
final class ArrowSchema {
    private static final String KEY = "ARROW:schema";

    /** Of one value of fixed-size lists; images and embeddings have fewer. */
    private static final long MAX_ELEMENTS = 1 << 20;

    private ArrowSchema() {}

    /** The entry for a file of {@code schema}, which has no dictionaries. */
    static KeyValue entry(Schema schema) {
        return new KeyValue(KEY).setValue(Base64.getEncoder().encodeToString(SchemaMessage.of(schema)));
    }

    /** The schema of the entry; null if there is none, or none that is sound: it is a hint, and the file is read without it. */
    static Schema of(List<KeyValue> metadata) {
        for (KeyValue entry : metadata == null ? List.<KeyValue>of() : metadata) {
            if (KEY.equals(entry.getKey()) && entry.getValue() != null) {
                try {
                    return believable(SchemaReader.read(
                            ByteBuffer.wrap(Base64.getDecoder().decode(entry.getValue()))));
                } catch (RuntimeException e) {
                    return null;
                }
            }
        }
        return null;
    }

    /** The same without columns whose nulls would take the memory of more elements than a batch of sane size has. */
    private static Schema believable(Schema schema) {
        return new Schema(
                schema.getFields().stream()
                        .filter(field -> elements(field) <= MAX_ELEMENTS)
                        .toList(),
                schema.getCustomMetadata());
    }

    /** How many places a null has in the innermost of fixed-size lists. */
    private static long elements(Field field) {
        long below = field.getChildren().stream()
                .mapToLong(ArrowSchema::elements)
                .max()
                .orElse(1);
        if (!(field.getType() instanceof ArrowType.FixedSizeList list)) {
            return below;
        }
        boolean isSize = list.getListSize() >= 0;
        return isSize ? Math.min(MAX_ELEMENTS + 1, below * Math.max(1, list.getListSize())) : MAX_ELEMENTS + 1;
    }
}

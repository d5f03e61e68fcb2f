package io.penstock.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads the schema of a file that may be hostile. Tables in a flatbuffer can share and contain each other, so all of it is walked within
 * limits before Arrow for Java, which has none, converts it. Whatever is wrong is an {@link IllegalArgumentException} or an {@link
 * IndexOutOfBoundsException}.
 */
public final class SchemaReader {
    /** Deeper schemas are refused, so that no file can exhaust the stack. */
    public static final int MAX_DEPTH = 64;

    private static final int CONTINUATION = -1;

    /** What is left of the fields and characters that metadata of this length can hold without sharing. */
    private long budget;

    private SchemaReader(long metadataBytes) {
        budget = metadataBytes;
    }

    /** The schema in an encapsulated message of the IPC format: its length, after a continuation marker or without one, and its metadata. */
    public static Schema read(ByteBuffer message) {
        ByteBuffer bytes = message.slice().order(ByteOrder.LITTLE_ENDIAN);
        int prefix = bytes.getInt(0) == CONTINUATION ? Integer.BYTES : 0;
        int length = bytes.getInt(prefix);
        ByteBuffer metadata = bytes.slice(prefix + Integer.BYTES, length).order(ByteOrder.LITTLE_ENDIAN);
        Message header = Message.getRootAsMessage(metadata);
        if (header.headerType() != MessageHeader.Schema) {
            throw new IllegalArgumentException("a message of type " + header.headerType() + " and no schema");
        }
        org.apache.arrow.flatbuf.Schema schema =
                (org.apache.arrow.flatbuf.Schema) header.header(new org.apache.arrow.flatbuf.Schema());
        return read(schema, length, header.version());
    }

    /**
     * @param metadataBytes the length of the flatbuffer
     * @param version of the format
     */
    public static Schema read(org.apache.arrow.flatbuf.Schema schema, long metadataBytes, short version) {
        if (version != MetadataVersion.V4 && version != MetadataVersion.V5) {
            throw new IllegalArgumentException(
                    "the metadata version " + MetadataVersion.name(version) + ", of before Arrow 0.8");
        }
        if (schema == null) {
            throw new IllegalArgumentException("no schema");
        }
        if (schema.endianness() == Endianness.Big) {
            throw new IllegalArgumentException(
                    "big-endian values, which are not supported: let its writer write little-endian ones");
        }
        SchemaReader reader = new SchemaReader(metadataBytes);
        for (int i = 0; i < schema.fieldsLength(); i++) {
            reader.walk(schema.fields(i), 1, version);
        }
        for (int i = 0; i < schema.customMetadataLength(); i++) {
            reader.walk(schema.customMetadata(i));
        }
        Schema converted = Schema.convertSchema(schema);
        return new Schema(complete(converted.getFields()), converted.getCustomMetadata());
    }

    private void walk(org.apache.arrow.flatbuf.Field field, int depth, short version) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("fields nested deeper than " + MAX_DEPTH);
        }
        spend(1);
        spend(field.nameAsByteBuffer() == null ? 0 : field.nameAsByteBuffer().remaining());
        if (field.typeType() == Type.Decimal && ((Decimal) field.type(new Decimal())).bitWidth() < 128) {
            Decimal decimal = (Decimal) field.type(new Decimal());
            throw new IllegalArgumentException("column '" + field.name() + "' of Decimal(" + decimal.precision() + ", "
                    + decimal.scale() + ", " + decimal.bitWidth()
                    + "), which Arrow for Java cannot hold; it holds decimals of 128 and 256 bits");
        }
        if (field.typeType() == Type.Union) {
            requireSound((Union) field.type(new Union()), field, version);
        }
        if (field.typeType() == Type.Timestamp) {
            ByteBuffer zone = ((Timestamp) field.type(new Timestamp())).timezoneAsByteBuffer();
            spend(zone == null ? 0 : zone.remaining());
        }
        for (int i = 0; i < field.customMetadataLength(); i++) {
            walk(field.customMetadata(i));
        }
        for (int i = 0; i < field.childrenLength(); i++) {
            walk(field.children(i), depth + 1, version);
        }
    }

    private static void requireSound(Union union, org.apache.arrow.flatbuf.Field field, short version) {
        if (version == MetadataVersion.V4) {
            throw new IllegalArgumentException("the union '" + field.name() + "' in the layout of before Arrow 1.0");
        }
        if (union.typeIdsLength() != 0 && union.typeIdsLength() != field.childrenLength()) {
            throw new IllegalArgumentException("the union '" + field.name() + "' of " + field.childrenLength()
                    + " variants with " + union.typeIdsLength() + " type ids");
        }
    }

    private void walk(KeyValue entry) {
        spend(1);
        spend(entry.keyAsByteBuffer() == null ? 0 : entry.keyAsByteBuffer().remaining());
        spend(entry.valueAsByteBuffer() == null ? 0 : entry.valueAsByteBuffer().remaining());
    }

    private void spend(long amount) {
        budget -= amount;
        if (budget < 0) {
            throw new IllegalArgumentException("a schema that is larger than its bytes");
        }
    }

    /** Fills in what a file may leave out, and Arrow for Java then misses. */
    private static List<Field> complete(List<Field> fields) {
        List<Field> completed = new ArrayList<>();
        for (Field field : fields) {
            String name = field.getName() == null ? "" : field.getName();
            ArrowType type = field.getType();
            if (type instanceof ArrowType.Union union
                    && (union.getTypeIds() == null || union.getTypeIds().length == 0)) {
                type = new ArrowType.Union(
                        union.getMode(),
                        IntStream.range(0, field.getChildren().size()).toArray());
            }
            FieldType fieldType = new FieldType(field.isNullable(), type, field.getDictionary(), field.getMetadata());
            completed.add(new Field(name, fieldType, complete(field.getChildren())));
        }
        return completed;
    }

    /**
     * The first difference between what a table has and what a file has, but for metadata; null if there is none.
     *
     * @param path of the fields' parent, ending in a dot, or empty
     */
    public static String difference(List<Field> expected, List<Field> actual, String path) {
        if (expected.size() != actual.size()) {
            return "the columns " + path + names(actual) + " where the table has " + names(expected);
        }
        for (int i = 0; i < expected.size(); i++) {
            Field one = expected.get(i);
            Field other = actual.get(i);
            boolean same = one.getName().equals(other.getName())
                    && one.isNullable() == other.isNullable()
                    && one.getType().equals(other.getType())
                    && Objects.equals(one.getDictionary(), other.getDictionary());
            if (!same) {
                return "the column " + path + other + " where the table has " + one;
            }
            String below = difference(one.getChildren(), other.getChildren(), path + one.getName() + ".");
            if (below != null) {
                return below;
            }
        }
        return null;
    }

    private static List<String> names(List<Field> fields) {
        return fields.stream().map(Field::getName).toList();
    }
}

package io.penstock.format.arrow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A schema as vectors have it: dictionary-encoded fields have the type of their indices, and the dictionaries stand apart.
 *
 * @param fields the columns
 * @param dictionaries what the vectors of the dictionaries hold, by id; those inside of another before it
 */
record MemorySchema(List<Field> fields, Map<Long, DictionaryField> dictionaries) {
    /**
     * @param values what the vector holds
     * @param message the same in message format
     */
    record DictionaryField(Field values, Field message, DictionaryEncoding encoding) {}

    /** @throws IllegalArgumentException if two fields have different dictionaries under one id */
    static MemorySchema of(Schema message) {
        Map<Long, DictionaryField> dictionaries = new LinkedHashMap<>();
        List<Field> fields = inMemory(message.getFields(), dictionaries);
        return new MemorySchema(fields, dictionaries);
    }

    private static List<Field> inMemory(List<Field> fields, Map<Long, DictionaryField> dictionaries) {
        List<Field> converted = new ArrayList<>();
        for (Field field : fields) {
            converted.add(inMemory(field, dictionaries));
        }
        return converted;
    }

    private static Field inMemory(Field field, Map<Long, DictionaryField> dictionaries) {
        List<Field> children = inMemory(field.getChildren(), dictionaries);
        DictionaryEncoding encoding = field.getDictionary();
        if (encoding == null) {
            return new Field(field.getName(), field.getFieldType(), children);
        }
        String name = "DICT" + encoding.getId();
        FieldType type = new FieldType(true, field.getType(), null);
        Field values = new Field(name, type, children);
        DictionaryField dictionary = new DictionaryField(values, new Field(name, type, field.getChildren()), encoding);
        DictionaryField other = dictionaries.putIfAbsent(encoding.getId(), dictionary);
        if (other != null && !other.equals(dictionary)) {
            throw new IllegalArgumentException("Column '" + field.getName() + "' has the dictionary " + encoding.getId()
                    + " of " + values + " with " + encoding + ", which another column has as " + other.values + " with "
                    + other.encoding);
        }
        return new Field(
                field.getName(),
                new FieldType(field.isNullable(), encoding.getIndexType(), encoding, field.getMetadata()),
                null);
    }
}

package io.penstock.format.parquet;

import io.penstock.format.SchemaReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.ListType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MapType;
import org.apache.parquet.format.SchemaElement;

/** Makes the schema of a file that is to be written of the schema of its batches. */
final class SchemaToParquet {
    /** The key of a field's metadata under which Arrow libraries keep Parquet's field id. */
    static final String FIELD_ID = "PARQUET:field_id";

    /** Levels are kept in a byte. */
    static final int MAX_LEVEL = 127;

    private final List<SchemaElement> elements = new ArrayList<>();
    private int leaves;

    private SchemaToParquet() {}

    /**
     * The schema of a file that holds batches of {@code schema}. A dictionary-encoded or run-end-encoded field stands for its values; the
     * nodes have the fields as they are in {@code schema}.
     *
     * @throws IllegalArgumentException for what Parquet cannot hold, naming the column and the choices
     */
    static FileSchema of(Schema schema) {
        requireDepth(schema.getFields(), 1);
        SchemaToParquet made = new SchemaToParquet();
        made.elements.add(
                new SchemaElement("schema").setNum_children(schema.getFields().size()));
        List<Node> columns = made.members(schema.getFields(), new Place(List.of(), 0, 0));
        return new FileSchema(schema, columns, List.copyOf(made.elements));
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

    /** The schema of the batches that are read back: plain values instead of dictionaries and runs. */
    static Schema decoded(Schema schema) {
        return new Schema(
                schema.getFields().stream().map(SchemaToParquet::decoded).toList(), schema.getCustomMetadata());
    }

    private static Field decoded(Field field) {
        Field values = values(field);
        return new Field(
                values.getName(),
                new FieldType(values.isNullable(), values.getType(), null, values.getMetadata()),
                values.getChildren().stream().map(SchemaToParquet::decoded).toList());
    }

    /** What a field of runs has of each run; any other field as it is. */
    private static Field values(Field field) {
        if (!(field.getType() instanceof ArrowType.RunEndEncoded)) {
            return field;
        }
        Field values = values(field.getChildren().get(1));
        boolean nullable = field.isNullable() || values.isNullable();
        FieldType type = new FieldType(nullable, values.getType(), values.getDictionary(), field.getMetadata());
        return new Field(field.getName(), type, values.getChildren());
    }

    /** Where a field stands: the names from the root on, and the levels of what is around it. */
    private record Place(List<String> path, int definition, int repetition) {
        Place below(String name, int newDefinition, int newRepetition) {
            List<String> longer = new ArrayList<>(path);
            longer.add(name);
            return new Place(List.copyOf(longer), newDefinition, newRepetition);
        }

        String text() {
            return String.join(".", path);
        }
    }

    private List<Node> members(List<Field> fields, Place place) {
        Set<String> names = new HashSet<>();
        List<Node> members = new ArrayList<>();
        for (Field field : fields) {
            String name = field.getName();
            if (!names.add(name)) {
                throw new IllegalArgumentException(
                        "Column '" + place.below(name, 0, 0).text()
                                + "' is there twice; Parquet needs a name of its own for each");
            }
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
                throw new IllegalArgumentException(
                        "Column '" + place.below(name, 0, 0).text()
                                + "' has half a surrogate pair in its name, which UTF-8 cannot hold");
            }
            members.add(node(field, name, place));
        }
        return List.copyOf(members);
    }

    /** @param name the field's in the file */
    private Node node(Field field, String name, Place parent) {
        Field values = values(field);
        ArrowType type = ParquetTypes.storage(values.getType());
        boolean nullable = values.isNullable() || type instanceof ArrowType.Null;
        int definition = parent.definition + (nullable ? 1 : 0);
        Place place = parent.below(name, definition, parent.repetition);
        if (definition > MAX_LEVEL) {
            throw new IllegalArgumentException(
                    "Column '" + place.text() + "' is nested deeper than " + MAX_LEVEL + " definition levels");
        }
        SchemaElement element = new SchemaElement(name)
                .setRepetition_type(nullable ? FieldRepetitionType.OPTIONAL : FieldRepetitionType.REQUIRED);
        setFieldId(field, place, element);
        elements.add(element);
        return switch (type.getTypeID()) {
            case List, LargeList, FixedSizeList, ListView, LargeListView -> {
                element.setNum_children(1)
                        .setLogicalType(LogicalType.LIST(new ListType()))
                        .setConverted_type(ConvertedType.LIST);
                addRepeated("list", 1);
                Node item = node(
                        values.getChildren().get(0),
                        "element",
                        place.below("list", definition + 1, parent.repetition + 1));
                yield new Node.Repeated(field, nullable, definition, parent.repetition, item);
            }
            case Map -> {
                element.setNum_children(1)
                        .setLogicalType(LogicalType.MAP(new MapType()))
                        .setConverted_type(ConvertedType.MAP);
                addRepeated("key_value", 2);
                Node entries = entries(
                        values.getChildren().get(0), place.below("key_value", definition + 1, parent.repetition + 1));
                yield new Node.Repeated(field, nullable, definition, parent.repetition, entries);
            }
            case Struct -> {
                if (values.getChildren().isEmpty()) {
                    throw ParquetTypes.refusal(place.text(), type, "structs with at least one member");
                }
                element.setNum_children(values.getChildren().size());
                yield new Node.Struct(
                        field, nullable, definition, parent.repetition, members(values.getChildren(), place));
            }
            default -> {
                ParquetTypes.describe(values, place.text(), element);
                yield new Node.Leaf(field, nullable, definition, parent.repetition, leaves++, place.path, element);
            }
        };
    }

    private Node entries(Field entries, Place place) {
        Field key = entries.getChildren().get(0);
        if (key.isNullable()) {
            throw new IllegalArgumentException("Column '" + place.text() + "." + key.getName()
                    + "' is the nullable key of a map; Parquet can hold maps whose keys are required");
        }
        List<Node> members =
                List.of(node(key, "key", place), node(entries.getChildren().get(1), "value", place));
        return new Node.Struct(entries, false, place.definition, place.repetition, members);
    }

    private void addRepeated(String name, int children) {
        elements.add(new SchemaElement(name)
                .setRepetition_type(FieldRepetitionType.REPEATED)
                .setNum_children(children));
    }

    private static void setFieldId(Field field, Place place, SchemaElement element) {
        String id = field.getMetadata().get(FIELD_ID);
        if (id == null) {
            return;
        }
        try {
            element.setField_id(Integer.parseInt(id));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "Column '" + place.text() + "' has the " + FIELD_ID + " '" + id
                            + "', which is no whole number of 32 bits",
                    e);
        }
    }
}

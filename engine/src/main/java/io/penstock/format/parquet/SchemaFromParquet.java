package io.penstock.format.parquet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.SchemaElement;

/** Makes the schema of the batches of a file, of any writer, of the schema in its footer. */
final class SchemaFromParquet {
    private int leaves;

    private SchemaFromParquet() {}

    /**
     * The Arrow schema of a file of any writer. The key of a map is required in Arrow whatever the file says; its node tells.
     *
     * @param elements of the footer
     * @param hint a schema, such as the table's or that of the file's metadata, that says what Parquet's types do not: it counts for the
     *     columns that it fits; without dictionaries and runs; null for none
     * @throws MalformedPageException if the tree is not sound
     */
    static FileSchema of(List<SchemaElement> elements, Schema hint) {
        ElementTree root = ElementTree.of(elements);
        SchemaFromParquet made = new SchemaFromParquet();
        List<Node> columns = made.members(root, 0, 0, hint == null ? List.of() : hint.getFields());
        List<Field> fields = columns.stream().map(Node::field).toList();
        Schema schema = new Schema(fields, hint == null ? null : hint.getCustomMetadata());
        return new FileSchema(schema, columns, List.copyOf(elements));
    }

    private List<Node> members(ElementTree group, int definition, int repetition, List<Field> hints) {
        Map<String, Field> byName = new HashMap<>();
        hints.forEach(hint -> byName.put(hint.getName(), hint));
        List<Node> members = new ArrayList<>();
        for (ElementTree child : group.children()) {
            members.add(member(child, definition, repetition, byName.get(child.name())));
        }
        return List.copyOf(members);
    }

    /** A node with the levels of what is around it. A repeated one that no list or map is around is a list without nulls. */
    private Node member(ElementTree tree, int definition, int repetition, Field hint) {
        return switch (tree.element().getRepetition_type()) {
            case REQUIRED -> content(tree, false, definition, repetition, hint);
            case OPTIONAL -> content(tree, true, definition + 1, repetition, hint);
            case REPEATED -> {
                Node element = content(tree, false, definition + 1, repetition + 1, itemHint(hint));
                yield list(tree, false, definition, repetition, hint, element);
            }
        };
    }

    /** A node without regard to its own repetition. */
    private Node content(ElementTree tree, boolean nullable, int definition, int repetition, Field hint) {
        if (definition > SchemaToParquet.MAX_LEVEL) {
            throw new MalformedPageException("column '" + tree.text() + "' is nested deeper than "
                    + SchemaToParquet.MAX_LEVEL + " definition levels");
        }
        if (tree.isLeaf()) {
            return leaf(tree, nullable, definition, repetition, hint);
        }
        if (Annotation.isList(tree.element())) {
            Node element = element(tree, definition + 1, repetition + 1, itemHint(hint));
            return list(tree, nullable, definition, repetition, hint, element);
        }
        if (Annotation.isMap(tree.element())) {
            return map(tree, nullable, definition, repetition, hint);
        }
        boolean fits = hint != null && ParquetTypes.storage(hint.getType()) instanceof ArrowType.Struct;
        List<Node> members = members(tree, definition, repetition, fits ? hint.getChildren() : List.of());
        Field field = field(
                tree,
                nullable,
                fits ? hint : null,
                ArrowType.Struct.INSTANCE,
                members.stream().map(Node::field).toList());
        return new Node.Struct(field, nullable, definition, repetition, members);
    }

    private Node leaf(ElementTree tree, boolean nullable, int definition, int repetition, Field hint) {
        SchemaElement element = tree.element();
        ArrowType natural = ArrowTypes.of(element, tree.text());
        boolean fits = hint != null && ArrowTypes.fits(element, natural, ParquetTypes.storage(hint.getType()));
        Field field = field(tree, nullable, fits ? hint : null, natural, null);
        return new Node.Leaf(field, nullable, definition, repetition, leaves++, List.copyOf(tree.path()), element);
    }

    private static Field field(
            ElementTree tree, boolean nullable, Field hint, ArrowType natural, List<Field> children) {
        Map<String, String> metadata = new HashMap<>(hint == null ? naturalMetadata(tree) : hint.getMetadata());
        if (tree.element().isSetField_id()) {
            metadata.put(
                    SchemaToParquet.FIELD_ID, Integer.toString(tree.element().getField_id()));
        }
        boolean mayBeNull = nullable || hint != null && hint.isNullable();
        ArrowType type = hint == null ? natural : hint.getType();
        return new Field(
                hint == null ? tree.name() : hint.getName(), new FieldType(mayBeNull, type, null, metadata), children);
    }

    private static Map<String, String> naturalMetadata(ElementTree tree) {
        return tree.isLeaf() ? ArrowTypes.metadata(tree.element()) : Map.of();
    }

    /** The elements of a list, by the specification's rules for what has been written in the course of time. */
    private Node element(ElementTree list, int definition, int repetition, Field hint) {
        ElementTree repeated = onlyRepeatedChild(list, "LIST");
        boolean isElement = repeated.isLeaf()
                || repeated.children().size() > 1
                || repeated.children().get(0).isRepeated()
                || repeated.name().equals("array")
                || repeated.name().equals(list.name() + "_tuple");
        return isElement
                ? content(repeated, false, definition, repetition, hint)
                : member(repeated.children().get(0), definition, repetition, hint);
    }

    private static ElementTree onlyRepeatedChild(ElementTree group, String annotation) {
        if (group.children().size() != 1 || !group.children().get(0).isRepeated()) {
            throw new MalformedPageException("the group '" + group.text() + "' is annotated as " + annotation
                    + ", and has no single repeated member, but "
                    + group.children().stream().map(ElementTree::name).toList());
        }
        return group.children().get(0);
    }

    private static Node list(
            ElementTree tree, boolean nullable, int definition, int repetition, Field hint, Node element) {
        Field fitting = itemHint(hint) == null ? null : hint;
        Field field = field(tree, nullable, fitting, ArrowType.List.INSTANCE, List.of(element.field()));
        return new Node.Repeated(field, nullable, definition, repetition, element);
    }

    /** The field of the elements, if {@code hint} is a list. */
    private static Field itemHint(Field hint) {
        if (hint == null || hint.getChildren().size() != 1) {
            return null;
        }
        return switch (ParquetTypes.storage(hint.getType()).getTypeID()) {
            case List, LargeList, FixedSizeList, ListView, LargeListView ->
                hint.getChildren().get(0);
            default -> null;
        };
    }

    /** One without values is a set: a list of its keys. */
    private Node map(ElementTree tree, boolean nullable, int definition, int repetition, Field hint) {
        ElementTree entries = onlyRepeatedChild(tree, "MAP");
        if (entries.children().size() == 1) {
            Node key = member(entries.children().get(0), definition + 1, repetition + 1, itemHint(hint));
            return list(tree, nullable, definition, repetition, hint, key);
        }
        if (entries.children().size() != 2) {
            throw new MalformedPageException(
                    "the group '" + tree.text() + "' is annotated as MAP, and its entries have "
                            + entries.children().size() + " members instead of key and value");
        }
        Field hintOfEntries = entriesHint(hint);
        Node key = required(member(entries.children().get(0), definition + 1, repetition + 1, child(hintOfEntries, 0)));
        Node value = member(entries.children().get(1), definition + 1, repetition + 1, child(hintOfEntries, 1));
        Field pair = new Field(
                hintOfEntries == null ? "entries" : hintOfEntries.getName(),
                new FieldType(
                        false,
                        ArrowType.Struct.INSTANCE,
                        null,
                        hintOfEntries == null ? null : hintOfEntries.getMetadata()),
                List.of(key.field(), value.field()));
        Node.Struct element = new Node.Struct(pair, false, definition + 1, repetition + 1, List.of(key, value));
        Field field =
                field(tree, nullable, hintOfEntries == null ? null : hint, new ArrowType.Map(false), List.of(pair));
        return new Node.Repeated(field, nullable, definition, repetition, element);
    }

    /** The field of the entries, if {@code hint} is a map. */
    private static Field entriesHint(Field hint) {
        boolean isMap = hint != null
                && ParquetTypes.storage(hint.getType()) instanceof ArrowType.Map
                && hint.getChildren().size() == 1
                && hint.getChildren().get(0).getChildren().size() == 2;
        return isMap ? hint.getChildren().get(0) : null;
    }

    private static Field child(Field parent, int index) {
        return parent == null ? null : parent.getChildren().get(index);
    }

    /** The same node with a field that is never null. */
    private static Node required(Node node) {
        Field field = node.field();
        if (!field.isNullable()) {
            return node;
        }
        Field required = new Field(
                field.getName(), new FieldType(false, field.getType(), null, field.getMetadata()), field.getChildren());
        if (node instanceof Node.Leaf leaf) {
            return new Node.Leaf(
                    required,
                    leaf.nullable(),
                    leaf.definition(),
                    leaf.repetition(),
                    leaf.index(),
                    leaf.path(),
                    leaf.element());
        }
        if (node instanceof Node.Struct struct) {
            return new Node.Struct(
                    required, struct.nullable(), struct.definition(), struct.repetition(), struct.members());
        }
        Node.Repeated repeated = (Node.Repeated) node;
        return new Node.Repeated(
                required, repeated.nullable(), repeated.definition(), repeated.repetition(), repeated.element());
    }
}

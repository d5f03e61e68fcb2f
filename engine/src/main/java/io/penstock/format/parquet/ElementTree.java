package io.penstock.format.parquet;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;

/**
 * An element of a file's schema with those below it.
 *
 * @param path the names from below the root on
 * @param children empty for a leaf
 */
record ElementTree(SchemaElement element, List<String> path, List<ElementTree> children) {
    /** Deeper ones are refused, so that no file can exhaust the stack. */
    private static final int MAX_DEPTH = 256;

    /**
     * The tree of elements that a footer lists depth first, which may be anything.
     *
     * @throws MalformedPageException if they are no tree, naming the element
     */
    static ElementTree of(List<SchemaElement> elements) {
        if (elements.isEmpty()) {
            throw new MalformedPageException("the schema has no root");
        }
        Cursor cursor = new Cursor(elements);
        SchemaElement root = elements.get(0);
        ElementTree tree = new ElementTree(root, List.of(), cursor.children(root, List.of()));
        if (cursor.next != elements.size()) {
            throw new MalformedPageException(
                    "the schema has " + elements.size() + " elements, and its root is complete after " + cursor.next);
        }
        return tree;
    }

    String name() {
        return element.getName();
    }

    String text() {
        return String.join(".", path);
    }

    boolean isLeaf() {
        return element.isSetType();
    }

    boolean isRepeated() {
        return element.getRepetition_type() == FieldRepetitionType.REPEATED;
    }

    private static final class Cursor {
        private final List<SchemaElement> elements;
        private int next = 1;

        Cursor(List<SchemaElement> elements) {
            this.elements = elements;
        }

        List<ElementTree> children(SchemaElement parent, List<String> path) {
            int count = parent.getNum_children();
            if (count < 0 || count > elements.size() - next) {
                throw new MalformedPageException("the group '" + String.join(".", path) + "' has " + count
                        + " children where " + (elements.size() - next) + " elements are left");
            }
            List<ElementTree> children = new ArrayList<>(count);
            Set<String> names = new HashSet<>();
            for (int i = 0; i < count; i++) {
                ElementTree child = child(path);
                if (!path.isEmpty() && !names.add(child.name())) {
                    throw new MalformedPageException("the group '" + String.join(".", path) + "' has two members '"
                            + child.name() + "', which Arrow for Java cannot hold");
                }
                children.add(child);
            }
            return children;
        }

        private ElementTree child(List<String> parent) {
            if (parent.size() >= MAX_DEPTH) {
                throw new MalformedPageException("the schema is nested deeper than " + MAX_DEPTH + " elements");
            }
            SchemaElement element = elements.get(next++);
            List<String> path = new ArrayList<>(parent);
            path.add(element.getName());
            if (element.getRepetition_type() == null) {
                throw new MalformedPageException("the element '" + String.join(".", path) + "' has no repetition");
            }
            if (element.isSetType() == element.getNum_children() > 0) {
                throw new MalformedPageException("the element '" + String.join(".", path) + "' has "
                        + (element.isSetType() ? "a type and members" : "neither a known type nor members"));
            }
            return new ElementTree(element, path, element.isSetType() ? List.of() : children(element, path));
        }
    }
}

package io.penstock.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Tells how the schema of an input differs from that of the table it is to go into. */
final class SchemaDifference {
    private SchemaDifference() {}

    /**
     * Refuses an input whose columns are not the table's, in its order: names and types, while an input without nulls suits a table that takes them.
     *
     * @throws IllegalArgumentException naming the input and the first difference
     */
    static void require(String input, Schema own, Schema table) {
        List<Field> given = own.getFields();
        List<Field> wanted = table.getFields();
        for (int i = 0; i < Math.min(given.size(), wanted.size()); i++) {
            if (!given.get(i).getName().equals(wanted.get(i).getName()) || !sameType(given.get(i), wanted.get(i))) {
                throw new IllegalArgumentException(input + " does not fit the table: its column " + (i + 1) + " is "
                        + text(given.get(i)) + ", the table's is " + text(wanted.get(i)));
            }
        }
        if (given.size() != wanted.size()) {
            throw new IllegalArgumentException(input + " does not fit the table: it has the columns " + names(given)
                    + ", the table has " + names(wanted));
        }
    }

    private static boolean sameType(Field given, Field wanted) {
        boolean dictionary = given.getDictionary() == null
                ? wanted.getDictionary() == null
                : wanted.getDictionary() != null
                        && given.getDictionary()
                                .getIndexType()
                                .equals(wanted.getDictionary().getIndexType());
        return given.getType().equals(wanted.getType())
                && dictionary
                && sameChildren(given.getChildren(), wanted.getChildren(), hasNamedChildren(wanted.getType()));
    }

    /** The items of a list and the entries of a map are called differently by every writer, which means nothing. */
    private static boolean hasNamedChildren(ArrowType type) {
        return switch (type.getTypeID()) {
            case Struct, Union -> true;
            default -> false;
        };
    }

    private static boolean sameChildren(List<Field> given, List<Field> wanted, boolean named) {
        if (given.size() != wanted.size()) {
            return false;
        }
        for (int i = 0; i < given.size(); i++) {
            boolean sameName =
                    !named || given.get(i).getName().equals(wanted.get(i).getName());
            if (!sameName || !sameType(given.get(i), wanted.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static String text(Field field) {
        return TypeText.name(field.getName()) + ":" + TypeText.of(field);
    }

    private static String names(List<Field> fields) {
        return fields.stream().map(Field::getName).collect(Collectors.joining(", "));
    }
}

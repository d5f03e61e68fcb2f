package io.penstock.format;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What of a field's type is needed to check its vectors.
 *
 * @param width the bytes of a value of fixed width, 0 for others
 * @param typeIds of the variants of a union, in their order; empty for others
 */
record FieldShape(Layout layout, int width, int[] typeIds) {
    private static final int[] NO_IDS = {};

    /**
     * @param path of the field, for messages
     * @param anyType of its values, or of its indices into a dictionary
     * @param children of that type
     * @throws IllegalArgumentException if Arrow for Java has no vector for it
     */
    static FieldShape of(String path, ArrowType anyType, List<Field> children) {
        ArrowType type = Layout.storage(anyType);
        Layout layout = Layout.of(type);
        int width = layout == Layout.FIXED_WIDTH ? Layout.width(type) : 0;
        if (width < 0) {
            throw refusal(path, "is " + type);
        }
        if (type instanceof ArrowType.Decimal && width < 16) {
            throw refusal(
                    path, "is " + type + ", which Arrow for Java cannot hold; it holds decimals of 128 and 256 bits");
        }
        if (layout == Layout.STRUCT || type instanceof ArrowType.Union) {
            requireDistinctNames(path, children);
        }
        int[] typeIds = type instanceof ArrowType.Union union ? typeIds(path, union, children.size()) : NO_IDS;
        return new FieldShape(layout, width, typeIds);
    }

    /** Arrow for Java keeps one of two children of a name. */
    private static void requireDistinctNames(String path, List<Field> children) {
        Set<String> names = new HashSet<>();
        for (Field child : children) {
            if (!names.add(child.getName())) {
                throw refusal(path, "has two fields '" + child.getName() + "', which Arrow for Java cannot hold");
            }
        }
    }

    private static int[] typeIds(String path, ArrowType.Union union, int variants) {
        int[] ids = union.getTypeIds();
        if (ids == null || ids.length == 0) {
            return IntStream.range(0, variants).toArray();
        }
        if (ids.length != variants || Arrays.stream(ids).anyMatch(id -> id < 0 || id > Byte.MAX_VALUE)) {
            throw refusal(path, "is a union of " + variants + " variants with the type ids " + Arrays.toString(ids));
        }
        return ids;
    }

    private static IllegalArgumentException refusal(String path, String problem) {
        return new IllegalArgumentException("Column '" + path + "' " + problem);
    }
}

package io.penstock.format.parquet;

import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.format.SchemaElement;

/**
 * A column, or a part of a nested one, with the levels at which it stands: the same tree tells the writer how to shred vectors into
 * levels and the reader how to put them together again. Immutable.
 */
sealed interface Node permits Node.Leaf, Node.Struct, Node.Repeated {
    /** The Arrow field of the vector: its type is that of the vector in memory. */
    Field field();

    /** Whether a value may be missing here; the level below {@link #definition} says that it is. */
    boolean nullable();

    /** The definition level from which on a value of this node is there: for a list or map also an empty one. */
    int definition();

    /** How many lists are around this node, a {@link Repeated} one's own not counted. */
    int repetition();

    /**
     * A column chunk in each row group.
     *
     * @param index among the file's leaves, in the order of the schema
     * @param path the names from the root on
     * @param element the physical and the logical type
     */
    record Leaf(
            Field field,
            boolean nullable,
            int definition,
            int repetition,
            int index,
            List<String> path,
            SchemaElement element)
            implements Node {}

    /** A group of members, each there as often as the group. */
    record Struct(Field field, boolean nullable, int definition, int repetition, List<Node> members) implements Node {}

    /**
     * A list or a map. Its element stands one repetition level deeper, and is there (null or not) from definition level {@code
     * definition + 1} on. The element of a map is a {@link Struct} that is never null, of key and value.
     */
    record Repeated(Field field, boolean nullable, int definition, int repetition, Node element) implements Node {}
}

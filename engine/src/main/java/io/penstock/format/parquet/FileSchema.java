package io.penstock.format.parquet;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.SchemaElement;

/**
 * The schema of a file in both languages.
 *
 * @param schema Arrow's: the batches that are written or read have it
 * @param columns a tree for each top-level column, in order
 * @param elements Parquet's, depth first, with the root
 */
record FileSchema(Schema schema, List<Node> columns, List<SchemaElement> elements) {
    /** The leaves of all columns: a column chunk each, in the order of the file. */
    List<Node.Leaf> leaves() {
        List<Node.Leaf> leaves = new ArrayList<>();
        columns.forEach(column -> addLeaves(column, leaves));
        return leaves;
    }

    private static void addLeaves(Node node, List<Node.Leaf> leaves) {
        if (node instanceof Node.Leaf leaf) {
            leaves.add(leaf);
        } else if (node instanceof Node.Struct struct) {
            struct.members().forEach(member -> addLeaves(member, leaves));
        } else {
            addLeaves(((Node.Repeated) node).element(), leaves);
        }
    }
}

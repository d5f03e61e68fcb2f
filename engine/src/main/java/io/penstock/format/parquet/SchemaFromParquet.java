package io.penstock.format.parquet;

import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.SchemaElement;

final class SchemaFromParquet {
    private SchemaFromParquet() {}

    /**
     * The Arrow schema of a file of any writer.
     *
     * @param elements of the footer
     * @param hint a schema, such as the table's or that of the file's metadata, that says what Parquet's types do not: it counts for the
     *     columns that it fits; null for none
     * @throws MalformedPageException if the tree is not sound
     */
    static FileSchema of(List<SchemaElement> elements, Schema hint) {
        throw new UnsupportedOperationException();
    }
}

package io.penstock.format.parquet;

import org.apache.arrow.vector.types.pojo.Schema;

final class SchemaToParquet {
    private SchemaToParquet() {}

    /**
     * The schema of a file that holds batches of {@code schema}. A dictionary-encoded or run-end-encoded field stands for its values; the
     * nodes have the fields as they are in {@code schema}.
     *
     * @throws IllegalArgumentException for what Parquet cannot hold, naming the column and the choices
     */
    static FileSchema of(Schema schema) {
        throw new UnsupportedOperationException();
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.Input;
import java.io.IOException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;

/**
 * The metadata of a file, read and found sound: the tree of its schema, a chunk for each leaf in each row group with its metadata, its
 * pages within the file, no count negative.
 *
 * @param metadata as it stands in the file
 * @param schema of the file in both languages
 */
record Footer(FileMetaData metadata, FileSchema schema) {
    /**
     * Reads the end of a file.
     *
     * @param table the schema of the table that the file belongs to, if it does; otherwise null, and the file's own counts
     * @throws io.penstock.format.CorruptFileException if it is no Parquet file or a broken one
     */
    static Footer read(Input input, String name, Schema table) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Where the pages of a chunk begin, its dictionary's first. */
    static long start(ColumnMetaData chunk) {
        throw new UnsupportedOperationException();
    }
}

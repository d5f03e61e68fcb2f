package io.penstock.format.parquet;

import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import io.penstock.format.CorruptFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;

/**
 * The metadata of a file, read and found sound: the tree of its schema, a chunk for each leaf in each row group with its metadata, its
 * pages within the file, no count negative.
 *
 * @param metadata as it stands in the file
 * @param schema of the file in both languages
 */
record Footer(FileMetaData metadata, FileSchema schema) {
    /** Begins and ends a file. */
    static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    /** The footer's length and the magic. */
    static final int TRAILER_BYTES = Integer.BYTES + MAGIC.length;

    private static final byte[] ENCRYPTED_MAGIC = "PARE".getBytes(StandardCharsets.US_ASCII);

    /** On the heap it becomes a multiple of that; the longest footers that were reported have half a gigabyte of row groups. */
    private static final int MAX_BYTES = 256 << 20;

    /**
     * Reads the end of a file.
     *
     * @param table the schema of the table that the file belongs to, if it does; otherwise null, and the file's own counts
     * @throws CorruptFileException if it is no Parquet file or a broken one
     */
    static Footer read(Input input, String name, Schema table) throws IOException {
        long size = input.size();
        if (size < MAGIC.length + TRAILER_BYTES) {
            throw new CorruptFileException(name, "it has " + size + " bytes, too few for a Parquet file");
        }
        ByteBuffer trailer = ByteBuffer.allocate(TRAILER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        input.read(size - TRAILER_BYTES, trailer);
        requireMagic(name, trailer.slice(Integer.BYTES, MAGIC.length));
        int length = trailer.getInt(0);
        if (length < 0 || length > size - MAGIC.length - TRAILER_BYTES || length > MAX_BYTES) {
            throw new CorruptFileException(
                    name,
                    "its footer has " + Integer.toUnsignedLong(length) + " bytes, of " + size + "; at most " + MAX_BYTES
                            + " are read");
        }
        try {
            FileMetaData metadata = metadata(input, size - TRAILER_BYTES - length, length);
            return new Check(name, size).sound(metadata, table);
        } catch (MalformedPageException e) {
            throw new CorruptFileException(name, "its footer: " + e.getMessage(), e);
        }
    }

    private static void requireMagic(String name, ByteBuffer magic) throws CorruptFileException {
        if (magic.equals(ByteBuffer.wrap(ENCRYPTED_MAGIC))) {
            throw new CorruptFileException(name, "it is encrypted, which Penstock cannot read");
        }
        if (!magic.equals(ByteBuffer.wrap(MAGIC))) {
            throw new CorruptFileException(name, "it does not end as a Parquet file");
        }
    }

    private static FileMetaData metadata(Input input, long offset, int length) throws IOException {
        Optional<Input.View> view = input.view(offset, length);
        if (view.isPresent()) {
            try (Input.View bytes = view.get()) {
                return metadata(bytes.address(), length);
            }
        }
        ByteBuffer copy = ByteBuffer.allocateDirect(length);
        input.read(offset, copy);
        return metadata(Memory.address(copy), length);
    }

    private static FileMetaData metadata(long address, int length) {
        return new ThriftReader().read(new FileMetaData(), address, address + length);
    }

    List<RowGroup> rowGroups() {
        return metadata.getRow_groups();
    }

    long rows() {
        return rowGroups().stream().mapToLong(RowGroup::getNum_rows).sum();
    }

    /** What statistics say of a leaf. */
    ColumnBounds bounds(Node.Leaf leaf) {
        List<ColumnOrder> orders = metadata.getColumn_orders();
        boolean known = orders != null && leaf.index() < orders.size();
        return new ColumnBounds(leaf, known ? orders.get(leaf.index()) : null);
    }

    /** Where the pages of a chunk begin, its dictionary's first. */
    static long start(ColumnMetaData chunk) {
        long data = chunk.getData_page_offset();
        // Some writers say zero where they mean that there is none.
        boolean dictionaryFirst = chunk.isSetDictionary_page_offset()
                && chunk.getDictionary_page_offset() > 0
                && chunk.getDictionary_page_offset() < data;
        return dictionaryFirst ? chunk.getDictionary_page_offset() : data;
    }

    /** What a footer must be before anything is done by it. */
    private record Check(String file, long size) {
        Footer sound(FileMetaData metadata, Schema table) throws CorruptFileException {
            if (metadata.isSetEncryption_algorithm()) {
                throw refusal("some of its columns are encrypted, which Penstock cannot read");
            }
            Schema hint =
                    table == null ? ArrowSchema.of(metadata.getKey_value_metadata()) : SchemaToParquet.decoded(table);
            FileSchema schema = SchemaFromParquet.of(metadata.getSchema(), hint);
            List<Node.Leaf> leaves = schema.leaves();
            long rows = 0;
            for (int group = 0; group < metadata.getRow_groups().size(); group++) {
                RowGroup rowGroup = metadata.getRow_groups().get(group);
                if (rowGroup.getNum_rows() < 0 || rowGroup.getNum_rows() > Long.MAX_VALUE - rows) {
                    throw refusal("row group " + group + " has " + rowGroup.getNum_rows() + " rows");
                }
                rows += rowGroup.getNum_rows();
                if (rowGroup.getColumns().size() != leaves.size()) {
                    throw refusal("row group " + group + " has "
                            + rowGroup.getColumns().size() + " column chunks for " + leaves.size() + " columns");
                }
                for (Node.Leaf leaf : leaves) {
                    requireSound(rowGroup.getColumns().get(leaf.index()), leaf, group);
                }
            }
            // There are writers that leave the sum at zero.
            if (metadata.getNum_rows() != rows && metadata.getNum_rows() != 0) {
                throw refusal("it has " + metadata.getNum_rows() + " rows, and its row groups have " + rows);
            }
            return new Footer(metadata, schema);
        }

        private void requireSound(ColumnChunk column, Node.Leaf leaf, int group) throws CorruptFileException {
            String place = "row group " + group + ", column '" + String.join(".", leaf.path()) + "': ";
            if (column.isSetFile_path() && !column.getFile_path().isEmpty()) {
                throw refusal(place + "its pages are in another file, " + column.getFile_path());
            }
            if (column.isSetCrypto_metadata() || column.isSetEncrypted_column_metadata()) {
                throw refusal(place + "it is encrypted, which Penstock cannot read");
            }
            ColumnMetaData chunk = column.getMeta_data();
            if (chunk == null) {
                throw refusal(place + "its metadata is missing");
            }
            if (chunk.getType() != leaf.element().getType()) {
                throw refusal(place + "its pages have " + chunk.getType() + " where the schema has "
                        + leaf.element().getType());
            }
            if (chunk.getNum_values() < 0 || chunk.getTotal_uncompressed_size() < 0) {
                throw refusal(place + "it has " + chunk.getNum_values() + " values in "
                        + chunk.getTotal_uncompressed_size() + " bytes");
            }
            long start = start(chunk);
            long bytes = chunk.getTotal_compressed_size();
            // A chunk without a page is said to be at offset 0.
            if (start < 0 || bytes < 0 || start > size || bytes > size - start) {
                throw refusal(place + "its pages are " + bytes + " bytes from offset " + start + " on, in a file of "
                        + size + " bytes");
            }
        }

        private CorruptFileException refusal(String problem) {
            return new CorruptFileException(file, problem);
        }
    }
}

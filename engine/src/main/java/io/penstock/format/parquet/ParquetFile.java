package io.penstock.format.parquet;

import io.penstock.buffer.Input;
import io.penstock.format.ValueBounds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageEncodingStats;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/**
 * What the footer of a Parquet file says of it, whoever wrote it; no page is read. Immutable.
 *
 * @param schema Arrow's: the batches that are read have it
 * @param createdBy the program that wrote the file; null if it did not say
 * @param rowGroups in the order of the file
 */
public record ParquetFile(Schema schema, String createdBy, List<RowGroup> rowGroups) {
    public ParquetFile {
        rowGroups = List.copyOf(rowGroups);
    }

    /**
     * A number of rows, all columns of which are stored together.
     *
     * @param chunks of each leaf of the schema, depth first
     */
    public record RowGroup(long rows, List<Chunk> chunks) {
        public RowGroup {
            chunks = List.copyOf(chunks);
        }
    }

    /**
     * The values of one leaf of the schema in a row group.
     *
     * @param column the names from the top-level column to the leaf, with dots between them
     * @param field the leaf's
     * @param physicalType in the words of the specification, such as {@code INT64} or {@code FIXED_LEN_BYTE_ARRAY(16)}
     * @param encodings of the data pages, likewise; if the writer did not say that, all that occur
     * @param codec likewise
     * @param bytes of the pages as they are stored, with their headers
     * @param rawBytes of the pages before they were compressed, with their headers
     * @param bounds what the statistics say of the values, the missing ones included
     */
    public record Chunk(
            String column,
            Field field,
            String physicalType,
            List<String> encodings,
            String codec,
            long bytes,
            long rawBytes,
            ValueBounds bounds) {
        public Chunk {
            encodings = List.copyOf(encodings);
        }
    }

    /**
     * Reads the footer.
     *
     * @param name of the file, for messages
     * @throws io.penstock.format.CorruptFileException if it is no Parquet file or a broken one
     */
    public static ParquetFile read(Input input, String name) throws IOException {
        Footer footer = Footer.read(input, name, null);
        List<Node.Leaf> leaves = footer.schema().leaves();
        List<RowGroup> groups = new ArrayList<>();
        for (org.apache.parquet.format.RowGroup group : footer.metadata().getRow_groups()) {
            List<Chunk> chunks = new ArrayList<>(leaves.size());
            for (Node.Leaf leaf : leaves) {
                ColumnChunk chunk = group.getColumns().get(leaf.index());
                chunks.add(chunk(leaf, chunk.getMeta_data(), footer.bounds(leaf)));
            }
            groups.add(new RowGroup(group.getNum_rows(), chunks));
        }
        return new ParquetFile(footer.schema().schema(), footer.metadata().getCreated_by(), groups);
    }

    private static Chunk chunk(Node.Leaf leaf, ColumnMetaData metadata, ColumnBounds bounds) {
        return new Chunk(
                String.join(".", leaf.path()),
                leaf.field(),
                physicalType(leaf.element()),
                encodings(metadata).stream().map(Encoding::name).toList(),
                metadata.getCodec().name(),
                metadata.getTotal_compressed_size(),
                metadata.getTotal_uncompressed_size(),
                bounds.ofChunk(metadata.getStatistics(), metadata.getNum_values()));
    }

    private static String physicalType(SchemaElement element) {
        return element.getType() == Type.FIXED_LEN_BYTE_ARRAY
                ? Type.FIXED_LEN_BYTE_ARRAY + "(" + element.getType_length() + ")"
                : element.getType().name();
    }

    private static Set<Encoding> encodings(ColumnMetaData metadata) {
        Set<Encoding> encodings = EnumSet.noneOf(Encoding.class);
        if (metadata.isSetEncoding_stats()) {
            for (PageEncodingStats pages : metadata.getEncoding_stats()) {
                if (pages.getPage_type() == PageType.DATA_PAGE || pages.getPage_type() == PageType.DATA_PAGE_V2) {
                    encodings.add(pages.getEncoding());
                }
            }
        }
        if (encodings.isEmpty()) {
            encodings.addAll(metadata.getEncodings());
        }
        return encodings;
    }

    public long rows() {
        return rowGroups.stream().mapToLong(RowGroup::rows).sum();
    }
}

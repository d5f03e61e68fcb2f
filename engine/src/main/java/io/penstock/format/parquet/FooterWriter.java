package io.penstock.format.parquet;

import io.penstock.buffer.OutputBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SortingColumn;
import org.apache.parquet.format.TypeDefinedOrder;

/** What a file has around its row groups: the magic number, the page indexes and the footer. */
final class FooterWriter implements AutoCloseable {
    static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    /** A later reader may need to know who wrote a file wrongly; the form is the one that parquet-java takes apart. */
    private static final String CREATED_BY = "Penstock version " + version() + " (build unknown)";

    private final FileSchema schema;
    private final List<SortingColumn> sorting;
    private final ThriftWriter thrift;
    private final PageIndexes indexes;
    private final List<RowGroup> rowGroups = new ArrayList<>();
    private final List<ColumnChunk> chunks = new ArrayList<>();
    private long rows;

    /** @param sorting the columns that the rows are sorted by; empty if none */
    FooterWriter(FileSchema schema, List<SortingColumn> sorting, ThriftWriter thrift, BufferAllocator allocator) {
        this.schema = schema;
        this.sorting = sorting;
        this.thrift = thrift;
        this.indexes = new PageIndexes(thrift, allocator);
    }

    private static String version() {
        String version = FooterWriter.class.getPackage().getImplementationVersion();
        return version == null ? "0.1.0" : version;
    }

    static void begin(OutputBuffer out) {
        out.putBytes(MAGIC);
    }

    PageIndexes indexes() {
        return indexes;
    }

    void addRowGroup(List<ColumnChunk> columns, long rowCount, long offset) {
        long uncompressed = 0;
        long compressed = 0;
        for (ColumnChunk column : columns) {
            uncompressed += column.getMeta_data().getTotal_uncompressed_size();
            compressed += column.getMeta_data().getTotal_compressed_size();
        }
        RowGroup rowGroup = new RowGroup(columns, uncompressed, rowCount)
                .setFile_offset(offset)
                .setTotal_compressed_size(compressed);
        if (rowGroups.size() <= Short.MAX_VALUE) {
            rowGroup.setOrdinal((short) rowGroups.size());
        }
        if (!sorting.isEmpty()) {
            rowGroup.setSorting_columns(sorting);
        }
        rowGroups.add(rowGroup);
        chunks.addAll(columns);
        rows += rowCount;
    }

    void finish(OutputBuffer out) {
        indexes.finish(chunks, out);
        long start = out.position();
        FileMetaData metadata = new FileMetaData(2, schema.elements(), rows, rowGroups)
                .setCreated_by(CREATED_BY)
                .setKey_value_metadata(keyValues())
                .setColumn_orders(orders());
        thrift.write(metadata, out);
        out.putInt(Math.toIntExact(out.position() - start));
        out.putBytes(MAGIC);
    }

    private List<KeyValue> keyValues() {
        return List.of(ArrowSchema.entry(SchemaToParquet.decoded(schema.schema())));
    }

    private List<ColumnOrder> orders() {
        return schema.leaves().stream()
                .map(leaf -> ColumnOrder.TYPE_ORDER(new TypeDefinedOrder()))
                .toList();
    }

    @Override
    public void close() {
        indexes.close();
    }
}

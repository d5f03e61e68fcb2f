package io.penstock.format.parquet;

import io.penstock.buffer.OutputBuffer;
import io.penstock.format.BatchEncoder;
import io.penstock.format.WriteContext;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.parquet.format.ColumnChunk;

/**
 * Writes one file: rows collect as encoded pages in memory until there is a row group of them, which then goes out column after column. It
 * keeps to the memory that {@code row.group.bytes} gives it by closing a row group before it has all its rows.
 */
final class ParquetEncoder implements BatchEncoder {
    /** How many rows go from one column's vector before the next column's turn: enough to work in runs, few enough to stay in cache. */
    private static final int SLICE_ROWS = 4096;

    private final int rowGroupRows;
    private final long rowGroupBytes;
    private final WriteScratch scratch;
    private final PageStore store;
    private final PageWriter pageWriter;
    private final FooterWriter footer;
    private final List<LeafWriter> leaves = new ArrayList<>();
    private final List<ColumnWriter> columns = new ArrayList<>();
    private boolean begun;
    private int rows;

    ParquetEncoder(WriteContext context, FileSchema schema) {
        rowGroupRows = Math.toIntExact(option(context, "row.group.rows", 131_072));
        rowGroupBytes = option(context, "row.group.bytes", 16 << 20);
        ThriftWriter thrift = new ThriftWriter();
        scratch = new WriteScratch(context.allocator());
        store = new PageStore(context.pool());
        pageWriter = new PageWriter(scratch, option(context, "page.version", 1) == 2, thrift, context.allocator());
        footer = new FooterWriter(schema, List.of(), thrift, context.allocator());
        LeafWriters writers =
                new LeafWriters(rowGroupRows, rowGroupBytes, context.allocator(), scratch, pageWriter, store);
        List<Node.Leaf> all = schema.leaves();
        for (Node.Leaf leaf : all) {
            leaves.add(writers.of(leaf, all.size(), isFlat(schema, leaf)));
        }
        for (Node column : schema.columns()) {
            columns.add(
                    isFlat(column)
                            ? new FlatColumn(leaves.get(((Node.Leaf) column).index()))
                            : new ShreddedColumn(column, leaves, context.allocator()));
        }
    }

    private static long option(WriteContext context, String name, long otherwise) {
        String value = context.options().get(name);
        return value == null ? otherwise : Long.parseLong(value);
    }

    private static boolean isFlat(FileSchema schema, Node.Leaf leaf) {
        return leaf.path().size() == 1 && isFlat(leaf);
    }

    private static boolean isFlat(Node column) {
        return column instanceof Node.Leaf && ValueTypes.direct(column.field());
    }

    @Override
    public boolean accepts(VectorSchemaRoot batch, DictionaryProvider dictionaries) {
        return true;
    }

    @Override
    public void encode(VectorSchemaRoot batch, DictionaryProvider dictionaries, OutputBuffer out) {
        int count = batch.getRowCount();
        List<FieldVector> vectors = batch.getFieldVectors();
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).begin(vectors.get(i), dictionaries);
        }
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).requireHeld(count);
        }
        begin(out);
        for (int from = 0; from < count; ) {
            int to = from + Math.min(Math.min(SLICE_ROWS, count - from), rowGroupRows - rows);
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).add(from, to);
            }
            rows += to - from;
            from = to;
            if (rows == rowGroupRows || heldBytes() >= rowGroupBytes) {
                endRowGroup(out);
            }
        }
    }

    private void begin(OutputBuffer out) {
        if (!begun) {
            FooterWriter.begin(out);
            begun = true;
        }
    }

    private long heldBytes() {
        long sum = store.heldBytes();
        for (int i = 0; i < leaves.size(); i++) {
            sum += leaves.get(i).heldBytes();
        }
        return sum;
    }

    private void endRowGroup(OutputBuffer out) {
        long offset = out.position();
        List<ColumnChunk> chunks = new ArrayList<>(leaves.size());
        for (LeafWriter leaf : leaves) {
            chunks.add(leaf.endChunk(out, footer.indexes()));
        }
        footer.addRowGroup(chunks, rows, offset);
        store.close();
        rows = 0;
    }

    @Override
    public void finish(OutputBuffer out) {
        begin(out);
        if (rows > 0) {
            endRowGroup(out);
        }
        footer.finish(out);
    }

    @Override
    public void close() {
        columns.forEach(ColumnWriter::close);
        leaves.forEach(LeafWriter::close);
        footer.close();
        pageWriter.close();
        store.close();
        scratch.close();
    }
}

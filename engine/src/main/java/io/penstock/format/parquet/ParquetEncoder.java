package io.penstock.format.parquet;

import io.penstock.buffer.OutputBuffer;
import io.penstock.format.BatchEncoder;
import io.penstock.format.WriteContext;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
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

    /** What a leaf keeps whatever it holds: the beginnings of its page, of its dictionary and of its levels. */
    private static final long LEAF_BYTES = 64 << 10;

    private final ParquetOptions options;
    private final WriteScratch scratch;
    private final PageStore store;
    private final PageWriter pageWriter;
    private final FooterWriter footer;
    private final LeafWriters writers;
    private final List<LeafWriter> leaves = new ArrayList<>();
    private final List<ColumnWriter> columns = new ArrayList<>();
    private final long maxSliceBytes;
    private long maxHeldBytes;
    private boolean begun;
    private int rows;

    ParquetEncoder(WriteContext context, FileSchema schema) {
        options = new ParquetOptions(context.options());
        maxSliceBytes = options.rowGroupBytes() / 8;
        ThriftWriter thrift = new ThriftWriter();
        scratch = new WriteScratch(context.allocator());
        store = new PageStore(context.pool());
        pageWriter = new PageWriter(scratch, options.pageVersion() == 2, thrift, context.allocator());
        footer = new FooterWriter(schema, SortOrder.of(schema), thrift, context.allocator());
        writers = new LeafWriters(options, context.allocator(), scratch, pageWriter, store, thrift);
        try {
            addColumns(schema, context.allocator());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        setMaxHeldBytes();
    }

    private void addColumns(FileSchema schema, BufferAllocator allocator) {
        List<Node.Leaf> all = schema.leaves();
        for (Node.Leaf leaf : all) {
            leaves.add(writers.of(leaf, all.size(), isFlatColumn(leaf)));
        }
        for (Node column : schema.columns()) {
            columns.add(
                    isFlat(column)
                            ? new FlatColumn(leaves.get(((Node.Leaf) column).index()))
                            : new ShreddedColumn(column, leaves, allocator));
        }
    }

    /** The most direct memory that writing a file takes, bloom filters aside, if no single value needs more than a page. */
    static long maxBytes(FileSchema schema, ParquetOptions options) {
        return 2 * options.rowGroupBytes() + schema.leaves().size() * LEAF_BYTES;
    }

    private static boolean isFlatColumn(Node.Leaf leaf) {
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
            int to = sliceEnd(batch, from, count);
            for (int i = 0; i < columns.size(); i++) {
                columns.get(i).add(from, to);
            }
            rows += to - from;
            from = to;
            if (rows == options.rowGroupRows() || heldBytes() >= maxHeldBytes) {
                endRowGroup(out);
            }
        }
    }

    /** Behind as many rows as the row group takes and are not too many bytes, but at least one. */
    private int sliceEnd(VectorSchemaRoot batch, int from, int count) {
        int slice = Math.min(Math.min(SLICE_ROWS, count - from), options.rowGroupRows() - rows);
        while (slice > 1 && BatchExtent.bytes(batch, from, from + slice) > maxSliceBytes) {
            slice >>>= 1;
        }
        return from + slice;
    }

    private void begin(OutputBuffer out) {
        if (!begun) {
            FooterWriter.begin(out);
            begun = true;
        }
    }

    private long heldBytes() {
        long sum = store.heldBytes() + scratch.heldBytes() + footer.indexes().heldBytes();
        for (int i = 0; i < leaves.size(); i++) {
            sum += leaves.get(i).heldBytes();
        }
        for (int i = 0; i < columns.size(); i++) {
            sum += columns.get(i).heldBytes();
        }
        return sum;
    }

    private void endRowGroup(OutputBuffer out) {
        long offset = out.position();
        List<ColumnChunk> chunks = new ArrayList<>(leaves.size());
        for (LeafWriter leaf : leaves) {
            chunks.add(leaf.endChunk(out, footer.indexes()));
        }
        for (int i = 0; i < chunks.size(); i++) {
            leaves.get(i).putFilter(out, chunks.get(i).getMeta_data());
        }
        footer.addRowGroup(chunks, rows, offset);
        store.close();
        rows = 0;
        setMaxHeldBytes();
    }

    /** What many columns keep between row groups may be more than half of what there is for all; row groups are not to be tiny then. */
    private void setMaxHeldBytes() {
        maxHeldBytes = Math.max(options.rowGroupBytes(), heldBytes() + options.rowGroupBytes() / 2);
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
        writers.close();
        footer.close();
        pageWriter.close();
        store.close();
        scratch.close();
    }
}

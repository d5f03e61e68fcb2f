package io.penstock.format.parquet;

import io.penstock.buffer.OutputBuffer;
import io.penstock.format.BatchEncoder;
import io.penstock.format.WriteContext;
import java.util.ArrayList;
import java.util.Arrays;
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
    private final PageStore store;
    private final PageCrew crew;
    private final DictionaryRoom room;
    private final FooterWriter footer;
    private final List<LeafWriter> leaves = new ArrayList<>();
    private final List<ColumnWriter> columns = new ArrayList<>();
    private final List<FlatColumn> flat = new ArrayList<>();
    private final List<ShreddedColumn> shredded = new ArrayList<>();
    private final List<LeafWriter> shreddedLeaves = new ArrayList<>();
    private final List<LeafWriter> ending = new ArrayList<>();
    private final int[] reached;
    private final long maxSliceBytes;
    private final long callersBytes;
    private long maxHeldBytes;
    private boolean begun;
    private int rows;

    ParquetEncoder(WriteContext context, FileSchema schema) {
        options = new ParquetOptions(context.options());
        maxSliceBytes = options.rowGroupBytes() / 8;
        ThriftWriter thrift = new ThriftWriter();
        int leafCount = schema.leaves().size();
        long pageBytes = LeafWriters.pageBytes(options.rowGroupBytes(), leafCount);
        callersBytes = PageCrew.callersBytes(pageBytes);
        store = new PageStore(context.pool());
        crew = new PageCrew(
                context.workers(), leafCount, pageBytes, options.pageVersion() == 2, store, context.allocator());
        room = new DictionaryRoom(options.rowGroupBytes() / 8);
        footer = new FooterWriter(schema, SortOrder.of(schema), thrift, context.allocator());
        try {
            addColumns(schema, new LeafWriters(options, context.allocator(), crew, thrift, room), context.allocator());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        reached = new int[flat.size()];
        setMaxHeldBytes();
    }

    private void addColumns(FileSchema schema, LeafWriters writers, BufferAllocator allocator) {
        List<Node.Leaf> all = schema.leaves();
        for (Node.Leaf leaf : all) {
            LeafWriter writer = writers.of(leaf, all.size(), isFlatColumn(leaf));
            leaves.add(writer);
            if (!isFlatColumn(leaf)) {
                shreddedLeaves.add(writer);
            }
        }
        for (Node column : schema.columns()) {
            if (isFlat(column)) {
                flat.add(new FlatColumn(leaves.get(((Node.Leaf) column).index())));
                columns.add(flat.get(flat.size() - 1));
            } else {
                shredded.add(new ShreddedColumn(column, leaves, allocator));
                columns.add(shredded.get(shredded.size() - 1));
            }
        }
    }

    /** The most direct memory that writing a file takes, bloom filters aside, if no single value needs more than a page. */
    static long maxBytes(FileSchema schema, ParquetOptions options) {
        return 2 * options.rowGroupBytes() + schema.leaves().size() * LEAF_BYTES;
    }

    /** What it takes besides if so many threads make pages. */
    static long workerBytes(FileSchema schema, ParquetOptions options, int threads) {
        int leaves = schema.leaves().size();
        return PageCrew.matesBytes(threads, leaves, LeafWriters.pageBytes(options.rowGroupBytes(), leaves));
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
        crew.requireNoFailure();
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
            add(from, to);
            rows += to - from;
            from = to;
            if (rows == options.rowGroupRows() || isFull()) {
                endRowGroup(out);
            }
        }
    }

    private void add(int from, int to) {
        for (int i = 0; i < shredded.size(); i++) {
            shredded.get(i).next(from, to);
        }
        run(shredded, shreddedLeaves);
        Scratch positions = crew.callersWriter().scratch.positions;
        Arrays.fill(reached, from);
        do {
            for (int i = 0; i < reached.length; i++) {
                if (reached[i] < to) {
                    reached[i] = flat.get(i).add(reached[i], to, positions);
                }
            }
        } while (endPages());
    }

    /** Ends the pages of flat columns, and returns whether there were any: those may not have taken all rows. */
    private boolean endPages() {
        ending.clear();
        for (int i = 0; i < leaves.size(); i++) {
            if (leaves.get(i).pageEnds()) {
                ending.add(leaves.get(i));
            }
        }
        run(ending, ending);
        return !ending.isEmpty();
    }

    private void run(List<? extends PageCrew.Job> jobs, List<LeafWriter> theirs) {
        int asking = 0;
        for (int i = 0; i < theirs.size(); i++) {
            asking += theirs.get(i).asksForRoom() ? 1 : 0;
        }
        room.shareAmong(asking);
        crew.run(jobs);
        for (int i = 0; i < theirs.size(); i++) {
            theirs.get(i).settle();
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

    /** The same whatever threads have done until now: pages that are being compressed count with their size when they are. */
    private boolean isFull() {
        long others = othersHeldBytes();
        return others + crew.maxStoredBytes() >= maxHeldBytes && others + crew.storedBytes() >= maxHeldBytes;
    }

    /** What is held but for the store: also counts what threads other than the caller's would not be there for. */
    private long othersHeldBytes() {
        long sum = callersBytes + footer.indexes().heldBytes();
        for (int i = 0; i < leaves.size(); i++) {
            sum += leaves.get(i).heldBytes();
        }
        for (int i = 0; i < columns.size(); i++) {
            sum += columns.get(i).heldBytes();
        }
        return sum;
    }

    private void endRowGroup(OutputBuffer out) {
        ending.clear();
        ending.addAll(leaves);
        ending.forEach(LeafWriter::endRows);
        run(ending, ending);
        long offset = out.position();
        List<ColumnChunk> chunks = new ArrayList<>(leaves.size());
        for (LeafWriter leaf : leaves) {
            chunks.add(leaf.endChunk(out, store, footer.indexes()));
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
        maxHeldBytes = Math.max(options.rowGroupBytes(), othersHeldBytes() + options.rowGroupBytes() / 2);
    }

    @Override
    public void finish(OutputBuffer out) {
        crew.requireNoFailure();
        begin(out);
        if (rows > 0) {
            endRowGroup(out);
        }
        footer.finish(out);
    }

    @Override
    public void close() {
        // It is the one whose threads may be at work on what the others hold.
        crew.close();
        columns.forEach(ColumnWriter::close);
        leaves.forEach(LeafWriter::close);
        footer.close();
        store.close();
    }
}

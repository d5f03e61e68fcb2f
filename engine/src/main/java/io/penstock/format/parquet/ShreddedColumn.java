package io.penstock.format.parquet;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * A column of any nesting, a window of rows after the other: as many as have no more entries anywhere than the window may. Its leaves end
 * their pages as they go.
 */
final class ShreddedColumn implements ColumnWriter, PageCrew.Job {
    /** Keeps the entries of each node within a core's cache, and those of a wide struct within the writer's memory. */
    private static final int WINDOW_ENTRIES = 4096;

    private final ShredStep root;
    private final Entries rows;
    private int windowRows = WINDOW_ENTRIES;
    private int nextFrom;
    private int nextTo;

    ShreddedColumn(Node column, List<LeafWriter> writers, BufferAllocator allocator) {
        this.root = ShredStep.of(column, writers, allocator);
        this.rows = new Entries(allocator);
    }

    @Override
    public void begin(FieldVector vector, DictionaryProvider dictionaries) {
        root.begin(vector, dictionaries);
        windowRows = Math.min(WINDOW_ENTRIES, 2 * windowRows);
    }

    @Override
    public void requireHeld(int rowCount) {
        if (root.suspicious()) {
            for (int row = 0; row < rowCount; ) {
                int next = expand(row, rowCount);
                root.requireHeld(row);
                row = next;
            }
        }
    }

    /** Says which rows come next. */
    void next(int from, int to) {
        nextFrom = from;
        nextTo = to;
    }

    /** Adds them to the row group. */
    @Override
    public void run(PageWriter writer) {
        for (int row = nextFrom; row < nextTo; ) {
            row = expand(row, nextTo);
            root.write(writer);
        }
    }

    /** Finds the entries of a window of rows, one row at least, and returns its end. */
    private int expand(int from, int to) {
        while (true) {
            int count = Math.min(windowRows, to - from);
            rows.beginRows(from, count);
            if (root.expand(rows, count == 1 ? Integer.MAX_VALUE : WINDOW_ENTRIES)) {
                return from + count;
            }
            if (count == 1) {
                // Lists whose items are shared may have any number of them.
                throw new IllegalStateException("row " + from + " of the batch has more than " + Integer.MAX_VALUE
                        + " values in one column, which no page of Parquet holds");
            }
            windowRows = count >>> 1;
        }
    }

    @Override
    public long heldBytes() {
        return rows.heldBytes() + root.heldBytes();
    }

    @Override
    public void close() {
        rows.close();
        root.close();
    }
}

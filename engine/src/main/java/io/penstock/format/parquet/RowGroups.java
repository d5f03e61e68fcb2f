package io.penstock.format.parquet;

import io.penstock.buffer.Input;
import io.penstock.format.ReadContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.RowGroup;

/**
 * Goes through the row groups of a file of which rows are wanted. Where the input has to be read, it reads the next one while the
 * current one is decoded, if all of its rows are wanted and there is memory for it.
 */
final class RowGroups implements AutoCloseable {
    /** The first versions of parquet-java did not count the header of a dictionary page, which is shorter than this. */
    private static final int DICTIONARY_HEADER_BYTES = 100;

    private static final Pattern UNCOUNTED =
            Pattern.compile("parquet-mr( version (0\\.|1\\.[01]\\.|1\\.2\\.[0-8](?!\\d)).*)?");

    private final Input input;
    private final Footer footer;
    private final WantedRows test;
    private final List<LeafReader> leaves;
    private final int uncountedBytes;

    /** Null if the input shows its bytes. */
    private final ReadAhead ahead;

    private int index = -1;
    private int place;
    private RowRanges wanted = RowRanges.NONE;

    /** Whether {@link #seek} has looked for the one after the current one. */
    private boolean isSought;

    /** What it found; -1 if there is none. */
    private int nextIndex = -1;

    private RowRanges nextWanted = RowRanges.NONE;

    RowGroups(Input input, Footer footer, WantedRows test, List<LeafReader> leaves, ReadContext context)
            throws IOException {
        this.input = input;
        this.footer = footer;
        this.test = test;
        this.leaves = leaves;
        String writer = footer.metadata().getCreated_by();
        uncountedBytes = writer != null && UNCOUNTED.matcher(writer).matches() ? DICTIONARY_HEADER_BYTES : 0;
        ahead = isShown(input) ? null : new ReadAhead(input, context.allocator());
    }

    private static boolean isShown(Input input) throws IOException {
        Optional<Input.View> view = input.view(0, Footer.MAGIC.length);
        view.ifPresent(Input.View::close);
        return view.isPresent();
    }

    /** Which one of the file was looked at last, for messages. */
    int place() {
        return place;
    }

    /** The rows that are wanted of the current one. */
    RowRanges wanted() {
        return wanted;
    }

    /** Goes to the next; returns false after the last. */
    boolean next() throws IOException {
        if (!isSought) {
            seek();
        }
        if (nextIndex < 0) {
            return false;
        }
        boolean isInMemory = ahead != null && (ahead.isBusy() || readAhead());
        if (isInMemory) {
            ahead.take();
        }
        index = nextIndex;
        wanted = nextWanted;
        isSought = false;
        // Otherwise decoding needs the input itself.
        if (isInMemory) {
            seek();
            if (nextIndex >= 0) {
                readAhead();
            }
        }
        place = index;
        return true;
    }

    /** Looks for the next one of which rows are wanted. */
    private void seek() throws IOException {
        isSought = true;
        nextIndex = -1;
        List<RowGroup> groups = footer.rowGroups();
        for (int i = index + 1; i < groups.size() && nextIndex < 0; i++) {
            place = i;
            nextWanted = test.next(groups.get(i));
            nextIndex = nextWanted.count() > 0 ? i : -1;
        }
    }

    private boolean readAhead() {
        RowGroup group = footer.rowGroups().get(nextIndex);
        if (nextWanted.rows() < group.getNum_rows()) {
            return false;
        }
        List<Extent> extents = new ArrayList<>();
        for (LeafReader leaf : leaves) {
            extents.add(extent(chunk(group, leaf)));
        }
        return ahead.begin(extents);
    }

    private static ColumnMetaData chunk(RowGroup group, LeafReader leaf) {
        return group.getColumns().get(leaf.leaf().index()).getMeta_data();
    }

    private Extent extent(ColumnMetaData chunk) {
        long from = Footer.start(chunk);
        return new Extent(from, Math.min(input.size(), from + chunk.getTotal_compressed_size() + uncountedBytes));
    }

    /** Turns a leaf to its chunk of the current one. */
    void open(LeafReader leaf) throws IOException {
        RowGroup group = footer.rowGroups().get(index);
        ColumnMetaData chunk = chunk(group, leaf);
        Extent extent = extent(chunk);
        long address = ahead == null ? 0 : ahead.at(extent);
        leaf.open(chunk, extent, address, group.getNum_rows());
    }

    @Override
    public void close() {
        if (ahead != null) {
            ahead.close();
        }
        test.close();
    }
}

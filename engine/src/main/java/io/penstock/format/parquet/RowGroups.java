package io.penstock.format.parquet;

import io.penstock.buffer.Input;
import io.penstock.format.ReadContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.RowGroup;

/**
 * Goes through the row groups of a file of which rows are wanted. Where the input has to be read, it reads the next one while the
 * current one is decoded, if there is memory for it; of one of which few rows are wanted, only the pages that have them.
 */
final class RowGroups implements AutoCloseable {
    /** The first versions of parquet-java did not count the header of a dictionary page, which is shorter than this. */
    private static final int DICTIONARY_HEADER_BYTES = 100;

    /** Of the bytes of whole chunks: if the wanted pages have more, the chunks are read, in fewer requests. */
    private static final double WORTHWHILE = 0.75;

    private static final Pattern UNCOUNTED =
            Pattern.compile("parquet-mr( version (0\\.|1\\.[01]\\.|1\\.2\\.[0-8](?!\\d)).*)?");

    private final Input input;
    private final Footer footer;
    private final WantedRows test;
    private final List<LeafReader> leaves;
    private final int uncountedBytes;

    /** Null if the input shows its bytes. */
    private final ReadAhead ahead;

    private final PageIndex pageIndex;

    private int index = -1;
    private int place;
    private RowRanges wanted = RowRanges.NONE;

    /** Whether {@link #seek} has looked for the one after the current one. */
    private boolean isSought;

    /** What it found; -1 if there is none. */
    private int nextIndex = -1;

    private RowRanges nextWanted = RowRanges.NONE;

    /** Of each leaf, if only wanted pages of the current one are in memory; null for those that are there whole. */
    private List<PageLocations> pages;

    private List<PageLocations> nextPages;

    RowGroups(Input input, Footer footer, WantedRows test, List<LeafReader> leaves, ReadContext context)
            throws IOException {
        this.input = input;
        this.footer = footer;
        this.test = test;
        this.leaves = leaves;
        String writer = footer.metadata().getCreated_by();
        uncountedBytes = writer != null && UNCOUNTED.matcher(writer).matches() ? DICTIONARY_HEADER_BYTES : 0;
        ahead = isShown(input) ? null : new ReadAhead(input, context.allocator(), context.aheadBytes());
        pageIndex = new PageIndex(input, context.allocator());
        pages = whole();
        nextPages = whole();
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
        boolean isInMemory = ahead != null && (ahead.isBusy() || readNow());
        if (isInMemory) {
            ahead.take();
        }
        index = nextIndex;
        wanted = nextWanted;
        pages = isInMemory ? nextPages : whole();
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

    /** Nobody needs the current one any more. */
    private boolean readNow() throws IOException {
        ahead.forget();
        return readAhead();
    }

    private boolean readAhead() throws IOException {
        RowGroup group = footer.rowGroups().get(nextIndex);
        List<Extent> chunks = new ArrayList<>();
        for (LeafReader leaf : leaves) {
            chunks.add(extent(chunk(group, leaf)));
        }
        nextPages = nextWanted.rows() < group.getNum_rows() ? wantedPages(group, chunks) : whole();
        return ahead.begin(extents(chunks, nextPages));
    }

    private List<PageLocations> whole() {
        return Collections.nCopies(leaves.size(), null);
    }

    private List<PageLocations> wantedPages(RowGroup group, List<Extent> chunks) throws IOException {
        List<ColumnChunk> indexed = new ArrayList<>();
        for (LeafReader leaf : leaves) {
            indexed.add(group.getColumns().get(leaf.leaf().index()));
        }
        List<PageLocations> found = pageIndex.locations(indexed, chunks, group.getNum_rows());
        for (int i = 0; i < leaves.size(); i++) {
            // How many levels a page of lists has only its header says.
            if (leaves.get(i).leaf().repetition() > 0) {
                found.set(i, null);
            }
        }
        return bytes(extents(chunks, found)) < WORTHWHILE * bytes(chunks) ? found : whole();
    }

    private List<Extent> extents(List<Extent> chunks, List<PageLocations> locations) {
        List<Extent> extents = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            PageLocations known = locations.get(i);
            extents.addAll(known == null ? List.of(chunks.get(i)) : known.of(nextWanted, chunks.get(i)));
        }
        return extents;
    }

    private static long bytes(List<Extent> extents) {
        long bytes = 0;
        for (Extent extent : extents) {
            bytes += extent.to() - extent.from();
        }
        return bytes;
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
        PageLocations known = pages.get(leaves.indexOf(leaf));
        if (known != null) {
            leaf.open(chunk, extent, new FetchedPages(known, ahead), group.getNum_rows());
        } else {
            leaf.open(chunk, extent, ahead == null ? 0 : ahead.at(extent), group.getNum_rows());
        }
    }

    @Override
    public void close() {
        if (ahead != null) {
            ahead.close();
        }
        pageIndex.close();
        test.close();
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.format.ColumnMetaData;

/**
 * Reads one column chunk after the other, row by row whatever its pages are, into the vector of its leaf, and tells the nodes above
 * that it is to drive what its levels say.
 */
final class LeafReader extends NodeReader {
    /** How many levels are decoded at a time. */
    private static final int RUN = LeafValues.RUN;

    private final Node.Leaf leaf;
    private final Places places;
    private final LeafValues values;
    private final ChunkPages pages;
    private final LevelRuns repetitionRuns;
    private final LevelRuns definitionRuns;
    private final Scratch repetitions;
    private final Scratch definitions;
    private final Scratch picked;
    private final List<NodeReader.Nested> driven = new ArrayList<>();

    /** What the chunk has in pages that were not turned to yet. */
    private long levelsOfChunk;

    private boolean hasDictionary;

    /** What the current page has and was not decoded yet. */
    private int levelsOfPage;

    /** Of a leaf in lists: which of the decoded levels were not used yet. */
    private int level;

    private int levels;

    /** Of a leaf in lists: whether no row of the chunk has begun. */
    private boolean atBegin;

    LeafReader(Node.Leaf leaf, Places places, ChunkPages pages, BufferAllocator allocator) {
        this.leaf = leaf;
        this.places = places;
        this.pages = pages;
        values = LeafValues.of(leaf, allocator);
        repetitionRuns = leaf.repetition() == 0 ? null : new LevelRuns(leaf.repetition());
        definitionRuns = leaf.definition() == 0 ? null : new LevelRuns(leaf.definition());
        repetitions = new Scratch(allocator);
        definitions = new Scratch(allocator);
        picked = new Scratch(allocator);
    }

    Node.Leaf leaf() {
        return leaf;
    }

    /** Where in the file the page begins that was looked at last. */
    long pageOffset() {
        return pages.offset();
    }

    /** Makes the levels of this leaf those from which {@code node} is put together. */
    void drive(NodeReader.Nested node) {
        driven.add(node);
    }

    /** Turns to the chunk of a row group; {@code address} is where it is in memory, if it is. */
    void open(ColumnMetaData chunk, Extent extent, long address, long rows) throws IOException {
        begin(chunk, rows);
        pages.open(leaf, chunk, extent, address);
    }

    /** Turns to the chunk of a row group, of which some pages are in memory and the rows of all others will be skipped. */
    void open(ColumnMetaData chunk, Extent extent, FetchedPages fetched, long rows) {
        begin(chunk, rows);
        pages.open(leaf, chunk, extent, fetched);
    }

    private void begin(ColumnMetaData chunk, long rows) {
        levelsOfChunk = chunk.getNum_values();
        if (leaf.repetition() == 0 ? levelsOfChunk != rows : levelsOfChunk < rows) {
            throw new MalformedPageException(
                    "a column chunk of " + levelsOfChunk + " values in a row group of " + rows + " rows");
        }
        hasDictionary = false;
        levelsOfPage = 0;
        level = 0;
        levels = 0;
        atBegin = true;
        values.beginChunk();
    }

    @Override
    void begin(int rows) {
        values.begin(rows);
    }

    /** Appends the next rows of the chunk. */
    void read(int rows) throws IOException {
        if (leaf.repetition() > 0) {
            passRows(rows, true);
            return;
        }
        for (int left = rows; left > 0; ) {
            if (levelsOfPage == 0) {
                nextPage();
            }
            int run = Math.min(Math.min(left, levelsOfPage), RUN);
            int present = nextDefinitions(run, true);
            values.append(definitions.address(), run, present);
            levelsOfPage -= run;
            left -= run;
        }
    }

    /** Decodes the definition levels of a leaf in no lists; returns how many values are there. */
    private int nextDefinitions(int run, boolean keep) {
        long target = definitions.ensure(RUN + (long) Long.BYTES);
        int present = definitionRuns == null ? run : definitionRuns.readCounting(run, target);
        if (keep) {
            for (NodeReader.Nested node : driven) {
                node.append(0, target, run);
            }
        }
        return present;
    }

    /** Passes over the next rows of the chunk; pages of which none is wanted are not even decompressed. */
    void skip(long rows) throws IOException {
        for (long left = rows; left > 0; ) {
            if (levelsOfPage == 0 && level == levels) {
                int rowsOfPage = peekPage();
                if (rowsOfPage >= 0 && rowsOfPage <= left) {
                    levelsOfChunk -= pages.count();
                    left -= rowsOfPage;
                    continue;
                }
                loadPage();
            }
            int run = (int) Math.min(left, RUN);
            if (leaf.repetition() > 0) {
                passRows(run, false);
            } else {
                run = Math.min(run, levelsOfPage);
                values.skip(nextDefinitions(run, false));
                levelsOfPage -= run;
            }
            left -= run;
        }
    }

    private void nextPage() throws IOException {
        do {
            peekPage();
            loadPage();
        } while (levelsOfPage == 0 && levelsOfChunk > 0);
        if (levelsOfPage == 0) {
            throw new MalformedPageException("the column chunk has fewer rows than its row group");
        }
    }

    /** Looks at the next data page and takes the dictionary on the way to it; returns its rows, -1 if that is not known. */
    private int peekPage() throws IOException {
        while (true) {
            if (levelsOfChunk == 0) {
                throw new MalformedPageException("the column chunk has fewer rows than its row group");
            }
            if (!pages.peek()) {
                throw new MalformedPageException(
                        "the pages of the column chunk end " + levelsOfChunk + " values too early");
            }
            if (!pages.isDictionary()) {
                break;
            }
            if (hasDictionary) {
                throw new MalformedPageException("a second dictionary in one column chunk");
            }
            hasDictionary = true;
            values.dictionary(pages.load());
        }
        if (pages.count() > levelsOfChunk) {
            throw new MalformedPageException(
                    "a page of " + pages.count() + " values where the column chunk has " + levelsOfChunk + " left");
        }
        return pages.rows();
    }

    private void loadPage() throws IOException {
        Page page = pages.load();
        if (leaf.repetition() > 0) {
            repetitionRuns.begin(page.repetitionEncoding, page.repetitions, page.repetitionsEnd);
        }
        if (leaf.definition() > 0) {
            definitionRuns.begin(page.definitionEncoding, page.definitions, page.definitionsEnd);
        }
        values.page(page);
        levelsOfPage = page.count;
        levelsOfChunk -= page.count;
    }

    /** Reads or passes over rows of a leaf in lists: up to where the next row begins, or the chunk ends. */
    private void passRows(int rows, boolean keep) throws IOException {
        int left = rows;
        while (true) {
            if (level == levels && !nextLevels()) {
                if (left > 0) {
                    throw new MalformedPageException("the column chunk has fewer rows than its row group");
                }
                return;
            }
            int to = level;
            long at = repetitions.address();
            for (; to < levels; to++) {
                if (Memory.getByte(at + to) == 0) {
                    if (left == 0) {
                        break;
                    }
                    left--;
                }
            }
            pass(to, keep);
            if (to < levels) {
                return;
            }
        }
    }

    /** Decodes a run of levels; returns false at the end of the chunk. */
    private boolean nextLevels() throws IOException {
        if (levelsOfPage == 0) {
            if (levelsOfChunk == 0) {
                return false;
            }
            nextPage();
        }
        level = 0;
        levels = Math.min(levelsOfPage, RUN);
        levelsOfPage -= levels;
        repetitionRuns.read(levels, repetitions.ensure(RUN + (long) Long.BYTES));
        definitionRuns.read(levels, definitions.ensure(RUN + (long) Long.BYTES));
        if (atBegin && Memory.getByte(repetitions.address()) != 0) {
            throw new MalformedPageException("the column chunk begins within a row");
        }
        atBegin = false;
        return true;
    }

    private void pass(int to, boolean keep) {
        int run = to - level;
        long repetition = repetitions.address() + level;
        long definition = definitions.address() + level;
        level = to;
        int present = LevelRuns.equal(definition, run, leaf.definition());
        if (!keep) {
            values.skip(present);
            return;
        }
        for (NodeReader.Nested node : driven) {
            node.append(repetition, definition, run);
        }
        int added = places.pick(repetition, definition, run, picked);
        values.append(picked.address(), added, present);
    }

    @Override
    int count() {
        return values.count;
    }

    @Override
    long bytes() {
        return values.bytes();
    }

    /** How many bytes a row takes at least. */
    long smallestRowBytes() {
        return leaf.repetition() == 0 ? values.bytesPerValue() : 0;
    }

    /** How many bytes each of the next {@link #alikeRows} takes in a batch, about. */
    long bytesPerRow() throws IOException {
        if (leaf.repetition() > 0) {
            boolean more = level < levels || nextLevels();
            return more ? values.bytesPerValue() * Math.max(1, (levels - level) / alikeRows()) : 1;
        }
        if (levelsOfPage == 0 && levelsOfChunk > 0) {
            nextPage();
        }
        return values.bytesPerValue();
    }

    /** How many rows {@link #bytesPerRow} has looked at: those behind them may be of quite another size. */
    int alikeRows() {
        if (leaf.repetition() > 0 && level < levels) {
            return Math.max(1, Words.count(repetitions.address() + level, levels - level, 0));
        }
        return values instanceof BytesValues && levelsOfPage > 0 ? levelsOfPage : Integer.MAX_VALUE;
    }

    @Override
    void load(FieldVector vector) {
        values.load(storage(vector));
    }

    @Override
    public void close() {
        values.close();
        pages.close();
        repetitions.close();
        definitions.close();
        picked.close();
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import io.penstock.buffer.OutputBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageEncodingStats;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Statistics;

/**
 * Writes the column chunks of one leaf: cuts what comes into pages, and makes the metadata of the chunk. One thread at a time, but not always
 * the same.
 */
final class LeafWriter implements PageCrew.Job, AutoCloseable {
    /** What other writers have: enough that a page's header and statistics cost nothing, and few enough to skip by them. */
    static final int PAGE_ROWS = 20_000;

    private final Node.Leaf leaf;
    private final ParquetOptions.Compression compression;
    private final long pageBytes;
    private final long expectedRows;
    private final PageLevels levels;
    private final StagedValues values;
    private final Bounds bounds;
    private final ChunkFilter filter;
    private final WrittenPages pages;
    private final PageCrew crew;
    private final PageType dataPage;
    private final int[] pagesOfEncoding = new int[Encoding.values().length];
    private long rowsOfChunk;
    private boolean pageEnds;
    private boolean chunkEnds;

    /**
     * Takes ownership of {@code levels}, {@code values} and {@code filter}.
     *
     * @param expectedRows of a full row group
     * @param filter null for none
     * @param dataPage the type of its pages
     */
    LeafWriter(
            Node.Leaf leaf,
            ParquetOptions.Compression compression,
            long pageBytes,
            long expectedRows,
            PageLevels levels,
            StagedValues values,
            Bounds bounds,
            ChunkFilter filter,
            PageCrew crew,
            PageType dataPage) {
        this.leaf = leaf;
        this.compression = compression;
        this.pageBytes = pageBytes;
        this.expectedRows = expectedRows;
        this.levels = levels;
        this.values = values;
        this.bounds = bounds;
        this.filter = filter;
        this.crew = crew;
        this.dataPage = dataPage;
        this.pages = new WrittenPages(leaf, values instanceof StagedBytes);
        beginChunk();
    }

    private void beginChunk() {
        values.beginChunk();
        bounds.beginChunk();
        pages.clear();
        Arrays.fill(pagesOfEncoding, 0);
        rowsOfChunk = 0;
        chunkEnds = false;
    }

    Node.Leaf leaf() {
        return leaf;
    }

    /** What is held of the memory of the row group; the filter's is its own. */
    long heldBytes() {
        return levels.heldBytes() + values.heldBytes() + values.heldIndexBytes();
    }

    /**
     * Adds rows of a vector whose slots are rows, for a leaf whose levels are {@link FlatLevels}.
     *
     * @param positions memory for those of values
     * @return up to which: when it {@link #pageEnds} it takes no more before it is encoded
     */
    int addFlat(FieldVector vector, boolean hasNulls, int from, int to, Scratch positions) {
        values.begin(vector);
        FlatLevels flat = (FlatLevels) levels;
        long validity = hasNulls ? vector.getValidityBuffer().memoryAddress() : 0;
        int at = from;
        while (at < to && !pageEnds) {
            int rows = Math.min(to - at, PAGE_ROWS - levels.rows);
            int added = hasNulls ? addNullable(flat, validity, at, rows, positions) : addRequired(flat, at, rows);
            at += added;
            pageEnds = isFull(added == 0);
        }
        return at;
    }

    private int addRequired(FlatLevels flat, int from, int rows) {
        int fitting = atLeastOneIfEmpty(values.fitting(from, rows, pageBytes - values.stagedBytes()));
        values.addRange(from, fitting);
        flat.addValues(fitting);
        return fitting;
    }

    private int addNullable(FlatLevels flat, long validity, int from, int rows, Scratch scratch) {
        long positions = scratch.ensure(4L * rows);
        int present = ValidPositions.find(validity, from, rows, positions);
        int fitting = values.fittingAt(positions, present, pageBytes - values.stagedBytes());
        int added = rows;
        if (fitting < present) {
            fitting = atLeastOneIfEmpty(fitting);
            // Up to the first value that does not fit.
            added = fitting < present ? Memory.getInt(positions + 4L * fitting) - from : rows;
        }
        values.addAt(positions, fitting, true);
        flat.addRows(validity, from, added, fitting);
        return added;
    }

    /** A value larger than a page has one of its own. */
    private int atLeastOneIfEmpty(int fitting) {
        return fitting == 0 && levels.rows == 0 ? 1 : fitting;
    }

    /**
     * Says what vector the next rows that are shredded have.
     *
     * @param dictionary the same if its slots are what indices refer to, otherwise null
     * @param rows how many indices there are
     */
    void beginShredded(FieldVector dictionary, int rows) {
        values.beginDictionary(dictionary, rows);
    }

    /** Adds whole rows that were shredded, for a leaf whose levels are {@link NestedLevels}, and encodes the pages that end. */
    void addShredded(FieldVector vector, Entries entries, PageWriter writer) {
        WriteScratch scratch = writer.scratch;
        values.begin(vector);
        NestedLevels nested = (NestedLevels) levels;
        int at = 0;
        while (at < entries.count) {
            long positions = scratch.positions.ensure(4L * (entries.count - at));
            long room = pageBytes - Math.max(values.stagedBytes(), levels.stagedBytes());
            int wanted = entries.endOfRows(
                    at, PAGE_ROWS - levels.rows, (int) Math.max(0, Math.min(Integer.MAX_VALUE, room)));
            int present = entries.positions(at, wanted, positions);
            int end = fittingRows(entries, at, wanted, positions, present, room);
            if (end != wanted) {
                present = entries.positions(at, end, positions);
            }
            values.addSlots(positions, present, scratch);
            nested.add(
                    entries.definitions() + at, entries.repetitions() + at, end - at, entries.rows(at, end), present);
            if (isFull(end == at)) {
                run(writer);
            }
            at = end;
        }
    }

    /** Where the entries end that this page takes: on a row's boundary, and behind at least one row if the page is empty. */
    private int fittingRows(Entries entries, int from, int to, long positions, int present, long room) {
        int fitting = values.fittingAt(positions, present, room);
        int end = fitting < present ? entries.rowOfValue(from, fitting) : to;
        return end == from && levels.rows == 0 ? entries.endOfRow(from) : end;
    }

    private boolean isFull(boolean nothingFits) {
        return nothingFits
                || levels.rows >= PAGE_ROWS
                || values.stagedBytes() >= pageBytes
                || levels.stagedBytes() >= pageBytes;
    }

    /** Whether the page has all that it can have, so that {@link #run} and {@link #settle} come next. */
    boolean pageEnds() {
        return pageEnds;
    }

    /** No rows come to this chunk any more; {@link #run} and {@link #settle} come next. */
    void endRows() {
        chunkEnds = true;
    }

    /** Whether it may now take of the room that all leaves have for their dictionaries. */
    boolean asksForRoom() {
        return values.asksForRoom();
    }

    /** Encodes the page, and the dictionary if the chunk ends. */
    @Override
    public void run(PageWriter writer) {
        if (!chunkEnds) {
            encodePage(Math.max(1, (double) expectedRows / levels.rows), writer);
            return;
        }
        if (levels.rows > 0) {
            encodePage((double) (rowsOfChunk + levels.rows) / levels.rows, writer);
        }
        if (filter != null) {
            filter.endChunk(values);
        }
        if (values.hasDictionary()) {
            EncodedPage page = crew.newPage();
            writer.encodeDictionary(values, page);
            store(page, pages.addDictionary(), writer);
        }
    }

    /** Says what it has taken of that room; by the caller's thread, when nothing else is at work on a leaf. */
    void settle() {
        values.settleRoom();
    }

    private void encodePage(double pagesLikeThis, PageWriter writer) {
        EncodedPage page = crew.newPage();
        writer.encode(levels, values, pagesLikeThis, page);
        if (values.count > 0) {
            values.findBounds(bounds, writer.scratch);
        } else {
            bounds.setPage(null, null);
        }
        bounds.endPage(values.count);
        pagesOfEncoding[values.encoding.ordinal()]++;
        if (filter != null && values.encoding != Encoding.RLE_DICTIONARY) {
            filter.addPage(values);
        }
        StoredPage place = pages.add(levels, values, bounds);
        rowsOfChunk += levels.rows;
        levels.clear();
        values.clearPage();
        pageEnds = false;
        writer.scratch.trim();
        store(page, place, writer);
    }

    private void store(EncodedPage page, StoredPage place, PageWriter writer) {
        page.compression = compression;
        page.place = place;
        crew.store(page, writer);
    }

    /** Puts the column chunk, all of which is encoded, into the file and begins the next; the pages' index goes to {@code indexes}. */
    ColumnChunk endChunk(OutputBuffer out, PageStore store, PageIndexes indexes) {
        crew.await(pages.places());
        long start = out.position();
        ColumnMetaData metadata = new ColumnMetaData();
        if (pages.copyDictionaryTo(out, store)) {
            metadata.setDictionary_page_offset(start);
        }
        metadata.setData_page_offset(out.position());
        pages.copyTo(out, store);
        metadata.setType(leaf.element().getType())
                .setPath_in_schema(leaf.path())
                .setCodec(compression.codec().format())
                .setNum_values(pages.entries())
                .setTotal_uncompressed_size(pages.uncompressedBytes())
                .setTotal_compressed_size(out.position() - start)
                .setStatistics(statistics())
                .setSize_statistics(pages.sizes());
        setEncodings(metadata);
        indexes.add(pages.columnIndex(bounds), pages.offsetIndex());
        beginChunk();
        return new ColumnChunk(0).setMeta_data(metadata);
    }

    /** Puts the bloom filter of the chunk that was ended last into the file, if the leaf has one. */
    void putFilter(OutputBuffer out, ColumnMetaData metadata) {
        if (filter != null) {
            filter.put(out, metadata);
        }
    }

    private Statistics statistics() {
        Statistics statistics = new Statistics().setNull_count(pages.nulls());
        if (bounds.chunkMin != null) {
            statistics.setMin_value(bounds.chunkMin).setIs_min_value_exact(bounds.chunkMinExact);
        }
        if (bounds.chunkMax != null) {
            statistics.setMax_value(bounds.chunkMax).setIs_max_value_exact(bounds.chunkMaxExact);
        }
        if (values.onlyDictionary()) {
            statistics.setDistinct_count(values.dictionaryEntries());
        }
        return statistics;
    }

    private void setEncodings(ColumnMetaData metadata) {
        Set<Encoding> encodings = EnumSet.of(Encoding.RLE);
        List<PageEncodingStats> stats = new ArrayList<>();
        if (metadata.isSetDictionary_page_offset()) {
            encodings.add(Encoding.PLAIN);
            stats.add(new PageEncodingStats(PageType.DICTIONARY_PAGE, Encoding.PLAIN, 1));
        }
        for (Encoding encoding : Encoding.values()) {
            int count = pagesOfEncoding[encoding.ordinal()];
            if (count > 0) {
                encodings.add(encoding);
                stats.add(new PageEncodingStats(dataPage, encoding, count));
            }
        }
        metadata.setEncodings(List.copyOf(encodings)).setEncoding_stats(stats);
    }

    @Override
    public void close() {
        try (values;
                filter) {
            levels.close();
        }
    }
}

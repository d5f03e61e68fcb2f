package io.penstock.format.parquet;

import io.penstock.buffer.OutputBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageLocation;
import org.apache.parquet.format.SizeStatistics;

/** What is known of each page of a column chunk, and what that makes of the chunk: the column index, the offset index, the sizes. */
final class WrittenPages {
    private static final ByteBuffer NO_BOUND = ByteBuffer.allocate(0);

    private final boolean byteArrays;
    private final long[] definitions;
    private final long[] repetitions;
    private final long[] pageLevels;
    private final List<StoredPage> places = new ArrayList<>();
    private final List<PageLocation> locations = new ArrayList<>();
    private final List<Boolean> nullPages = new ArrayList<>();
    private final List<ByteBuffer> mins = new ArrayList<>();
    private final List<ByteBuffer> maxs = new ArrayList<>();
    private final List<Long> nullCounts = new ArrayList<>();
    private final List<Long> unencoded = new ArrayList<>();
    private final List<Long> definitionsOfPages = new ArrayList<>();
    private final List<Long> repetitionsOfPages = new ArrayList<>();
    private StoredPage dictionary;
    private long rows;
    private long entries;
    private long nulls;
    private long unencodedBytes;

    WrittenPages(Node.Leaf leaf, boolean byteArrays) {
        this.byteArrays = byteArrays;
        definitions = new long[leaf.definition() + 1];
        repetitions = new long[leaf.repetition() + 1];
        pageLevels = new long[Math.max(definitions.length, repetitions.length)];
    }

    void clear() {
        Arrays.fill(definitions, 0);
        Arrays.fill(repetitions, 0);
        places.clear();
        dictionary = null;
        locations.clear();
        nullPages.clear();
        mins.clear();
        maxs.clear();
        nullCounts.clear();
        unencoded.clear();
        definitionsOfPages.clear();
        repetitionsOfPages.clear();
        rows = 0;
        entries = 0;
        nulls = 0;
        unencodedBytes = 0;
    }

    /** Adds a page, and returns where it is to be said where it is stored. */
    StoredPage add(PageLevels levels, StagedValues values, Bounds bounds) {
        StoredPage place = newPlace();
        int nullsHere = levels.entries - levels.values;
        boolean bounded = levels.values > 0 && !bounds.pageWithoutBounds;
        locations.add(new PageLocation(0, 0, rows));
        nullPages.add(levels.values == 0);
        mins.add(bounded ? ByteBuffer.wrap(bounds.pageMin) : NO_BOUND);
        maxs.add(bounded ? ByteBuffer.wrap(bounds.pageMax) : NO_BOUND);
        nullCounts.add((long) nullsHere);
        rows += levels.rows;
        entries += levels.entries;
        nulls += nullsHere;
        if (byteArrays) {
            unencoded.add(values.unencodedBytes());
            unencodedBytes += values.unencodedBytes();
        }
        if (definitions.length > 1) {
            Arrays.fill(pageLevels, 0);
            levels.countDefinitions(pageLevels);
            addTo(definitions, definitionsOfPages);
        }
        if (repetitions.length > 1) {
            Arrays.fill(pageLevels, 0);
            levels.countRepetitions(pageLevels);
            addTo(repetitions, repetitionsOfPages);
        }
        return place;
    }

    /** Adds the page of the dictionary, after the others, and returns where it is to be said where it is stored. */
    StoredPage addDictionary() {
        dictionary = newPlace();
        return dictionary;
    }

    private StoredPage newPlace() {
        StoredPage place = new StoredPage();
        places.add(place);
        return place;
    }

    private void addTo(long[] histogram, List<Long> ofPages) {
        for (int level = 0; level < histogram.length; level++) {
            histogram[level] += pageLevels[level];
            ofPages.add(pageLevels[level]);
        }
    }

    /** Of all pages, that of the dictionary included. */
    List<StoredPage> places() {
        return places;
    }

    long uncompressedBytes() {
        long sum = 0;
        for (StoredPage place : places) {
            sum += place.uncompressedBytes;
        }
        return sum;
    }

    long entries() {
        return entries;
    }

    long nulls() {
        return nulls;
    }

    /** Puts the page of the dictionary into the file, if there is one; pages of values follow it. */
    boolean copyDictionaryTo(OutputBuffer out, PageStore store) {
        if (dictionary == null) {
            return false;
        }
        store.copyTo(out, dictionary.from, dictionary.bytes);
        return true;
    }

    /** Puts the pages into the file, where they stay. */
    void copyTo(OutputBuffer out, PageStore store) {
        for (int page = 0; page < locations.size(); page++) {
            StoredPage place = places.get(page);
            locations.get(page).setOffset(out.position()).setCompressed_page_size(place.bytes);
            store.copyTo(out, place.from, place.bytes);
        }
    }

    OffsetIndex offsetIndex() {
        OffsetIndex index = new OffsetIndex(locations);
        return byteArrays ? index.setUnencoded_byte_array_data_bytes(unencoded) : index;
    }

    /** Null if a page with values has no bounds. */
    ColumnIndex columnIndex(Bounds bounds) {
        if (bounds.pageWithoutBounds) {
            return null;
        }
        BoundaryOrder order = bounds.ascending()
                ? BoundaryOrder.ASCENDING
                : bounds.descending() ? BoundaryOrder.DESCENDING : BoundaryOrder.UNORDERED;
        ColumnIndex index = new ColumnIndex(nullPages, mins, maxs, order).setNull_counts(nullCounts);
        if (repetitions.length > 1) {
            index.setRepetition_level_histograms(repetitionsOfPages);
        }
        if (definitions.length > 1) {
            index.setDefinition_level_histograms(definitionsOfPages);
        }
        return index;
    }

    /** Levels of which there is only one are not counted. */
    SizeStatistics sizes() {
        SizeStatistics sizes = new SizeStatistics();
        if (byteArrays) {
            sizes.setUnencoded_byte_array_data_bytes(unencodedBytes);
        }
        if (repetitions.length > 1) {
            sizes.setRepetition_level_histogram(boxed(repetitions));
        }
        if (definitions.length > 1) {
            sizes.setDefinition_level_histogram(boxed(definitions));
        }
        return sizes;
    }

    private static List<Long> boxed(long[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}

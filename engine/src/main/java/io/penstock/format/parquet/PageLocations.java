package io.penstock.format.parquet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageLocation;

/**
 * Where the data pages of a chunk lie, one behind the other, and which rows they have.
 *
 * @param from where each begins
 * @param to where each ends
 * @param rows the first of each page, and then how many the row group has
 */
record PageLocations(long[] from, long[] to, long[] rows) {
    /** Null if the index makes no sense for the chunk. */
    static PageLocations of(OffsetIndex index, long rows, Extent chunk) {
        long[] first = PageIndex.firstRows(index.getPage_locations(), rows);
        if (first == null) {
            return null;
        }
        int count = first.length - 1;
        long[] from = new long[count];
        long[] to = new long[count];
        long end = chunk.from();
        for (int i = 0; i < count; i++) {
            PageLocation page = index.getPage_locations().get(i);
            from[i] = page.getOffset();
            to[i] = from[i] + page.getCompressed_page_size();
            boolean follows = i == 0 ? from[i] >= end : from[i] == end;
            if (!follows || to[i] <= from[i] || to[i] > chunk.to() || first[i + 1] - first[i] > Integer.MAX_VALUE) {
                return null;
            }
            end = to[i];
        }
        return new PageLocations(from, to, first);
    }

    /** What to read of the chunk for {@code wanted}: what stands before the data pages, and those that have such rows. */
    List<Extent> of(RowRanges wanted, Extent chunk) {
        List<Extent> extents = new ArrayList<>();
        if (from[0] > chunk.from()) {
            extents.add(new Extent(chunk.from(), from[0]));
        }
        int range = 0;
        for (int page = 0; page < from.length && range < wanted.count(); page++) {
            while (range < wanted.count() && wanted.to(range) <= rows[page]) {
                range++;
            }
            if (range < wanted.count() && wanted.from(range) < rows[page + 1]) {
                extents.add(new Extent(from[page], to[page]));
            }
        }
        return extents;
    }

    /** How many rows the page at {@code offset} has; -1 if none begins there. */
    int rowsAt(long offset) {
        int page = Arrays.binarySearch(from, offset);
        return page < 0 ? -1 : (int) (rows[page + 1] - rows[page]);
    }

    /** Where the page at {@code offset} ends. */
    long end(long offset) {
        return to[Arrays.binarySearch(from, offset)];
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.Input;
import io.penstock.format.ColumnTest;
import io.penstock.format.Pruned;
import io.penstock.format.RowTest;
import io.penstock.format.RowTest.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.RowGroup;

/**
 * Finds the rows of each row group that may pass a test, by the statistics of its chunks, their bloom filters and the bounds of their
 * pages. It counts what it leaves out. One thread at a time.
 */
final class WantedRows implements AutoCloseable {
    /** Each value is a read of its own: more of them cost more than they save. */
    private static final int MAX_PROBES = 64;

    private final RowTest test;
    private final PageIndex beside;
    /** By the name of each column that can be pruned by: one that is no list and no struct. */
    private final Map<String, Column> columns = new HashMap<>();

    private Pruned pruned = Pruned.NONE;

    private record Column(Node.Leaf leaf, ColumnBounds bounds) {}

    /** @param test null if all rows are wanted */
    WantedRows(RowTest test, Footer footer, Input input, BufferAllocator allocator) {
        this.test = test;
        this.beside = new PageIndex(input, allocator);
        if (test != null) {
            for (Node column : footer.schema().columns()) {
                if (column instanceof Node.Leaf leaf && leaf.repetition() == 0) {
                    columns.put(leaf.field().getName(), new Column(leaf, footer.bounds(leaf)));
                }
            }
        }
    }

    /** What was left out until now. */
    Pruned pruned() {
        return pruned;
    }

    /** The rows of the next row group that may pass. */
    RowRanges next(RowGroup group) throws IOException {
        long rows = group.getNum_rows();
        RowRanges all = RowRanges.all(rows);
        if (test == null || rows == 0) {
            return all;
        }
        if (outcome(group) == Outcome.NONE) {
            pruned = pruned.plus(new Pruned(rows, 1, 0));
            return RowRanges.NONE;
        }
        Map<String, PageIndex.Pages> pages = pages(group);
        RowRanges wanted = pages.isEmpty() ? all : ranges(test, pages, all);
        long left = rows - wanted.rows();
        if (wanted.count() == 0) {
            pruned = pruned.plus(new Pruned(left, 1, 0));
        } else if (left > 0) {
            pruned = pruned.plus(new Pruned(left, 0, pagesOutside(pages, wanted)));
        }
        return wanted;
    }

    private Outcome outcome(RowGroup group) throws IOException {
        try {
            return test.outcome(column -> {
                try {
                    return outcome(column, group);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Outcome outcome(ColumnTest column, RowGroup group) throws IOException {
        Column known = column(column);
        if (known == null) {
            return Outcome.SOME;
        }
        ColumnChunk chunk = group.getColumns().get(known.leaf().index());
        Outcome outcome =
                column.outcome(known.bounds().ofChunk(chunk.getMeta_data().getStatistics(), group.getNum_rows()));
        return outcome == Outcome.SOME && excludedByFilter(column, known.leaf(), chunk) ? Outcome.NONE : outcome;
    }

    /** Null if the column's values are not those of one leaf, or of another type than those that are tested. */
    private Column column(ColumnTest test) {
        Column known = columns.get(test.column());
        return known != null
                        && known.leaf().field().getType().equals(test.field().getType())
                ? known
                : null;
    }

    private boolean excludedByFilter(ColumnTest column, Node.Leaf leaf, ColumnChunk chunk) throws IOException {
        List<Object> points = column.points();
        if (points == null
                || points.size() > MAX_PROBES
                || !chunk.getMeta_data().isSetBloom_filter_offset()) {
            return false;
        }
        List<byte[]> stored = new ArrayList<>();
        for (Object point : points) {
            List<byte[]> forms = PlainForm.of(leaf, point);
            if (forms == null) {
                return false;
            }
            stored.addAll(forms);
        }
        PageIndex.Filter filter = beside.filter(chunk.getMeta_data());
        if (filter == null) {
            return false;
        }
        for (byte[] value : stored) {
            if (beside.mayContain(filter, value)) {
                return false;
            }
        }
        return true;
    }

    /** By the name of each tested column whose pages are known. */
    private Map<String, PageIndex.Pages> pages(RowGroup group) throws IOException {
        Map<String, PageIndex.Pages> pages = new HashMap<>();
        for (String name : test.columns()) {
            Column known = columns.get(name);
            PageIndex.Pages found = known == null
                    ? null
                    : beside.pages(group.getColumns().get(known.leaf().index()), group.getNum_rows());
            if (found != null) {
                pages.put(name, found);
            }
        }
        return pages;
    }

    private RowRanges ranges(RowTest part, Map<String, PageIndex.Pages> pages, RowRanges all) {
        if (part instanceof ColumnTest column) {
            Column known = column(column);
            PageIndex.Pages ofColumn = pages.get(column.column());
            return known == null || ofColumn == null ? all : ranges(column, known.bounds(), ofColumn);
        }
        if (part instanceof RowTest.AllOf and) {
            RowRanges wanted = all;
            for (RowTest operand : and.tests()) {
                wanted = wanted.intersection(ranges(operand, pages, all));
            }
            return wanted;
        }
        RowRanges wanted = RowRanges.NONE;
        for (RowTest operand : ((RowTest.AnyOf) part).tests()) {
            wanted = wanted.union(ranges(operand, pages, all));
        }
        return wanted;
    }

    private static RowRanges ranges(ColumnTest column, ColumnBounds bounds, PageIndex.Pages pages) {
        RowRanges.Builder wanted = new RowRanges.Builder();
        for (int page = 0; page < pages.count(); page++) {
            long from = pages.rows()[page];
            long to = pages.rows()[page + 1];
            if (column.outcome(bounds.ofPage(pages.index(), page, to - from)) != Outcome.NONE) {
                wanted.add(from, to);
            }
        }
        return wanted.build();
    }

    private static long pagesOutside(Map<String, PageIndex.Pages> columns, RowRanges wanted) {
        long outside = 0;
        for (PageIndex.Pages pages : columns.values()) {
            int range = 0;
            for (int page = 0; page < pages.count(); page++) {
                while (range < wanted.count() && wanted.to(range) <= pages.rows()[page]) {
                    range++;
                }
                boolean met = range < wanted.count() && wanted.from(range) < pages.rows()[page + 1];
                outside += met ? 0 : 1;
            }
        }
        return outside;
    }

    @Override
    public void close() {
        beside.close();
    }
}

package io.penstock;

import java.util.List;

/** What of a table to read. Immutable. */
public final class ReadOptions {
    private static final ReadOptions ALL = new ReadOptions(null, Long.MAX_VALUE);

    private final List<String> columns;
    private final long limit;

    private ReadOptions(List<String> columns, long limit) {
        this.columns = columns;
        this.limit = limit;
    }

    /** Every column of every row. */
    public static ReadOptions all() {
        return ALL;
    }

    /** Only these top-level columns, in this order. Names that the table does not have are refused when it is opened. */
    public ReadOptions columns(String... names) {
        return columns(List.of(names));
    }

    /** Only these top-level columns, in this order. Names that the table does not have are refused when it is opened. */
    public ReadOptions columns(List<String> names) {
        return new ReadOptions(List.copyOf(names), limit);
    }

    /** At most {@code rows} rows. */
    public ReadOptions limit(long rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("a limit of " + rows + " rows");
        }
        return new ReadOptions(columns, rows);
    }

    /** Null for all. */
    List<String> columns() {
        return columns;
    }

    long limit() {
        return limit;
    }
}

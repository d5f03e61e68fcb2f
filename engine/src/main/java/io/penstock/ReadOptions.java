package io.penstock;

import io.penstock.format.Predicate;
import java.util.List;
import java.util.Objects;

/** What of a table to read. Immutable. */
public final class ReadOptions {
    private static final ReadOptions ALL = new ReadOptions(null, null, Long.MAX_VALUE);

    private final List<String> columns;
    private final Predicate where;
    private final long limit;

    private ReadOptions(List<String> columns, Predicate where, long limit) {
        this.columns = columns;
        this.where = where;
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
        return new ReadOptions(List.copyOf(names), where, limit);
    }

    /**
     * Only the rows for which {@code predicate} is true; of a second one, those for which both are. It may test columns that are not
     * asked for. One that does not fit the table's columns is refused when the table is opened.
     */
    public ReadOptions where(Predicate predicate) {
        Objects.requireNonNull(predicate, "predicate");
        return new ReadOptions(columns, where == null ? predicate : where.and(predicate), limit);
    }

    /** At most {@code rows} rows, of those that are asked for. */
    public ReadOptions limit(long rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("a limit of " + rows + " rows");
        }
        return new ReadOptions(columns, where, rows);
    }

    /** Null for all. */
    List<String> columns() {
        return columns;
    }

    /** Null for all rows. */
    Predicate where() {
        return where;
    }

    long limit() {
        return limit;
    }
}

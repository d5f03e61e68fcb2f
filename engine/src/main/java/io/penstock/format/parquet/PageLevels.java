package io.penstock.format.parquet;

/**
 * The levels of the page that is being filled: how many rows it has, which of its entries are values, and where lists begin. Its
 * counts are of this page.
 */
abstract sealed class PageLevels implements AutoCloseable permits FlatLevels, NestedLevels {
    final int maxDefinition;
    final int maxRepetition;
    int rows;
    /** Values, nulls and empty lists. */
    int entries;
    /** Entries that are values. */
    int values;

    PageLevels(int maxDefinition, int maxRepetition) {
        this.maxDefinition = maxDefinition;
        this.maxRepetition = maxRepetition;
    }

    /** What {@link #encodeRepetitions} and {@link #encodeDefinitions} may write together. */
    abstract long maxBytes();

    /** Writes the repetition levels without a length, and returns the end; nothing if there is only one. */
    abstract long encodeRepetitions(long target);

    /** Writes the definition levels without a length, and returns the end; nothing if there is only one. */
    abstract long encodeDefinitions(long target);

    /** Adds how often each definition level is there. */
    abstract void countDefinitions(long[] histogram);

    /** Adds how often each repetition level is there. */
    abstract void countRepetitions(long[] histogram);

    /** The memory of the levels of this page. */
    abstract long stagedBytes();

    abstract long heldBytes();

    /** Begins the next page. */
    void clear() {
        rows = 0;
        entries = 0;
        values = 0;
    }

    static int bitWidth(int max) {
        return 32 - Integer.numberOfLeadingZeros(max);
    }

    @Override
    public abstract void close();
}

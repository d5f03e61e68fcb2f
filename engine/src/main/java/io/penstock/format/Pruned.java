package io.penstock.format;

/**
 * What a decoder has passed over, since no row of it can pass the test.
 *
 * @param rows in all of it together
 * @param rowGroups none of whose bytes were read but in the file's own index
 * @param pages of one column each, in row groups that were read
 */
public record Pruned(long rows, long rowGroups, long pages) {
    /** Nothing. */
    public static final Pruned NONE = new Pruned(0, 0, 0);

    /** This and that. */
    public Pruned plus(Pruned other) {
        return new Pruned(rows + other.rows, rowGroups + other.rowGroups, pages + other.pages);
    }
}

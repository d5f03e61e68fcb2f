package io.penstock;

/** How a JSON table's file is laid out. */
public enum JsonLayout {
    /** A line for each batch: a JSON array of rows, each an array of the column values in order. */
    BATCHES,
    /** A line for each row: a JSON object with a member for each column. */
    RECORDS;

    /** The name of the format's option. */
    static final String OPTION = "layout";

    String optionValue() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}

package io.penstock.format.json;

/** How rows stand in a file: the format's option {@code layout}. */
enum JsonLayout {
    /** A line is an array of rows, a row an array of values: {@code [[1,"a"],[2,"b"]]}. */
    BATCHES,
    /** A line is a row, a row an object with a member for each column: {@code {"id":1,"name":"a"}}. */
    RECORDS;

    /** @throws IllegalArgumentException for a layout that there is not */
    static JsonLayout named(String layout) {
        return switch (layout) {
            case "batches" -> BATCHES;
            case "records" -> RECORDS;
            default ->
                throw new IllegalArgumentException(
                        "Option 'layout' is '" + layout + "', but can be 'batches' or 'records'");
        };
    }
}

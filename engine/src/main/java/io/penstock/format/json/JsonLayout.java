package io.penstock.format.json;

import java.util.Map;

/** How rows stand in a file: the format's option {@code layout}. */
enum JsonLayout {
    /** A line is an array of rows, a row an array of values: {@code [[1,"a"],[2,"b"]]}. */
    BATCHES,
    /** A line is a row, a row an object with a member for each column: {@code {"id":1,"name":"a"}}. */
    RECORDS;

    static final String OPTION = "layout";

    /** @throws IllegalArgumentException for an option that JSON does not have, or a value it does not know */
    static JsonLayout of(Map<String, String> options) {
        for (String option : options.keySet()) {
            if (!option.equals(OPTION)) {
                throw new IllegalArgumentException("The format json has no option '" + option + "', only 'layout'");
            }
        }
        String layout = options.getOrDefault(OPTION, "batches");
        return switch (layout) {
            case "batches" -> BATCHES;
            case "records" -> RECORDS;
            default ->
                throw new IllegalArgumentException(
                        "Option 'layout' is '" + layout + "', but can be 'batches' or 'records'");
        };
    }
}

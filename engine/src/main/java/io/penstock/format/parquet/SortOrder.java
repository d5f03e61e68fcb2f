package io.penstock.format.parquet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.parquet.format.SortingColumn;

/**
 * The order that the rows of a table are said to have: the schema's metadata names it under {@link #KEY}, as in {@code day, price desc nulls
 * first}. It is declared in the file; nobody sorts or checks.
 */
final class SortOrder {
    static final String KEY = "penstock.sorted.by";

    private static final String FORM =
            "expected columns with commas between, each maybe with asc or desc and nulls first or nulls last";

    private SortOrder() {}

    /**
     * The order; empty if none is named.
     *
     * @throws IllegalArgumentException if a column is not there or the text is malformed
     */
    static List<SortingColumn> of(FileSchema schema) {
        Map<String, String> metadata = schema.schema().getCustomMetadata();
        String text = metadata == null ? null : metadata.get(KEY);
        List<SortingColumn> order = new ArrayList<>();
        if (text != null) {
            for (String column : text.split(",", -1)) {
                order.add(column(column.strip(), schema));
            }
        }
        return order;
    }

    private static SortingColumn column(String text, FileSchema schema) {
        String lower = text.toLowerCase(Locale.ROOT);
        boolean nullsFirst = lower.endsWith(" nulls first");
        String rest = nullsFirst || lower.endsWith(" nulls last")
                ? text.substring(0, lower.lastIndexOf(" nulls ")).strip()
                : text;
        boolean descending = rest.toLowerCase(Locale.ROOT).endsWith(" desc");
        String name = descending || rest.toLowerCase(Locale.ROOT).endsWith(" asc")
                ? rest.substring(0, rest.lastIndexOf(' ')).strip()
                : rest;
        List<String> names = schema.leaves().stream()
                .map(leaf -> String.join(".", leaf.path()))
                .toList();
        if (!names.contains(name)) {
            throw new IllegalArgumentException("the schema's metadata says " + KEY + "='" + text + "': " + FORM
                    + "; the columns are " + String.join(", ", names));
        }
        return new SortingColumn(names.indexOf(name), descending, nullsFirst);
    }
}

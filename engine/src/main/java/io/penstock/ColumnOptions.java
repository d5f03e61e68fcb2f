package io.penstock;

import java.util.Map;
import java.util.TreeMap;

/** How a column of a Parquet table is written, where that differs from the rest of the table. Immutable. */
public final class ColumnOptions {
    private static final ColumnOptions NONE = new ColumnOptions(Map.of());

    private final Map<String, String> options;

    private ColumnOptions(Map<String, String> options) {
        this.options = Map.copyOf(options);
    }

    /** Nothing that differs. */
    public static ColumnOptions none() {
        return NONE;
    }

    public ColumnOptions compression(Compression compression) {
        return with(Compression.OPTION, compression.optionValue());
    }

    /** @param level of a {@code compression} that has levels */
    public ColumnOptions compression(Compression compression, int level) {
        return with(Compression.OPTION, compression.optionValue(level));
    }

    /** Forces an encoding. */
    public ColumnOptions encoding(ColumnEncoding encoding) {
        return with("encoding", encoding.optionValue());
    }

    /** Never tries a dictionary: for values that hardly repeat. */
    public ColumnOptions noDictionary() {
        return with("dictionary", "false");
    }

    /**
     * Keeps a filter for each row group that tells most values that are not in it.
     *
     * @param falsePositives the share of such values that it may take for there, such as 0.01
     */
    public ColumnOptions bloomFilter(double falsePositives) {
        return with("bloom", Double.toString(falsePositives));
    }

    /** The format's options, by the last part of their names. */
    Map<String, String> options() {
        return options;
    }

    private ColumnOptions with(String name, String value) {
        Map<String, String> changed = new TreeMap<>(options);
        changed.put(name, value);
        return new ColumnOptions(changed);
    }
}

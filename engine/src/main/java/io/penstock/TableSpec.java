package io.penstock;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a table is to be: its schema, its format and what differs from the engine's settings. Immutable.
 *
 * <p>In a schema here, as in an Arrow IPC message, a dictionary-encoded field has the type of its values, and its {@code
 * DictionaryEncoding} has that of the indices.
 */
public final class TableSpec {
    private final Schema schema;
    private final TableFormat format;
    private final Map<String, String> options;
    private final Map<String, String> settings;

    private TableSpec(Schema schema, TableFormat format, Map<String, String> options, Map<String, String> settings) {
        this.schema = schema;
        this.format = format;
        this.options = Map.copyOf(options);
        this.settings = Map.copyOf(settings);
    }

    /**
     * A table of Arrow files.
     *
     * @throws IllegalArgumentException if the schema has no column, or two of one name
     */
    public static TableSpec of(Schema schema) {
        if (schema.getFields().isEmpty()) {
            throw new IllegalArgumentException("a table needs at least one column");
        }
        Set<String> names = new HashSet<>();
        for (Field field : schema.getFields()) {
            if (!names.add(field.getName())) {
                throw new IllegalArgumentException(
                        "Column '" + field.getName() + "' is there twice; a table needs a name of its own for each");
            }
        }
        return new TableSpec(schema, TableFormat.ARROW, Map.of(), Map.of());
    }

    public TableSpec format(TableFormat newFormat) {
        return new TableSpec(schema, newFormat, options, settings);
    }

    /** How JSON files are laid out; {@link JsonLayout#BATCHES} if not said. Other formats refuse it. */
    public TableSpec layout(JsonLayout layout) {
        return option(JsonLayout.OPTION, layout.optionValue());
    }

    /**
     * How a table is compressed; if not said, {@link Compression#SNAPPY} for Parquet and {@link Compression#NONE} for Arrow and JSON. A format
     * refuses what it does not have.
     */
    public TableSpec compression(Compression compression) {
        return option(Compression.OPTION, compression.optionValue());
    }

    /**
     * As {@link #compression(Compression)}.
     *
     * @param level of a {@code compression} that has levels
     */
    public TableSpec compression(Compression compression, int level) {
        return option(Compression.OPTION, compression.optionValue(level));
    }

    /** The version of a Parquet table's data pages, 1 or 2; 1, which every reader knows, if not said. Other formats refuse it. */
    public TableSpec pageVersion(int version) {
        return option("page.version", Integer.toString(version));
    }

    /**
     * What differs for a column of a Parquet table, and everything in it. What an earlier call said of this path stays unless it is said
     * again. Other formats refuse it.
     *
     * @param path the column's name; with dots, of a member of a struct ({@code s.a}), of the elements of a list ({@code l.list.element}) and
     *     of the keys and values of a map ({@code m.key_value.key}). The longest path counts
     */
    public TableSpec column(String path, ColumnOptions ofColumn) {
        TableSpec spec = this;
        for (Map.Entry<String, String> each : ofColumn.options().entrySet()) {
            spec = spec.option("column." + path + "." + each.getKey(), each.getValue());
        }
        return spec;
    }

    /** An option of the format by its name, as {@link #options} has them; one that the format does not have is refused when the table is made. */
    public TableSpec option(String name, String value) {
        return new TableSpec(schema, format, with(options, name, value), settings);
    }

    /**
     * A value for a setting that holds for every writer and reader of this table, before the engine's.
     *
     * @throws IllegalArgumentException if there is no such setting, it is none of a table, or the value is malformed
     */
    public TableSpec setting(String property, String value) {
        Setting setting = Setting.named(property);
        if (!setting.ofTable()) {
            throw new IllegalArgumentException(property + " cannot be set for one table; it belongs to the engine");
        }
        setting.check(value);
        return new TableSpec(schema, format, options, with(settings, property, value));
    }

    public Schema schema() {
        return schema;
    }

    public TableFormat format() {
        return format;
    }

    /** The format's options, by name. */
    public Map<String, String> options() {
        return options;
    }

    /** The table's own settings, by property. */
    public Map<String, String> settings() {
        return settings;
    }

    private static Map<String, String> with(Map<String, String> map, String name, String value) {
        Map<String, String> changed = new TreeMap<>(map);
        changed.put(name, value);
        return changed;
    }
}

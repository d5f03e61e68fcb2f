package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.TableDescription;
import io.penstock.TableFormat;
import io.penstock.format.parquet.ParquetFile;
import io.penstock.storage.Source;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Field;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a table is and holds. */
@Command(name = "describe", description = "Shows what a table is and holds.")
final class DescribeCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    StoreOption store;

    @Mixin
    TableOption table;

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    DescribeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        TableDescription description;
        ParquetSummary parquet;
        try (Penstock penstock = store.openExisting()) {
            description = penstock.describe(table.name.database(), table.name.table());
            parquet = description.format() == TableFormat.PARQUET ? parquet(penstock, description.files()) : null;
        }
        if (json) {
            console.println(json(description, parquet));
        } else {
            print(description, parquet);
        }
        return 0;
    }

    private static ParquetSummary parquet(Penstock penstock, List<String> files) throws IOException {
        ParquetSummary summary = new ParquetSummary();
        for (String path : files) {
            try (Source file = penstock.fileSystem().openForRead(path)) {
                summary.add(ParquetFile.read(file, path));
            }
        }
        return summary;
    }

    private void print(TableDescription table, ParquetSummary parquet) throws IOException {
        console.println("table     " + table.name());
        print("format    ", Stream.concat(Stream.of(format(table)), properties(table.options())));
        print("settings  ", table.settings().isEmpty() ? Stream.of("-") : properties(table.settings()));
        // Version 0 is the table itself.
        console.println("versions  " + Sizes.count(table.version() + 1) + ", the newest is " + table.version());
        console.println("files     " + Sizes.count(table.files().size()));
        boolean grouped = parquet != null && parquet.rowGroups() > 0;
        console.println("rows      " + Sizes.count(table.rows())
                + (grouped ? " in " + Sizes.count(parquet.rowGroups(), "row group") : ""));
        console.println("bytes     " + Sizes.count(table.bytes()));
        String label = "schema    ";
        for (Field field : table.schema().getFields()) {
            console.println(label + TypeText.name(field.getName()) + ":" + TypeText.of(field));
            label = "          ";
        }
        if (grouped) {
            console.println("");
            parquet.print(console);
        }
    }

    private void print(String label, Stream<String> words) throws IOException {
        for (String line : Lines.wrap(label, " ".repeat(label.length()), words.toList())) {
            console.println(line);
        }
    }

    private static Stream<String> properties(Map<String, String> properties) {
        return new TreeMap<>(properties)
                .entrySet().stream().map(property -> property.getKey() + "=" + property.getValue());
    }

    private static String format(TableDescription table) {
        return table.format().name().toLowerCase(Locale.ROOT);
    }

    private static String json(TableDescription table, ParquetSummary parquet) {
        StringBuilder columns = new StringBuilder("[");
        for (Field field : table.schema().getFields()) {
            String type = TypeText.of(field);
            columns.append(columns.length() > 1 ? "," : "")
                    .append(new JsonText()
                            .add("name", field.getName())
                            .add("type", field.isNullable() ? type : type.substring(0, type.length() - 1))
                            .add("nullable", field.isNullable()));
        }
        JsonText text = new JsonText()
                .add("table", table.name().toString())
                .add("id", table.id())
                .raw("schema", columns.append(']').toString())
                .add("format", format(table))
                .raw("options", object(table.options()))
                .raw("settings", object(table.settings()))
                .add("version", table.version())
                .add("versions", table.version() + 1)
                .add("files", table.files().size())
                .add("rows", table.rows())
                .add("bytes", table.bytes());
        if (parquet != null) {
            text.raw("parquet", parquet.json());
        }
        return text.toString();
    }

    private static String object(Map<String, String> properties) {
        JsonText object = new JsonText();
        new TreeMap<>(properties).forEach(object::add);
        return object.toString();
    }
}

package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.TableDescription;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
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
        try (Penstock penstock = store.openExisting()) {
            description = penstock.describe(table.name.database(), table.name.table());
        }
        if (json) {
            console.println(json(description));
        } else {
            print(description);
        }
        return 0;
    }

    private void print(TableDescription table) throws IOException {
        console.println("table     " + table.name());
        console.println("format    " + format(table) + properties(table.options()));
        console.println("settings " + (table.settings().isEmpty() ? " -" : properties(table.settings())));
        // Version 0 is the table itself.
        console.println("versions  " + Sizes.count(table.version() + 1) + ", the newest is " + table.version());
        console.println("files     " + Sizes.count(table.files().size()));
        console.println("rows      " + Sizes.count(table.rows()));
        console.println("bytes     " + Sizes.count(table.bytes()));
        String label = "schema    ";
        for (Field field : table.schema().getFields()) {
            console.println(label + TypeText.name(field.getName()) + ":" + TypeText.of(field));
            label = "          ";
        }
    }

    private static String properties(Map<String, String> properties) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(properties)
                .forEach((name, value) ->
                        text.append(' ').append(name).append('=').append(value));
        return text.toString();
    }

    private static String format(TableDescription table) {
        return table.format().name().toLowerCase(Locale.ROOT);
    }

    private static String json(TableDescription table) {
        StringBuilder columns = new StringBuilder("[");
        for (Field field : table.schema().getFields()) {
            String type = TypeText.of(field);
            columns.append(columns.length() > 1 ? "," : "")
                    .append(new JsonText()
                            .add("name", field.getName())
                            .add("type", field.isNullable() ? type : type.substring(0, type.length() - 1))
                            .add("nullable", field.isNullable()));
        }
        return new JsonText()
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
                .add("bytes", table.bytes())
                .toString();
    }

    private static String object(Map<String, String> properties) {
        JsonText object = new JsonText();
        new TreeMap<>(properties).forEach(object::add);
        return object.toString();
    }
}

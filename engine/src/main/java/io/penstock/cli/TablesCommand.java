package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.TableName;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the tables of a store. */
@Command(name = "tables", description = "Lists the tables of a store, one per line.")
final class TablesCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    StoreOption store;

    TablesCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        try (Penstock penstock = store.openExisting()) {
            for (TableName name : penstock.tables()) {
                console.println(name.toString());
            }
        }
        return 0;
    }
}

package io.penstock.cli;

import io.penstock.Penstock;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Removes a table. */
@Command(name = "drop", description = "Removes a table and everything in it.")
final class DropCommand implements Callable<Integer> {
    @Mixin
    StoreOption store;

    @Mixin
    TableOption table;

    @Override
    public Integer call() throws IOException {
        try (Penstock penstock = store.openExisting()) {
            penstock.removeTableEnvironment(table.name.database(), table.name.table());
        }
        return 0;
    }
}

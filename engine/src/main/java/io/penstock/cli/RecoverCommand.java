package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.RecoveryPlan;
import io.penstock.log.Leftover;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Removes what dead writers left. */
@Command(
        name = "recover",
        description = {
            "Removes what writers left that died: unfinished files and uploads, and files that no version of a table "
                    + "has. What a living writer may still need stays."
        })
final class RecoverCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    StoreOption store;

    @Option(names = "--dry-run", description = "Only name what would be removed.")
    boolean dryRun;

    RecoverCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        try (Penstock penstock = store.openExisting()) {
            RecoveryPlan plan = dryRun ? penstock.recoveryPlan() : penstock.recover();
            for (Leftover leftover : plan.leftovers()) {
                console.println(line(leftover));
            }
            long count = plan.leftovers().stream().filter(Leftover::removable).count();
            console.println((dryRun ? "would remove " : "removed ") + Sizes.count(count, "leftover"));
        }
        return 0;
    }

    private String line(Leftover leftover) {
        String verb = !leftover.removable() ? "leave       " : dryRun ? "would remove" : "removed     ";
        String kind = switch (leftover.kind()) {
            case DATA_FILE -> "data file  ";
            case UNFINISHED -> store.isS3() ? "upload     " : "unfinished ";
            case INTENT -> "intent     ";
        };
        String reason = leftover.removable() ? "" : "  its writer may be alive: " + leftover.owner();
        return verb + " " + kind + " " + leftover.path() + reason;
    }
}

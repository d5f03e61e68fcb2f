package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.RecoveryPlan;
import io.penstock.log.Leftover;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

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

    @Option(
            names = "--older-than",
            paramLabel = "AGE",
            converter = AgeConverter.class,
            description =
                    "Also unfinished files and uploads of a table that no writer of Penstock speaks for, if nothing "
                            + "was written to them for so long: 90s, 30m, 12h or 7d.")
    Duration olderThan;

    static final class AgeConverter implements ITypeConverter<Duration> {
        private static final Pattern AGE = Pattern.compile("(\\d{1,9})([smhd])");

        @Override
        public Duration convert(String text) {
            Matcher age = AGE.matcher(text);
            if (!age.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is no age: expected a whole number and s, m, h or d, such as 12h");
            }
            long count = Long.parseLong(age.group(1));
            return switch (age.group(2)) {
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
            };
        }
    }

    RecoverCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        try (Penstock penstock = store.openExisting()) {
            RecoveryPlan plan = dryRun ? penstock.recoveryPlan(olderThan) : penstock.recover(olderThan);
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

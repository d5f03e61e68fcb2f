package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.Settings;
import io.penstock.cli.TableCopy.Outcome;
import io.penstock.storage.file.LocalFileSystem;
import io.penstock.storage.s3.S3FileSystem;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Copies a table from one store to another. */
@Command(
        name = "copy",
        description = "Copies a table from one store to another, or brings a copy up to date.",
        footer = {
            "",
            "The files come first and the versions of the table last, so the target has a",
            "whole table or none. Each file is held against the checksum in the log. After",
            "an interruption the same command goes on: files that are there are not sent",
            "again. To give up instead, drop the table in the target.",
        })
final class CopyCommand implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double BYTES_PER_MEGABYTE = 1e6;

    private final Console console;
    private final Interruption interruption;

    @Spec
    CommandSpec spec;

    @Option(names = "--from", required = true, paramLabel = "URI", description = "The store that has the table.")
    String from;

    @Option(names = "--to", required = true, paramLabel = "URI", description = "The store that gets it.")
    String to;

    @Option(names = "--from-endpoint", paramLabel = "URL", description = "The server of --from on S3, if not AWS.")
    String fromEndpoint;

    @Option(names = "--to-endpoint", paramLabel = "URL", description = "The server of --to on S3, if not AWS.")
    String toEndpoint;

    @Mixin
    TableOption table;

    @Option(names = "--quiet", description = "Print nothing but errors.")
    boolean quiet;

    CopyCommand(Console console, Interruption interruption) {
        this.console = console;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws Exception {
        StoreAddress source = StoreOption.checked(spec, "--from-endpoint", new StoreAddress(from, fromEndpoint));
        StoreAddress target = StoreOption.checked(spec, "--to-endpoint", new StoreAddress(to, toEndpoint));
        long begun = System.nanoTime();
        try (Penstock sourceStore = source.openExisting("--from");
                Penstock targetStore = target.open(Settings.defaults())) {
            Outcome outcome = interruption.run(() -> {}, () -> copy(sourceStore, targetStore));
            if (!quiet) {
                console.println(text(outcome, (System.nanoTime() - begun) / NANOS_PER_SECOND));
            }
        }
        return 0;
    }

    private Outcome copy(Penstock source, Penstock target) throws IOException {
        interruption.outcome("what has arrived stays, and the same command goes on from there");
        try (FileCarrier carrier = carrier(source, target);
                Progress progress = Progress.of(console, !quiet, "copy " + table.name, " MB", 1_000_000)) {
            Outcome outcome = new TableCopy(source, target, table.name, carrier, interruption, progress).run();
            interruption.outcome("the table had been copied");
            return outcome;
        }
    }

    /** A file system and S3 have the transfer manager between them, which moves parts of a file side by side. */
    private FileCarrier carrier(Penstock source, Penstock target) throws IOException {
        if (source.fileSystem() instanceof LocalFileSystem from && target.fileSystem() instanceof S3FileSystem to) {
            return new S3Upload(from, to, target, interruption);
        }
        if (source.fileSystem() instanceof S3FileSystem from && target.fileSystem() instanceof LocalFileSystem to) {
            return new S3Download(from, to, interruption);
        }
        return new StreamCarrier(source, target, interruption);
    }

    private String text(Outcome outcome, double seconds) {
        String what = table.name + " version " + outcome.version();
        if (outcome.versions() == 0) {
            return what + ": the target has it already";
        }
        String kept = outcome.kept() == 0 ? "" : ", " + Sizes.count(outcome.kept(), "file") + " kept";
        return String.format(
                Locale.ROOT,
                "%s: %s, %s, %s sent%s in %.2f s (%.1f MB/s)",
                what,
                Sizes.count(outcome.versions(), "version"),
                Sizes.count(outcome.files(), "file"),
                Sizes.bytes(outcome.bytes()),
                kept,
                seconds,
                outcome.bytes() / BYTES_PER_MEGABYTE / seconds);
    }
}

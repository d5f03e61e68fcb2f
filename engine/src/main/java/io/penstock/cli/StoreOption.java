package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.Settings;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --store} and {@code --endpoint}: which store a command works on. */
final class StoreOption {
    @Spec(Spec.Target.MIXEE)
    CommandSpec command;

    @Option(
            names = "--store",
            required = true,
            paramLabel = "URI",
            description =
                    "The store: a directory, file:///path, s3://bucket/prefix, or memory: (ends with the command).")
    String uri;

    @Option(names = "--endpoint", paramLabel = "URL", description = "The server of a store on S3, if not AWS.")
    String endpoint;

    /** Opens the store; a directory that does not exist is made. */
    Penstock open(Settings settings) throws IOException {
        return address().open(settings);
    }

    /** Opens a store that must exist. */
    Penstock openExisting() throws IOException {
        return address().openExisting("--store");
    }

    boolean isS3() {
        return address().isS3();
    }

    private StoreAddress address() {
        return checked(command, "--endpoint", new StoreAddress(uri, endpoint));
    }

    /** An address that is wrong in itself is wrong usage. */
    static StoreAddress checked(CommandSpec command, String option, StoreAddress address) {
        try {
            address.check();
            return address;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), option + ": " + e.getMessage(), e);
        }
    }
}

package io.penstock.cli;

import io.penstock.Penstock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --store}: which store a command works on. */
final class StoreOption {
    @Option(
            names = "--store",
            required = true,
            paramLabel = "URI",
            description = "The store: a directory, file:///path, or memory: (ends with the command).")
    String uri;

    /** Opens the store; a directory that does not exist is made. */
    Penstock open() throws IOException {
        return Penstock.open(uri);
    }

    /**
     * Opens a store that must exist: who reads a directory that is not there has mistyped it.
     *
     * @throws IllegalArgumentException if it is a path at which there is no directory
     */
    Penstock openExisting() throws IOException {
        if (isMissing()) {
            throw new IllegalArgumentException(
                    "there is no store at " + uri + ": give --store a directory that exists");
        }
        return Penstock.open(uri);
    }

    private boolean isMissing() {
        try {
            if (uri.startsWith("file:")) {
                return Files.notExists(Path.of(URI.create(uri)));
            }
            return uri.indexOf(':') < 0 && !uri.isEmpty() && Files.notExists(Path.of(uri));
        } catch (IllegalArgumentException e) {
            // Opening it says what is wrong with it.
            return false;
        }
    }
}

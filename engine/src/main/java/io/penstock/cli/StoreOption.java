package io.penstock.cli;

import io.penstock.Penstock;
import java.io.IOException;
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
        String path = uri.startsWith("file://") ? uri.substring("file://".length()) : uri;
        boolean local = uri.startsWith("file:///") || uri.indexOf(':') < 0;
        if (local && !uri.isEmpty() && Files.notExists(Path.of(path))) {
            throw new IllegalArgumentException(
                    "there is no store at " + uri + ": give --store a directory that exists");
        }
        return Penstock.open(uri);
    }
}

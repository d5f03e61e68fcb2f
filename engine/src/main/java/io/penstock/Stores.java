package io.penstock;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.MemoryBudget;
import io.penstock.storage.FileSystem;
import io.penstock.storage.file.LocalFileSystem;
import io.penstock.storage.memory.MemoryFileSystem;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Finds the store that a URI names. */
final class Stores {
    /** Opens a store with the memory and settings of an engine. */
    @FunctionalInterface
    interface Opener {
        FileSystem open(BufferPool pool, MemoryBudget budget, Settings settings) throws IOException;
    }

    private static final String CHOICES = "expected file:///path, a path, or memory:";

    private Stores() {}

    /** @throws IllegalArgumentException if no store has such a URI; quotes it and lists the choices */
    static Opener of(String uri) {
        if (uri.isEmpty()) {
            throw new IllegalArgumentException("the store URI is empty: " + CHOICES);
        }
        int colon = uri.indexOf(':');
        if (colon < 0 || uri.indexOf('/') >= 0 && uri.indexOf('/') < colon) {
            return file(uri, uri);
        }
        return switch (uri.substring(0, colon)) {
            case "file" -> file(uri, pathOf(uri));
            case "memory" -> (pool, budget, settings) -> new MemoryFileSystem(pool, budget, uri.substring(colon + 1));
            default -> throw new IllegalArgumentException("no store has the URI '" + uri + "': " + CHOICES);
        };
    }

    private static Opener file(String uri, String path) {
        Path root;
        try {
            root = Path.of(path).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("store URI '" + uri + "' is no path: " + e.getReason(), e);
        }
        return (pool, budget, settings) -> new LocalFileSystem(root, settings.sync());
    }

    private static String pathOf(String uri) {
        try {
            URI parsed = new URI(uri);
            String host = parsed.getAuthority();
            if (parsed.getPath() == null
                    || parsed.getPath().isEmpty()
                    || host != null && !host.isEmpty() && !host.equals("localhost")) {
                throw new IllegalArgumentException("store URI '" + uri + "' has no absolute path: " + CHOICES);
            }
            if (parsed.getRawQuery() != null || parsed.getRawFragment() != null) {
                throw new IllegalArgumentException(
                        "store URI '" + uri + "' goes on after its path: ? and # in a path are"
                                + " written %3F and %23, or the path is given without file://");
            }
            return parsed.getPath();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("store URI '" + uri + "' is malformed: " + e.getReason(), e);
        }
    }
}

package io.penstock;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.MemoryBudget;
import io.penstock.storage.FileSystem;
import io.penstock.storage.StoragePath;
import io.penstock.storage.file.LocalFileSystem;
import io.penstock.storage.memory.MemoryFileSystem;
import io.penstock.storage.s3.S3FileSystem;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Finds the store that a URI names. */
final class Stores {
    /** Opens a store with the memory and settings of an engine. */
    @FunctionalInterface
    interface Opener {
        FileSystem open(BufferPool pool, MemoryBudget budget, Settings settings) throws IOException;
    }

    private static final String CHOICES = "expected file:///path, a path, s3://bucket/prefix, or memory:";

    /** What servers take, some of them more than AWS does. */
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}");

    private static final List<String> CLIENT_OF_S3 =
            List.of("software.amazon.awssdk.services.s3.S3AsyncClient", "software.amazon.awssdk.crt.s3.S3Client");

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
            case "s3" -> s3(uri);
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

    /** All that follows the bucket is the prefix, as it stands: keys know no escapes. */
    private static Opener s3(String uri) {
        String rest = uri.startsWith("s3://") ? uri.substring("s3://".length()) : "";
        int slash = rest.indexOf('/');
        String bucket = slash < 0 ? rest : rest.substring(0, slash);
        String prefix = slash < 0 ? "" : rest.substring(slash + 1).replaceFirst("/$", "");
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException("store URI '" + uri + "' names no bucket: expected s3://bucket/prefix");
        }
        try {
            StoragePath.checkDirectory(prefix);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("store URI '" + uri + "' is refused: " + e.getMessage(), e);
        }
        return (pool, budget, settings) -> {
            requireClientOfS3(uri);
            return new S3FileSystem(settings.s3(bucket, prefix), pool, budget);
        };
    }

    /** The libraries that only a store on S3 needs are optional. */
    private static void requireClientOfS3(String uri) {
        try {
            for (String type : CLIENT_OF_S3) {
                Class.forName(type, false, Stores.class.getClassLoader());
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "'" + uri + "' needs the AWS SDK: put software.amazon.awssdk:s3 and"
                            + " software.amazon.awssdk.crt:aws-crt on the class path ("
                            + e.getMessage() + " is missing)",
                    e);
        }
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

package io.penstock.bench;

import io.penstock.Penstock;
import io.penstock.Settings;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** One place by its name in the parameter {@code store}: an engine on it, and beside its tables what {@link CopiedTable} writes to. */
final class TableStores implements Closeable {
    private final Penstock penstock;
    private final CopiedStore copied;
    private final Closeable place;

    private TableStores(Penstock penstock, CopiedStore copied, Closeable place) {
        this.penstock = penstock;
        this.copied = copied;
        this.place = place;
    }

    /** @param readable whether what is written can be read; else the server of {@code s3} may forget it, so that it costs little */
    static TableStores open(String name, Settings settings, boolean readable) throws IOException {
        return switch (name) {
            case "file" -> onFiles(settings.with("penstock.fs.sync", "none"));
            case "memory" -> new TableStores(Penstock.open("memory:", settings), new CopiedStore.OfMemory(), () -> {});
            case "s3" -> readable ? onS3(S3Check.keeping(), settings) : onS3(DiscardingProcess.start(), settings);
            default -> throw new IllegalArgumentException("store '" + name + "': use file, memory or s3");
        };
    }

    private static TableStores onFiles(Settings settings) throws IOException {
        Path directory = Files.createTempDirectory(Device.File.directory(), "penstock-bench-");
        return new TableStores(
                Penstock.open(directory.toString(), settings),
                new CopiedStore.OfFile(directory.resolve("everything")),
                () -> remove(directory));
    }

    /** Removes a directory with all that is in it. */
    static void remove(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static TableStores onS3(S3Check server, Settings settings) throws IOException {
        return onS3(server.endpoint(), server, settings);
    }

    private static TableStores onS3(DiscardingProcess server, Settings settings) throws IOException {
        return onS3(new S3Endpoint(server.endpoint()), server, settings);
    }

    private static TableStores onS3(S3Endpoint endpoint, Closeable server, Settings settings) throws IOException {
        Settings ofServer = settings.with("penstock.s3.endpoint", endpoint.uri().toString())
                .with("penstock.s3.credentials", "anonymous");
        return new TableStores(
                Penstock.open("s3://" + S3Endpoint.BUCKET + "/tables", ofServer),
                CopiedStore.OfS3.on(endpoint),
                server);
    }

    Penstock penstock() {
        return penstock;
    }

    CopiedStore copied() {
        return copied;
    }

    @Override
    public void close() throws IOException {
        try (place;
                copied) {
            penstock.close();
        }
    }
}

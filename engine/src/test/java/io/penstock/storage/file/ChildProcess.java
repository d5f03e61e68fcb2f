package io.penstock.storage.file;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.PooledBuffer;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What another process does to the store of a test. */
final class ChildProcess {
    private ChildProcess() {}

    static Process start(String work, Path root, Object... arguments) throws IOException {
        return new ProcessBuilder(command(work, root, arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    static List<String> command(String work, Path root, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ChildProcess.class.getName(),
                work,
                root.toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    public static void main(String[] arguments) throws Exception {
        try (FileSystem store = new LocalFileSystem(Path.of(arguments[1]), true)) {
            switch (arguments[0]) {
                case "createExclusive" -> createExclusive(store, arguments[2], Integer.parseInt(arguments[3]));
                case "commit" -> commit(Path.of(arguments[1]), Boolean.parseBoolean(arguments[2]));
                case "createForever" -> createForever(store);
                case "writeForever" -> writeForever(store, arguments[2]);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }
    }

    /** What {@link #createExclusive} puts: long enough to be seen half-written. */
    static ByteBuffer contentOf(String who) {
        return ByteBuffer.wrap(who.repeat(5_000).getBytes(StandardCharsets.US_ASCII));
    }

    /** Waits for a line on standard input, tries every name and prints those it won. */
    private static void createExclusive(FileSystem store, String who, int names) throws IOException {
        System.out.println("ready");
        if (System.in.read() < 0) {
            return;
        }
        for (int i = 0; i < names; i++) {
            try {
                store.createExclusive("log/" + i, contentOf(who));
                System.out.println(i);
            } catch (FileAlreadyExistsException beaten) {
                if (!store.exists("log/" + i)) {
                    throw new AssertionError("beaten by nothing: " + i, beaten);
                }
            }
        }
    }

    private static void commit(Path root, boolean sync) throws IOException {
        try (FileSystem store = new LocalFileSystem(root, sync)) {
            try (Sink sink = store.openForWrite("data/new/file")) {
                sink.write(contentOf("x"));
                sink.settle();
                sink.commit();
            }
            store.createExclusive("log/0", contentOf("x"));
            store.mkdirAll("made/deep");
        }
    }

    private static void createForever(FileSystem store) throws IOException {
        for (int i = 0; ; i++) {
            store.createExclusive("log/" + i, contentOf("0123456789"));
            System.out.println(i);
        }
    }

    private static void writeForever(FileSystem store, String path) throws IOException {
        try (BufferPool pool = new BufferPool(1 << 16, 4, false);
                Sink sink = store.openForWrite(path)) {
            for (int written = 0; ; written++) {
                PooledBuffer buffer = pool.acquire();
                sink.write(buffer.length(buffer.capacity()));
                if (written == 100) {
                    System.out.println("written");
                }
                if (written > 100) {
                    // The disk of whoever runs this is not meant to fill up.
                    Thread.onSpinWait();
                    written = 101;
                    sink.settle();
                    if (sink.bytes() > 1L << 30) {
                        throw new IllegalStateException("nobody killed it");
                    }
                }
            }
        }
    }
}

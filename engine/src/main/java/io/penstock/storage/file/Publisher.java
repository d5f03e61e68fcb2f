package io.penstock.storage.file;

import io.penstock.storage.NotDurableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes files appear under their names, whole and, if it syncs, there to stay. Thread-safe; its methods are for a thread that
 * nobody interrupts.
 *
 * <p>A failed sync is never tried again: the kernel may have dropped the pages, and a second sync would succeed without them.
 */
final class Publisher {
    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

    /** Beyond this many directories it forgets, and syncs again. */
    private static final int MAX_DURABLE_DIRECTORIES = 10_000;

    /** How often a put-if-absent begins again because somebody discarded what it was about to link. */
    private static final int MAX_EXCLUSIVE_ATTEMPTS = 100;

    private final Path top;
    private final boolean sync;

    /** Directories whose names are known to be on disk, up to {@link #top}; with what tells a successor of that name apart. */
    private final Map<Path, Object> durable = new ConcurrentHashMap<>();

    /**
     * @param top the directory whose own name is on disk already
     * @param sync false gives up durability for speed
     */
    Publisher(Path top, boolean sync) {
        this.top = top;
        this.sync = sync;
    }

    /** Closes {@code contents}, and makes it appear as {@code file}, replacing what has that name. */
    void publish(FileChannel contents, Path unfinished, Path file) throws IOException {
        // Contents, then name, then the directory that holds the name: the order is the durability.
        try (contents) {
            sync(contents);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        syncName(file);
    }

    /**
     * Makes {@code content} appear as {@code file}, whose directory exists.
     *
     * @throws FileAlreadyExistsException if something has that name already
     * @throws NotDurableException if it has appeared, and may be gone after a loss of power
     */
    void publishExclusive(ByteBuffer content, Path file) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Path unfinished = file.resolveSibling(
                    UnfinishedName.ofExclusive(file.getFileName().toString()));
            try {
                writeAndLink(content.duplicate(), unfinished, file);
                return;
            } catch (NoSuchFileException e) {
                if (!Files.isDirectory(file.getParent())) {
                    throw e;
                }
                if (attempt == MAX_EXCLUSIVE_ATTEMPTS) {
                    throw new FileSystemException(
                            file.toString(), null, "what was written of it was discarded " + attempt + " times");
                }
            }
        }
    }

    private void writeAndLink(ByteBuffer content, Path unfinished, Path file) throws IOException {
        Throwable failure = null;
        try (FileChannel contents =
                FileChannel.open(unfinished, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            while (content.hasRemaining()) {
                contents.write(content);
            }
            sync(contents);
            link(unfinished, file);
            // Before anything else can fail: from here on only this tells whether the file stays.
            syncName(file);
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
            throw e;
        } finally {
            delete(unfinished, failure);
        }
    }

    private static void link(Path unfinished, Path file) throws IOException {
        try {
            Files.createLink(file, unfinished);
        } catch (FileAlreadyExistsException e) {
            // A network file system may repeat a link whose first reply was lost, and then tell us that our own file
            // exists.
            if (!Files.exists(unfinished) || !Files.isSameFile(unfinished, file)) {
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            FileSystemException failure = new FileSystemException(
                    file.toString(),
                    null,
                    "cannot make a hard link (" + e.getMessage()
                            + "), and only a hard link creates a file that is whole and the first of its name");
            failure.initCause(e);
            throw failure;
        }
    }

    private static void delete(Path unfinished, Throwable failure) throws IOException {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            if (failure == null) {
                throw e;
            }
            failure.addSuppressed(e);
        }
    }

    /** Makes sure that the names of {@code directory} and those above it stay, if this syncs. */
    void syncDirectories(Path directory) throws IOException {
        if (!sync) {
            return;
        }
        // Whoever made them may be another process that has not got so far as to sync them, so all are synced once.
        List<Path> synced = new ArrayList<>();
        for (Path at = directory; !at.equals(top) && !isDurable(at); at = at.getParent()) {
            syncDirectory(at.getParent());
            synced.add(at);
        }
        if (durable.size() > MAX_DURABLE_DIRECTORIES) {
            durable.clear();
        }
        for (Path at : synced) {
            Object key = keyOf(at);
            if (key != null) {
                durable.put(at, key);
            }
        }
    }

    private boolean isDurable(Path directory) throws IOException {
        Object key = durable.get(directory);
        return key != null && key.equals(keyOf(directory));
    }

    private static Object keyOf(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private void syncName(Path file) throws IOException {
        if (!sync) {
            return;
        }
        try {
            syncDirectory(file.getParent());
            syncDirectories(file.getParent());
        } catch (IOException e) {
            throw new NotDurableException(
                    "it has appeared, but it is not known whether it would survive a loss of power: " + e.getMessage(),
                    e);
        }
    }

    private static void syncDirectory(Path directory) throws IOException {
        // Windows cannot open a directory; its file systems log the names themselves.
        if (WINDOWS) {
            return;
        }
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private void sync(FileChannel contents) throws IOException {
        if (sync) {
            contents.force(true);
        }
    }
}

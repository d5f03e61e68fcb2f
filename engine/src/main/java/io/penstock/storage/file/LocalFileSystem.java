package io.penstock.storage.file;

import io.penstock.storage.FileEntry;
import io.penstock.storage.FileSystem;
import io.penstock.storage.NotDurableException;
import io.penstock.storage.Sink;
import io.penstock.storage.Source;
import io.penstock.storage.StoragePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * A store in a directory of the local file system. Any number of processes may share the directory.
 *
 * <p>With {@code sync}, what has appeared survives a loss of power: its contents, its name and the names of the directories above
 * it are on disk. Removals may come undone.
 *
 * <p>An interrupt neither fails nor cuts short what a caller began; its interrupt status stays. Symbolic links are followed as
 * long as they stay within the store; links that change meanwhile are not guarded against. Directories that were made for a file
 * stay, whatever becomes of the file.
 */
public final class LocalFileSystem implements FileSystem {
    private final StoreRoot root;
    private volatile boolean closed;

    /**
     * A store in {@code root}, which the first write makes if need be. Nothing is touched before the first call.
     *
     * @param sync false gives up durability for speed
     */
    public LocalFileSystem(Path root, boolean sync) {
        this.root = new StoreRoot(root.toAbsolutePath().normalize(), sync);
    }

    @Override
    public Source openForRead(String path) throws IOException {
        return open(path, file -> new FileSource(this, path, MappedFile.open(file, MappedFile.STRIDE_BYTES)));
    }

    /**
     * Where a file lies on disk, for what reads it by its own means.
     *
     * @throws NoSuchFileException if there is none
     */
    public Path locate(String path) throws IOException {
        return open(path, file -> file);
    }

    /** What is done with the place of a file. */
    private interface At<P, T> {
        T apply(P place) throws IOException;
    }

    private <T> T open(String path, At<Path, T> opening) throws IOException {
        check(path);
        try {
            Place place = root.locate(path);
            if (!place.exists()) {
                throw new NoSuchFileException(path);
            }
            place.requireFile();
            return opening.apply(place.file());
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(path, null, "there is no such file in " + this);
        } catch (IOException e) {
            throw failure("open", path, e);
        }
    }

    @Override
    public Sink openForWrite(String path) throws IOException {
        return begin(path, place -> FileSink.open(this, path, place));
    }

    /**
     * Begins a file that something else than a {@link Sink} fills, and which {@link #publish} makes appear or {@link #discard} removes.
     *
     * @return where to write it: an empty file
     * @throws FileAlreadyExistsException as {@link #openForWrite} does
     */
    public Path openForFilling(String path) throws IOException {
        return begin(path, place -> Files.createFile(place.unfinished()));
    }

    private <T> T begin(String path, At<Place, T> beginning) throws IOException {
        check(path);
        try {
            Place place = root.locateForWrite(path);
            place.requireFileOrNothing();
            place.makeParents();
            return beginning.apply(place);
        } catch (FileAlreadyExistsException e) {
            throw new FileAlreadyExistsException(
                    path,
                    null,
                    "another write of it to " + this + " is unfinished (" + e.getFile()
                            + "); discard it if its writer is dead");
        } catch (IOException e) {
            throw failure("write", path, e);
        }
    }

    /** Makes the file of {@link #openForFilling} appear, as a sink's commit would. */
    public void publish(String path) throws IOException {
        check(path);
        try {
            Place place = root.locateForWrite(path);
            Path unfinished = place.unfinished();
            Uninterrupted.run(
                    StoragePath.name(path),
                    () -> root.publisher()
                            .publish(FileChannel.open(unfinished, StandardOpenOption.WRITE), unfinished, place.file()));
        } catch (IOException e) {
            throw failure("publish", path, e);
        }
    }

    @Override
    public void createExclusive(String path, ByteBuffer content) throws IOException {
        check(path);
        try {
            Place place = root.locateForWrite(path);
            if (place.exists()) {
                throw new FileAlreadyExistsException(path);
            }
            place.makeParents();
            Uninterrupted.run(StoragePath.name(path), () -> root.publisher().publishExclusive(content, place.file()));
        } catch (FileAlreadyExistsException e) {
            throw new FileAlreadyExistsException(path, null, "it exists in " + this);
        } catch (NotDurableException e) {
            throw new NotDurableException(failure("create", path, e).getMessage(), e);
        } catch (IOException e) {
            throw failure("create", path, e);
        }
    }

    @Override
    public boolean exists(String path) throws IOException {
        check(path);
        try {
            return root.locate(path).exists();
        } catch (IOException e) {
            throw failure("look for", path, e);
        }
    }

    @Override
    public boolean remove(String path) throws IOException {
        check(path);
        try {
            Place place = root.locate(path);
            return place.exists() && Files.deleteIfExists(place.file());
        } catch (DirectoryNotEmptyException e) {
            throw new DirectoryNotEmptyException(path);
        } catch (IOException e) {
            throw failure("remove", path, e);
        }
    }

    @Override
    public void mkdirAll(String path) throws IOException {
        check(path);
        try {
            Place place = root.locateForWrite(path);
            Place.makeDirectories(place.file());
            Uninterrupted.run(StoragePath.name(path), () -> root.publisher().syncDirectories(place.file()));
        } catch (IOException e) {
            throw failure("make the directory", path, e);
        }
    }

    @Override
    public List<FileEntry> list(String directory) throws IOException {
        requireOpen();
        StoragePath.checkDirectory(directory);
        List<FileEntry> entries = new ArrayList<>();
        try {
            for (Path file : filesIn(root.locate(directory).file())) {
                if (StoragePath.isName(name(file))) {
                    root.entry(file).ifPresent(entries::add);
                }
            }
        } catch (IOException e) {
            throw failure("list", directory, e);
        }
        entries.sort(Comparator.comparing(FileEntry::name));
        return entries;
    }

    @Override
    public List<String> unfinished(String directory, Duration longerAgo) throws IOException {
        requireOpen();
        Instant latest = Instant.now().minus(longerAgo);
        StoragePath.checkDirectory(directory);
        TreeSet<String> paths = new TreeSet<>();
        try {
            for (Path file : filesIn(root.locate(directory).file())) {
                String finalName = UnfinishedName.finalName(name(file));
                if (finalName != null && isUntouchedSince(latest, file)) {
                    paths.add(StoragePath.resolve(directory, finalName));
                }
            }
        } catch (IOException e) {
            throw failure("list the unfinished files of", directory, e);
        }
        return List.copyOf(paths);
    }

    private boolean isUntouchedSince(Instant time, Path file) throws IOException {
        return root.entry(file).filter(entry -> !entry.modified().isAfter(time)).isPresent();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A put-if-absent of a live process does not fail: it begins again.
     */
    @Override
    public boolean discard(String path) throws IOException {
        check(path);
        boolean discarded = false;
        try {
            Path directory = root.locate(path).file().getParent();
            for (Path file : filesIn(directory)) {
                if (StoragePath.name(path).equals(UnfinishedName.finalName(name(file)))) {
                    discarded |= Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw failure("discard what is unfinished of", path, e);
        }
        return discarded;
    }

    @Override
    public int maxBuffersInFlight() {
        return WriteBehind.MAX_POOLED;
    }

    @Override
    public String toString() {
        return root.toString();
    }

    @Override
    public void close() {
        closed = true;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException(this + " is used after it was closed");
        }
    }

    Publisher publisher() {
        return root.publisher();
    }

    /** What to throw when {@code action} on {@code path} failed. */
    IOException failure(String action, String path, Throwable cause) {
        return new IOException("cannot " + action + " '" + path + "' in " + this + ": " + reason(cause), cause);
    }

    /** What to throw when the writing of {@code path} failed, of which {@code bytes} were given to the sink. */
    IOException failure(String action, String path, long bytes, Throwable cause) {
        return new IOException(
                "cannot " + action + " '" + path + "' in " + this + " (" + bytes + " bytes so far): " + reason(cause),
                cause);
    }

    private void check(String path) {
        requireOpen();
        StoragePath.check(path);
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    /** None if the directory does not exist. */
    private static List<Path> filesIn(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(files::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return files;
    }

    /** The exceptions of java.nio.file have messages that are nothing but a name. */
    private static String reason(Throwable cause) {
        if (cause instanceof FileSystemException e) {
            String what = e.getReason();
            if (what == null) {
                what = cause instanceof AccessDeniedException
                        ? "permission denied"
                        : cause instanceof NoSuchFileException ? "no such file or directory" : e.toString();
            }
            return e.getFile() == null ? what : what + " (" + e.getFile() + ")";
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}

package io.penstock.storage.file;

import io.penstock.storage.FileEntry;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Optional;

/** The directory that a store lives in: finds the places of paths, none of which is outside. Thread-safe. */
final class StoreRoot {
    private final Path directory;
    private final boolean sync;
    private final String uri;

    /** Of the directory once it has been seen; both are set together. */
    private volatile Path realDirectory;

    private volatile Publisher publisher;

    StoreRoot(Path directory, boolean sync) {
        this.directory = directory;
        this.sync = sync;
        String withSlash = directory.toUri().toString();
        this.uri = withSlash.endsWith("/") && directory.getNameCount() > 0
                ? withSlash.substring(0, withSlash.length() - 1)
                : withSlash;
    }

    /** Where {@code path}, or the root if it is empty, lies. Makes nothing. */
    Place locate(String path) throws IOException {
        Path file = resolve(directory, path);
        return open(false) ? locateWithin(path) : new Place(file, null);
    }

    /** As {@link #locate}, but the root exists afterwards. */
    Place locateForWrite(String path) throws IOException {
        resolve(directory, path);
        open(true);
        return locateWithin(path);
    }

    /** What makes files appear here; only after {@link #locateForWrite}. */
    Publisher publisher() {
        return publisher;
    }

    /** What {@code file}, directly in a directory of this store, is; nothing if it has vanished or nobody could open it. */
    Optional<FileEntry> entry(Path file) throws IOException {
        BasicFileAttributes attributes = attributesOf(file, LinkOption.NOFOLLOW_LINKS);
        try {
            if (attributes != null && attributes.isSymbolicLink()) {
                attributes = attributesOf(followed(file));
            }
        } catch (LinkRefusedException e) {
            return Optional.empty();
        }
        if (attributes == null || !attributes.isDirectory() && !attributes.isRegularFile()) {
            return Optional.empty();
        }
        boolean isDirectory = attributes.isDirectory();
        return Optional.of(new FileEntry(
                file.getFileName().toString(),
                isDirectory,
                isDirectory ? 0 : attributes.size(),
                attributes.lastModifiedTime().toInstant()));
    }

    @Override
    public String toString() {
        return uri;
    }

    /** Whether the root exists; it does if it is to be made. */
    private boolean open(boolean make) throws IOException {
        if (realDirectory != null) {
            return true;
        }
        synchronized (this) {
            if (realDirectory != null) {
                return true;
            }
            Path existing = directory;
            while (attributesOf(existing) == null) {
                existing = existing.getParent();
            }
            if (!attributesOf(existing).isDirectory()) {
                throw new IOException("the store cannot be there, because " + existing + " is not a directory");
            }
            if (existing != directory && !make) {
                return false;
            }
            Path top = existing.toRealPath();
            Place.makeDirectories(directory);
            publisher = new Publisher(top, sync);
            realDirectory = directory.toRealPath();
            return true;
        }
    }

    private Place locateWithin(String path) throws IOException {
        Path at = realDirectory;
        if (path.isEmpty()) {
            return new Place(at, attributesOf(at));
        }
        String[] names = path.split("/");
        for (int i = 0; i < names.length; i++) {
            Path file = resolve(at, names[i]);
            BasicFileAttributes attributes = attributesOf(file, LinkOption.NOFOLLOW_LINKS);
            at = file;
            if (attributes != null && attributes.isSymbolicLink()) {
                at = followed(file);
                attributes = attributesOf(at);
            }
            if (i == names.length - 1) {
                return new Place(file, attributes);
            }
            if (attributes == null || !attributes.isDirectory()) {
                String below = String.join("/", Arrays.asList(names).subList(i + 1, names.length));
                return new Place(resolve(at, below), null);
            }
        }
        throw new AssertionError(path);
    }

    private Path followed(Path link) throws IOException {
        Path real;
        try {
            real = link.toRealPath();
        } catch (NoSuchFileException e) {
            throw new LinkRefusedException(link, "it is a symbolic link to nothing");
        } catch (FileSystemException e) {
            throw new LinkRefusedException(link, "it is a symbolic link that cannot be followed: " + e.getMessage());
        }
        if (!real.startsWith(realDirectory)) {
            throw new LinkRefusedException(link, "it is a symbolic link that leads out of the store");
        }
        return real;
    }

    private static final class LinkRefusedException extends AccessDeniedException {
        private static final long serialVersionUID = 1L;

        LinkRefusedException(Path link, String reason) {
            super(link.toString(), null, reason);
        }
    }

    /** Refuses a path whose characters the JVM has no bytes for. */
    private static Path resolve(Path directory, String path) {
        try {
            return directory.resolve(path);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "path '" + path + "' is refused: file names of this JVM are in "
                            + System.getProperty("sun.jnu.encoding")
                            + ", which has not all of its characters (start the JVM in a UTF-8 locale)",
                    e);
        }
    }

    /** Null if there is nothing. */
    private static BasicFileAttributes attributesOf(Path file, LinkOption... options) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, options);
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}

package io.penstock.storage.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Where a path lies on disk.
 *
 * @param file its directory, if it exists, is real: it has no symbolic links
 * @param attributes of what lies there, links followed; null if there is nothing
 */
record Place(Path file, BasicFileAttributes attributes) {
    boolean exists() {
        return attributes != null;
    }

    /** Where a sink writes what is to become this file. */
    Path unfinished() {
        return file.resolveSibling(UnfinishedName.ofSink(file.getFileName().toString()));
    }

    void requireFile() throws IOException {
        if (attributes.isDirectory()) {
            throw new IOException("it is a directory");
        }
        if (!attributes.isRegularFile()) {
            throw new IOException("it is not a regular file but a pipe, socket or device");
        }
    }

    void requireFileOrNothing() throws IOException {
        if (exists()) {
            requireFile();
        }
    }

    void makeParents() throws IOException {
        makeDirectories(file.getParent());
    }

    static void makeDirectories(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
        } catch (FileSystemException e) {
            for (Path at = directory; at != null; at = at.getParent()) {
                if (Files.exists(at) && !Files.isDirectory(at)) {
                    throw new IOException(at + " is a file and not a directory", e);
                }
            }
            throw e;
        }
    }
}

package io.penstock.storage.file;

import io.penstock.buffer.PooledBuffer;
import io.penstock.storage.BlockChecksums;
import io.penstock.storage.RunningChecksums;
import io.penstock.storage.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * A file that grows under an unfinished name and gets its own at the commit. Owns the unfinished file and the thread that
 * writes it; the caller's thread computes the checksums and never touches the channel, so an interrupt cannot close it.
 */
final class FileSink implements Sink {
    private final LocalFileSystem store;
    private final String path;
    private final Path file;
    private final Path unfinished;
    private final Object unfinishedKey;
    private final FileChannel channel;
    private final WriteBehind writer;
    private final RunningChecksums checksums = new RunningChecksums();
    private boolean committed;
    private boolean closed;

    private FileSink(
            LocalFileSystem store, String path, Path file, Path unfinished, Object unfinishedKey, FileChannel channel) {
        this.store = store;
        this.path = path;
        this.file = file;
        this.unfinished = unfinished;
        this.unfinishedKey = unfinishedKey;
        this.channel = channel;
        this.writer = new WriteBehind(channel, file.getFileName().toString());
    }

    /**
     * Begins the file of {@code place}, whose directory exists.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the unfinished file exists
     */
    static FileSink open(LocalFileSystem store, String path, Place place) throws IOException {
        Path unfinished = place.unfinished();
        FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try {
            return new FileSink(store, path, place.file(), unfinished, keyOf(unfinished), channel);
        } catch (IOException | RuntimeException | Error e) {
            try (channel) {
                Files.deleteIfExists(unfinished);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void write(PooledBuffer buffer) throws IOException {
        try {
            requireWritable();
        } catch (IOException | RuntimeException e) {
            buffer.release();
            throw e;
        }
        if (buffer.length() == 0) {
            buffer.release();
            return;
        }
        checksums.add(buffer.bytes());
        writer.write(buffer);
        requireNoFailure();
    }

    @Override
    public void write(ByteBuffer borrowed) throws IOException {
        requireWritable();
        if (!borrowed.hasRemaining()) {
            return;
        }
        writer.write(borrowed.duplicate());
        checksums.add(borrowed);
        requireNoFailure();
    }

    @Override
    public void settle() throws IOException {
        writer.settle();
        requireWritable();
    }

    @Override
    public long bytes() {
        return checksums.bytes();
    }

    @Override
    public BlockChecksums checksums() {
        return checksums.checksums();
    }

    @Override
    public void commit() throws IOException {
        requireWritable();
        writer.finish(() -> {
            requireUnfinishedFile();
            store.publisher().publish(channel, unfinished, file);
        });
        requireNoFailure();
        committed = true;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        writer.drop();
        if (committed) {
            return;
        }
        // The channel is closed last: while it is open no other file can have the key of this one.
        try (channel) {
            if (isUnfinishedFile()) {
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException e) {
            throw store.failure("remove the unfinished file of", path, e);
        }
    }

    private void requireWritable() throws IOException {
        if (closed) {
            throw new IllegalStateException("'" + path + "' in " + store + " is written after the sink was closed");
        }
        if (committed) {
            throw new IllegalStateException("'" + path + "' in " + store + " is written after its commit");
        }
        store.requireOpen();
        requireNoFailure();
    }

    private void requireNoFailure() throws IOException {
        Throwable failure = writer.failure();
        if (failure != null) {
            throw store.failure("write", path, checksums.bytes(), failure);
        }
    }

    /** Somebody may have discarded it, and somebody else begun another under the name. */
    private void requireUnfinishedFile() throws IOException {
        if (!isUnfinishedFile()) {
            throw new IOException("it was discarded");
        }
    }

    private boolean isUnfinishedFile() throws IOException {
        try {
            return Objects.equals(keyOf(unfinished), unfinishedKey);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static Object keyOf(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }
}

package io.penstock.storage.s3;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.MemoryBudget;
import io.penstock.storage.FileEntry;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Sink;
import io.penstock.storage.Source;
import io.penstock.storage.StoragePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A store in a bucket of S3, or of a server that speaks like it. Any number of processes may share it; none sees what lies beside its prefix.
 *
 * <p>A file is an object. A directory is what the keys of objects say: it is there when something lies in it. What an unfinished write leaves is an
 * upload, which nobody sees who does not ask for uploads. A {@link Source} that is open fails when its file has been replaced or removed, and never
 * returns the bytes of another.
 *
 * <p>Before its first write the store finds out whether the server honours the conditional requests that {@link #createExclusive} rests on.
 */
public final class S3FileSystem implements FileSystem {
    private final S3Connection connection;
    private final S3Control control;
    private final Keys keys;
    private final ExclusivePut exclusive;
    private final UnfinishedWrites writes = new UnfinishedWrites();
    private final BufferPool pool;
    private final MemoryBudget budget;
    private volatile boolean closed;

    /**
     * Sends no request: what is wrong with the bucket or the credentials is found by the first call.
     *
     * @param pool where the buffers of the store's own come from
     * @param budget what large parts of large files take their memory from
     * @throws IOException if the client cannot be made
     */
    public S3FileSystem(S3Options options, BufferPool pool, MemoryBudget budget) throws IOException {
        this.connection = S3Connection.open(options);
        this.control = new S3Control(connection);
        this.keys = new Keys(options.prefix());
        this.exclusive = new ExclusivePut(connection, control);
        this.pool = pool;
        this.budget = budget;
    }

    @Override
    public Source openForRead(String path) throws IOException {
        return S3Source.open(this, path, key(path));
    }

    @Override
    public Sink openForWrite(String path) throws IOException {
        String key = key(path);
        requireWritable();
        S3Sink sink = new S3Sink(this, path, key);
        if (!writes.begin(sink)) {
            throw new FileAlreadyExistsException(
                    path, null, "another write of it to " + this + " is unfinished; discard it if its writer is dead");
        }
        return sink;
    }

    @Override
    public void createExclusive(String path, ByteBuffer content) throws IOException {
        String key = key(path);
        requireWritable();
        if (!exclusive.put(key, content)) {
            throw new FileAlreadyExistsException(path, null, "it exists in " + this);
        }
    }

    @Override
    public boolean createsLate() {
        return true;
    }

    @Override
    public void requireWritable() throws IOException {
        requireOpen();
        if (!options().singleWriter()) {
            ConditionalPuts.require(connection, control, keys.below(""));
        }
    }

    @Override
    public boolean exists(String path) throws IOException {
        return control.head(key(path)).isPresent() || control.isAnythingFrom(keys.below(path));
    }

    @Override
    public boolean remove(String path) throws IOException {
        String key = key(path);
        if (control.head(key).isPresent()) {
            control.delete(key);
            return true;
        }
        String below = keys.below(path);
        if (control.isAnythingBelow(below)) {
            throw new DirectoryNotEmptyException(path);
        }
        // Other tools mark an empty directory so.
        if (control.head(below).isEmpty()) {
            return false;
        }
        control.delete(below);
        return true;
    }

    @Override
    public void mkdirAll(String path) throws IOException {
        key(path);
    }

    @Override
    public List<FileEntry> list(String directory) throws IOException {
        requireOpen();
        String below = keys.below(directory);
        S3Control.Listing listing = control.list(below);
        List<FileEntry> entries = new ArrayList<>();
        for (S3Object object : listing.objects()) {
            add(object.key().substring(below.length()), false, object.size(), object.lastModified(), entries);
        }
        for (String prefix : listing.prefixes()) {
            add(prefix.substring(below.length(), prefix.length() - 1), true, 0, Instant.EPOCH, entries);
        }
        // The server sorts by bytes of UTF-8.
        entries.sort(Comparator.comparing(FileEntry::name));
        return entries;
    }

    /** Keys that are no paths, such as the mark of the directory itself, are nothing that this store could open. */
    private static void add(String name, boolean directory, long bytes, Instant modified, List<FileEntry> entries) {
        if (StoragePath.isName(name)) {
            entries.add(new FileEntry(name, directory, bytes, modified));
        }
    }

    /** {@inheritDoc} A write that all fits one part has left nothing on the server, and is shown only to the process that it is of. */
    @Override
    public List<String> unfinished(String directory, Duration longerAgo) throws IOException {
        requireOpen();
        String below = keys.below(directory);
        Instant latest = Instant.now().minus(longerAgo);
        TreeSet<String> paths = new TreeSet<>();
        for (S3Control.Pending upload : control.uploads(below)) {
            String path = keys.path(upload.key());
            if (StoragePath.isName(upload.key().substring(below.length()))
                    && (longerAgo.isZero()
                            || !writes.contains(path)
                                    && !control.lastTouched(upload).isAfter(latest))) {
                paths.add(path);
            }
        }
        for (String path : writes.begunBefore(latest)) {
            if (StoragePath.parent(path).equals(directory)) {
                paths.add(path);
            }
        }
        return List.copyOf(paths);
    }

    @Override
    public boolean discard(String path) throws IOException {
        String key = key(path);
        S3Sink sink = writes.take(path);
        if (sink != null) {
            sink.abandon("it was discarded");
        }
        boolean found = sink != null;
        for (S3Control.Pending upload : control.uploadsOf(key)) {
            found |= control.abort(key, upload.uploadId());
        }
        return found;
    }

    @Override
    public int maxBuffersInFlight() {
        return S3Sink.maxBuffers(options(), pool.bufferBytes());
    }

    @Override
    public long sinkBytes() {
        return S3Sink.nativeBytes(options());
    }

    @Override
    public long sourceBytes() {
        return S3Source.memoryBytes(options(), pool.bufferBytes());
    }

    @Override
    public long requests() {
        return connection.requests();
    }

    @Override
    public String toString() {
        return connection.uri(options().prefix());
    }

    /** Abandons the writes of this process, and gives every connection and buffer back. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        IOException failure = null;
        for (S3Sink sink : writes.sinks()) {
            try {
                sink.abandon("the store was closed");
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        connection.close();
        if (failure != null) {
            throw failure;
        }
    }

    public S3Options options() {
        return connection.options();
    }

    /** The SDK's client of this store, over the CRT, for what moves whole objects by other means; it ends with the store. */
    public S3AsyncClient client() {
        requireOpen();
        return connection.sdk();
    }

    /** The key of a file's object. */
    public String key(String path) {
        requireOpen();
        return keys.of(path);
    }

    S3Connection connection() {
        return connection;
    }

    S3Control control() {
        return control;
    }

    /** Where the buffers of sinks and sources come from. */
    BufferPool pool() {
        return pool;
    }

    MemoryBudget budget() {
        return budget;
    }

    /** A sink calls it when it is over. */
    void forget(S3Sink sink) {
        writes.end(sink);
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException(this + " is used after it was closed");
        }
    }
}

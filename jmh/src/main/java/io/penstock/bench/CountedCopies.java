package io.penstock.bench;

import io.penstock.buffer.PooledBuffer;
import io.penstock.storage.BlockChecksums;
import io.penstock.storage.FileEntry;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Sink;
import io.penstock.storage.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/**
 * A store of Penstock's that counts how often each byte of its files is copied, after an encoder has made it: a pooled buffer changes
 * hands, borrowed memory may have to be copied, and both go to the system at last, unless the store is memory.
 */
final class CountedCopies implements FileSystem {
    private final FileSystem store;
    private final int ofPooled;
    private final int ofBorrowed;
    private long copied;
    private long written;

    private CountedCopies(FileSystem store, int ofPooled, int ofBorrowed) {
        this.store = store;
        this.ofPooled = ofPooled;
        this.ofBorrowed = ofBorrowed;
    }

    /** @param name as in the parameter of a benchmark */
    static CountedCopies of(String name, FileSystem store) {
        return switch (name) {
            case "file" -> new CountedCopies(store, 1, 1);
            case "memory" -> new CountedCopies(store, 0, 1);
            // The client has its own memory for a part on its way; borrowed memory is copied into the part first.
            case "s3" -> new CountedCopies(store, 2, 3);
            default -> throw new IllegalArgumentException("store '" + name + "': use file, memory or s3");
        };
    }

    double copies() {
        return (double) copied / written;
    }

    @Override
    public Sink openForWrite(String path) throws IOException {
        return new CountedSink(store.openForWrite(path));
    }

    private final class CountedSink implements Sink {
        private final Sink sink;

        CountedSink(Sink sink) {
            this.sink = sink;
        }

        private void count(int bytes, int copies) {
            copied += (long) bytes * copies;
            written += bytes;
        }

        @Override
        public String path() {
            return sink.path();
        }

        @Override
        public void write(PooledBuffer buffer) throws IOException {
            count(buffer.length(), ofPooled);
            sink.write(buffer);
        }

        @Override
        public void write(ByteBuffer borrowed) throws IOException {
            count(borrowed.remaining(), ofBorrowed);
            sink.write(borrowed);
        }

        @Override
        public void settle() throws IOException {
            sink.settle();
        }

        @Override
        public long bytes() {
            return sink.bytes();
        }

        @Override
        public BlockChecksums checksums() {
            return sink.checksums();
        }

        @Override
        public void commit() throws IOException {
            sink.commit();
        }

        @Override
        public void close() throws IOException {
            sink.close();
        }
    }

    @Override
    public Source openForRead(String path) throws IOException {
        return store.openForRead(path);
    }

    @Override
    public void createExclusive(String path, ByteBuffer content) throws IOException {
        store.createExclusive(path, content);
    }

    @Override
    public boolean createsLate() {
        return store.createsLate();
    }

    @Override
    public boolean exists(String path) throws IOException {
        return store.exists(path);
    }

    @Override
    public boolean remove(String path) throws IOException {
        return store.remove(path);
    }

    @Override
    public void mkdirAll(String path) throws IOException {
        store.mkdirAll(path);
    }

    @Override
    public List<FileEntry> list(String directory) throws IOException {
        return store.list(directory);
    }

    @Override
    public List<String> unfinished(String directory, Duration longerAgo) throws IOException {
        return store.unfinished(directory, longerAgo);
    }

    @Override
    public boolean discard(String path) throws IOException {
        return store.discard(path);
    }

    @Override
    public int maxBuffersInFlight() {
        return store.maxBuffersInFlight();
    }

    @Override
    public long sinkBytes() {
        return store.sinkBytes();
    }

    @Override
    public long sourceBytes() {
        return store.sourceBytes();
    }

    @Override
    public String toString() {
        return "copies counted: " + store;
    }

    /** Leaves the store open, which has an owner. */
    @Override
    public void close() {}
}

package io.penstock.bench;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.MemoryBudget;
import io.penstock.buffer.PooledBuffer;
import io.penstock.storage.BlockChecksums;
import io.penstock.storage.FileEntry;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Sink;
import io.penstock.storage.Source;
import io.penstock.storage.memory.MemoryFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/**
 * A store in memory that keeps the logs of tables and forgets their data, without as much as a look at it: what a writer does on it is encoding
 * and nothing else. The checksums in its logs are zero.
 */
final class DiscardingStore implements FileSystem {
    private static final int KEPT_BUFFER_BYTES = 64 << 10;

    private final BufferPool pool = new BufferPool(KEPT_BUFFER_BYTES, 16, false);
    private final FileSystem kept =
            new MemoryFileSystem(pool, new MemoryBudget(64 << 20, Duration.ofSeconds(1)), "kept");

    @Override
    public Sink openForWrite(String path) {
        return new DiscardingSink(path);
    }

    @Override
    public Source openForRead(String path) throws IOException {
        return kept.openForRead(path);
    }

    @Override
    public void createExclusive(String path, ByteBuffer content) throws IOException {
        kept.createExclusive(path, content);
    }

    @Override
    public boolean exists(String path) throws IOException {
        return kept.exists(path);
    }

    @Override
    public boolean remove(String path) throws IOException {
        return kept.remove(path);
    }

    @Override
    public void mkdirAll(String path) throws IOException {
        kept.mkdirAll(path);
    }

    @Override
    public List<FileEntry> list(String directory) throws IOException {
        return kept.list(directory);
    }

    @Override
    public List<String> unfinished(String directory, Duration longerAgo) throws IOException {
        return kept.unfinished(directory, longerAgo);
    }

    @Override
    public boolean discard(String path) throws IOException {
        return kept.discard(path);
    }

    @Override
    public int maxBuffersInFlight() {
        return 1;
    }

    @Override
    public String toString() {
        return "discarding:";
    }

    @Override
    public void close() throws IOException {
        kept.close();
        pool.close();
    }

    /** Counts. */
    private static final class DiscardingSink implements Sink {
        private final String path;
        private long bytes;

        DiscardingSink(String path) {
            this.path = path;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public void write(PooledBuffer buffer) {
            bytes += buffer.length();
            buffer.release();
        }

        @Override
        public void write(ByteBuffer borrowed) {
            bytes += borrowed.remaining();
        }

        @Override
        public void settle() {}

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public BlockChecksums checksums() {
            int blockBytes = BlockChecksums.LARGEST_BLOCK_BYTES;
            return BlockChecksums.of(bytes, blockBytes, new int[(int) ((bytes + blockBytes - 1) / blockBytes)]);
        }

        @Override
        public void commit() {}

        @Override
        public void close() {}
    }
}

package io.penstock.storage.memory;

import io.penstock.buffer.PooledBuffer;
import io.penstock.storage.BlockChecksums;
import io.penstock.storage.RunningChecksums;
import io.penstock.storage.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;

/** Gathers a file's bytes, and hands them to the store at the commit. The store may end it from another thread. */
final class MemorySink implements Sink {
    private final MemoryFileSystem store;
    private final String path;
    private final MemoryContent content;
    private final RunningChecksums checksums = new RunningChecksums();
    private final Instant begun = Instant.now();
    private IOException failure;
    private boolean committed;
    private boolean closed;

    MemorySink(MemoryFileSystem store, String path, MemorySpace space) {
        this.store = store;
        this.path = path;
        this.content = new MemoryContent(space);
    }

    Instant begun() {
        return begun;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public synchronized void write(PooledBuffer buffer) throws IOException {
        try {
            requireWritable();
        } catch (IOException | RuntimeException e) {
            buffer.release();
            throw e;
        }
        checksums.add(buffer.bytes());
        try {
            content.append(buffer);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public synchronized void write(ByteBuffer borrowed) throws IOException {
        requireWritable();
        checksums.add(borrowed);
        try {
            content.append(borrowed.duplicate());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public synchronized void settle() throws IOException {
        requireWritable();
    }

    @Override
    public synchronized long bytes() {
        return checksums.bytes();
    }

    @Override
    public synchronized BlockChecksums checksums() {
        return checksums.checksums();
    }

    @Override
    public synchronized void commit() throws IOException {
        requireWritable();
        try {
            store.publish(this, content);
        } catch (IOException e) {
            throw failed(e);
        }
        committed = true;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            content.release();
            store.forget(this);
        }
    }

    /** Ends it for a reason outside, unless it has committed: the next call fails with that reason. */
    synchronized void abandon(String reason) {
        if (failure == null && !committed) {
            failure = new IOException("the write of '" + path + "' in " + store + " has ended: " + reason);
            content.release();
        }
    }

    private void requireWritable() throws IOException {
        if (closed) {
            throw new IllegalStateException("'" + path + "' in " + store + " is written after the sink was closed");
        }
        if (committed) {
            throw new IllegalStateException("'" + path + "' in " + store + " is written after its commit");
        }
        if (failure != null) {
            throw new IOException("the write of '" + path + "' in " + store + " has failed before", failure);
        }
    }

    private IOException failed(IOException cause) {
        failure = cause;
        content.release();
        return new IOException(
                "cannot write '" + path + "' after " + checksums.bytes() + " bytes: " + cause.getMessage(), cause);
    }
}

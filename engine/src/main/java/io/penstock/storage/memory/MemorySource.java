package io.penstock.storage.memory;

import io.penstock.buffer.Memory;
import io.penstock.storage.Source;
import io.penstock.storage.SourceRange;
import io.penstock.storage.memory.MemorySpace.Block;
import io.penstock.storage.memory.MemorySpace.Segment;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Reads a committed file where it lies. The store may close it from another thread. */
final class MemorySource implements Source {
    private final MemoryFileSystem store;
    private final String path;
    private final MemoryFile file;
    private boolean closed;

    /** Takes over the caller's hold on {@code file}. */
    MemorySource(MemoryFileSystem store, String path, MemoryFile file) {
        this.store = store;
        this.path = path;
        this.file = file;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long size() {
        return file.size();
    }

    @Override
    public synchronized void read(long offset, ByteBuffer target) throws EOFException {
        requireRange(offset, target.remaining());
        int index = target.hasRemaining() ? file.indexOf(offset) : 0;
        for (long at = offset; target.hasRemaining(); index++) {
            Segment segment = file.segment(index);
            int skipped = (int) (at - file.start(index));
            int run = Math.min(segment.length() - skipped, target.remaining());
            target.put(Memory.view(segment.address() + skipped, run));
            at += run;
        }
    }

    @Override
    public synchronized Optional<View> view(long offset, long length) throws EOFException {
        requireRange(offset, length);
        if (length == 0) {
            return Optional.of(new Slice(null, null, 0, 0));
        }
        int index = file.indexOf(offset);
        Segment segment = file.segment(index);
        long skipped = offset - file.start(index);
        if (length > segment.length() - skipped) {
            return Optional.empty();
        }
        file.space().hold(segment.block());
        return Optional.of(new Slice(file.space(), segment.block(), segment.address() + skipped, length));
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            store.forget(this);
            file.release();
        }
    }

    private void requireRange(long offset, long length) throws EOFException {
        if (closed) {
            throw new IllegalStateException(
                    "'" + path + "' in " + store + " is read after the source or the store was closed");
        }
        SourceRange.require(path, store, file.size(), offset, length);
    }

    private static final class Slice implements View {
        private final MemorySpace space;
        private final Block block;
        private final long address;
        private final long length;
        private final AtomicBoolean closed = new AtomicBoolean();

        Slice(MemorySpace space, Block block, long address, long length) {
            this.space = space;
            this.block = block;
            this.address = address;
            this.length = length;
        }

        @Override
        public long address() {
            return address;
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true) && block != null) {
                space.release(block);
            }
        }
    }
}

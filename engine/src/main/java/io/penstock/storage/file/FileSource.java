package io.penstock.storage.file;

import io.penstock.storage.Source;
import io.penstock.storage.SourceRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Reads a mapped file. Interrupts do not disturb it. */
final class FileSource implements Source {
    private final LocalFileSystem store;
    private final String path;
    private final MappedFile mapped;
    private boolean closed;

    /** Takes over the caller's hold on {@code mapped}. */
    FileSource(LocalFileSystem store, String path, MappedFile mapped) {
        this.store = store;
        this.path = path;
        this.mapped = mapped;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long size() {
        return mapped.size();
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        requireRange(offset, target.remaining());
        try {
            mapped.read(offset, target);
        } catch (InternalError e) {
            throw store.failure("read", path, e);
        }
    }

    @Override
    public Optional<View> view(long offset, long length) throws IOException {
        requireRange(offset, length);
        if (!mapped.isContiguous(offset, length)) {
            return Optional.empty();
        }
        mapped.hold();
        return Optional.of(new MappedView(mapped, length == 0 ? 0 : mapped.address(offset), length));
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            mapped.release();
        }
    }

    private void requireRange(long offset, long length) throws IOException {
        if (closed) {
            throw new IllegalStateException("'" + path + "' in " + store + " is read after the source was closed");
        }
        store.requireOpen();
        SourceRange.require(path, store, size(), offset, length);
        try {
            mapped.requireLength(offset + length);
        } catch (IOException e) {
            throw store.failure("read", path, e);
        }
    }

    private static final class MappedView implements View {
        private final MappedFile mapped;
        private final long address;
        private final long length;
        private final AtomicBoolean closed = new AtomicBoolean();

        MappedView(MappedFile mapped, long address, long length) {
            this.mapped = mapped;
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
            if (closed.compareAndSet(false, true)) {
                try {
                    mapped.release();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}

package io.penstock.testing;

import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Bytes as an {@link Input} that shows all of them, some or none in place. A view is a copy that is wiped when it is closed. */
public final class MemoryInput implements Input {
    /** What can be seen in place. */
    public enum Views {
        ALL,
        /** Everything but the whole input at once. */
        PARTS,
        NONE
    }

    private final byte[] bytes;
    private final Views views;
    private final AtomicInteger open = new AtomicInteger();
    private long bytesTouched;

    public MemoryInput(byte[] bytes, Views views) {
        this.bytes = bytes;
        this.views = views;
    }

    /** How many views are open now. */
    public int openViews() {
        return open.get();
    }

    /** How many bytes were read or viewed. */
    public long bytesTouched() {
        return bytesTouched;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public void read(long offset, ByteBuffer target) throws EOFException {
        int length = target.remaining();
        requireWithin(offset, length);
        bytesTouched += length;
        target.put(bytes, (int) offset, length);
    }

    @Override
    public Optional<View> view(long offset, long length) throws EOFException {
        requireWithin(offset, length);
        boolean whole = length == bytes.length;
        if (views == Views.NONE || views == Views.PARTS && whole) {
            return Optional.empty();
        }
        bytesTouched += length;
        open.incrementAndGet();
        return Optional.of(new Copy((int) offset, (int) length));
    }

    private void requireWithin(long offset, long length) throws EOFException {
        if (offset < 0 || length < 0 || offset > bytes.length - length) {
            throw new EOFException("bytes " + offset + " to " + (offset + length) + " of " + bytes.length);
        }
    }

    private final class Copy implements View {
        private final ByteBuffer memory;
        private boolean closed;

        Copy(int offset, int length) {
            memory = ByteBuffer.allocateDirect(length).put(0, bytes, offset, length);
        }

        @Override
        public long address() {
            return Memory.address(memory);
        }

        @Override
        public long length() {
            return memory.capacity();
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
                Memory.fill(address(), length(), (byte) 0x55);
            }
        }
    }
}

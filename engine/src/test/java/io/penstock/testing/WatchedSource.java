package io.penstock.testing;

import io.penstock.buffer.Memory;
import io.penstock.storage.Source;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A file in an array, of which a test says what is shown in place, and sees what was asked for. */
public final class WatchedSource implements Source {
    private final String path;
    private final byte[] bytes;
    private final int segmentBytes;
    private final List<Extent> asked = new ArrayList<>();
    private int lists;
    private boolean closed;

    /** What was asked for: read or viewed. */
    public record Extent(long from, long to) {}

    /** @param segmentBytes what lies in one such piece is shown in place; nothing if it is 0 */
    public WatchedSource(String path, byte[] bytes, int segmentBytes) {
        this.path = path;
        this.bytes = bytes;
        this.segmentBytes = segmentBytes;
    }

    public List<Extent> asked() {
        return asked;
    }

    public long askedBytes() {
        return asked.stream().mapToLong(extent -> extent.to() - extent.from()).sum();
    }

    /** How many lists of ranges were read. */
    public int lists() {
        return lists;
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public long size() {
        return bytes.length;
    }

    @Override
    public void read(long offset, ByteBuffer target) throws EOFException {
        ask(offset, target.remaining());
        target.put(bytes, (int) offset, target.remaining());
    }

    @Override
    public void read(List<Range> ranges) throws EOFException {
        lists++;
        for (Range range : ranges) {
            read(range.offset(), range.target());
        }
    }

    @Override
    public Optional<View> view(long offset, long length) throws EOFException {
        if (segmentBytes == 0 || length > 0 && offset / segmentBytes != (offset + length - 1) / segmentBytes) {
            return Optional.empty();
        }
        ask(offset, length);
        return Optional.of(new Copy((int) offset, (int) length));
    }

    private void ask(long offset, long length) throws EOFException {
        if (closed) {
            throw new IllegalStateException(path + " is closed");
        }
        if (offset < 0 || length < 0 || offset > bytes.length - length) {
            throw new EOFException("bytes " + offset + " to " + (offset + length) + " of " + bytes.length);
        }
        asked.add(new Extent(offset, offset + length));
    }

    @Override
    public void close() {
        closed = true;
    }

    private final class Copy implements View {
        private final ByteBuffer memory;

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
        public void close() {
            Memory.fill(address(), length(), (byte) 0x55);
        }
    }
}

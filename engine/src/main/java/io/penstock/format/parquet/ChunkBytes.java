package io.penstock.format.parquet;

import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The bytes of one column chunk after the other, which are asked for from the first to the last: where they lie if the input shows
 * them, otherwise read into memory of the allocator, a window of the chunk at a time.
 */
final class ChunkBytes implements AutoCloseable {
    /** A read of a remote object costs about as much as this many bytes. */
    static final long WINDOW_BYTES = 256 << 10;

    private final Input input;
    private final Scratch window;
    private Input.View view;

    /** Where the chunk's first byte is in memory; 0 if it has to be read. */
    private long shown;

    /** What has been read of a chunk that is not there whole; otherwise null. */
    private FetchedPages fetched;

    private long begin;
    private long end;
    private long windowBegin;
    private long windowEnd;

    ChunkBytes(Input input, BufferAllocator allocator) {
        this.input = input;
        this.window = new Scratch(allocator);
    }

    /**
     * Turns to bytes within the input.
     *
     * @param address where they are in memory, if somebody has read them; otherwise 0
     */
    void open(Extent extent, long address) throws IOException {
        closeView();
        begin = extent.from();
        end = extent.to();
        windowBegin = begin;
        windowEnd = begin;
        fetched = null;
        shown = address;
        if (address == 0 && end > begin) {
            view = input.view(begin, end - begin).orElse(null);
            shown = view == null ? 0 : view.address();
        }
    }

    /** Turns to pages that somebody has read. */
    void open(Extent extent, FetchedPages pages) {
        closeView();
        begin = extent.from();
        end = extent.to();
        shown = 0;
        fetched = pages;
    }

    long end() {
        return end;
    }

    /** The address of {@code length} bytes from {@code offset} on, which lie within the chunk; valid until the next call. */
    long at(long offset, long length) throws IOException {
        if (offset < begin || length < 0 || offset > end - length) {
            throw new MalformedPageException(
                    "it takes " + length + " bytes where the column chunk has " + Math.max(0, end - offset) + " left");
        }
        if (shown != 0) {
            return shown + (offset - begin);
        }
        if (fetched != null) {
            return fetched.at(offset, length);
        }
        if (offset < windowBegin || offset + length > windowEnd) {
            load(offset, length);
        }
        return window.address() + (offset - windowBegin);
    }

    private void load(long offset, long length) throws IOException {
        long wanted = Math.min(end - offset, Math.max(length, WINDOW_BYTES));
        if (wanted > Integer.MAX_VALUE) {
            throw new MalformedPageException("a page of " + wanted + " bytes, which cannot be read in one piece");
        }
        long kept = offset >= windowBegin && offset < windowEnd ? windowEnd - offset : 0;
        if (kept > 0 && wanted <= window.capacity()) {
            move(window.address() + (offset - windowBegin), window.address(), kept);
        } else {
            kept = 0;
            window.ensure(wanted);
        }
        windowBegin = offset;
        windowEnd = offset + kept;
        ByteBuffer target = Memory.view(window.address() + kept, (int) (wanted - kept));
        // As a list, which is a request for nothing but that: the chunks of other columns lie behind it.
        input.read(List.of(new Input.Range(windowEnd, target)));
        windowEnd = offset + wanted;
    }

    /** To a lower address, in steps that do not overlap. */
    private static void move(long from, long to, long length) {
        long step = from - to;
        for (long done = 0; step > 0 && done < length; done += step) {
            Memory.copy(from + done, to + done, Math.min(step, length - done));
        }
    }

    private void closeView() {
        if (view != null) {
            view.close();
            view = null;
        }
    }

    @Override
    public void close() {
        closeView();
        window.close();
    }
}

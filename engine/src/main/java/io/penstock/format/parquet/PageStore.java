package io.penstock.format.parquet;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Memory;
import io.penstock.buffer.OutputBuffer;
import io.penstock.buffer.PooledBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoded pages of one row group, those of all columns as they come, in pooled buffers without gaps: they can go into the file only
 * column after column. Closing it releases the buffers; it can be filled again then.
 */
final class PageStore implements AutoCloseable {
    private final BufferPool pool;
    private final List<PooledBuffer> buffers = new ArrayList<>();
    private long end;

    PageStore(BufferPool pool) {
        this.pool = pool;
    }

    /** Where the next bytes go. */
    long position() {
        return end;
    }

    long heldBytes() {
        return (long) buffers.size() * pool.bufferBytes();
    }

    /** Copies {@code length} bytes behind all others. */
    void append(long address, long length) {
        int capacity = pool.bufferBytes();
        long from = address;
        long left = length;
        while (left > 0) {
            int offset = (int) (end % capacity);
            if (end == heldBytes()) {
                buffers.add(pool.acquire());
            }
            long run = Math.min(left, capacity - offset);
            Memory.copy(from, buffers.get(buffers.size() - 1).address() + offset, run);
            end += run;
            from += run;
            left -= run;
        }
    }

    /** Puts {@code length} bytes from {@code position} on into {@code out}. */
    void copyTo(OutputBuffer out, long position, long length) {
        int capacity = pool.bufferBytes();
        long from = position;
        long left = length;
        while (left > 0) {
            int offset = (int) (from % capacity);
            long run = Math.min(left, capacity - offset);
            out.putBytes(buffers.get((int) (from / capacity)).address() + offset, run);
            from += run;
            left -= run;
        }
    }

    @Override
    public void close() {
        buffers.forEach(PooledBuffer::release);
        buffers.clear();
        end = 0;
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Memory;
import io.penstock.buffer.OutputBuffer;
import io.penstock.buffer.PooledBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoded pages of one row group, those of all columns as they come, in pooled buffers without gaps: they can go into the file only
 * column after column. Thread-safe but for closing it, which releases the buffers; it can be filled again then.
 */
final class PageStore implements AutoCloseable {
    private final BufferPool pool;
    private final List<PooledBuffer> buffers = new ArrayList<>();
    private long end;

    PageStore(BufferPool pool) {
        this.pool = pool;
    }

    /** The memory it holds when {@code more} bytes have been added. */
    synchronized long heldBytes(long more) {
        int capacity = pool.bufferBytes();
        return Math.max(buffers.size(), (end + more + capacity - 1) / capacity) * capacity;
    }

    /** Copies a page behind all others and returns where it begins. */
    synchronized long append(
            long header, long headerBytes, long levels, long levelBytes, long values, long valueBytes) {
        long from = end;
        append(header, headerBytes);
        append(levels, levelBytes);
        append(values, valueBytes);
        return from;
    }

    private void append(long address, long length) {
        int capacity = pool.bufferBytes();
        long from = address;
        long left = length;
        while (left > 0) {
            int offset = (int) (end % capacity);
            if (end == (long) buffers.size() * capacity) {
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
            out.putBytes(address((int) (from / capacity)) + offset, run);
            from += run;
            left -= run;
        }
    }

    private synchronized long address(int buffer) {
        return buffers.get(buffer).address();
    }

    @Override
    public synchronized void close() {
        buffers.forEach(PooledBuffer::release);
        buffers.clear();
        end = 0;
    }
}

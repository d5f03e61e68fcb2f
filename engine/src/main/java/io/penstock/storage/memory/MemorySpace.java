package io.penstock.storage.memory;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Memory;
import io.penstock.buffer.MemoryBudget;
import io.penstock.buffer.PooledBuffer;
import io.penstock.buffer.Reservation;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The pooled buffers that one store retains. Each is counted in the budget from the moment it is retained until its last
 * holder has let go and it is back in its pool. Thread-safe; never waits.
 */
final class MemorySpace {
    /** Runs in a shared block begin at multiples of what Arrow recommends. */
    private static final int ALIGNMENT = 64;

    private final BufferPool pool;
    private final MemoryBudget budget;
    private final Reservation reservation;
    private final String store;
    private Block shared;

    MemorySpace(BufferPool pool, MemoryBudget budget, String store) {
        this.pool = pool;
        this.budget = budget;
        this.reservation = budget.reserveNothing();
        this.store = store;
    }

    /** A retained buffer. Its fields are the business of this class and, before it is published, of whoever fills it. */
    static final class Block {
        final PooledBuffer buffer;
        private int holders = 1;

        private Block(PooledBuffer buffer) {
            this.buffer = buffer;
        }

        int free() {
            return buffer.capacity() - buffer.length();
        }

        /** Copies {@code bytes}, which it consumes, behind what is there; there is room. */
        void append(ByteBuffer bytes) {
            int from = buffer.length();
            int count = bytes.remaining();
            Memory.view(buffer.address() + from, count).put(bytes);
            buffer.length(from + count);
        }
    }

    /** Bytes of a file that lie together; holds its block once. */
    record Segment(Block block, int offset, int length) {
        long address() {
            return block.buffer.address() + offset;
        }
    }

    /**
     * Keeps {@code buffer}, of which it takes ownership, whether it returns or throws. The caller holds the block.
     *
     * @throws IOException if the budget has no room
     */
    Block retain(PooledBuffer buffer) throws IOException {
        if (!reservation.tryGrow(buffer.capacity())) {
            int capacity = buffer.capacity();
            buffer.release();
            throw full(capacity);
        }
        return new Block(buffer);
    }

    /** A block with nothing in it, which the caller holds. */
    Block allocate() throws IOException {
        if (!reservation.tryGrow(pool.bufferBytes())) {
            throw full(pool.bufferBytes());
        }
        try {
            return new Block(pool.acquire());
        } catch (RuntimeException | Error e) {
            reservation.shrink(pool.bufferBytes());
            throw e;
        }
    }

    /**
     * Makes the last block of a file a segment, and takes over the caller's hold on it. What fills at most half of it moves in
     * with the ends of other files, so that many small files do not take a buffer each.
     */
    synchronized Segment settle(Block last) {
        int length = last.buffer.length();
        if (length > last.buffer.capacity() / 2) {
            return new Segment(last, 0, length);
        }
        Segment moved = tryPack(last.buffer.bytes());
        if (moved != null) {
            release(last);
            return moved;
        }
        if (shared == null || last.free() > shared.free()) {
            shared = last;
        }
        return new Segment(last, 0, length);
    }

    /** Copies {@code bytes} in with the ends of other files; null if there is no room. */
    synchronized Segment tryPack(ByteBuffer bytes) {
        if (shared == null) {
            return null;
        }
        int offset = (shared.buffer.length() + ALIGNMENT - 1) & -ALIGNMENT;
        int length = bytes.remaining();
        if (length > shared.buffer.capacity() - offset) {
            return null;
        }
        shared.buffer.length(offset);
        shared.append(bytes.duplicate());
        shared.holders++;
        return new Segment(shared, offset, length);
    }

    synchronized void hold(Block block) {
        block.holders++;
    }

    synchronized void release(Block block) {
        if (--block.holders > 0) {
            return;
        }
        if (block == shared) {
            shared = null;
        }
        int capacity = block.buffer.capacity();
        block.buffer.release();
        reservation.shrink(capacity);
    }

    private IOException full(int moreBytes) {
        return new IOException(store + " is full: it holds " + reservation.bytes() + " bytes and needs " + moreBytes
                + " more, and " + budget.reservedBytes() + " of the budget of " + budget.totalBytes()
                + " bytes are reserved (penstock.memory.bytes)");
    }
}

package io.penstock.testing;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.apache.arrow.memory.AllocationManager;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ReferenceManager;

/**
 * Direct memory that tells of writes beyond its end and after it was released: what was released is kept, up to a limit, and looked at before it is
 * freed. Thread-safe.
 */
final class GuardedMemory implements AllocationManager.Factory {
    private static final byte GUARD = 0x5a;
    private static final long GUARD_WORD = 0x5a5a5a5a5a5a5a5aL;
    private static final int GUARD_BYTES = 64;
    private static final int KEPT_BYTES = 16 << 20;
    private static final int KEPT_ALLOCATIONS = 1000;

    private final Deque<Allocation> kept = new ArrayDeque<>();
    private long keptBytes;
    private IllegalStateException found;

    @Override
    public AllocationManager create(BufferAllocator allocator, long size) {
        return new Allocation(allocator, Math.toIntExact(size));
    }

    @Override
    public ArrowBuf empty() {
        return Nothing.BUFFER;
    }

    /** Frees what was released. @throws IllegalStateException if somebody wrote where nobody may */
    synchronized void close() {
        while (!kept.isEmpty()) {
            free(kept.poll());
        }
        if (found != null) {
            throw found;
        }
    }

    private synchronized void keep(Allocation released) {
        released.requireGuarded(released.bytes, "beyond its end");
        released.fill(0);
        kept.add(released);
        keptBytes += released.memory.capacity();
        while (keptBytes > KEPT_BYTES || kept.size() > KEPT_ALLOCATIONS) {
            free(kept.poll());
        }
    }

    private void free(Allocation released) {
        released.requireGuarded(0, "after its release");
        keptBytes -= released.memory.capacity();
        BufferUtil.free(released.memory);
    }

    private final class Allocation extends AllocationManager {
        private final int bytes;
        private final ByteBuffer memory;

        Allocation(BufferAllocator allocator, int bytes) {
            super(allocator);
            this.bytes = bytes;
            memory = ByteBuffer.allocateDirect(bytes + GUARD_BYTES);
            fill(bytes);
        }

        private void fill(int from) {
            new UnsafeBuffer(memory).setMemory(from, memory.capacity() - from, GUARD);
        }

        private void requireGuarded(int from, String where) {
            // Whole words: Arrow's sizes are multiples of 64 bytes.
            for (int i = from; i < memory.capacity(); i += Long.BYTES) {
                if (memory.getLong(i) != GUARD_WORD && found == null) {
                    found = new IllegalStateException(
                            "Arrow memory of " + bytes + " bytes was written " + where + ", in the word at " + i);
                }
            }
        }

        @Override
        public long getSize() {
            return bytes;
        }

        @Override
        protected long memoryAddress() {
            return BufferUtil.address(memory);
        }

        @Override
        protected void release0() {
            keep(this);
        }
    }

    /** Not made before Arrow has started. */
    private static final class Nothing {
        private static final ByteBuffer MEMORY = ByteBuffer.allocateDirect(0);
        private static final ArrowBuf BUFFER =
                new ArrowBuf(ReferenceManager.NO_OP, null, 0, BufferUtil.address(MEMORY));
    }
}

package io.penstock.buffer;

import java.nio.ByteBuffer;
import org.apache.arrow.memory.AllocationListener;
import org.apache.arrow.memory.AllocationManager;
import org.apache.arrow.memory.AllocationOutcome;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ReferenceManager;
import org.apache.arrow.memory.RootAllocator;

/**
 * The memory of the vectors that Penstock fills itself: plain direct buffers, each charged to the reservation of the writer or
 * reader that holds it and freed at once when released. It asks for no JVM flag, which Arrow's own allocation managers do.
 */
public final class ArrowMemory {
    /** Vectors are padded to 64 bytes as the Arrow format recommends, not to a power of two as Arrow's default does. */
    private static final long ALIGNMENT = 64;

    static {
        // Arrow's first class to load builds its default factory, and Netty's cannot without Unsafe memory access,
        // which Netty switches off by itself from JDK 24 on. A host's own choice stays.
        if (Runtime.version().feature() >= 24 && System.getProperty("io.netty.noUnsafe") == null) {
            System.setProperty("io.netty.noUnsafe", "false");
        }
    }

    private ArrowMemory() {}

    /**
     * The allocator at the root of an engine's own vectors; it has no limit of its own. Closing it finds what was leaked.
     *
     * @throws IllegalStateException if Arrow cannot start in this JVM; the message says which flag helps
     */
    public static BufferAllocator newRoot() {
        return newRoot(new DirectFactory());
    }

    /** As {@link #newRoot()}, of other memory. */
    public static BufferAllocator newRoot(AllocationManager.Factory memory) {
        try {
            return new RootAllocator(RootAllocator.configBuilder()
                    .allocationManagerFactory(memory)
                    .roundingPolicy(size -> (size + ALIGNMENT - 1) & -ALIGNMENT)
                    .build());
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "Arrow cannot start on this JVM: start it with --sun-misc-unsafe-memory-access=allow and without "
                            + "-Dio.netty.noUnsafe=true",
                    e);
        }
    }

    /**
     * An allocator whose memory is part of {@code reservation}. When a vector outgrows it the reservation grows, if the
     * budget has room at that moment; otherwise the allocation fails with Arrow's {@code OutOfMemoryException}.
     *
     * @param limitBytes what of the reservation is meant for vectors
     */
    public static BufferAllocator newChild(
            BufferAllocator root, String name, Reservation reservation, long limitBytes) {
        GrowingLimit listener = new GrowingLimit(reservation);
        BufferAllocator child = root.newChildAllocator(name, listener, 0, limitBytes);
        listener.allocator = child;
        return child;
    }

    private static final class GrowingLimit implements AllocationListener {
        private final Reservation reservation;
        private BufferAllocator allocator;

        GrowingLimit(Reservation reservation) {
            this.reservation = reservation;
        }

        /** Several threads may fill vectors for one writer. */
        @Override
        public synchronized boolean onFailedAllocation(long size, AllocationOutcome outcome) {
            if (!reservation.tryGrow(size)) {
                return false;
            }
            allocator.setLimit(allocator.getLimit() + size);
            return true;
        }
    }

    private static final class DirectFactory implements AllocationManager.Factory {
        private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);
        private static final ArrowBuf EMPTY = new ArrowBuf(ReferenceManager.NO_OP, null, 0, Memory.address(NOTHING));

        @Override
        public AllocationManager create(BufferAllocator allocator, long size) {
            return new DirectAllocation(allocator, size);
        }

        @Override
        public ArrowBuf empty() {
            return EMPTY;
        }
    }

    private static final class DirectAllocation extends AllocationManager {
        private final ByteBuffer memory;

        DirectAllocation(BufferAllocator allocator, long size) {
            super(allocator);
            memory = ByteBuffer.allocateDirect(Math.toIntExact(size));
        }

        @Override
        public long getSize() {
            return memory.capacity();
        }

        @Override
        protected long memoryAddress() {
            return Memory.address(memory);
        }

        @Override
        protected void release0() {
            Memory.free(memory);
        }
    }
}

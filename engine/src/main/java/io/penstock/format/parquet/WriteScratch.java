package io.penstock.format.parquet;

import org.apache.arrow.memory.BufferAllocator;

/** Memory that a thread needs only while it makes a page, whatever leaf that is of. */
final class WriteScratch implements AutoCloseable {
    /** More than an ordinary page needs, however it is encoded. */
    private static final long KEPT_BYTES = 4 << 20;

    /** A page's body, compressed; or encoded in another way, to compare. */
    final Scratch compressed;
    /** Indices into a dictionary, an int32 each. */
    final Scratch indices;
    /** Which slots of a vector are not null, an int32 each. */
    final Scratch positions;

    WriteScratch(BufferAllocator allocator) {
        compressed = new Scratch(allocator);
        indices = new Scratch(allocator);
        positions = new Scratch(allocator);
    }

    /** Does not keep what a huge value made a page's memory grow to. */
    void trim() {
        if (compressed.capacity() > KEPT_BYTES) {
            compressed.close();
        }
    }

    @Override
    public void close() {
        compressed.close();
        indices.close();
        positions.close();
    }
}

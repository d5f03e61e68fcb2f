package io.penstock.format.parquet;

import org.apache.arrow.memory.BufferAllocator;

/** Memory that every leaf needs only while one of its pages is made, and therefore shares with the others. */
final class WriteScratch implements AutoCloseable {
    /** More than an ordinary page needs, however it is encoded. */
    private static final long KEPT_BYTES = 4 << 20;

    /** Levels and values of a page as they are before compression. */
    final Scratch body;
    /** The same, compressed; or encoded in another way, to compare. */
    final Scratch compressed;
    /** Indices into a dictionary, an int32 each. */
    final Scratch indices;
    /** Which slots of a vector are not null, an int32 each. */
    final Scratch positions;

    WriteScratch(BufferAllocator allocator) {
        body = new Scratch(allocator);
        compressed = new Scratch(allocator);
        indices = new Scratch(allocator);
        positions = new Scratch(allocator);
    }

    long heldBytes() {
        return body.capacity() + compressed.capacity() + indices.capacity() + positions.capacity();
    }

    /** Does not keep what a huge value made a page's memory grow to. */
    void trim() {
        if (body.capacity() > KEPT_BYTES) {
            body.close();
        }
        if (compressed.capacity() > KEPT_BYTES) {
            compressed.close();
        }
    }

    @Override
    public void close() {
        body.close();
        compressed.close();
        indices.close();
        positions.close();
    }
}

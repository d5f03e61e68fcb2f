package io.penstock.format.parquet;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageType;

/** A page whose levels and values are encoded and that is not yet compressed: what its header says, and the memory of its body. Reused. */
final class EncodedPage implements AutoCloseable {
    /** More than any header, and more than any codec adds to what it cannot make smaller. */
    private static final int MOST_ADDED = 1024;

    final Scratch body;
    PageType type;
    Encoding encoding;
    ParquetOptions.Compression compression;
    /** Values, nulls and empty lists; of a dictionary, its entries. */
    int entries;

    int nulls;
    int rows;
    /** The bytes of the body. */
    long bytes;
    /** The bytes in front that are not compressed: the levels of a page of version 2. */
    int levelBytes;

    int repetitionBytes;
    StoredPage place;

    EncodedPage(BufferAllocator allocator) {
        body = new Scratch(allocator);
    }

    /** What it takes in the store at most. */
    long maxStoredBytes() {
        return bytes + bytes / 4 + MOST_ADDED;
    }

    /** Does not keep what a huge value made the memory grow to. */
    void trim(long maxKeptBytes) {
        if (body.capacity() > maxKeptBytes) {
            body.close();
        }
    }

    @Override
    public void close() {
        body.close();
    }
}

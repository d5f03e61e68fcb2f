package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.BufferAllocator;

/** A cursor over the dictionary indices of a data page: every index that it gives is below the number of entries. */
final class Indices implements AutoCloseable {
    private final HybridDecoder runs = new HybridDecoder();
    private final Scratch indices;
    private int entries;

    Indices(BufferAllocator allocator) {
        indices = new Scratch(allocator);
    }

    /** Turns to a page that refers to a dictionary of {@code count} entries; -1 if there is none. */
    void begin(Page page, int count) {
        entries = count;
        long address = page.values;
        long end = page.valuesEnd;
        if (address == end) {
            // A page of nothing but nulls.
            runs.begin(address, end, 1);
            return;
        }
        if (count < 0) {
            throw new MalformedPageException("indices into a dictionary that is not there");
        }
        int width = Memory.getByte(address);
        if (width < 0 || width > Integer.SIZE) {
            throw new MalformedPageException("dictionary indices of " + width + " bits");
        }
        runs.begin(address + 1, end, width);
    }

    /** The address of the next {@code count} indices, 32 bits each; valid until the next call. */
    long next(int count) {
        long address = indices.ensure(4L * count);
        runs.readInts(count, address);
        int above = 0;
        int bound = entries;
        for (int i = 0; i < count; i++) {
            above |= bound - 1 - Memory.getInt(address + 4L * i);
            above |= Memory.getInt(address + 4L * i);
        }
        if (above < 0) {
            throw new MalformedPageException("an index that is not below the " + bound + " entries of the dictionary");
        }
        return address;
    }

    void skip(int count) {
        runs.skip(count);
    }

    @Override
    public void close() {
        indices.close();
    }
}

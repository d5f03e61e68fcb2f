package io.penstock.format.parquet;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.Type;

/** The cursors over byte arrays that the pages of a leaf need, each made when it is first needed. */
final class BytesCursors implements AutoCloseable {
    private final Type type;
    private final BufferAllocator allocator;
    private BytesCursor plain;
    private BytesCursor lengths;
    private BytesCursor fronts;

    BytesCursors(Type type, BufferAllocator allocator) {
        this.type = type;
        this.allocator = allocator;
    }

    /** The cursor for the values of {@code page}, not yet turned to them. */
    BytesCursor of(Page page) {
        switch (page.encoding) {
            // The values of a dictionary page are PLAIN, also where an old writer calls that PLAIN_DICTIONARY.
            case PLAIN, PLAIN_DICTIONARY -> {
                plain = plain == null ? new PlainBytes() : plain;
                return plain;
            }
            case DELTA_LENGTH_BYTE_ARRAY -> {
                lengths = lengths == null ? new DeltaLengthBytes(allocator) : lengths;
                return lengths;
            }
            case DELTA_BYTE_ARRAY -> {
                fronts = fronts == null ? new DeltaBytes(allocator) : fronts;
                return fronts;
            }
            case RLE_DICTIONARY, RLE, BIT_PACKED, DELTA_BINARY_PACKED, BYTE_STREAM_SPLIT ->
                throw LeafValues.unknown(page, type);
        }
        throw new IllegalStateException();
    }

    @Override
    public void close() {
        for (BytesCursor cursor : new BytesCursor[] {plain, lengths, fronts}) {
            if (cursor != null) {
                cursor.close();
            }
        }
    }
}

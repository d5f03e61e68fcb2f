package io.penstock.format.parquet;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;

/** Booleans, which are bits in pages and in vectors and a byte each in between. */
final class BooleanValues extends LeafValues {
    private final Validity bits;
    private final Scratch bytes;
    private final FixedCursor plain = new FixedCursor.PlainBits();
    private final FixedCursor runs = new FixedCursor.BooleanRuns();
    private FixedCursor cursor;

    BooleanValues(Node.Leaf leaf, BufferAllocator allocator) {
        super(leaf, allocator);
        if (leaf.element().getType() != Type.BOOLEAN) {
            throw new MalformedPageException(
                    "values of type " + leaf.element().getType() + " cannot be read as booleans");
        }
        bits = new Validity(allocator);
        bytes = new Scratch(allocator);
    }

    @Override
    void beginValues(int rows) {
        bits.begin(rows);
    }

    @Override
    void beginChunk() {}

    @Override
    void dictionary(Page page) {
        throw new MalformedPageException("a dictionary of booleans");
    }

    @Override
    void page(Page page) {
        if (page.encoding == Encoding.PLAIN) {
            cursor = plain;
        } else if (page.encoding == Encoding.RLE) {
            cursor = runs;
        } else {
            throw unknown(page, Type.BOOLEAN);
        }
        cursor.begin(page.values, page.valuesEnd, page.count);
    }

    @Override
    void requireValues(int places) {
        bits.require(places);
        bytes.ensure(places - count + Long.BYTES);
    }

    @Override
    void decode(int present) {
        cursor.read(present, bytes.address());
        bits.put(count, bytes.address(), present, 1);
    }

    @Override
    void spread(int present, int places, long bitmap) {
        Spread.values(bytes.address(), 1, present, places, bitmap, count);
        bits.put(count, bytes.address(), places, 1);
    }

    @Override
    void skip(int present) {
        cursor.skip(present);
    }

    @Override
    long bytes() {
        return count / Byte.SIZE;
    }

    @Override
    long bytesPerValue() {
        return 1;
    }

    @Override
    void load(FieldVector vector) {
        vector.loadFieldBuffers(node(), List.of(validity(), bits.buffer(count)));
    }

    @Override
    public void close() {
        super.close();
        bits.close();
        bytes.close();
    }
}

package io.penstock.format.parquet;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** The values of a leaf that has none. */
final class NullValues extends LeafValues {
    NullValues(Node.Leaf leaf, BufferAllocator allocator) {
        super(leaf, allocator);
    }

    @Override
    void beginValues(int rows) {}

    @Override
    void beginChunk() {}

    @Override
    void dictionary(Page page) {}

    @Override
    void page(Page page) {}

    @Override
    void requireValues(int places) {}

    @Override
    void decode(int present) {
        if (present > 0) {
            throw new MalformedPageException(present + " values in a column of nulls");
        }
    }

    @Override
    void spread(int present, int places, long bitmap) {}

    @Override
    void skip(int present) {}

    @Override
    long bytes() {
        return 0;
    }

    @Override
    long bytesPerValue() {
        return 1;
    }

    @Override
    void load(FieldVector vector) {
        vector.loadFieldBuffers(new ArrowFieldNode(count, count), List.of());
    }
}

package io.penstock.format;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A batch of selected rows of another, whose vectors it does not touch. It keeps the memory of the largest batch. One thread at a time.
 *
 * <p>Data that the source's views point at is shared and not copied, so that this must be {@linkplain #clear cleared} before the source is.
 */
public final class RowCopy implements AutoCloseable {
    private final VectorSchemaRoot batch;
    private final List<VectorCopy> copies = new ArrayList<>();

    /** @param source has the columns of {@code schema} first, and always the same vectors */
    public RowCopy(VectorSchemaRoot source, Schema schema, BufferAllocator allocator) {
        List<FieldVector> vectors = new ArrayList<>();
        for (int i = 0; i < schema.getFields().size(); i++) {
            FieldVector from = source.getVector(i);
            FieldVector to = source.getSchema().getFields().get(i).createVector(allocator);
            vectors.add(to);
            copies.add(VectorCopy.of(from, to, allocator));
        }
        batch = new VectorSchemaRoot(source.getSchema().getFields().subList(0, vectors.size()), vectors, 0);
    }

    /** The selected rows: always the same object. */
    public VectorSchemaRoot batch() {
        return batch;
    }

    /**
     * Makes the batch.
     *
     * @param selection the numbers of the rows, as int32
     */
    public void select(long selection, int count) {
        for (VectorCopy copy : copies) {
            copy.run(selection, count);
        }
        batch.setRowCount(count);
    }

    /** Forgets the rows, and lets go of what is the source's. */
    public void clear() {
        batch.clear();
    }

    @Override
    public void close() {
        batch.close();
        copies.forEach(VectorCopy::close);
    }
}

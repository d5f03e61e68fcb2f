package io.penstock;

import java.io.IOException;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** The row on-ramp alone, for benchmarks: rows go in and full batches come out, without a table. */
public final class RowFilling implements AutoCloseable {
    private final Consumer<VectorSchemaRoot> batches;
    private final RowBatch batch;

    /** @param batches sees each full batch while it is in use */
    public RowFilling(Schema schema, BufferAllocator allocator, int batchRows, Consumer<VectorSchemaRoot> batches) {
        this.batches = batches;
        this.batch = new RowBatch(schema, allocator, batchRows, Long.MAX_VALUE, this::drain);
    }

    private void drain(RowBatch full) {
        batches.accept(full.vectors());
        full.reset();
    }

    public void append(Object[] row) throws IOException {
        batch.append(row);
    }

    /** The row to set next. */
    public RowAppender row() {
        return batch.row();
    }

    /** Hands over the rows that no full batch came of. */
    public void flush() {
        if (batch.rows() > 0) {
            drain(batch);
        }
    }

    @Override
    public void close() {
        batch.close();
    }
}

package io.penstock;

import io.penstock.format.BatchDecoder;
import io.penstock.format.RowCopy;
import io.penstock.format.RowFilter;
import io.penstock.format.RowTest;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The rows that pass a test, out of the batches of one decoder after the other, in the columns that were asked for. What passes as a
 * whole is not copied. One thread at a time.
 */
final class SelectedRows implements AutoCloseable {
    private final Schema schema;
    private final BufferAllocator allocator;
    private final RowFilter filter;
    private BatchDecoder decoder;
    private VectorSchemaRoot whole;
    private RowCopy copy;
    private VectorSchemaRoot batch;

    /** @param schema the columns that were asked for: the first ones of the decoders' batches */
    SelectedRows(RowTest test, Schema schema, BufferAllocator allocator) {
        this.schema = schema;
        this.allocator = allocator;
        this.filter = new RowFilter(test, allocator);
    }

    /** Goes on with the batches of {@code next}, which stays the caller's. */
    void begin(BatchDecoder next) {
        decoder = next;
        int columns = schema.getFields().size();
        whole = new VectorSchemaRoot(
                next.batch().getSchema().getFields().subList(0, columns),
                next.batch().getFieldVectors().subList(0, columns),
                0);
        batch = whole;
    }

    /** Lets go of the decoder's batch, which it is about to change. */
    void clear() {
        if (copy != null) {
            copy.clear();
        }
    }

    /** Selects rows of the decoder's batch, not more than {@code limit}, and returns how many. */
    int select(long limit) {
        int rows = decoder.batch().getRowCount();
        int selected = filter.select(decoder.batch(), decoder.dictionaries(), (int) Math.min(limit, rows));
        if (selected == rows) {
            whole.setRowCount(rows);
            batch = whole;
        } else if (selected > 0) {
            if (copy == null) {
                copy = new RowCopy(decoder.batch(), schema, allocator);
            }
            copy.select(filter.selection(), selected);
            batch = copy.batch();
        }
        return selected;
    }

    VectorSchemaRoot batch() {
        return batch;
    }

    /** Ends with this decoder's batches, before it is closed. */
    void end() {
        whole = null;
        batch = null;
        if (copy != null) {
            copy.close();
            copy = null;
        }
    }

    @Override
    public void close() {
        end();
        filter.close();
    }
}

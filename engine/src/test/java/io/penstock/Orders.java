package io.penstock;

import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Batches of {@link Schemas#ORDERS}. */
final class Orders {
    private Orders() {}

    /** A batch of orders with these ids, which the caller closes. */
    static VectorSchemaRoot batch(BufferAllocator allocator, long... ids) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(Schemas.ORDERS, allocator);
        for (int row = 0; row < ids.length; row++) {
            Object[] order = TableFixture.order(ids[row]);
            ((BigIntVector) batch.getVector(0)).setSafe(row, (long) order[0]);
            ((VarCharVector) batch.getVector(1)).setSafe(row, ((String) order[1]).getBytes(StandardCharsets.UTF_8));
            ((Float8Vector) batch.getVector(2)).setSafe(row, (double) order[2]);
        }
        batch.setRowCount(ids.length);
        return batch;
    }
}

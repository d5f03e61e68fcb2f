package io.penstock.format.parquet;

import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;

/** Fills the vector of a node, and owns its memory. */
abstract class NodeReader implements AutoCloseable {
    /** Begins a batch of about so many rows. */
    abstract void begin(int rows);

    /** How many values there are in the batch by now. */
    abstract int count();

    /** How many bytes the batch takes by now. */
    abstract long bytes();

    /** Ends a batch: lends the memory to a vector and to those within. */
    abstract void load(FieldVector vector);

    static FieldVector storage(FieldVector vector) {
        return vector instanceof ExtensionTypeVector<?> extension
                ? storage((FieldVector) extension.getUnderlyingVector())
                : vector;
    }

    @Override
    public abstract void close();

    /** A node that is put together from the levels of one of the leaves below it. */
    abstract static class Nested extends NodeReader {
        /** Appends what a leaf's next levels say; {@code repetitions} is 0 where there are no lists. */
        abstract void append(long repetitions, long definitions, int levels);
    }
}

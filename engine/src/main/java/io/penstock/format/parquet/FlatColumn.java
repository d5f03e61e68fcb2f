package io.penstock.format.parquet;

import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** A column of one leaf whose slots are the rows: nothing is shredded. */
final class FlatColumn implements ColumnWriter {
    private final LeafWriter writer;
    private final ValueCheck check;
    private FieldVector vector;
    private boolean hasNulls;

    FlatColumn(LeafWriter writer) {
        this.writer = writer;
        this.check = ValueCheck.of(writer.leaf());
    }

    @Override
    public void begin(FieldVector newVector, DictionaryProvider dictionaries) {
        vector = newVector instanceof ExtensionTypeVector<?> extension
                ? (FieldVector) extension.getUnderlyingVector()
                : newVector;
        hasNulls = writer.leaf().nullable() && vector.getNullCount() > 0;
    }

    @Override
    public void requireHeld(int rows) {
        if (check != null && check.suspicious(vector)) {
            check.requireHeld(vector, rows);
        }
    }

    /**
     * Adds rows to the row group.
     *
     * @param positions memory for those of values
     * @return up to which: fewer than all if the leaf has to end its page before it takes the next
     */
    int add(int from, int to, Scratch positions) {
        return writer.addFlat(vector, hasNulls, from, to, positions);
    }

    @Override
    public long heldBytes() {
        return 0;
    }

    @Override
    public void close() {}
}

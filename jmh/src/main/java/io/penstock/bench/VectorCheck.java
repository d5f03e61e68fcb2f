package io.penstock.bench;

import java.time.LocalDate;
import java.util.Objects;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.Text;

/** Compares every value of a contender's vectors with the rows that it was to read. */
final class VectorCheck {
    private final String contender;
    private final Object[][] rows;
    private int next;

    VectorCheck(String contender, Object[][] rows) {
        this.contender = contender;
        this.rows = rows;
    }

    /**
     * Takes the next batch.
     *
     * @throws IllegalStateException naming the first row and column that differ
     */
    void take(VectorSchemaRoot batch) {
        for (int i = 0; i < batch.getRowCount(); i++) {
            int row = i;
            take(batch.getFieldVectors().stream()
                    .map(vector -> value(vector, row))
                    .toArray());
        }
    }

    /** Takes the next row. */
    void take(Object[] row) {
        for (int column = 0; column < row.length; column++) {
            require(column, rows[next][column], row[column]);
        }
        next++;
    }

    private static Object value(FieldVector vector, int row) {
        Object value = vector.getObject(row);
        if (value instanceof Text) {
            return value.toString();
        }
        return vector instanceof DateDayVector days ? LocalDate.ofEpochDay(days.get(row)) : value;
    }

    private void require(int column, Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw new IllegalStateException(contender + ": column " + column + " of row " + next + " should be "
                    + expected + " and is " + actual);
        }
    }

    /** @throws IllegalStateException if there were fewer rows */
    void requireAll() {
        if (next != rows.length) {
            throw new IllegalStateException(contender + " read " + next + " rows, not " + rows.length);
        }
    }
}

package io.penstock.bench;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The typed vectors of a lineitem batch: what somebody who writes code for this one table would use. */
record LineItemVectors(
        VectorSchemaRoot batch,
        BigIntVector orderKey,
        BigIntVector partKey,
        BigIntVector supplierKey,
        IntVector lineNumber,
        Float8Vector quantity,
        Float8Vector extendedPrice,
        Float8Vector discount,
        Float8Vector tax,
        VarCharVector returnFlag,
        VarCharVector status,
        DateDayVector shipDate,
        DateDayVector commitDate,
        DateDayVector receiptDate,
        VarCharVector shipInstructions,
        VarCharVector shipMode,
        VarCharVector comment) {

    static LineItemVectors of(VectorSchemaRoot batch) {
        return new LineItemVectors(
                batch,
                (BigIntVector) batch.getVector(0),
                (BigIntVector) batch.getVector(1),
                (BigIntVector) batch.getVector(2),
                (IntVector) batch.getVector(3),
                (Float8Vector) batch.getVector(4),
                (Float8Vector) batch.getVector(5),
                (Float8Vector) batch.getVector(6),
                (Float8Vector) batch.getVector(7),
                (VarCharVector) batch.getVector(8),
                (VarCharVector) batch.getVector(9),
                (DateDayVector) batch.getVector(10),
                (DateDayVector) batch.getVector(11),
                (DateDayVector) batch.getVector(12),
                (VarCharVector) batch.getVector(13),
                (VarCharVector) batch.getVector(14),
                (VarCharVector) batch.getVector(15));
    }

    int rowCount() {
        return batch.getRowCount();
    }

    /** Begins a batch in the memory of the one before; makes room for the rows of one if there was none. */
    void begin() {
        for (FieldVector vector : batch.getFieldVectors()) {
            vector.reset();
            if (vector.getValueCapacity() < LineItems.BATCH_ROWS) {
                vector.setInitialCapacity(LineItems.BATCH_ROWS);
                vector.allocateNew();
            }
        }
    }

    /** Fills the batch, row by row, the way arrow-java's manual shows it. */
    void fill(Object[][] rows, int from, int count) {
        for (int i = 0; i < count; i++) {
            Object[] row = rows[from + i];
            orderKey.setSafe(i, (Long) row[0]);
            partKey.setSafe(i, (Long) row[1]);
            supplierKey.setSafe(i, (Long) row[2]);
            lineNumber.setSafe(i, (Integer) row[3]);
            quantity.setSafe(i, (Double) row[4]);
            extendedPrice.setSafe(i, (Double) row[5]);
            discount.setSafe(i, (Double) row[6]);
            tax.setSafe(i, (Double) row[7]);
            returnFlag.setSafe(i, utf8(row[8]));
            status.setSafe(i, utf8(row[9]));
            shipDate.setSafe(i, epochDay(row[10]));
            commitDate.setSafe(i, epochDay(row[11]));
            receiptDate.setSafe(i, epochDay(row[12]));
            shipInstructions.setSafe(i, utf8(row[13]));
            shipMode.setSafe(i, utf8(row[14]));
            comment.setSafe(i, utf8(row[15]));
        }
        batch.setRowCount(count);
    }

    private static byte[] utf8(Object text) {
        return ((String) text).getBytes(StandardCharsets.UTF_8);
    }

    private static int epochDay(Object date) {
        return (int) ((LocalDate) date).toEpochDay();
    }

    /** Copies the UTF-8 bytes of a value to the start of {@code target} and returns their number. */
    static int copyText(VarCharVector vector, int row, byte[] target) {
        int start = vector.getStartOffset(row);
        int length = vector.getEndOffset(row) - start;
        vector.getDataBuffer().getBytes(start, target, 0, length);
        return length;
    }
}

package io.penstock.cli;

import io.trino.tpch.LineItem;
import io.trino.tpch.TpchTable;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** The rows of TPC-H's lineitem, one after the other: in batches, as a query engine hands them over, or as arrays of objects. */
final class LineItems implements AutoCloseable {
    /** In the middle of what query engines have. */
    static final int BATCH_ROWS = 4096;

    private final Iterator<LineItem> items;
    private final ColumnChecksums checksums;
    private final VectorSchemaRoot batch;
    private final List<Object[]> block = new ArrayList<>();
    private long generated;

    /**
     * @param limit the most rows
     * @param allocator of the batch
     * @param checksums that take each generated row into account; may be null
     */
    LineItems(double scale, long limit, BufferAllocator allocator, ColumnChecksums checksums) {
        this.items = new Iterator<>() {
            private final Iterator<LineItem> all =
                    Tpch.rows(TpchTable.LINE_ITEM, scale).iterator();

            @Override
            public boolean hasNext() {
                return generated < limit && all.hasNext();
            }

            @Override
            public LineItem next() {
                generated++;
                return all.next();
            }
        };
        this.checksums = checksums;
        this.batch = VectorSchemaRoot.create(schema(), allocator);
    }

    static Schema schema() {
        return Tpch.schema(TpchTable.LINE_ITEM);
    }

    /** About how many rows there are. */
    static long count(double scale) {
        return Tpch.rowCount(TpchTable.LINE_ITEM, scale);
    }

    /** What {@link #nextBatch} fills: always the same object. */
    VectorSchemaRoot batch() {
        return batch;
    }

    /** How many rows were generated so far. */
    long generated() {
        return generated;
    }

    /** Fills the batch; false, and an empty batch, if there is no row left. */
    boolean nextBatch() {
        int row = 0;
        while (row < BATCH_ROWS && items.hasNext()) {
            LineItem item = items.next();
            fill(row++, item);
            if (checksums != null) {
                checksums.add(item);
            }
        }
        batch.setRowCount(row);
        return row > 0;
    }

    private void fill(int row, LineItem item) {
        putLong(0, row, item.getOrderKey());
        putLong(1, row, item.getPartKey());
        putLong(2, row, item.getSupplierKey());
        ((IntVector) batch.getVector(3)).setSafe(row, item.getLineNumber());
        putDouble(4, row, (double) item.getQuantity());
        putDouble(5, row, item.getExtendedPrice());
        putDouble(6, row, item.getDiscount());
        putDouble(7, row, item.getTax());
        putText(8, row, item.getReturnFlag());
        putText(9, row, item.getStatus());
        putDate(10, row, item.getShipDate());
        putDate(11, row, item.getCommitDate());
        putDate(12, row, item.getReceiptDate());
        putText(13, row, item.getShipInstructions());
        putText(14, row, item.getShipMode());
        putText(15, row, item.getComment());
    }

    private void putLong(int column, int row, long value) {
        ((BigIntVector) batch.getVector(column)).setSafe(row, value);
    }

    private void putDouble(int column, int row, double value) {
        ((Float8Vector) batch.getVector(column)).setSafe(row, value);
    }

    private void putDate(int column, int row, int epochDay) {
        ((DateDayVector) batch.getVector(column)).setSafe(row, epochDay);
    }

    private void putText(int column, int row, String value) {
        ((VarCharVector) batch.getVector(column)).setSafe(row, value.getBytes(StandardCharsets.US_ASCII));
    }

    /** What {@link #nextRows} fills: always the same list, with other rows. */
    List<Object[]> rows() {
        return block;
    }

    /** Fills the list with as many rows as a batch has; false, and an empty list, if there is no row left. */
    boolean nextRows() {
        block.clear();
        for (Object[] row = nextRow(); row != null; row = block.size() < BATCH_ROWS ? nextRow() : null) {
            block.add(row);
        }
        return !block.isEmpty();
    }

    /** The next row as objects; null if there is none left. */
    Object[] nextRow() {
        if (!items.hasNext()) {
            return null;
        }
        LineItem item = items.next();
        return new Object[] {
            item.getOrderKey(),
            item.getPartKey(),
            item.getSupplierKey(),
            item.getLineNumber(),
            (double) item.getQuantity(),
            item.getExtendedPrice(),
            item.getDiscount(),
            item.getTax(),
            item.getReturnFlag(),
            item.getStatus(),
            LocalDate.ofEpochDay(item.getShipDate()),
            LocalDate.ofEpochDay(item.getCommitDate()),
            LocalDate.ofEpochDay(item.getReceiptDate()),
            item.getShipInstructions(),
            item.getShipMode(),
            item.getComment()
        };
    }

    @Override
    public void close() {
        batch.close();
    }
}

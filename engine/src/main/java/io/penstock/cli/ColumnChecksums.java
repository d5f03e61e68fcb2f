package io.penstock.cli;

import io.penstock.buffer.Memory;
import io.trino.tpch.LineItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A checksum for each column of lineitem, from generated rows or from batches that were read, by code that has nothing in common with
 * the engine's. The order of the rows does not matter, but which row a value is in does.
 */
final class ColumnChecksums {
    private static final int COLUMNS = 16;
    private static final int ORDER_KEY = 0;
    private static final int LINE_NUMBER = 3;

    private final long[] sums = new long[COLUMNS];
    private long rows;

    long rows() {
        return rows;
    }

    /** Takes a row into account as it was generated. */
    void add(LineItem item) {
        long key = key(item.getOrderKey(), item.getLineNumber());
        rows++;
        sums[0] += mix(key, item.getOrderKey());
        sums[1] += mix(key, item.getPartKey());
        sums[2] += mix(key, item.getSupplierKey());
        sums[3] += mix(key, item.getLineNumber());
        sums[4] += mix(key, Double.doubleToRawLongBits((double) item.getQuantity()));
        sums[5] += mix(key, Double.doubleToRawLongBits(item.getExtendedPrice()));
        sums[6] += mix(key, Double.doubleToRawLongBits(item.getDiscount()));
        sums[7] += mix(key, Double.doubleToRawLongBits(item.getTax()));
        sums[8] += mix(key, hash(item.getReturnFlag()));
        sums[9] += mix(key, hash(item.getStatus()));
        sums[10] += mix(key, item.getShipDate());
        sums[11] += mix(key, item.getCommitDate());
        sums[12] += mix(key, item.getReceiptDate());
        sums[13] += mix(key, hash(item.getShipInstructions()));
        sums[14] += mix(key, hash(item.getShipMode()));
        sums[15] += mix(key, hash(item.getComment()));
    }

    /** Takes the rows of a batch into account as they were read. */
    void add(VectorSchemaRoot batch) {
        long orderKeys = batch.getVector(ORDER_KEY).getDataBuffer().memoryAddress();
        long lineNumbers = batch.getVector(LINE_NUMBER).getDataBuffer().memoryAddress();
        int count = batch.getRowCount();
        for (int column = 0; column < COLUMNS; column++) {
            FieldVector vector = batch.getVector(column);
            if (vector.getNullCount() != 0) {
                // The columns are required; a null is no value that was generated.
                sums[column] += vector.getNullCount();
            }
            long sum = 0;
            for (int row = 0; row < count; row++) {
                long key = key(Memory.getLong(orderKeys + 8L * row), Memory.getInt(lineNumbers + 4L * row));
                sum += mix(key, value(vector, row));
            }
            sums[column] += sum;
        }
        rows += count;
    }

    private static long value(FieldVector vector, int row) {
        long data = vector.getDataBuffer().memoryAddress();
        if (vector instanceof BaseVariableWidthVector text) {
            long offsets = text.getOffsetBuffer().memoryAddress();
            return hash(data + Memory.getInt(offsets + 4L * row), data + Memory.getInt(offsets + 4L * (row + 1)));
        }
        return vector.getDataBuffer().capacity() == 0
                ? 0
                : isWide(vector) ? Memory.getLong(data + 8L * row) : Memory.getInt(data + 4L * row);
    }

    private static boolean isWide(FieldVector vector) {
        return switch (vector.getMinorType()) {
            case BIGINT, FLOAT8 -> true;
            default -> false;
        };
    }

    private static long key(long orderKey, int lineNumber) {
        return orderKey << 3 | lineNumber;
    }

    private static long hash(String ascii) {
        long hash = ascii.length();
        for (int i = 0; i < ascii.length(); i++) {
            hash = hash * 31 + ascii.charAt(i);
        }
        return hash;
    }

    private static long hash(long from, long to) {
        long hash = to - from;
        for (long at = from; at < to; at++) {
            hash = hash * 31 + Memory.getByte(at);
        }
        return hash;
    }

    /** The finalizer of MurmurHash3 over both. */
    private static long mix(long key, long value) {
        long h = key * 0x9e3779b97f4a7c15L ^ value;
        h ^= h >>> 33;
        h *= 0xff51afd7ed558ccdL;
        h ^= h >>> 33;
        h *= 0xc4ceb9fe1a85ec53L;
        return h ^ h >>> 33;
    }

    /** @throws IllegalStateException naming the columns that differ from {@code generated} */
    void requireSame(ColumnChecksums generated, String what) {
        if (rows != generated.rows) {
            throw new IllegalStateException(what + " gave back " + rows + " rows of " + generated.rows);
        }
        if (!Arrays.equals(sums, generated.sums)) {
            List<String> wrong = new ArrayList<>();
            List<Field> fields = LineItems.schema().getFields();
            for (int i = 0; i < COLUMNS; i++) {
                if (sums[i] != generated.sums[i]) {
                    wrong.add(fields.get(i).getName());
                }
            }
            throw new IllegalStateException(
                    what + " gave back other values than were written in " + String.join(", ", wrong));
        }
    }
}

package io.penstock.format.json;

import io.penstock.buffer.Memory;
import io.penstock.buffer.OutputBuffer;
import io.penstock.format.BatchEncoder;
import io.penstock.format.WriteContext;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Writes batches row by row, each value from its vector's memory to the place in the output where it stays. What could go wrong
 * with a value is looked for in the whole batch before the first byte is put.
 */
final class JsonEncoder implements BatchEncoder {
    private static final int ROW_OPENING = 8;

    private final JsonLayout layout;
    private final List<Field> fields;
    private final int rowsPerLine;
    private final JsonTarget target;
    private final ValueWriter[] writers;
    private final Key[] keys;

    JsonEncoder(WriteContext context) {
        layout = JsonLayout.of(context.options());
        fields = context.schema().getFields();
        rowsPerLine = context.batchRows();
        keys = switch (layout) {
            case BATCHES -> rowKeys(fields.size());
            case RECORDS -> ValueWriters.memberKeys(fields);
        };
        target = new JsonTarget(context.allocator());
        writers = new ValueWriters(target).all(fields);
        for (int i = 0; i < writers.length; i++) {
            target.prepare(ROW_OPENING + keys[i].room + writers[i].largestRoom());
        }
    }

    private static Key[] rowKeys(int columns) {
        Key[] keys = new Key[columns];
        for (int i = 0; i < columns; i++) {
            keys[i] = new Key(i == 0 ? "[" : ",");
        }
        return keys;
    }

    @Override
    public boolean accepts(VectorSchemaRoot batch, DictionaryProvider dictionaries) {
        return true;
    }

    @Override
    public void encode(VectorSchemaRoot batch, DictionaryProvider dictionaries, OutputBuffer out) {
        int rows = batch.getRowCount();
        if (rows == 0) {
            return;
        }
        List<FieldVector> vectors = batch.getFieldVectors();
        for (int i = 0; i < writers.length; i++) {
            writers[i].bind(vectors.get(i), dictionaries);
        }
        for (int i = 0; i < writers.length; i++) {
            if (!writers[i].isClean(0, rows)) {
                requireWritable(i, rows);
            }
        }
        long at = target.open(out);
        switch (layout) {
            case BATCHES -> {
                for (int from = 0; from < rows; from += rowsPerLine) {
                    at = writeLine(at, from, Math.min(rows, from + rowsPerLine));
                }
            }
            case RECORDS -> at = writeRecords(at, rows);
        }
        target.finish(at);
    }

    private void requireWritable(int column, int rows) {
        ValueWriter writer = writers[column];
        for (int row = 0; row < rows; row++) {
            String problem = writer.problem(row);
            if (problem != null) {
                throw new IllegalArgumentException(
                        "Column '" + fields.get(column).getName() + "', row " + row + ": the value " + problem
                                + ", which JSON cannot hold");
            }
        }
    }

    private long writeLine(long start, int from, int to) {
        long at = target.room(start, ROW_OPENING);
        Memory.putByte(at++, (byte) '[');
        for (int row = from; row < to; row++) {
            at = target.room(at, ROW_OPENING);
            if (row != from) {
                Memory.putByte(at++, (byte) ',');
            }
            at = writeRow(at, row);
            Memory.putByte(at++, (byte) ']');
        }
        at = target.room(at, ROW_OPENING);
        Memory.putShort(at, (short) (']' | '\n' << 8));
        return at + 2;
    }

    private long writeRecords(long start, int rows) {
        long at = start;
        for (int row = 0; row < rows; row++) {
            at = writeRow(at, row);
            Memory.putShort(at, (short) ('}' | '\n' << 8));
            at += 2;
        }
        return at;
    }

    /** Leaves room for the end of the row. */
    private long writeRow(long start, int row) {
        ValueWriter[] columns = writers;
        long at = start;
        if (columns.length == 0) {
            at = target.room(at, ROW_OPENING);
            Memory.putByte(at++, (byte) (layout == JsonLayout.BATCHES ? '[' : '{'));
        }
        for (int i = 0; i < columns.length; i++) {
            Key key = keys[i];
            ValueWriter column = columns[i];
            at = target.room(at, key.room + column.room);
            at = column.write(key.put(at), row);
        }
        return target.room(at, ROW_OPENING);
    }

    @Override
    public void finish(OutputBuffer out) {}

    @Override
    public void close() {
        target.close();
    }
}

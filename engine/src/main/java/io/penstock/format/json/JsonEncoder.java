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
 * Writes batches: values of most types by {@link RowBlock}, others row by row, straight from the vectors' memory. What could go wrong
 * with a value is looked for in the whole batch before the first byte is put.
 */
final class JsonEncoder implements BatchEncoder {
    /** For the brackets and commas of rows and lines. */
    private static final int ROOM = 8;

    private final JsonLayout layout;
    private final List<Field> fields;
    private final int rowsPerLine;
    private final JsonTarget target;
    private final ValueWriter[] writers;
    private final Key[] keys;

    /** The two bytes behind each row. */
    private final short closing;

    /** Null for text that is not compressed. */
    private final TextFrames frames;

    /** Null for a table that is not suited to it. */
    private final RowBlock block;

    JsonEncoder(WriteContext context) {
        JsonOptions options = JsonOptions.of(context.options());
        layout = options.layout();
        fields = context.schema().getFields();
        rowsPerLine = context.batchRows();
        keys = switch (layout) {
            case BATCHES -> rowKeys(fields.size());
            case RECORDS -> ValueWriters.memberKeys(fields);
        };
        target = new JsonTarget(context.allocator());
        writers = new ValueWriters(target).all(fields);
        for (int i = 0; i < writers.length; i++) {
            target.prepare(keys[i].room + writers[i].largestRoom());
        }
        closing = switch (layout) {
            case BATCHES -> ']' | ',' << 8;
            case RECORDS -> '}' | '\n' << 8;
        };
        TextCompressor compressor = TextCompressor.of(options);
        frames = compressor == null ? null : new TextFrames(compressor, context.pool());
        block = RowBlock.suits(writers) ? new RowBlock(context.allocator(), target, writers, keys, closing) : null;
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
        long at = target.open(frames == null ? out : frames.begin(out));
        switch (layout) {
            case BATCHES -> {
                for (int from = 0; from < rows; from += rowsPerLine) {
                    at = writeLine(at, from, Math.min(rows, from + rowsPerLine));
                }
            }
            case RECORDS -> at = writeRows(at, 0, rows);
        }
        target.finish(at);
        if (frames != null) {
            frames.end();
        }
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
        long at = target.room(start, ROOM);
        Memory.putByte(at, (byte) '[');
        at = writeRows(at + 1, from, to);
        // In the place of the last row's comma.
        Memory.putShort(at - 1, (short) (']' | '\n' << 8));
        return at + 1;
    }

    /** Leaves room for one more byte behind the rows. */
    private long writeRows(long start, int from, int to) {
        long at = start;
        int row = from;
        while (row < to) {
            int count = Math.min(RowBlock.MOST_ROWS, to - row);
            int together = block == null ? 0 : block.fit(row, count);
            if (together > 0) {
                at = block.write(at, row, together);
                row += together;
            } else {
                for (int end = row + count; row < end; row++) {
                    at = writeRow(at, row);
                }
            }
        }
        return at;
    }

    private long writeRow(long start, int row) {
        ValueWriter[] columns = writers;
        long at = start;
        if (columns.length == 0) {
            at = target.room(at, ROOM);
            Memory.putByte(at++, (byte) (layout == JsonLayout.BATCHES ? '[' : '{'));
        }
        for (int i = 0; i < columns.length; i++) {
            Key key = keys[i];
            ValueWriter column = columns[i];
            at = target.room(at, key.room + column.room);
            at = column.write(key.put(at), row);
        }
        at = target.room(at, ROOM);
        Memory.putShort(at, closing);
        return at + 2;
    }

    @Override
    public void finish(OutputBuffer out) {}

    @Override
    public void close() {
        if (block != null) {
            block.close();
        }
        target.close();
        if (frames != null) {
            frames.close();
        }
    }
}

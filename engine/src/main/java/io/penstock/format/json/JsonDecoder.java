package io.penstock.format.json;

import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import io.penstock.format.BatchDecoder;
import io.penstock.format.ReadContext;
import io.penstock.format.VectorMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Reads a file row by row into the buffers of vectors, in batches of the reader's size, whatever the lines of the file are. It has in
 * memory one piece of the file and one batch. After it has thrown it is of no use but to be closed.
 */
final class JsonDecoder implements BatchDecoder {
    /** Batches end well before a vector of strings can reach the 2 GiB that its offsets can express. */
    private static final long LARGEST_BATCH = 512L << 20;

    private final JsonSource source;
    private final JsonLayout layout;
    private final BatchSize size = new BatchSize();
    private final VectorMemory scratch;
    private final SkippedValue skipped;
    private final MemberNames names;
    private final List<String> columnNames;

    /** By column of the table; null for one that nobody asked for. */
    private final ValueReader[] readers;

    /** Of the batch's columns, in its order. */
    private final ValueReader[] wanted;

    private final VectorSchemaRoot batch;
    private final int maxRows;
    private final long maxBytes;

    private long at;
    private boolean opened;
    private boolean inLine;
    private boolean afterLine;
    private long rowOfLine;
    private boolean closed;

    JsonDecoder(Input input, ReadContext context) {
        JsonOptions options = JsonOptions.of(context.options());
        layout = options.layout();
        List<Field> fields = context.schema().getFields();
        columnNames = ValueReaders.names(fields);
        readers = new ValueReader[fields.size()];
        int[] positions = context.positions(fields);
        wanted = new ValueReader[positions.length];
        scratch = new VectorMemory(context.allocator());
        source = new JsonSource(input, options.codec(), context.name(), context.pool(), context.allocator());
        ValueReaders choice = new ValueReaders(source, context.allocator(), size, scratch);
        List<Field> read = new ArrayList<>();
        List<FieldVector> vectors = new ArrayList<>();
        try {
            int rowBytes = 1;
            for (int i = 0; i < wanted.length; i++) {
                int column = positions[i];
                Field field = ValueReaders.plain(fields.get(column));
                wanted[i] = choice.of(field);
                readers[column] = wanted[i];
                read.add(field);
                vectors.add(field.createVector(context.allocator()));
                rowBytes = (int) Math.min(1 << 30, (long) rowBytes + ValueReaders.smallestBytes(field));
            }
            maxBytes = Math.min(context.batchBytes(), LARGEST_BATCH);
            maxRows = (int) Math.max(1, Math.min(context.batchRows(), maxBytes / rowBytes));
            skipped = new SkippedValue(source);
            names = new MemberNames(source, null, columnNames, "column", scratch);
            scratch.begin(64);
            // The field of a union vector does not have the type ids that it was made with.
            batch = new VectorSchemaRoot(read, vectors, 0);
        } catch (RuntimeException | Error e) {
            source.close();
            vectors.forEach(FieldVector::close);
            throw e;
        }
    }

    @Override
    public VectorSchemaRoot batch() {
        return batch;
    }

    @Override
    public DictionaryProvider dictionaries() {
        return new DictionaryProvider.MapDictionaryProvider();
    }

    @Override
    public boolean loadNext() throws IOException {
        batch.clear();
        size.clear();
        for (ValueReader reader : wanted) {
            reader.begin(maxRows);
        }
        if (!opened) {
            at = source.open();
            opened = true;
        }
        int rows = switch (layout) {
            case BATCHES -> readLines();
            case RECORDS -> readRecords();
        };
        List<FieldVector> vectors = batch.getFieldVectors();
        for (int i = 0; i < wanted.length; i++) {
            wanted[i].load(vectors.get(i), rows);
        }
        batch.setRowCount(rows);
        return rows > 0;
    }

    private int readLines() throws IOException {
        int rows = 0;
        while (rows < maxRows && size.bytes() < maxBytes) {
            if (!inLine && !beginLine()) {
                break;
            }
            if (inLine) {
                source.row(++rowOfLine);
                readRow(rows++);
                endRow();
            }
        }
        return rows;
    }

    /** Goes to the first row of the next line; returns false at the end of the file. */
    private boolean beginLine() throws IOException {
        source.row(0);
        if (!skipToLine()) {
            return false;
        }
        if (Memory.getByte(at) != '[') {
            throw source.expected("a line that begins with '['", at, null);
        }
        at = source.skipSpace(at + 1);
        rowOfLine = 0;
        if (Memory.getByte(at) == ']') {
            at++;
            afterLine = true;
        } else {
            inLine = true;
        }
        return true;
    }

    /** Goes to what follows the end of a line and white space; returns false at the end of the file. */
    private boolean skipToLine() throws IOException {
        long line = source.line();
        at = source.skipSpace(at);
        if (source.isEnd(at)) {
            return false;
        }
        if (afterLine && source.line() == line) {
            throw source.expected("the end of the line", at, null);
        }
        return true;
    }

    private void readRow(int row) throws IOException {
        if (Memory.getByte(at) != '[') {
            throw source.expected("a row that begins with '['", at, null);
        }
        long next = source.skipSpace(at + 1);
        int last = readers.length - 1;
        for (int i = 0; i <= last; i++) {
            next = source.ensure(next);
            ValueReader reader = readers[i];
            if (Memory.getByte(next) == ']') {
                throw wrongArity(next, i);
            }
            next = reader == null ? skipped.skip(next, columnNames.get(i)) : reader.read(next, row);
            next = source.skipSpace(next);
            byte separator = Memory.getByte(next);
            if (i < last) {
                if (separator != ',') {
                    throw separator == ']'
                            ? wrongArity(next, i + 1)
                            : source.expected("',' or ']'", next, columnNames.get(i));
                }
                next = source.skipSpace(next + 1);
            }
        }
        if (Memory.getByte(next) != ']') {
            throw Memory.getByte(next) == ','
                    ? source.broken(
                            null,
                            source.offset(next),
                            "the row has more values than the " + readers.length + " columns")
                    : source.expected("']'", next, last < 0 ? null : columnNames.get(last));
        }
        at = next + 1;
    }

    private IOException wrongArity(long place, int values) {
        return source.broken(
                columnNames.get(values),
                source.offset(place),
                "the row ends after " + values + " of " + readers.length + " values");
    }

    private void endRow() throws IOException {
        at = source.skipSpace(at);
        byte separator = Memory.getByte(at);
        if (separator == ',') {
            at = source.skipSpace(at + 1);
        } else if (separator == ']') {
            at++;
            inLine = false;
            afterLine = true;
        } else {
            throw source.expected("',' or ']' after a row", at, null);
        }
    }

    private int readRecords() throws IOException {
        int rows = 0;
        while (rows < maxRows && size.bytes() < maxBytes) {
            source.row(0);
            if (!skipToLine()) {
                break;
            }
            source.row(++rowOfLine);
            if (Memory.getByte(at) != '{') {
                throw source.expected("a row that begins with '{'", at, null);
            }
            at = NestedReaders.readObject(at, rows++, source, readers, skipped, names, null);
            afterLine = true;
        }
        return rows;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        batch.close();
        for (ValueReader reader : wanted) {
            reader.close();
        }
        scratch.close();
        source.close();
    }
}

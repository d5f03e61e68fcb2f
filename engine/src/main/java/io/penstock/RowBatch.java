package io.penstock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;

/**
 * The batch that rows are put together in: it owns the vectors, and has them taken when it is full. All or nothing per row: a row
 * that is refused, or begun and not ended, leaves the batch as it was before. One thread at a time.
 *
 * <p>It keeps the memory of its fullest batch until it is closed.
 */
final class RowBatch implements AutoCloseable {
    /** Takes full batches. */
    interface Drain {
        /** Uses {@link #vectors} and calls {@link #reset}. When it throws, the batch is closed. */
        void take(RowBatch full) throws IOException;
    }

    private static final int FIRST_ROWS = 64;

    private final int maxRows;
    private final long maxBytes;
    private final Drain drain;
    private final Schema schema;
    private final Map<Long, Dictionary> dictionaries = new HashMap<>();
    private final VectorSchemaRoot vectors;
    private final ColumnAppender[] columns;
    private final ColumnAppender[] varyingColumns;
    private final long fixedRowBits;
    private final DictionaryValues[] dictionaryValues;
    private final DictionaryProvider provider;
    private final RowAppender appender;

    /** How many rows there is room for. */
    private int room;

    /** The bytes of all the buffers of the vectors and dictionaries: the values have no more. */
    private long bufferBytes;

    private int rows;
    private long rowsBefore;
    private boolean finished;
    private boolean closed;

    /**
     * Takes no memory until the first row.
     *
     * @param schema the table's, in message format
     * @param allocator of the vectors
     * @param maxRows how many rows make a full batch
     * @param maxBytes how many bytes of values make a full batch, which the last row may exceed. The vectors take at most three times
     *     as many, since a buffer that is full is copied to one of twice its size
     * @param drain takes the full batches
     * @throws IllegalArgumentException if rows cannot fill a column of that type; names the column
     */
    RowBatch(Schema schema, BufferAllocator allocator, int maxRows, long maxBytes, Drain drain) {
        if (maxRows < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("a batch of " + maxRows + " rows and " + maxBytes + " bytes");
        }
        this.maxRows = maxRows;
        this.maxBytes = maxBytes;
        this.drain = drain;
        this.schema = schema;
        vectors = new VectorSchemaRoot(schema.getFields().stream()
                .map(field -> DictionaryUtility.toMemoryFormat(field, allocator, dictionaries)
                        .createVector(allocator))
                .collect(Collectors.toList()));
        columns = new ColumnAppender[schema.getFields().size()];
        Columns appenders = new Columns(this, dictionaries);
        for (int i = 0; i < columns.length; i++) {
            Field field = schema.getFields().get(i);
            columns[i] = appenders.appender(field.getName(), field, vectors.getVector(i));
        }
        varyingColumns =
                Arrays.stream(columns).filter(column -> column.fixedBits() < 0).toArray(ColumnAppender[]::new);
        fixedRowBits = Arrays.stream(columns)
                .mapToLong(column -> Math.max(0, column.fixedBits()))
                .sum();
        dictionaryValues = appenders.values().toArray(new DictionaryValues[0]);
        provider = new DictionaryProvider.MapDictionaryProvider(
                dictionaries.values().toArray(new Dictionary[0]));
        appender = new RowAppender(this);
    }

    /** The table's, in message format. */
    Schema schema() {
        return schema;
    }

    /** Begins a row; one that was begun and not ended is dropped. Always the same object. */
    RowAppender row() {
        dropBegun();
        return appender;
    }

    /** Whether a row was begun and {@link RowAppender#endRow} is missing; a row that was refused is not waited for. */
    boolean rowAwaitsEnd() {
        return appender.awaitsEnd();
    }

    /** Whether a row was begun, or refused, and not ended. */
    boolean rowBegun() {
        return appender.begun();
    }

    /**
     * Appends a row with a value for each column, of the Java types that {@link RowAppender#setObject} lists. A row that was begun
     * and not ended is dropped.
     *
     * @throws IllegalArgumentException if the row is refused; the batch is as it was
     * @throws IOException if memory ran out, and the batch is as it was; or what the drain throws
     */
    void append(Object[] row) throws IOException {
        dropBegun();
        appender.pause();
        if (row == null || row.length != columns.length) {
            throw new IllegalArgumentException(wrongArity(row));
        }
        int set = 0;
        try {
            ColumnAppender[] columns = open();
            for (; set < columns.length; set++) {
                set(columns[set], row[set]);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            if (set < columns.length) {
                dropRow();
            }
        }
        endRow();
    }

    /**
     * Names the appenders of the commonest types, which C2 inlines then instead of calling them at each value: rows of lineitem take 55
     * to 62 ns, and 66 without.
     */
    private static void set(ColumnAppender column, Object value) {
        if (column instanceof BytesAppender.Offsets strings) {
            strings.setObject(value);
        } else if (column instanceof IntegerAppender.Longs longs) {
            longs.setObject(value);
        } else if (column instanceof FloatAppender.Doubles doubles) {
            doubles.setObject(value);
        } else if (column instanceof TemporalAppenders.Days days) {
            days.setObject(value);
        } else if (column instanceof IntegerAppender.Ints ints) {
            ints.setObject(value);
        } else {
            column.setObject(value);
        }
    }

    private String wrongArity(Object[] row) {
        return "row " + rowNumber() + (row == null ? " is null" : " has " + row.length + " values") + " and the table "
                + columns.length + " columns (" + names() + ")";
    }

    String names() {
        return schema.getFields().stream().map(Field::getName).collect(Collectors.joining(", "));
    }

    /** Closes the vectors, as {@link #close} does, and knows nothing of this batch. */
    AutoCloseable memory() {
        VectorSchemaRoot root = vectors;
        Map<Long, Dictionary> ofRoot = dictionaries;
        return () -> close(root, ofRoot);
    }

    private static void close(VectorSchemaRoot vectors, Map<Long, Dictionary> dictionaries) {
        vectors.close();
        dictionaries.values().forEach(dictionary -> dictionary.getVector().close());
    }

    /** The number of rows in the batch. */
    int rows() {
        return rows;
    }

    /** The number of the next row to end, from 0 over all batches. */
    long rowNumber() {
        return rowsBefore + rows;
    }

    /** The bytes of the values in the batch, with those that it added to the dictionaries. */
    long bytes() {
        long bytes = rows * fixedRowBits >>> 3;
        for (ColumnAppender column : varyingColumns) {
            bytes += column.bytes();
        }
        for (DictionaryValues dictionary : dictionaryValues) {
            bytes += dictionary.addedBytes();
        }
        return bytes;
    }

    boolean isFull() {
        return rows >= maxRows || bytes() >= maxBytes || isDictionaryFull();
    }

    private boolean isDictionaryFull() {
        for (DictionaryValues dictionary : dictionaryValues) {
            if (dictionary.isFull()) {
                return true;
            }
        }
        return false;
    }

    /** Drops the rows from {@code newRows} on. */
    private void truncate(int newRows) {
        appender.forget();
        if (closed) {
            return;
        }
        for (ColumnAppender column : columns) {
            column.truncate(newRows);
        }
        for (DictionaryValues dictionary : dictionaryValues) {
            dictionary.drop();
        }
        rows = newRows;
    }

    /**
     * The rows as a batch, until {@link #reset}; no row is appended before that. A row that was begun and not ended is dropped.
     */
    VectorSchemaRoot vectors() {
        requireOpen();
        if (!finished) {
            dropBegun();
            appender.pause();
            finished = true;
            for (ColumnAppender column : columns) {
                column.finish();
            }
            for (DictionaryValues dictionary : dictionaryValues) {
                dictionary.finish();
            }
            vectors.setRowCount(rows);
        }
        return vectors;
    }

    /** The dictionaries of {@link #vectors}. */
    DictionaryProvider dictionaries() {
        return provider;
    }

    /** Empties the batch. */
    void reset() {
        requireOpen();
        rowsBefore += rows;
        finished = false;
        truncate(0);
        for (DictionaryValues dictionary : dictionaryValues) {
            dictionary.reset(maxBytes);
        }
    }

    /** Frees the vectors; a second call does nothing. The appender of typed rows refuses whatever it is given from now on. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            appender.forget();
            close(vectors, dictionaries);
        }
    }

    // For the appenders.

    /** The columns, with room for one row more. */
    ColumnAppender[] open() {
        requireOpen();
        if (finished) {
            throw new IllegalStateException("the batch of row " + rowNumber() + " is in use");
        }
        if (rows == room) {
            int grown = (int) Math.min(maxRows, Math.max(FIRST_ROWS, 2L * room));
            if (grown == rows) {
                throw new IllegalStateException("the batch is full");
            }
            for (ColumnAppender column : columns) {
                column.resize(grown);
            }
            room = grown;
        }
        return columns;
    }

    void endRow() throws IOException {
        rows++;
        for (DictionaryValues dictionary : dictionaryValues) {
            dictionary.keep();
        }
        // What the values have is counted only when it may be enough.
        if (rows == room || bufferBytes >= maxBytes && bytes() >= maxBytes || isDictionaryFull()) {
            appender.pause();
            if (isFull()) {
                drain.take(this);
            }
        }
    }

    /** Says that the buffers of a vector have become so much larger. */
    void addBufferBytes(long more) {
        bufferBytes += more;
    }

    /** The row that is being put together cannot be ended any more. */
    void spoilRow() {
        appender.spoil();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the writer is closed");
        }
    }

    void dropBegun() {
        if (appender.begun()) {
            dropRow();
        }
    }

    private void dropRow() {
        truncate(rows);
    }
}

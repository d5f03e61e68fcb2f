package io.penstock.format;

import io.penstock.buffer.BufferPool;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a decoder needs to know.
 *
 * @param name of the file, for messages
 * @param schema the table's; every file of the table has it
 * @param options the format's own, as they were when the file was written
 * @param columns the names of the top-level columns to read, in the order to return them; null for all
 * @param batchRows the most rows of a batch, where the format leaves that to the reader
 * @param batchBytes the bytes of vectors at which a batch ends early, where the format leaves that to the reader
 * @param allocator for the vectors of the batch
 * @param pool for what is read and not yet decoded
 * @param test of the rows: those that do not pass it may be left out, where that saves work; null if all rows are wanted
 * @param aheadBytes how much of the allocator's memory may hold bytes of the input before they are needed; 0 for none
 */
public record ReadContext(
        String name,
        Schema schema,
        Map<String, String> options,
        List<String> columns,
        int batchRows,
        long batchBytes,
        BufferAllocator allocator,
        BufferPool pool,
        RowTest test,
        long aheadBytes) {
    /** All rows, and nothing ahead. */
    public ReadContext(
            String name,
            Schema schema,
            Map<String, String> options,
            List<String> columns,
            int batchRows,
            long batchBytes,
            BufferAllocator allocator,
            BufferPool pool) {
        this(name, schema, options, columns, batchRows, batchBytes, allocator, pool, null, 0);
    }

    /**
     * Which of a file's columns to read: their positions, in the order to return them.
     *
     * @throws IllegalArgumentException if one is not there, or is asked for twice
     */
    public int[] positions(List<Field> fields) {
        if (columns == null) {
            return IntStream.range(0, fields.size()).toArray();
        }
        if (columns.stream().distinct().count() < columns.size()) {
            throw new IllegalArgumentException("a column is asked for twice: " + columns);
        }
        List<String> names = fields.stream().map(Field::getName).toList();
        return columns.stream()
                .mapToInt(column -> {
                    int position = names.indexOf(column);
                    if (position < 0) {
                        throw new IllegalArgumentException("no column '" + column + "'; there are " + names);
                    }
                    return position;
                })
                .toArray();
    }
}

package io.penstock.bench;

import io.penstock.TableFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Some rows of lineitem as objects and as Arrow batches, of which inserts of any size are made by repeating them: with decimals for
 * Parquet, which has such, else without. Closes its batches.
 */
record TableInput(TableFormat format, Object[][] rows, List<VectorSchemaRoot> batches) implements AutoCloseable {
    /** The first {@code count} rows. */
    static TableInput of(TableFormat format, int count, BufferAllocator allocator) {
        if (format == TableFormat.PARQUET) {
            return new TableInput(
                    format,
                    DecimalLineItems.rows(count),
                    DecimalLineItems.batches(count, LineItems.BATCH_ROWS, allocator));
        }
        Object[][] rows = LineItems.rows(count);
        return new TableInput(format, rows, LineItems.batches(rows, LineItems.BATCH_ROWS, allocator));
    }

    static Schema schema(TableFormat format) {
        return format == TableFormat.PARQUET ? DecimalLineItems.SCHEMA : LineItems.SCHEMA;
    }

    /** The insert number {@code index} of {@code count} rows each. */
    Object[][] rows(int index, int count) {
        Object[][] chosen = new Object[count][];
        for (int i = 0; i < count; i++) {
            chosen[i] = rows[(int) (((long) index * count + i) % rows.length)];
        }
        return chosen;
    }

    /** As {@link #rows(int, int)}, where batches do not end within inserts. */
    List<VectorSchemaRoot> batches(int index, int count) {
        int length = (count + LineItems.BATCH_ROWS - 1) / LineItems.BATCH_ROWS;
        List<VectorSchemaRoot> chosen = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            chosen.add(batches.get((index * length + i) % batches.size()));
        }
        return chosen;
    }

    /**
     * Compares a file with all rows.
     *
     * @throws IllegalStateException naming the first difference
     */
    void requireSameRows(String contender, byte[] file, BufferAllocator allocator) throws IOException, SQLException {
        switch (format) {
            case JSON -> new JsonCheck(rows, LineItems.BATCH_ROWS).requireSameRows(contender, file);
            case ARROW -> ArrowCheck.requireSameRows(contender, batches, file, allocator);
            case PARQUET -> {
                Path written = Files.createTempFile(Device.File.directory(), "penstock-bench-", ".parquet");
                try (DuckDbLineItems judge = new DuckDbLineItems(rows.length)) {
                    judge.requireSameRows(contender, Files.write(written, file));
                } finally {
                    Files.delete(written);
                }
            }
        }
    }

    @Override
    public void close() {
        batches.forEach(VectorSchemaRoot::close);
    }
}

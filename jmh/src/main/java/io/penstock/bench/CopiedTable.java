package io.penstock.bench;

import io.penstock.TableFormat;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;

/**
 * The path that Penstock replaces: all rows of an insert become bytes on the heap, these become the storage's buffer, and that becomes
 * the one file of the table, in place of what was there. No check, no checksum, no transaction. The bytes are made by the best of each
 * format's libraries: DSL-JSON, arrow-java, parquet-java.
 */
final class CopiedTable implements AutoCloseable {
    private final TableFormat format;
    private final CopiedStore store;
    private final DslJsonWriter json = new DslJsonWriter();
    private final VectorSchemaRoot batch;
    private final LineItemVectors vectors;
    private final ParquetJavaFile parquet = new ParquetJavaFile("zstd", ParquetWriteBenchmark.ROW_GROUP_ROWS);
    private long copied;
    private long written;

    /** @param store stays open when it closes */
    CopiedTable(TableFormat format, CopiedStore store, BufferAllocator allocator) {
        this.format = format;
        this.store = store;
        this.batch = VectorSchemaRoot.create(LineItems.SCHEMA, allocator);
        this.vectors = LineItemVectors.of(batch);
    }

    /** Returns the bytes of the file. */
    long insert(Object[][] rows) throws IOException {
        Device.Capture all = new Device.Capture();
        switch (format) {
            case JSON -> json.write(rows, LineItems.BATCH_ROWS, all);
            case ARROW -> arrow(rows, all);
            case PARQUET -> parquet.write(rows, all);
        }
        return store(all);
    }

    /** Returns the bytes of the file. */
    long insert(List<VectorSchemaRoot> batches) throws IOException {
        Device.Capture all = new Device.Capture();
        switch (format) {
            case JSON -> json.write(batches.stream().map(LineItemVectors::of).toList(), all);
            case ARROW -> ArrowJavaFile.write(batches, all);
            case PARQUET -> parquet.write(batches, all);
        }
        return store(all);
    }

    private void arrow(Object[][] rows, Device out) throws IOException {
        // Not closed: that would close `out`, and `batch`, which the next insert fills.
        ArrowFileWriter file = new ArrowFileWriter(batch, new MapDictionaryProvider(), out);
        file.start();
        for (int from = 0; from < rows.length; from += LineItems.BATCH_ROWS) {
            vectors.fill(rows, from, Math.min(LineItems.BATCH_ROWS, rows.length - from));
            file.writeBatch();
        }
        file.end();
    }

    private long store(Device.Capture all) throws IOException {
        byte[] bytes = all.toByteArray();
        byte[] storage = bytes.clone();
        store.replace(storage);
        copied += all.copiedBytes() + (2L + store.copies()) * bytes.length;
        written += bytes.length;
        return bytes.length;
    }

    /** How often each byte that was written has been copied, after it was made. */
    double copies() {
        return (double) copied / written;
    }

    @Override
    public void close() {
        parquet.close();
        batch.close();
    }
}

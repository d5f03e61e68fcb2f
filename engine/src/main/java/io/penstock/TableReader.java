package io.penstock;

import java.io.IOException;
import java.lang.ref.Cleaner;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Reads the table as it was when the reader was opened, batch by batch, in bounded memory. One thread at a time.
 *
 * <pre>{@code
 * while (reader.loadNextBatch()) use(reader.batch());
 * }</pre>
 */
public final class TableReader implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final TableName table;
    private final TableScan scan;
    private final Cleaner.Cleanable leak;

    TableReader(TableName table, TableScan scan) {
        this.table = table;
        this.scan = scan;
        this.leak = CLEANER.register(this, scan::abandon);
    }

    /** The columns that it returns: a dictionary-encoded field has the type of its values. */
    public Schema schema() {
        return scan.schema();
    }

    /** The version of the table that it reads. */
    public long version() {
        return scan.version();
    }

    /**
     * Loads the next rows, at least one.
     *
     * @return false at the end
     * @throws io.penstock.format.CorruptFileException if a data file is not what was written: names it
     */
    public boolean loadNextBatch() throws IOException {
        return scan.loadNext();
    }

    /**
     * The rows that {@link #loadNextBatch} loaded. The reader owns them: they are good until the next call of it. It may be another object each
     * time.
     */
    public VectorSchemaRoot batch() {
        return scan.batch();
    }

    /** The dictionaries of the batch's dictionary-encoded columns; good as long as the batch. */
    public DictionaryProvider dictionaries() {
        return scan.dictionaries();
    }

    /** What the reader has done until now. */
    public ReadReceipt receipt() {
        return scan.receipt();
    }

    /** Frees the batch; a second call does nothing. */
    @Override
    public void close() throws IOException {
        scan.close();
        leak.clean();
    }

    @Override
    public String toString() {
        return "reader of " + table + " at version " + version();
    }
}

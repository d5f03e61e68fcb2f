package io.penstock;

import io.penstock.buffer.ArrowMemory;
import io.penstock.buffer.Reservation;
import io.penstock.format.BatchDecoder;
import io.penstock.format.CorruptFileException;
import io.penstock.format.Format;
import io.penstock.format.ReadContext;
import io.penstock.log.DataFile;
import io.penstock.log.Snapshot;
import io.penstock.log.TableMetadata;
import io.penstock.storage.Source;
import io.penstock.storage.StoragePath;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** What a {@link TableReader} has open: one data file of its snapshot after the other. */
final class TableScan {
    /** What a decoder holds of its input at a time. */
    private static final int INPUT_BUFFERS = 4;

    private final Penstock engine;
    private final TableName table;
    private final Snapshot snapshot;
    private final ReadOptions options;
    private final Settings settings;
    private final Schema schema;
    private final Format format;
    private final Reservation reservation;
    private final BufferAllocator allocator;
    private final Iterator<DataFile> remaining;
    private final VectorSchemaRoot nothing;
    private DataFile file;
    private Source source;
    private BatchDecoder decoder;
    private long rowsLeft;
    private long rowsOfFile;
    private volatile String over;

    /** Takes ownership of {@code reservation}. */
    TableScan(
            Penstock engine,
            TableName table,
            Snapshot snapshot,
            Schema schema,
            ReadOptions options,
            Settings settings,
            Reservation reservation) {
        this.engine = engine;
        this.table = table;
        this.snapshot = snapshot;
        this.options = options;
        this.settings = settings;
        this.schema = schema;
        this.format = TableFormat.ofProvider(snapshot.metadata().provider()).implementation();
        this.reservation = reservation;
        this.allocator =
                ArrowMemory.newChild(engine.allocator(), "reader of " + table, reservation, settings.batchBytes() * 2);
        this.remaining = snapshot.files().iterator();
        this.nothing = VectorSchemaRoot.create(schema, allocator);
        this.rowsLeft = options.limit();
    }

    /** What a reader reserves: a batch, which may be growing, and what of the file is being decoded. */
    static long reservationBytes(Settings settings) {
        return settings.batchBytes() * 2 + (long) INPUT_BUFFERS * settings.bufferBytes();
    }

    /**
     * The columns that {@code options} asks for.
     *
     * @throws IllegalArgumentException naming one that the table does not have, and those that it has
     */
    static Schema project(TableName table, TableMetadata metadata, ReadOptions options) {
        Schema schema =
                TableFormat.ofProvider(metadata.provider()).implementation().decoded(metadata.schema());
        if (options.columns() == null) {
            return schema;
        }
        List<Field> fields = new ArrayList<>();
        for (String column : options.columns()) {
            List<Field> named = schema.getFields().stream()
                    .filter(field -> field.getName().equals(column))
                    .toList();
            if (named.size() != 1) {
                throw new IllegalArgumentException("table " + table + " has "
                        + (named.isEmpty() ? "no" : "more than one") + " column '" + column + "'; its columns are "
                        + String.join(
                                ", ",
                                schema.getFields().stream().map(Field::getName).toList()));
            }
            fields.add(named.get(0));
        }
        return new Schema(fields, schema.getCustomMetadata());
    }

    Schema schema() {
        return schema;
    }

    long version() {
        return snapshot.version();
    }

    VectorSchemaRoot batch() {
        return decoder == null ? nothing : decoder.batch();
    }

    DictionaryProvider dictionaries() {
        return decoder == null ? new DictionaryProvider.MapDictionaryProvider() : decoder.dictionaries();
    }

    boolean loadNext() throws IOException {
        if (over != null) {
            throw new IllegalStateException("the reader of " + table + " " + over);
        }
        while (rowsLeft > 0) {
            if (decoder == null) {
                if (!remaining.hasNext()) {
                    return false;
                }
                open(remaining.next());
            }
            if (decoder.loadNext()) {
                int rows = decoder.batch().getRowCount();
                rowsOfFile += rows;
                if (rows > rowsLeft) {
                    decoder.batch().setRowCount((int) rowsLeft);
                }
                rowsLeft -= Math.min(rows, rowsLeft);
                if (rows > 0) {
                    return true;
                }
            } else {
                requireAllRows();
                closeFile();
            }
        }
        closeFile();
        return false;
    }

    void close() throws IOException {
        end("is closed");
    }

    void closeByEngine() throws IOException {
        end("was closed with its Penstock");
    }

    /** Frees what a reader that nobody holds any more has open. */
    void abandon() {
        try {
            end("was abandoned");
        } catch (IOException e) {
            // Nobody is there to tell, and reading leaves nothing on storage.
            return;
        }
    }

    private synchronized void end(String reason) throws IOException {
        if (over != null) {
            return;
        }
        over = reason;
        try {
            closeFile();
        } finally {
            nothing.close();
            allocator.close();
            reservation.close();
            engine.forget(this);
        }
    }

    private void open(DataFile next) throws IOException {
        file = next;
        rowsOfFile = 0;
        String path = StoragePath.resolve(table.directory(), next.path());
        try {
            source = engine.fileSystem().openForRead(path);
        } catch (NoSuchFileException e) {
            throw new CorruptFileException(
                    path,
                    "version " + snapshot.version() + " of table " + table + " has this file, and it is not there",
                    e);
        }
        if (settings.verify()) {
            Checksum.verify(source, next, engine.bufferPool());
        }
        decoder = format.decoder(
                source,
                new ReadContext(
                        path,
                        snapshot.metadata().schema(),
                        snapshot.metadata().options(),
                        options.columns(),
                        settings.batchRows(),
                        settings.batchBytes(),
                        allocator,
                        engine.bufferPool()));
    }

    private void requireAllRows() throws CorruptFileException {
        if (rowsOfFile != file.rows()) {
            throw new CorruptFileException(
                    source.path(), "it has " + rowsOfFile + " rows, and the log says " + file.rows());
        }
    }

    private void closeFile() throws IOException {
        Source open = source;
        source = null;
        try {
            if (decoder != null) {
                decoder.close();
                decoder = null;
            }
        } finally {
            if (open != null) {
                open.close();
            }
        }
    }
}

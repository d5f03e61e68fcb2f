package io.penstock;

import io.penstock.buffer.ArrowMemory;
import io.penstock.buffer.Reservation;
import io.penstock.format.BatchDecoder;
import io.penstock.format.CorruptFileException;
import io.penstock.format.Format;
import io.penstock.format.Predicate;
import io.penstock.format.Pruned;
import io.penstock.format.ReadContext;
import io.penstock.format.RowTest;
import io.penstock.log.DataFile;
import io.penstock.log.DeltaBounds;
import io.penstock.log.Snapshot;
import io.penstock.log.TableMetadata;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Source;
import io.penstock.storage.StoragePath;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a {@link TableReader} has open: one data file of its snapshot after the other. One thread at a time; it ends at the first
 * failure.
 */
final class TableScan {
    /** How long closing the engine waits for another thread's call to come to an end. */
    private static final long CLOSE_WAIT_MILLIS = 30_000;

    /** What a decoder holds of its input at a time. */
    private static final int INPUT_BUFFERS = 4;

    private final Penstock engine;
    private final TableName table;
    private final Snapshot snapshot;
    private final List<String> columns;
    private final RowTest test;
    private final Settings settings;
    private final Schema schema;
    private final Format format;
    private final Reservation reservation;
    private final long aheadBytes;
    private final BufferAllocator allocator;
    private final Iterator<DataFile> remaining;
    private final VectorSchemaRoot nothing;
    private DataFile file;
    private Source source;
    private BatchDecoder decoder;
    /** Null if all rows are wanted. */
    private final SelectedRows selected;

    private long rowsLeft;
    private long rowsOfFile;
    private long rowsReturned;
    private long rowsRead;
    private long filesOpened;
    private long filesSkipped;
    private Pruned pruned = Pruned.NONE;
    private Source.Traffic traffic = Source.Traffic.NONE;
    private final Occupancy occupancy;
    private volatile String over;
    private Throwable cause;
    private volatile boolean cancelled;

    /** Takes ownership of {@code reservation}, unless it throws. */
    TableScan(
            Penstock engine,
            TableName table,
            Snapshot snapshot,
            Schema schema,
            RowTest test,
            ReadOptions options,
            Settings settings,
            Reservation reservation) {
        this.engine = engine;
        this.table = table;
        this.snapshot = snapshot;
        this.columns = columns(options.columns(), test);
        this.test = test;
        this.settings = settings;
        this.schema = schema;
        this.format = TableFormat.ofProvider(snapshot.metadata().provider()).implementation();
        this.reservation = reservation;
        this.aheadBytes = aheadBytes(engine.fileSystem(), snapshot.metadata(), settings, reservation);
        this.allocator = ArrowMemory.newChild(
                engine.allocator(),
                "reader of " + table,
                reservation,
                reservation.bytes() - inputBytes(engine.fileSystem(), settings));
        this.remaining = snapshot.files().iterator();
        this.occupancy = new Occupancy("the reader of " + table);
        this.rowsLeft = options.limit();
        try {
            this.nothing = VectorSchemaRoot.create(schema, allocator);
            this.selected = test == null ? null : new SelectedRows(test, schema, allocator);
        } catch (RuntimeException | Error e) {
            allocator.close();
            throw e;
        }
    }

    /** What a reader reserves: a batch, which may be growing, the decoder's memory, and what of the file is being decoded or checked. */
    static long reservationBytes(FileSystem files, Snapshot snapshot, Settings settings, RowTest test) {
        TableMetadata metadata = snapshot.metadata();
        Format format = TableFormat.ofProvider(metadata.provider()).implementation();
        Map<String, String> options = TableFormat.options(metadata, settings);
        // The rows that pass are a batch of their own.
        int batches = test == null ? 2 : 3;
        return settings.batchBytes() * batches
                + format.decoderBytes(metadata.schema(), options)
                + (isFetched(files) ? format.fetchedBytes(metadata.schema(), options) : 0)
                + inputBytes(files, settings)
                + (settings.verify() ? checkingBytes(snapshot) : 0);
    }

    /** The reader's name in a message about memory: it says what makes the store's part smaller. */
    static String owner(TableName table, FileSystem files) {
        return "the reader of " + table
                + (files.sourceBytes() == 0
                        ? ""
                        : " (what it fetches: " + files.sourceBytes() + " bytes, by "
                                + Setting.S3_READ_BYTES.property() + " and " + Setting.S3_READS_IN_FLIGHT.property()
                                + ")");
    }

    private static long checkingBytes(Snapshot snapshot) {
        return snapshot.files().stream()
                .mapToLong(CheckedSource::memoryBytes)
                .max()
                .orElse(0);
    }

    private static long inputBytes(FileSystem files, Settings settings) {
        return (long) INPUT_BUFFERS * settings.bufferBytes() + files.sourceBytes();
    }

    /** Whether the bytes of files have to be brought before they can be decoded. */
    private static boolean isFetched(FileSystem files) {
        return files.sourceBytes() > 0;
    }

    /** Adds to the reservation what makes reading faster, if there is room for it now. */
    private static long aheadBytes(
            FileSystem files, TableMetadata metadata, Settings settings, Reservation reservation) {
        if (!isFetched(files)) {
            return 0;
        }
        Format format = TableFormat.ofProvider(metadata.provider()).implementation();
        long bytes = format.aheadBytes(metadata.schema(), TableFormat.options(metadata, settings));
        return reservation.tryGrow(bytes) ? bytes : 0;
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
            if (fields.contains(named.get(0))) {
                throw new IllegalArgumentException("column '" + column + "' of table " + table + " is asked for twice");
            }
            fields.add(named.get(0));
        }
        return new Schema(fields, schema.getCustomMetadata());
    }

    /**
     * What the rows that {@code options} asks for pass; null if it is all rows.
     *
     * @throws IllegalArgumentException if it does not fit the table's columns
     */
    static RowTest test(TableMetadata metadata, ReadOptions options) {
        Predicate where = options.where();
        Format format = TableFormat.ofProvider(metadata.provider()).implementation();
        return where == null ? null : RowTest.of(where, format.decoded(metadata.schema()));
    }

    /** The columns that are asked for, and then those that are only tested; null for all. */
    private static List<String> columns(List<String> asked, RowTest test) {
        if (asked == null || test == null) {
            return asked;
        }
        Set<String> columns = new LinkedHashSet<>(asked);
        columns.addAll(test.columns());
        return List.copyOf(columns);
    }

    Schema schema() {
        return schema;
    }

    long version() {
        return snapshot.version();
    }

    ReadReceipt receipt() {
        Pruned all = decoder == null ? pruned : pruned.plus(decoder.pruned());
        Source.Traffic sent = source == null ? traffic : traffic.plus(source.traffic());
        return new ReadReceipt(
                rowsReturned,
                rowsRead,
                filesOpened,
                filesSkipped,
                all.rowGroups(),
                all.pages(),
                sent.requests(),
                sent.bytes());
    }

    VectorSchemaRoot batch() {
        if (decoder == null) {
            return nothing;
        }
        return selected == null ? decoder.batch() : selected.batch();
    }

    DictionaryProvider dictionaries() {
        return decoder == null ? new DictionaryProvider.MapDictionaryProvider() : decoder.dictionaries();
    }

    boolean loadNext() throws IOException {
        occupancy.enter();
        try {
            requireOpen();
            return load();
        } catch (Throwable e) {
            fail(e);
            throw e;
        } finally {
            occupancy.exit();
        }
    }

    private void requireOpen() {
        if (over != null) {
            throw new IllegalStateException(
                    "the reader of " + table + " " + over + (cause == null ? "" : ": " + cause), cause);
        }
        if (cancelled) {
            throw new IllegalStateException("the reader of " + table + " is being closed with its Penstock");
        }
    }

    private boolean load() throws IOException {
        while (rowsLeft > 0) {
            if (decoder == null) {
                if (!remaining.hasNext()) {
                    return false;
                }
                DataFile next = remaining.next();
                if (cannotHave(next)) {
                    filesSkipped++;
                    continue;
                }
                open(next);
            }
            if (selected != null) {
                selected.clear();
            }
            if (decoder.loadNext()) {
                int rows = take();
                rowsLeft -= rows;
                rowsReturned += rows;
                if (rows > 0) {
                    return true;
                }
                // Batches of which no row passes may be many.
                requireOpen();
            } else {
                requireAllRows();
                closeFile();
            }
        }
        closeFile();
        return false;
    }

    /** Whether the log's statistics say that no row of the file passes. */
    private boolean cannotHave(DataFile next) {
        if (test == null) {
            return false;
        }
        DeltaBounds bounds = DeltaBounds.of(snapshot.metadata().schema(), next);
        return test.outcome(column -> column.outcome(bounds.of(column.column()))) == RowTest.Outcome.NONE;
    }

    /** Makes of the decoder's batch what is returned of it, and says how many rows that is. */
    private int take() {
        int rows = decoder.batch().getRowCount();
        rowsOfFile += rows;
        rowsRead += rows;
        if (selected != null) {
            return selected.select(rowsLeft);
        }
        if (rows > rowsLeft) {
            decoder.batch().setRowCount((int) rowsLeft);
        }
        return (int) Math.min(rows, rowsLeft);
    }

    void close() throws IOException {
        if (over == null) {
            occupancy.enter();
            try {
                end("is closed");
            } finally {
                occupancy.exit();
            }
        }
    }

    /** Closes the reader from whatever thread closes the engine. */
    void closeByEngine() throws IOException {
        cancelled = true;
        if (!occupancy.enterWithin(CLOSE_WAIT_MILLIS)) {
            throw new IOException("the reader of " + table + " is still in a call after " + CLOSE_WAIT_MILLIS
                    + " ms; it closes when that ends");
        }
        try {
            end("was closed with its Penstock");
        } finally {
            occupancy.exit();
        }
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

    private void fail(Throwable e) {
        if (over == null) {
            cause = e;
            end("has failed", new Cleanup(e));
        }
    }

    private void end(String reason) throws IOException {
        Cleanup cleanup = new Cleanup();
        end(reason, cleanup);
        cleanup.throwFailure("closing the reader of " + table);
    }

    private synchronized void end(String reason, Cleanup cleanup) {
        if (over == null) {
            over = reason;
            cleanup.attempt(this::closeFile);
            cleanup.attempt(nothing::close);
            if (selected != null) {
                cleanup.attempt(selected::close);
            }
            cleanup.attempt(allocator::close);
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
            source = CheckedSource.of(source, next, engine.bufferPool(), allocator);
        }
        decoder = format.decoder(
                source,
                new ReadContext(
                        path,
                        snapshot.metadata().schema(),
                        TableFormat.options(snapshot.metadata(), settings),
                        columns,
                        settings.batchRows(),
                        settings.batchBytes(),
                        allocator,
                        engine.bufferPool(),
                        test,
                        aheadBytes));
        filesOpened++;
        if (selected != null) {
            selected.begin(decoder);
        }
    }

    private void requireAllRows() throws CorruptFileException {
        long rows = rowsOfFile + decoder.pruned().rows();
        if (rows != file.rows()) {
            throw new CorruptFileException(source.path(), "it has " + rows + " rows, and the log says " + file.rows());
        }
    }

    private void closeFile() throws IOException {
        Source open = source;
        source = null;
        try {
            if (decoder != null) {
                if (selected != null) {
                    selected.end();
                }
                pruned = pruned.plus(decoder.pruned());
                decoder.close();
                decoder = null;
            }
        } finally {
            if (open != null) {
                traffic = traffic.plus(open.traffic());
                open.close();
            }
        }
    }
}

package io.penstock;

import io.penstock.buffer.ArrowMemory;
import io.penstock.buffer.Reservation;
import io.penstock.format.BatchCheck;
import io.penstock.format.BatchEncoder;
import io.penstock.format.ColumnStatistics;
import io.penstock.format.Format;
import io.penstock.format.StatisticsCollector;
import io.penstock.format.Workers;
import io.penstock.format.WriteContext;
import io.penstock.log.CommitOutcomeUnknownException;
import io.penstock.log.DataFile;
import io.penstock.log.DeltaStatistics;
import io.penstock.log.Intent;
import io.penstock.log.LiveTransactions;
import io.penstock.log.ProcessIdentity;
import io.penstock.log.TableLog;
import io.penstock.log.TableMetadata;
import io.penstock.storage.FileSystem;
import io.penstock.storage.OutcomeUnknownException;
import io.penstock.storage.StoragePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * What a {@link TableWriter} has begun: its data files, their intents and its memory. It ends once, by {@link #commit} or by {@link #rollback},
 * and does not know the writer, so that a writer that nobody holds any more can be found and rolled back.
 */
final class WriteTransaction {
    private final Penstock engine;
    private final TableName table;
    private final TableLog log;
    private final TableMetadata metadata;
    private final Settings settings;
    private final Format format;
    private final String id = UUID.randomUUID().toString();
    private final String applicationId;
    private final Reservation reservation;
    private final BufferAllocator allocator;
    private final Workers workers;
    private final BatchCheck check;
    private final StatisticsCollector statistics;

    private final List<AutoCloseable> owned = new ArrayList<>();
    private final List<Intent> intents = new ArrayList<>();
    private final List<DataFile> finished = new ArrayList<>();
    private DataFileWriter current;
    /** The file that may appear when the transaction is over; null if there is none. */
    private String doubtful;

    private List<ColumnStatistics> columns = List.of();
    private long rows;
    private long batches;
    private long bytes;
    private long encodeNanos;
    private long writeNanos;
    private boolean committed;
    private boolean over;
    private boolean freed;

    /** Takes ownership of {@code reservation}, unless it throws. */
    WriteTransaction(
            Penstock engine,
            TableName table,
            TableLog log,
            TableMetadata metadata,
            Settings settings,
            String applicationId,
            Reservation reservation) {
        this.engine = engine;
        this.table = table;
        this.log = log;
        this.metadata = metadata;
        this.settings = settings;
        this.format = TableFormat.ofProvider(metadata.provider()).implementation();
        this.applicationId = applicationId;
        this.reservation = reservation;
        this.workers = engine.workers(settings.encodeThreads());
        this.check = new BatchCheck(metadata.schema());
        this.statistics = new StatisticsCollector(metadata.schema());
        this.allocator = ArrowMemory.newChild(
                engine.allocator(),
                "writer of " + table,
                reservation,
                reservation.bytes() - outputBytes(engine.fileSystem(), settings));
        LiveTransactions.begin(id);
    }

    /**
     * What a writer reserves: the rows being collected, what its encoder and the other threads hold, the buffer being filled and those on their
     * way to the store.
     *
     * @param encoderBytes as {@link #encoderBytes} says
     * @param workerBytes as {@link #workerBytes} says
     */
    static long reservationBytes(FileSystem files, Settings settings, long encoderBytes, long workerBytes) {
        // A full vector is copied to one of twice its size when it grows.
        return 3 * settings.batchBytes() + encoderBytes + workerBytes + outputBytes(files, settings);
    }

    private static long outputBytes(FileSystem files, Settings settings) {
        return (1L + files.maxBuffersInFlight()) * settings.bufferBytes() + files.sinkBytes();
    }

    /** What the table's encoder holds at most. */
    static long encoderBytes(TableMetadata metadata, Settings settings) {
        Format format = TableFormat.ofProvider(metadata.provider()).implementation();
        return format.encoderBytes(metadata.schema(), TableFormat.options(metadata, settings));
    }

    /** What encoding with more than one thread takes besides. */
    static long workerBytes(TableMetadata metadata, Settings settings) {
        int threads = settings.encodeThreads();
        if (threads == 1) {
            return 0;
        }
        Format format = TableFormat.ofProvider(metadata.provider()).implementation();
        Map<String, String> options = TableFormat.options(metadata, settings);
        return format.workerBytes(metadata.schema(), options, threads, settings.batchBytes());
    }

    /** The writer's name in a message about memory: it says what makes the largest parts smaller. */
    static String owner(
            TableName table, FileSystem files, TableMetadata metadata, long encoderBytes, long workerBytes) {
        List<String> parts = new ArrayList<>();
        switch (TableFormat.ofProvider(metadata.provider())) {
            case JSON -> {
                if (metadata.options().containsKey(Compression.OPTION)) {
                    parts.add("its codec: " + encoderBytes + " bytes, by the table's compression");
                }
            }
            case ARROW -> {
                if (encoderBytes > 0) {
                    parts.add("a batch being compressed: " + encoderBytes + " bytes, by "
                            + Setting.BATCH_BYTES.property());
                }
            }
            case PARQUET ->
                parts.add(
                        "its row groups: " + encoderBytes + " bytes, by " + Setting.PARQUET_ROW_GROUP_BYTES.property());
        }
        if (workerBytes > 0) {
            parts.add("its threads: " + workerBytes + " bytes, by " + Setting.ENCODE_THREADS.property());
        }
        if (files.sinkBytes() > 0) {
            parts.add("its file on the way: " + files.sinkBytes() + " bytes and " + files.maxBuffersInFlight()
                    + " buffers, by " + Setting.S3_PART_BYTES.property() + " and "
                    + Setting.S3_PARTS_IN_FLIGHT.property());
        }
        return "the writer of " + table + (parts.isEmpty() ? "" : " (" + String.join("; ", parts) + ")");
    }

    TableMetadata metadata() {
        return metadata;
    }

    BufferAllocator allocator() {
        return allocator;
    }

    /** The rows that were appended. */
    long rows() {
        return rows;
    }

    /** The bytes that were encoded. */
    long bytes() {
        return bytes + (current == null ? 0 : current.bytes());
    }

    /** Closes {@code memory}, which is of the {@link #allocator}, when the transaction ends; it may be closed before. */
    void own(AutoCloseable memory) {
        owned.add(memory);
    }

    /** Refuses a batch that is not one of the table, before anything of it is encoded. */
    void require(VectorSchemaRoot batch, DictionaryProvider dictionaries) {
        check.require(batch, dictionaries);
    }

    /** Encodes a batch that {@link #require} has passed; when it returns, the batch is the caller's alone. */
    void append(VectorSchemaRoot batch, DictionaryProvider dictionaries) throws IOException {
        if (batch.getRowCount() == 0) {
            return;
        }
        long start = System.nanoTime();
        if (current != null && !current.accepts(batch, dictionaries)) {
            finishFile();
        }
        if (current == null) {
            beginFile();
        }
        try {
            current.encode(batch, dictionaries);
        } catch (OutcomeUnknownException e) {
            doubtful = intents.get(intents.size() - 1).path();
            throw e;
        }
        // While the store takes the bytes.
        statistics.add(batch);
        current.settle();
        rows += batch.getRowCount();
        batches++;
        if (current.bytes() >= settings.fileBytes() || current.rows() >= settings.fileRows()) {
            finishFile();
        }
        encodeNanos += System.nanoTime() - start;
    }

    /**
     * Publishes what was appended.
     *
     * @throws CommitOutcomeUnknownException if the store did not say whether it did; nothing is rolled back then
     */
    CommitReceipt commit() throws IOException {
        long start = System.nanoTime();
        if (current != null) {
            finishFile();
        }
        TableLog.Commit commit;
        try {
            commit = finished.isEmpty() && applicationId == null
                    ? new TableLog.Commit(log.snapshot().version(), false)
                    : log.append(metadata, id, applicationId, finished);
        } catch (CommitOutcomeUnknownException e) {
            // The files may be the table's, so they stay; and so do their intents, for recovery to settle it.
            intents.clear();
            throw e;
        }
        committed = !commit.replayed();
        if (commit.replayed()) {
            Cleanup cleanup = new Cleanup();
            rollback(cleanup);
            cleanup.throwFailure("rolling back what had been committed before");
            return new CommitReceipt(
                    table,
                    commit.version(),
                    applicationId,
                    true,
                    0,
                    0,
                    0,
                    List.of(),
                    List.of(),
                    encodeNanos,
                    writeNanos,
                    System.nanoTime() - start);
        }
        CommitReceipt receipt = new CommitReceipt(
                table,
                commit.version(),
                applicationId == null ? id : applicationId,
                false,
                rows,
                batches,
                bytes,
                finished.stream()
                        .map(file -> new FileReceipt(
                                file.path(),
                                file.rows(),
                                file.bytes(),
                                file.checksums().whole()))
                        .toList(),
                columns,
                encodeNanos,
                writeNanos,
                System.nanoTime() - start);
        // It is committed whatever happens now: an intent that cannot be removed is recovery's.
        Cleanup ignored = new Cleanup();
        endIntents(ignored);
        free(ignored);
        return receipt;
    }

    /**
     * Removes everything that was begun and gives all memory back; does nothing if the transaction is over. What cannot be removed, or may appear
     * yet, stays named by its intent, for recovery.
     *
     * @param cleanup gathers what fails
     */
    synchronized void rollback(Cleanup cleanup) {
        withdraw(cleanup);
        free(cleanup);
    }

    /** The part of {@link #rollback} that concerns the store: the memory is still there, for a row that is being set in it. */
    synchronized void withdraw(Cleanup cleanup) {
        if (over) {
            return;
        }
        if (current != null) {
            DataFileWriter unfinished = current;
            current = null;
            cleanup.attempt(unfinished::close);
        }
        FileSystem files = engine.fileSystem();
        List<Intent> kept = new ArrayList<>();
        // What is the table's stays, whatever failed after that.
        for (Intent intent : committed ? List.<Intent>of() : intents) {
            String path = StoragePath.resolve(table.directory(), intent.path());
            boolean[] wasThere = new boolean[1];
            boolean removed = cleanup.attemptTwice(() -> wasThere[0] = files.remove(path));
            boolean discarded = cleanup.attemptTwice(() -> files.discard(path));
            boolean mayAppear = intent.path().equals(doubtful) && !wasThere[0];
            if (!removed || !discarded || mayAppear) {
                kept.add(intent);
            }
        }
        intents.removeAll(kept);
        endIntents(cleanup);
    }

    /** Rolls back for a writer that nobody holds any more; what cannot be removed keeps its intent, and there is nobody to tell. */
    void abandon() {
        rollback(new Cleanup());
    }

    private void beginFile() throws IOException {
        String extension = format.extension(TableFormat.options(metadata, settings));
        String path = String.format(Locale.ROOT, "part-%05d-%s.%s", intents.size(), id, extension);
        Intent intent = new Intent(id, path, ProcessIdentity.self());
        intents.add(intent);
        intent.create(engine.fileSystem(), table.directory());
        BatchEncoder encoder = format.encoder(new WriteContext(
                metadata.schema(),
                TableFormat.options(metadata, settings),
                settings.batchRows(),
                allocator,
                engine.bufferPool(),
                workers));
        try {
            current = new DataFileWriter(
                    encoder,
                    engine.fileSystem().openForWrite(StoragePath.resolve(table.directory(), path)),
                    engine.bufferPool());
        } catch (Throwable e) {
            encoder.close();
            throw e;
        }
    }

    /** Publishes the current file, unless it is one whose first batch was refused. */
    private void finishFile() throws IOException {
        if (current.rows() == 0) {
            DataFileWriter empty = current;
            current = null;
            empty.close();
            return;
        }
        String path = intents.get(intents.size() - 1).path();
        DataFileWriter file = current;
        try {
            file.finish();
        } catch (OutcomeUnknownException e) {
            doubtful = path;
            throw e;
        }
        List<ColumnStatistics> ofFile = statistics.statistics();
        statistics.reset();
        long earlier = finished.stream().mapToLong(DataFile::rows).sum();
        columns = finished.isEmpty() ? ofFile : ColumnStatistics.merge(columns, earlier, ofFile, file.rows());
        finished.add(new DataFile(
                path,
                file.bytes(),
                file.rows(),
                file.checksums(),
                DeltaStatistics.text(metadata.schema(), file.rows(), ofFile),
                System.currentTimeMillis()));
        bytes += file.bytes();
        writeNanos += file.writeNanos();
        current = null;
        file.close();
    }

    private void endIntents(Cleanup cleanup) {
        over = true;
        for (Intent intent : intents) {
            cleanup.attemptTwice(() -> intent.remove(engine.fileSystem(), table.directory()));
        }
        LiveTransactions.end(id);
    }

    private void free(Cleanup cleanup) {
        if (freed) {
            return;
        }
        freed = true;
        owned.forEach(memory -> cleanup.attempt(memory::close));
        cleanup.attempt(allocator::close);
        reservation.close();
        engine.forget(this);
    }
}

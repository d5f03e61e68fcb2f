package io.penstock;

import io.penstock.buffer.ArrowMemory;
import io.penstock.buffer.BufferPool;
import io.penstock.buffer.MemoryBudget;
import io.penstock.buffer.Reservation;
import io.penstock.format.RowTest;
import io.penstock.format.Workers;
import io.penstock.log.Leftover;
import io.penstock.log.Snapshot;
import io.penstock.log.TableLog;
import io.penstock.log.TableMetadata;
import io.penstock.log.TableRecovery;
import io.penstock.storage.FileEntry;
import io.penstock.storage.FileSystem;
import io.penstock.storage.StoragePath;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * An open store with its tables, and the memory that their writers and readers share. Thread-safe: many threads may each have writers and readers of
 * their own, of the same table too.
 *
 * <p>Any number of processes may have the same store open.
 */
public final class Penstock implements AutoCloseable {
    /** Idle buffers that the pool keeps, as a share of the budget; the rest of the budget can be reserved. */
    private static final int IDLE_SHARE = 8;

    private final Settings settings;
    private final MemoryBudget budget;
    private final BufferPool pool;
    private final BufferAllocator allocator;
    private final FileSystem files;
    private final Map<TableName, TableLog> logs = new ConcurrentHashMap<>();
    private final Map<WriteTransaction, WeakReference<WriterState>> writers = new ConcurrentHashMap<>();
    private final Set<TableScan> scans = ConcurrentHashMap.newKeySet();
    private final WorkerPool workers = new WorkerPool();
    private volatile boolean closed;

    private Penstock(Settings settings, Stores.Opener store) throws IOException {
        this.settings = settings;
        long idleBytes = settings.memoryBytes() / IDLE_SHARE;
        this.budget =
                new MemoryBudget(settings.memoryBytes() - idleBytes, Duration.ofMillis(settings.memoryWaitMillis()));
        this.pool = new BufferPool(
                settings.bufferBytes(),
                (int) Math.min(idleBytes / settings.bufferBytes(), 1 << 16),
                settings.debugLeaks());
        this.allocator = ArrowMemory.newRoot();
        this.files = store.open(pool, budget, settings);
    }

    /**
     * Opens a store with {@link Settings#defaults}.
     *
     * @param uri {@code file:///path}, a path, {@code s3://bucket/prefix}, or {@code memory:} for a store of its own that ends with this engine
     * @throws IllegalArgumentException if no store has such a URI, or a setting is unknown or malformed
     */
    public static Penstock open(String uri) throws IOException {
        return open(uri, Settings.defaults());
    }

    /** As {@link #open(String)}, with these settings. */
    public static Penstock open(String uri, Settings settings) throws IOException {
        return new Penstock(settings, Stores.of(uri));
    }

    /** Opens a store of the caller's own, which is closed with the engine. */
    public static Penstock open(FileSystem store, Settings settings) throws IOException {
        return new Penstock(settings, (pool, budget, ignored) -> store);
    }

    /**
     * Makes a table. One that exists as {@code spec} says is left as it is.
     *
     * @throws IllegalArgumentException if a table of that name exists that is not as {@code spec} says, naming the difference; or if its format
     *     cannot hold the schema, naming the column and the choices
     */
    public void prepareTableEnvironment(String database, String table, TableSpec spec) throws IOException {
        requireOpen();
        TableName name = new TableName(database, table);
        spec.format().check(spec);
        TableMetadata metadata = new TableMetadata(
                UUID.randomUUID().toString(),
                spec.format().implementation().name(),
                spec.options(),
                spec.schema(),
                spec.settings(),
                System.currentTimeMillis());
        if (!log(name).create(metadata, UUID.randomUUID().toString())) {
            SpecDifference.require(name, snapshot(name).metadata(), spec);
        }
    }

    /**
     * Removes a table and everything in its directory. Writers of it that are open fail at their commit.
     *
     * @throws NoSuchFileException if there is no such table
     */
    public void removeTableEnvironment(String database, String table) throws IOException {
        requireOpen();
        TableName name = new TableName(database, table);
        if (!log(name).isLeft()) {
            throw new NoSuchFileException(name.toString(), null, "no such table in " + files);
        }
        log(name).remove();
        removeTree(name.directory());
        logs.remove(name);
    }

    /** Whether there is a table of that name. */
    public boolean tableExists(String database, String table) throws IOException {
        requireOpen();
        return log(new TableName(database, table)).exists();
    }

    /** The tables of the store, sorted by name. */
    public List<TableName> tables() throws IOException {
        requireOpen();
        List<TableName> tables = new ArrayList<>();
        for (TableName name : tableDirectories()) {
            if (log(name).exists()) {
                tables.add(name);
            }
        }
        return tables;
    }

    /**
     * What a table is and holds now.
     *
     * @throws NoSuchFileException if there is no such table
     */
    public TableDescription describe(String database, String table) throws IOException {
        requireOpen();
        TableName name = new TableName(database, table);
        Snapshot snapshot = snapshot(name);
        TableMetadata metadata = snapshot.metadata();
        return new TableDescription(
                name,
                metadata.id(),
                metadata.schema(),
                TableFormat.ofProvider(metadata.provider()),
                metadata.options(),
                metadata.configuration(),
                snapshot.version(),
                snapshot.files().stream()
                        .map(file -> StoragePath.resolve(name.directory(), file.path()))
                        .toList(),
                snapshot.rows(),
                snapshot.bytes());
    }

    /** As {@link #openTableForWrite(String, String, String)}, with a transaction id that nobody else has. */
    public TableWriter openTableForWrite(String database, String table) throws IOException {
        return openTableForWrite(database, table, null);
    }

    /**
     * Opens a table to append to it. Waits until the budget has the memory that a writer needs at worst.
     *
     * @param transactionId names what is about to be written, so that it is committed once however often it is tried; null for no such name
     * @throws NoSuchFileException if there is no such table
     * @throws io.penstock.buffer.MemoryExhaustedException if the memory did not come free in time
     */
    public TableWriter openTableForWrite(String database, String table, String transactionId) throws IOException {
        requireOpen();
        TableName name = new TableName(database, table);
        TableMetadata metadata = snapshot(name).metadata();
        files.requireWritable();
        Settings ofTable = settings.withAll(metadata.configuration());
        long encoderBytes = WriteTransaction.encoderBytes(metadata, ofTable);
        long workerBytes = WriteTransaction.workerBytes(metadata, ofTable);
        Reservation reservation = budget.reserve(
                WriteTransaction.reservationBytes(files, ofTable, encoderBytes, workerBytes),
                WriteTransaction.owner(name, files, metadata, encoderBytes, workerBytes));
        return admit(reservation, () -> {
            WriteTransaction transaction =
                    new WriteTransaction(this, name, log(name), metadata, ofTable, transactionId, reservation);
            WriterState state = new WriterState(name, transaction, ofTable);
            writers.put(transaction, new WeakReference<>(state));
            return new TableWriter(name, transaction, state);
        });
    }

    /** Opens a table to read all of it. */
    public TableReader openTableForRead(String database, String table) throws IOException {
        return openTableForRead(database, table, ReadOptions.all());
    }

    /**
     * Opens the table as it is now. Waits until the budget has the memory that a reader needs at worst.
     *
     * @throws NoSuchFileException if there is no such table
     * @throws IllegalArgumentException if {@code options} asks for a column that it does not have, or selects rows by what a column does not
     *     compare with
     * @throws io.penstock.buffer.MemoryExhaustedException if the memory did not come free in time
     */
    public TableReader openTableForRead(String database, String table, ReadOptions options) throws IOException {
        requireOpen();
        TableName name = new TableName(database, table);
        Snapshot snapshot = snapshot(name);
        Schema schema = TableScan.project(name, snapshot.metadata(), options);
        RowTest test = TableScan.test(snapshot.metadata(), options);
        Settings ofTable = settings.withAll(snapshot.metadata().configuration());
        Reservation reservation = budget.reserve(
                TableScan.reservationBytes(files, snapshot, ofTable, test), TableScan.owner(name, files));
        return admit(reservation, () -> {
            TableScan scan = new TableScan(this, name, snapshot, schema, test, options, ofTable, reservation);
            scans.add(scan);
            return new TableReader(name, scan);
        });
    }

    /** What {@link #recover()} would remove; changes nothing. */
    public RecoveryPlan recoveryPlan() throws IOException {
        return recoveryPlan(null);
    }

    /** What {@link #recover(Duration)} would remove; changes nothing. */
    public RecoveryPlan recoveryPlan(Duration abandoned) throws IOException {
        requireOpen();
        List<Leftover> found = new ArrayList<>();
        for (TableName name : tableDirectories()) {
            found.addAll(new TableRecovery(files, name.directory()).find(abandoned));
        }
        return new RecoveryPlan(found);
    }

    /**
     * Removes what dead writers left in any table: files that no version has, and writes that were begun. What may belong to a writer that lives
     * is not touched.
     *
     * @return what was removed
     */
    public RecoveryPlan recover() throws IOException {
        return recover(null);
    }

    /**
     * As {@link #recover()}, and what no writer's intent speaks for: writes of a table's files that were begun, or last written to, longer ago
     * than {@code abandoned}, whoever began them.
     *
     * @param abandoned longer than anything that lives takes for a part of a file; null to leave these
     */
    public RecoveryPlan recover(Duration abandoned) throws IOException {
        requireOpen();
        List<Leftover> removed = new ArrayList<>();
        for (TableName name : tableDirectories()) {
            TableRecovery recovery = new TableRecovery(files, name.directory());
            for (Leftover leftover : recovery.find(abandoned)) {
                if (leftover.removable() && recovery.remove(leftover)) {
                    removed.add(leftover);
                }
            }
        }
        return new RecoveryPlan(removed);
    }

    /** The store itself, for files that are no tables. */
    public FileSystem fileSystem() {
        return files;
    }

    /** The buffers that this engine writes from. */
    public BufferPool bufferPool() {
        return pool;
    }

    /** The direct memory that this engine may use. */
    public MemoryBudget memoryBudget() {
        return budget;
    }

    /** The allocator of the engine's own vectors; a child of it may serve the caller's, which are not charged to the budget. */
    public BufferAllocator allocator() {
        return allocator;
    }

    public Settings settings() {
        return settings;
    }

    /**
     * Rolls back every open writer, closes every reader, frees all memory and closes the store; a second call does nothing.
     *
     * @throws IOException if a writer could not be rolled back in full, or memory was not given back
     */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        Cleanup cleanup = new Cleanup();
        for (Map.Entry<WriteTransaction, WeakReference<WriterState>> writer : writers.entrySet()) {
            WriterState held = writer.getValue().get();
            cleanup.attempt(held == null ? writer.getKey()::abandon : held::closeByEngine);
        }
        scans.forEach(scan -> cleanup.attempt(scan::closeByEngine));
        workers.close();
        cleanup.attempt(files::close);
        if (writers.isEmpty()) {
            cleanup.attempt(allocator::close);
        }
        cleanup.attempt(pool::close);
        cleanup.throwFailure("closing " + files);
    }

    /** What a writer encodes with that wants so many threads, its caller's included. */
    Workers workers(int threads) {
        return workers.workers(threads);
    }

    void forget(WriteTransaction transaction) {
        writers.remove(transaction);
    }

    void forget(TableScan scan) {
        scans.remove(scan);
    }

    /** Makes a writer or reader, of which {@link #close} either knows or comes first. */
    private synchronized <T> T admit(Reservation reservation, Supplier<T> user) {
        try {
            requireOpen();
            return user.get();
        } catch (RuntimeException | Error e) {
            reservation.close();
            throw e;
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this Penstock of " + files + " is closed");
        }
    }

    private TableLog log(TableName name) {
        return logs.computeIfAbsent(name, table -> new TableLog(files, table.directory()));
    }

    private Snapshot snapshot(TableName name) throws IOException {
        try {
            return log(name).snapshot();
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(name.toString(), null, "no such table in " + files);
        }
    }

    private List<TableName> tableDirectories() throws IOException {
        List<TableName> names = new ArrayList<>();
        for (FileEntry database : visibleDirectories("")) {
            for (FileEntry table : visibleDirectories(database.name())) {
                names.add(new TableName(database.name(), table.name()));
            }
        }
        return names;
    }

    private List<FileEntry> visibleDirectories(String parent) throws IOException {
        return files.list(parent).stream()
                .filter(entry -> entry.directory()
                        && !entry.name().startsWith("_")
                        && !entry.name().startsWith("."))
                .toList();
    }

    private void removeTree(String directory) throws IOException {
        for (String unfinished : files.unfinished(directory)) {
            files.discard(unfinished);
        }
        List<FileEntry> entries = new ArrayList<>(files.list(directory));
        // The log last: as long as it is there, a removal that failed can be repeated.
        entries.sort(Comparator.comparing(entry -> entry.name().equals(TableLog.DIRECTORY)));
        for (FileEntry entry : entries) {
            String path = StoragePath.resolve(directory, entry.name());
            if (entry.directory()) {
                removeTree(path);
            } else {
                files.remove(path);
            }
        }
        files.remove(directory);
    }
}

package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.TableName;
import io.penstock.buffer.BufferPool;
import io.penstock.log.DataFile;
import io.penstock.log.Snapshot;
import io.penstock.log.TableLog;
import io.penstock.storage.FileEntry;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Source;
import io.penstock.storage.StoragePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one store's table what it is in another: first the data files, then the versions of the log, in order, each by put-if-absent. So whoever
 * looks sees no table, or the table at one of its versions with all of its files.
 *
 * <p>What has arrived stays when it fails, and is not sent again by the next that tries.
 */
final class TableCopy {
    /** In the log's directory, where a removal of the table looks, and no reader of a log does. */
    private static final String MARK = "_penstock_copy";

    private final FileSystem from;
    private final FileSystem to;
    private final BufferPool pool;
    private final TableName table;
    private final String directory;
    private final FileCarrier carrier;
    private final Interruption interruption;
    private final Progress progress;
    private final Map<String, Map<String, Long>> listings = new HashMap<>();
    private long doneBytes;
    private long allBytes;
    private long sentFiles;
    private long sentBytes;
    private long keptFiles;

    TableCopy(
            Penstock from,
            Penstock to,
            TableName table,
            FileCarrier carrier,
            Interruption interruption,
            Progress progress) {
        this.from = from.fileSystem();
        this.to = to.fileSystem();
        this.pool = to.bufferPool();
        this.table = table;
        this.directory = StoragePath.resolve(table.database(), table.table());
        this.carrier = carrier;
        this.interruption = interruption;
        this.progress = progress;
    }

    /**
     * What a copy came to.
     *
     * @param version that the target has now
     * @param versions that were added to it
     * @param files that were sent
     * @param bytes of them
     * @param kept files that were there already, by an earlier copy that did not come to its end
     */
    record Outcome(long version, long versions, long files, long bytes, long kept) {}

    /**
     * Copies.
     *
     * @throws NoSuchFileException if there is no such table to copy
     * @throws IOException also if the target has another table of that name, or versions of its own
     */
    Outcome run() throws IOException {
        Snapshot source = sourceSnapshot();
        Snapshot target = targetSnapshot(source);
        long first = target == null ? 0 : target.version() + 1;
        if (first <= source.version()) {
            mark(source);
            send(missing(source, target));
            addVersions(first, source.version());
            to.remove(path(MARK));
        }
        return new Outcome(source.version(), source.version() + 1 - first, sentFiles, sentBytes, keptFiles);
    }

    private Snapshot sourceSnapshot() throws IOException {
        try {
            return new TableLog(from, directory).snapshot();
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(table.toString(), null, "no such table in " + from);
        }
    }

    /** What the target has of this table; null if nothing. */
    private Snapshot targetSnapshot(Snapshot source) throws IOException {
        TableLog log = new TableLog(to, directory);
        if (!log.exists()) {
            return null;
        }
        Snapshot target = log.snapshot();
        if (!target.metadata().id().equals(source.metadata().id())) {
            throw new IOException(to + " has another table " + table + ", which was not copied from " + from
                    + ": drop it, or copy to another store");
        }
        long common = Math.min(source.version(), target.version());
        if (!entry(from, common).equals(entry(to, common)) || target.version() > source.version()) {
            throw diverged(Math.min(common + 1, target.version()));
        }
        return target;
    }

    private IOException diverged(long version) {
        return new IOException("table " + table + " in " + to + " has a version " + version + " that " + from
                + " has not: it was written to after it was copied");
    }

    /** Says whose files lie here without a log, for a second copy and for a removal. */
    private void mark(Snapshot source) throws IOException {
        String id = source.metadata().id();
        try {
            to.createExclusive(path(MARK), ByteBuffer.wrap(id.getBytes(StandardCharsets.UTF_8)));
        } catch (FileAlreadyExistsException e) {
            String other =
                    StandardCharsets.UTF_8.decode(content(to, path(MARK))).toString();
            if (!other.equals(id)) {
                throw new IOException(
                        "in " + to + " lies a part of another table " + table
                                + ", whose copying did not come to its end: drop it first",
                        e);
            }
        }
    }

    private List<DataFile> missing(Snapshot source, Snapshot target) {
        List<DataFile> files = new ArrayList<>();
        for (DataFile file : source.files()) {
            if (target == null || !target.hasFile(file.path())) {
                files.add(file);
                allBytes += file.bytes();
            }
        }
        return files;
    }

    private void send(List<DataFile> files) throws IOException {
        for (DataFile file : files) {
            interruption.check();
            String path = StoragePath.resolve(directory, file.path());
            if (isThere(path, file)) {
                keptFiles++;
            } else {
                to.discard(path);
                carrier.carry(path, file, bytes -> progress.at(doneBytes + bytes, allBytes));
                sentFiles++;
                sentBytes += file.bytes();
            }
            doneBytes += file.bytes();
            progress.at(doneBytes, allBytes);
        }
    }

    private boolean isThere(String path, DataFile file) throws IOException {
        Long bytes = listing(StoragePath.parent(path)).get(StoragePath.name(path));
        return bytes != null
                && bytes == file.bytes()
                && CopyChecksum.matches(file, CopyChecksum.known(to, pool, path, interruption));
    }

    private Map<String, Long> listing(String parent) throws IOException {
        Map<String, Long> listing = listings.get(parent);
        if (listing == null) {
            listing = new HashMap<>();
            for (FileEntry entry : to.list(parent)) {
                if (!entry.directory()) {
                    listing.put(entry.name(), entry.sizeBytes());
                }
            }
            listings.put(parent, listing);
        }
        return listing;
    }

    private void addVersions(long first, long last) throws IOException {
        for (long version = first; version <= last; version++) {
            ByteBuffer entry = entry(from, version);
            try {
                to.createExclusive(versionPath(version), entry.duplicate());
            } catch (FileAlreadyExistsException e) {
                // Of a second copy at the same time, which is as good as this one.
                if (!entry.equals(entry(to, version))) {
                    throw diverged(version);
                }
            }
        }
    }

    private ByteBuffer entry(FileSystem files, long version) throws IOException {
        return content(files, versionPath(version));
    }

    private static ByteBuffer content(FileSystem files, String path) throws IOException {
        try (Source source = files.openForRead(path)) {
            ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(source.size()));
            source.read(0, content);
            return content.flip();
        }
    }

    private String versionPath(long version) {
        return path(TableLog.entryName(version));
    }

    private String path(String name) {
        return StoragePath.resolve(directory, TableLog.DIRECTORY + "/" + name);
    }
}

package io.penstock.log;

import io.penstock.format.CorruptFileException;
import io.penstock.storage.FileEntry;
import io.penstock.storage.FileSystem;
import io.penstock.storage.NotDurableException;
import io.penstock.storage.OutcomeUnknownException;
import io.penstock.storage.Source;
import io.penstock.storage.StoragePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The versions of one table, in its directory {@code _delta_log}: a file each, created only if absent, which is the commit point. Thread-safe.
 *
 * <p>Writers append without locks. One that is beaten to a version reads what came, checks that the table is still the one it meant,
 * and tries the next.
 */
public final class TableLog {
    /** The directory of the log in a table's directory. */
    public static final String DIRECTORY = "_delta_log";

    private static final Pattern VERSION_NAME = Pattern.compile("(\\d{20})\\.json");

    /** An entry larger than this is no entry: a commit of 100,000 files is a tenth of it. */
    private static final long MAX_ENTRY_BYTES = 1 << 29;

    private final FileSystem files;
    private final String directory;
    private final Object lock = new Object();
    private Snapshot latest = Snapshot.empty();
    private byte[] first;

    /** @param tableDirectory relative to the store's root */
    public TableLog(FileSystem files, String tableDirectory) {
        this.files = files;
        this.directory = StoragePath.resolve(tableDirectory, DIRECTORY);
    }

    /** Whether the table has a version. */
    public boolean exists() throws IOException {
        return files.exists(path(0));
    }

    /** Whether there is a log: of a table, or of what is left of one whose removal did not come to its end. */
    public boolean isLeft() throws IOException {
        return files.exists(directory);
    }

    /**
     * Makes the table.
     *
     * @return false if it exists, whoever made it
     */
    public boolean create(TableMetadata metadata, String writer) throws IOException {
        LogEntry entry = new LogEntry(
                0, writer, metadata, List.of(), List.of(), List.of(), "CREATE TABLE", System.currentTimeMillis());
        return put(entry);
    }

    /**
     * The table as it is now.
     *
     * @throws NoSuchFileException if there is none
     * @throws CorruptFileException naming the entry that cannot be understood, or is missing
     */
    public Snapshot snapshot() throws IOException {
        synchronized (lock) {
            byte[] firstNow = firstVersion();
            if (latest.version() < 0 || !Arrays.equals(first, firstNow)) {
                latest = Snapshot.empty();
                first = firstNow;
                latest = latest.after(allVersions());
            } else {
                // A log of ten thousand versions is not listed again for each of them.
                latest = latest.after(newVersions());
            }
            if (latest.metadata() == null) {
                throw new CorruptFileException(path(0), "the first version of the table has no metaData");
            }
            return latest;
        }
    }

    /** Tells the table from one that has taken its place; null if it is gone. */
    private byte[] firstVersion() throws IOException {
        try {
            return bytes(0);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private List<LogEntry> allVersions() throws IOException {
        long newest = -1;
        for (FileEntry file : files.list(directory)) {
            Matcher name = VERSION_NAME.matcher(file.name());
            if (name.matches()) {
                newest = Math.max(newest, Long.parseLong(name.group(1)));
            }
        }
        // By name, because a list that is made while versions appear may have a later one without an earlier one.
        List<LogEntry> entries = newVersions();
        if (newest >= entries.size() && files.exists(path(newest))) {
            throw new CorruptFileException(
                    path(entries.size()), "this version of the log is missing; version " + newest + " is there");
        }
        if (entries.isEmpty()) {
            throw new NoSuchFileException(directory);
        }
        return entries;
    }

    private List<LogEntry> newVersions() throws IOException {
        List<LogEntry> entries = new ArrayList<>();
        while (true) {
            try {
                entries.add(read(latest.version() + entries.size() + 1));
            } catch (NoSuchFileException e) {
                return entries;
            }
        }
    }

    /**
     * Appends a version.
     *
     * @param expected the table that the writer opened: another in its place is an error
     * @return the version that has the files, which may be that of an earlier commit of the same {@code applicationId}: {@link
     *     Commit#replayed} tells
     * @throws CommitOutcomeUnknownException if neither success nor failure could be found out
     * @throws IOException if the commit did not happen
     */
    public Commit append(TableMetadata expected, String writer, String applicationId, List<DataFile> added)
            throws IOException {
        while (true) {
            Snapshot base = snapshotOf(expected);
            Long earlier = applicationId == null ? null : base.versionOf(applicationId);
            if (earlier != null) {
                return new Commit(earlier, true);
            }
            long version = base.version() + 1;
            LogEntry entry = new LogEntry(
                    version,
                    writer,
                    null,
                    added,
                    List.of(),
                    applicationId == null ? List.of() : List.of(applicationId),
                    "WRITE",
                    System.currentTimeMillis());
            if (put(entry)) {
                requireNotRemoved(expected, version);
                return new Commit(version, false);
            }
        }
    }

    /**
     * Removes every version, the newest first: who reads meanwhile sees an earlier version, and then no table. Returns quietly if there is none.
     */
    public void remove() throws IOException {
        List<FileEntry> entries = new ArrayList<>(files.list(directory));
        Collections.reverse(entries);
        for (FileEntry entry : entries) {
            files.remove(StoragePath.resolve(directory, entry.name()));
        }
    }

    /**
     * What a commit came to.
     *
     * @param version that has the files
     * @param replayed whether an earlier commit of the same application id made it
     */
    public record Commit(long version, boolean replayed) {}

    private Snapshot snapshotOf(TableMetadata expected) throws IOException {
        Snapshot base;
        try {
            base = snapshot();
        } catch (NoSuchFileException e) {
            throw new IOException(directory + ": the table was removed while it was written", e);
        }
        if (!base.metadata().equals(expected)) {
            throw new IOException(directory + ": the table was changed while it was written; open it again");
        }
        return base;
    }

    /**
     * Sees to it that what was sent to this log before now, and has not appeared, never will: another version takes its place.
     *
     * @return the table after that
     * @throws NoSuchFileException if there is none
     */
    Snapshot shutOut(String writer) throws IOException {
        // Whoever sent a version had seen this one or an earlier one, so that it wants this place or one that is taken.
        long version = snapshot().version() + 1;
        put(new LogEntry(
                version, writer, null, List.of(), List.of(), List.of(), "RECOVER", System.currentTimeMillis()));
        return snapshot();
    }

    /** Creates a version, unless somebody else has. */
    private boolean put(LogEntry entry) throws IOException {
        try {
            files.createExclusive(path(entry.version()), ByteBuffer.wrap(LogFormat.write(entry)));
            return true;
        } catch (FileAlreadyExistsException e) {
            return isOurs(entry, e);
        } catch (OutcomeUnknownException e) {
            String writer = writerOf(entry, e);
            if (writer == null) {
                // It may appear yet.
                throw new CommitOutcomeUnknownException(path(entry.version()), entry.writer(), e);
            }
            return entry.writer().equals(writer);
        } catch (NotDurableException e) {
            throw new CommitOutcomeUnknownException(path(entry.version()), entry.writer(), e);
        } catch (IOException e) {
            if (isOurs(entry, e)) {
                return true;
            }
            throw e;
        } catch (RuntimeException | Error e) {
            if (isOurs(entry, e)) {
                // It is there, but the store did not get so far as to say that it will stay.
                throw new CommitOutcomeUnknownException(path(entry.version()), entry.writer(), e);
            }
            throw e;
        }
    }

    /** Settles what a failed create came to, by looking for the writer's own id in the version. */
    private boolean isOurs(LogEntry entry, Throwable failure) throws CommitOutcomeUnknownException {
        return entry.writer().equals(writerOf(entry, failure));
    }

    /** Who made the version that {@code entry} wanted to be; null if it is not there. */
    private String writerOf(LogEntry entry, Throwable failure) throws CommitOutcomeUnknownException {
        try {
            return read(entry.version()).writer();
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException | RuntimeException | Error e) {
            e.addSuppressed(failure);
            throw new CommitOutcomeUnknownException(path(entry.version()), entry.writer(), e);
        }
    }

    /** A removal that took away the versions before this one would leave it to whoever makes a table here. */
    private void requireNotRemoved(TableMetadata expected, long version) throws IOException {
        boolean removed;
        try {
            TableMetadata first = read(0).metadata();
            removed = first == null || !first.id().equals(expected.id());
        } catch (NoSuchFileException e) {
            removed = true;
        } catch (IOException e) {
            // Nothing says that it was removed.
            removed = false;
        }
        if (removed) {
            files.remove(path(version));
            throw new IOException(directory + ": the table was removed while it was written");
        }
    }

    private LogEntry read(long version) throws IOException {
        return LogFormat.read(path(version), version, bytes(version));
    }

    private byte[] bytes(long version) throws IOException {
        try (Source source = files.openForRead(path(version))) {
            if (source.size() > MAX_ENTRY_BYTES) {
                throw new CorruptFileException(path(version), "a log entry of " + source.size() + " bytes");
            }
            ByteBuffer text = ByteBuffer.allocate((int) source.size());
            source.read(0, text);
            return text.array();
        }
    }

    private String path(long version) {
        return StoragePath.resolve(directory, entryName(version));
    }

    /** The name of the file in {@link #DIRECTORY} that is a version. */
    public static String entryName(long version) {
        return String.format(Locale.ROOT, "%020d.json", version);
    }
}

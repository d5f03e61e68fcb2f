package io.penstock.log;

import io.penstock.storage.FileEntry;
import io.penstock.storage.FileSystem;
import io.penstock.storage.StoragePath;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Finds and removes what dead writers left in one table. It goes by their intents, and looks at nothing else: what is committed, or belongs to a
 * writer that lives, is not touched.
 */
public final class TableRecovery {
    /** A put of a small file takes milliseconds; one older than this is of a dead writer, and a live one would begin it again. */
    private static final Duration LONGEST_PUT = Duration.ofMinutes(1);

    private final FileSystem files;
    private final String directory;

    /** The table when no commit of those that {@link #find} took for dead could come any more; null until that is seen to. */
    private Snapshot settled;

    /** @param tableDirectory relative to the store's root */
    public TableRecovery(FileSystem files, String tableDirectory) {
        this.files = files;
        this.directory = tableDirectory;
    }

    /** What there is to remove, in the order in which to remove it: an intent comes after what it speaks for. */
    public List<Leftover> find() throws IOException {
        return find(null);
    }

    /**
     * As {@link #find()}, and what no intent speaks for: writes of the table's files that were begun, or last written to, longer ago than {@code
     * abandoned}.
     *
     * @param abandoned null to leave these
     */
    public List<Leftover> find(Duration abandoned) throws IOException {
        settled = null;
        List<Leftover> found = new ArrayList<>();
        String intents = StoragePath.resolve(directory, Intent.DIRECTORY);
        // Before the intents are read: a writer puts its intent first, so that what has none now never had one.
        List<String> old = abandoned == null ? List.of() : files.unfinished(directory, abandoned);
        List<Intent> all = readIntents(intents);
        // First who is dead, then what is committed: a writer that lives may commit before it dies.
        List<Intent> ofTheDead = all.stream().filter(intent -> !lives(intent)).toList();
        if (!ofTheDead.isEmpty()) {
            Snapshot snapshot = snapshot();
            Set<String> unfinished = new HashSet<>(files.unfinished(directory));
            for (Intent intent : ofTheDead) {
                find(intent, snapshot, unfinished, found);
            }
        }
        addAbandoned(old, all, found);
        // Where somebody is known to have died, an unfinished put is taken for theirs; a live writer would begin it
        // again.
        Duration rested = found.stream().anyMatch(Leftover::removable) ? Duration.ZERO : LONGEST_PUT;
        addUnfinishedPuts(intents, rested, found);
        addUnfinishedPuts(StoragePath.resolve(directory, TableLog.DIRECTORY), rested, found);
        return found;
    }

    /**
     * Removes one of what {@link #find} found.
     *
     * @return whether it was still there
     */
    public boolean remove(Leftover leftover) throws IOException {
        if (!leftover.removable()) {
            throw new IllegalArgumentException(leftover.path() + ": its writer may be alive: " + leftover.owner());
        }
        return switch (leftover.kind()) {
            case UNFINISHED -> files.discard(leftover.path());
            case DATA_FILE -> isNeverCommitted(leftover.path()) && files.remove(leftover.path());
            case INTENT -> removeIntent(leftover.path());
        };
    }

    /** It is the last that knows of the write, which may have begun since {@link #find}, or be one that its server does not list. */
    private boolean removeIntent(String path) throws IOException {
        try {
            files.discard(
                    StoragePath.resolve(directory, Intent.read(files, path).path()));
        } catch (NoSuchFileException e) {
            return false;
        }
        return files.remove(path);
    }

    /** The commit of a dead writer may still be on its way to the store: it must not find its files gone. */
    private boolean isNeverCommitted(String path) throws IOException {
        if (!files.createsLate()) {
            return true;
        }
        if (settled == null) {
            settled = settled();
        }
        return !settled.hasFile(path.substring(directory.length() + 1));
    }

    /** A table that was removed has no file. */
    private Snapshot settled() throws IOException {
        try {
            return new TableLog(files, directory).shutOut(UUID.randomUUID().toString());
        } catch (NoSuchFileException e) {
            return Snapshot.empty();
        }
    }

    private List<Intent> readIntents(String intents) throws IOException {
        List<Intent> read = new ArrayList<>();
        for (FileEntry entry : files.list(intents)) {
            if (Intent.isName(entry.name())) {
                try {
                    read.add(Intent.read(files, StoragePath.resolve(intents, entry.name())));
                } catch (NoSuchFileException e) {
                    // Its writer lived, and has just removed it.
                    continue;
                }
            }
        }
        return read;
    }

    /** One of whom nothing is known is taken for dead, and {@link Leftover#removable} tells. */
    private static boolean lives(Intent intent) {
        return intent.owner().equals(ProcessIdentity.self())
                ? LiveTransactions.contains(intent.transaction())
                : intent.owner().life() == ProcessIdentity.Life.ALIVE;
    }

    private void find(Intent intent, Snapshot snapshot, Set<String> unfinished, List<Leftover> found)
            throws IOException {
        boolean removable = intent.owner().life() != ProcessIdentity.Life.UNKNOWN;
        String owner = intent.owner().toString();
        String path = StoragePath.resolve(directory, intent.path());
        if (unfinished.contains(path)) {
            found.add(new Leftover(Leftover.Kind.UNFINISHED, path, intent.transaction(), owner, removable));
        }
        if (!snapshot.hasFile(intent.path()) && files.exists(path)) {
            found.add(new Leftover(Leftover.Kind.DATA_FILE, path, intent.transaction(), owner, removable));
        }
        found.add(new Leftover(
                Leftover.Kind.INTENT, intent.intentPath(directory), intent.transaction(), owner, removable));
    }

    private void addAbandoned(List<String> unfinished, List<Intent> intents, List<Leftover> found) {
        Set<String> spokenFor = new HashSet<>();
        intents.forEach(intent -> spokenFor.add(StoragePath.resolve(directory, intent.path())));
        for (String path : unfinished) {
            if (!spokenFor.contains(path)) {
                found.add(new Leftover(Leftover.Kind.UNFINISHED, path, "", "", true));
            }
        }
    }

    /** Small files that were being put when their writer died; nothing tells whose they are but their age. */
    private void addUnfinishedPuts(String putsDirectory, Duration rested, List<Leftover> found) throws IOException {
        for (String path : files.unfinished(putsDirectory, rested)) {
            found.add(new Leftover(Leftover.Kind.UNFINISHED, path, "", "", true));
        }
    }

    /** A table that was removed has no file. */
    private Snapshot snapshot() throws IOException {
        try {
            return new TableLog(files, directory).snapshot();
        } catch (NoSuchFileException e) {
            return Snapshot.empty();
        }
    }
}

package io.penstock.log;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table at one version. Immutable. */
public final class Snapshot {
    private final long version;
    private final TableMetadata metadata;
    private final Map<String, DataFile> files;
    private final Map<String, Long> transactions;

    private Snapshot(
            long version, TableMetadata metadata, Map<String, DataFile> files, Map<String, Long> transactions) {
        this.version = version;
        this.metadata = metadata;
        this.files = files;
        this.transactions = transactions;
    }

    /** The table before its first version. */
    static Snapshot empty() {
        return new Snapshot(-1, null, Map.of(), Map.of());
    }

    /** The snapshots that these consecutive versions lead to from this one: the state after the last. */
    Snapshot after(List<LogEntry> entries) {
        long last = version;
        TableMetadata newest = metadata;
        Map<String, DataFile> live = new LinkedHashMap<>(files);
        Map<String, Long> applications = new HashMap<>(transactions);
        for (LogEntry entry : entries) {
            last = entry.version();
            newest = entry.metadata() == null ? newest : entry.metadata();
            entry.removed().forEach(live::remove);
            entry.added().forEach(file -> live.put(file.path(), file));
            for (String application : entry.applications()) {
                applications.put(application, entry.version());
            }
        }
        return new Snapshot(last, newest, live, applications);
    }

    public long version() {
        return version;
    }

    public TableMetadata metadata() {
        return metadata;
    }

    /** The data files in the order they were added. */
    public List<DataFile> files() {
        return Collections.unmodifiableList(new ArrayList<>(files.values()));
    }

    /** Whether the table has a data file of that path. */
    public boolean hasFile(String path) {
        return files.containsKey(path);
    }

    /** The version that committed the caller's transaction of that id; null if none did. */
    public Long versionOf(String transactionId) {
        return transactions.get(transactionId);
    }

    public long rows() {
        return files.values().stream().mapToLong(DataFile::rows).sum();
    }

    public long bytes() {
        return files.values().stream().mapToLong(DataFile::bytes).sum();
    }
}

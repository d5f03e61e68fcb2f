package io.penstock.storage.memory;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.MemoryBudget;
import io.penstock.storage.FileEntry;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Sink;
import io.penstock.storage.Source;
import io.penstock.storage.StoragePath;
import io.penstock.storage.memory.MemorySpace.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A store in the memory of this process, gone when it is closed. Committed bytes stay in the pooled buffers that were handed
 * over, and sources read them there; borrowed bytes, and the ends of files, are copied into pooled buffers of the store's own.
 *
 * <p>Every buffer that it retains is counted in the budget. It never waits for memory: what does not fit fails, with the numbers,
 * and the failed file gives back what it had.
 */
public final class MemoryFileSystem implements FileSystem {
    private final String name;
    private final MemorySpace space;
    private final NavigableMap<String, MemoryFile> files = new TreeMap<>();
    private final TreeSet<String> directories = new TreeSet<>();
    private final TreeMap<String, MemorySink> sinks = new TreeMap<>();
    private final Set<MemorySource> sources = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean closed;

    /**
     * @param pool where the buffers of the store's own come from
     * @param budget what retained buffers are counted in
     * @param name tells it from other stores in messages
     */
    public MemoryFileSystem(BufferPool pool, MemoryBudget budget, String name) {
        this.name = name;
        this.space = new MemorySpace(pool, budget, toString());
    }

    @Override
    public synchronized Source openForRead(String path) throws IOException {
        requireOpen();
        MemoryFile file = files.get(StoragePath.check(path));
        if (file == null) {
            requireNoDirectory(path);
            throw new NoSuchFileException(path, null, "there is no such file in " + this);
        }
        file.hold();
        MemorySource source = new MemorySource(this, path, file);
        sources.add(source);
        return source;
    }

    @Override
    public synchronized Sink openForWrite(String path) throws IOException {
        requireOpen();
        requireNoDirectory(StoragePath.check(path));
        if (sinks.containsKey(path)) {
            throw new FileAlreadyExistsException(
                    path, null, "another write of it to " + this + " is unfinished; discard it if its writer is dead");
        }
        makeDirectories(StoragePath.parent(path), path);
        MemorySink sink = new MemorySink(this, path, space);
        sinks.put(path, sink);
        return sink;
    }

    /** The last step of a sink's commit. */
    synchronized void publish(MemorySink sink, MemoryContent content) throws IOException {
        requireOpen();
        requireNoDirectory(sink.path());
        if (!sinks.remove(sink.path(), sink)) {
            throw new IOException("it was discarded");
        }
        put(sink.path(), content.toFile());
    }

    @Override
    public void createExclusive(String path, ByteBuffer content) throws IOException {
        StoragePath.check(path);
        synchronized (this) {
            requireAbsent(path);
        }
        MemoryFile file = copyOf(content);
        synchronized (this) {
            try {
                requireAbsent(path);
                makeDirectories(StoragePath.parent(path), path);
            } catch (IOException | RuntimeException e) {
                file.release();
                throw e;
            }
            put(path, file);
        }
    }

    @Override
    public synchronized boolean exists(String path) {
        requireOpen();
        return files.containsKey(StoragePath.check(path)) || directories.contains(path);
    }

    @Override
    public synchronized boolean remove(String path) throws IOException {
        requireOpen();
        MemoryFile file = files.remove(StoragePath.check(path));
        if (file != null) {
            file.release();
            return true;
        }
        String below = path + "/";
        if (startsWith(files.ceilingKey(below), below)
                || startsWith(sinks.ceilingKey(below), below)
                || startsWith(directories.ceiling(below), below)) {
            throw new DirectoryNotEmptyException(path);
        }
        return directories.remove(path);
    }

    @Override
    public synchronized void mkdirAll(String path) throws IOException {
        requireOpen();
        makeDirectories(StoragePath.check(path), path);
    }

    @Override
    public synchronized List<FileEntry> list(String directory) {
        requireOpen();
        StoragePath.checkDirectory(directory);
        List<FileEntry> entries = new ArrayList<>();
        childrenOf(directory, files)
                .forEach((path, file) ->
                        entries.add(new FileEntry(StoragePath.name(path), false, file.size(), file.modified())));
        for (String path : directories) {
            if (StoragePath.parent(path).equals(directory)) {
                entries.add(new FileEntry(StoragePath.name(path), true, 0, Instant.EPOCH));
            }
        }
        entries.sort(Comparator.comparing(FileEntry::name));
        return entries;
    }

    @Override
    public synchronized List<String> unfinished(String directory, Duration longerAgo) {
        requireOpen();
        Instant latest = Instant.now().minus(longerAgo);
        List<String> paths = new ArrayList<>();
        childrenOf(StoragePath.checkDirectory(directory), sinks).forEach((path, sink) -> {
            if (!sink.begun().isAfter(latest)) {
                paths.add(path);
            }
        });
        return paths;
    }

    @Override
    public boolean discard(String path) {
        MemorySink sink;
        synchronized (this) {
            requireOpen();
            sink = sinks.remove(StoragePath.check(path));
        }
        if (sink != null) {
            sink.abandon("it was discarded");
        }
        return sink != null;
    }

    synchronized void forget(MemorySink sink) {
        sinks.remove(sink.path(), sink);
    }

    synchronized void forget(MemorySource source) {
        sources.remove(source);
    }

    /** The buffer that is just handed over: those that stay are reserved by the store. */
    @Override
    public int maxBuffersInFlight() {
        return 1;
    }

    @Override
    public String toString() {
        return "memory:" + name;
    }

    /** Gives every buffer back but those that a view is open on, which follow when it is closed. */
    @Override
    public void close() {
        List<MemorySink> openSinks;
        List<MemorySource> openSources;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            openSinks = List.copyOf(sinks.values());
            openSources = List.copyOf(sources);
            files.values().forEach(MemoryFile::release);
            files.clear();
            directories.clear();
        }
        // Without the lock: they take their own first and this one second.
        openSinks.forEach(sink -> sink.abandon("the store was closed"));
        openSources.forEach(MemorySource::close);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(this + " is used after it was closed");
        }
    }

    private void requireNoDirectory(String path) throws IOException {
        if (directories.contains(path)) {
            throw new FileSystemException(path, null, "it is a directory in " + this);
        }
    }

    private void requireAbsent(String path) throws IOException {
        requireOpen();
        if (files.containsKey(path) || directories.contains(path)) {
            throw new FileAlreadyExistsException(path, null, "it exists in " + this);
        }
    }

    private void makeDirectories(String directory, String wanted) throws IOException {
        List<String> missing = new ArrayList<>();
        for (String at = directory; !at.isEmpty() && !directories.contains(at); at = StoragePath.parent(at)) {
            if (files.containsKey(at)) {
                throw new FileSystemException(
                        wanted, null, "'" + at + "' is a file in " + this + ", so nothing can lie in it");
            }
            missing.add(at);
        }
        directories.addAll(missing);
    }

    private void put(String path, MemoryFile file) {
        MemoryFile replaced = files.put(path, file);
        if (replaced != null) {
            replaced.release();
        }
    }

    private MemoryFile copyOf(ByteBuffer content) throws IOException {
        Segment packed = content.hasRemaining() ? space.tryPack(content) : null;
        if (packed != null) {
            return new MemoryFile(space, List.of(packed), Instant.now());
        }
        MemoryContent copy = new MemoryContent(space);
        try {
            copy.append(content.duplicate());
            return copy.toFile();
        } finally {
            copy.release();
        }
    }

    private static <T> Map<String, T> childrenOf(String directory, NavigableMap<String, T> entries) {
        Map<String, T> children = new TreeMap<>();
        String below = directory.isEmpty() ? "" : directory + "/";
        for (Map.Entry<String, T> entry : entries.tailMap(below, true).entrySet()) {
            if (!entry.getKey().startsWith(below)) {
                break;
            }
            if (StoragePath.parent(entry.getKey()).equals(directory)) {
                children.put(entry.getKey(), entry.getValue());
            }
        }
        return children;
    }

    private static boolean startsWith(String path, String prefix) {
        return path != null && path.startsWith(prefix);
    }
}

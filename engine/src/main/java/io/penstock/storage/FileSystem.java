package io.penstock.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/**
 * One store: files below a root, named by {@link StoragePath relative paths}. Thread-safe. Every method throws {@link
 * IllegalArgumentException} for a path that {@link StoragePath#check} refuses.
 *
 * <p>The contract, for every implementation:
 * <ul>
 *   <li>a file appears whole, under its name, when its {@link Sink#commit} or {@link #createExclusive} returns, and never otherwise;
 *   <li>a file that has appeared does not change; it can be replaced whole or removed, and a {@link Source} that is open returns the
 *       bytes it opened or, on a store that cannot keep them, fails;
 *   <li>what an abandoned write leaves is invisible to {@link #exists}, {@link #list} and {@link #openForRead}, shown by {@link
 *       #unfinished} and removed by {@link #discard}.
 * </ul>
 */
public interface FileSystem extends Closeable {
    /**
     * Opens a file.
     *
     * @throws java.nio.file.NoSuchFileException if there is none; its file is {@code path}
     */
    Source openForRead(String path) throws IOException;

    /**
     * Begins a file, whose directory need not exist. It appears, replacing any file of that name, when the sink commits.
     *
     * @throws java.nio.file.FileAlreadyExistsException if another write of the same path is unfinished, in this process or left by
     *     one that died ({@link #discard} removes it)
     */
    Sink openForWrite(String path) throws IOException;

    /**
     * Creates a file with the remaining bytes of {@code content}, unless one of that name exists. Of any number of callers, in any
     * number of processes, exactly one succeeds. This is the commit point of a table.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the file existed before or another caller came first
     * @throws NotDurableException if the file has appeared, and may be gone after a loss of power
     * @throws OutcomeUnknownException if the file may have appeared, or may appear yet
     * @throws IOException anything else: the file may or may not have appeared, and the caller reads it to find out
     */
    void createExclusive(String path, ByteBuffer content) throws IOException;

    /** Whether a file may appear after the {@link #createExclusive} of it has failed, or its process has died: requests travel on their own. */
    default boolean createsLate() {
        return false;
    }

    /** Whether there is a file or a directory of that name. */
    boolean exists(String path) throws IOException;

    /**
     * Removes a file, or an empty directory.
     *
     * @return whether there was one
     * @throws java.nio.file.DirectoryNotEmptyException if it is a directory with something in it
     */
    boolean remove(String path) throws IOException;

    /** Makes a directory and its parents; one that exists is left as it is. Where the store has no directories, does nothing. */
    void mkdirAll(String path) throws IOException;

    /**
     * What lies directly in a directory, sorted by name. The root is {@code ""}. A directory that does not exist, or that the store
     * does not know because nothing lies in it, is empty.
     */
    List<FileEntry> list(String directory) throws IOException;

    /** The paths that writes in this directory have begun and not finished; of live writers too. Sorted. */
    default List<String> unfinished(String directory) throws IOException {
        return unfinished(directory, Duration.ZERO);
    }

    /** Of {@link #unfinished(String)}, those that were begun, or last written to, longer ago than that. */
    List<String> unfinished(String directory, Duration longerAgo) throws IOException;

    /**
     * Removes what an unfinished write of {@code path} left. Only for a writer known to be dead: a live one fails at its next call.
     *
     * @return whether there was anything
     */
    boolean discard(String path) throws IOException;

    /**
     * Returns if the store can keep what it promises of writing, as far as it can tell beforehand; {@link #openForWrite} and {@link
     * #createExclusive} ask for themselves.
     *
     * @throws IOException if it cannot, with the reason
     */
    default void requireWritable() throws IOException {}

    /** The most pooled buffers that each of its sinks holds at any time: what a writer reserves before it opens one. */
    int maxBuffersInFlight();

    /** The memory in bytes, outside of the JVM's heap and the pool, that each of its sinks holds at any time. */
    default long sinkBytes() {
        return 0;
    }

    /** The memory in bytes, outside of the JVM's heap, in the pool or not, that each of its sources holds at any time. */
    default long sourceBytes() {
        return 0;
    }

    /** How many requests it has sent to its server until now; repetitions count where they are known. */
    default long requests() {
        return 0;
    }

    /** Names the store in messages, for example {@code file:///var/data}; without credentials. */
    @Override
    String toString();

    /** Releases what the store holds. Open sinks and sources fail afterwards. */
    @Override
    void close() throws IOException;
}

package io.penstock.storage;

import io.penstock.buffer.PooledBuffer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file that is being written. {@link #commit} publishes it, {@link #close} without a commit leaves nothing of it behind. One
 * thread at a time.
 *
 * <p>Writing may go on in the background. A failure there is thrown by the next call; after any failure the sink only fails with
 * the same cause, and is closed.
 */
public interface Sink extends Closeable {
    /** The path it was opened with. */
    String path();

    /**
     * Appends the filled bytes of {@code buffer}. Takes ownership of it, whether it returns or throws. Waits while too much is
     * on its way ({@link FileSystem#maxBuffersInFlight}).
     */
    void write(PooledBuffer buffer) throws IOException;

    /**
     * Appends the remaining bytes of {@code borrowed}, direct or heap, whose position does not change. They stay the caller's, who
     * leaves them unchanged until {@link #settle} has returned.
     */
    void write(ByteBuffer borrowed) throws IOException;

    /** Returns when no borrowed memory is in use any more; at once if none was. */
    void settle() throws IOException;

    /** The bytes that were given to it. */
    long bytes();

    /** Of the bytes that were given to it. */
    BlockChecksums checksums();

    /**
     * Publishes the file: when it returns the file has appeared and, as far as the store promises durability, will stay.
     *
     * @throws IOException if it could not; it has not appeared then, unless the message says that this is not known
     */
    void commit() throws IOException;

    /** Without a commit removes what was written. Returns every buffer to its pool. A second call does nothing. */
    @Override
    void close() throws IOException;
}

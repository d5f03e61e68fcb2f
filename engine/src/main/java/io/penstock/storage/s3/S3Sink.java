package io.penstock.storage.s3;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.PooledBuffer;
import io.penstock.buffer.Reservation;
import io.penstock.storage.BlockChecksums;
import io.penstock.storage.OutcomeUnknownException;
import io.penstock.storage.RunningChecksums;
import io.penstock.storage.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Collects what it is given into parts of exactly the same size and hands full ones to its {@link Upload}; what fits one part is one
 * request at the commit. Owns the buffers of the part that is being collected. The store may end it from another thread.
 *
 * <p>Buffers are kept as they come, unless they would waste too much: {@link #maxBuffers} holds whatever comes.
 */
final class S3Sink implements Sink {
    /** The share of a part's bytes that buffers may leave unused behind their filled bytes before bytes are copied together. */
    private static final int WASTED_SHARE = 8;

    /** Up to this share of a buffer, bytes are copied wherever there is room: it costs less than a buffer. */
    private static final int COPIED_SHARE = 4;

    private final S3FileSystem store;
    private final String path;
    private final Upload upload;
    private final PartSizes sizes;
    private final BufferPool pool;

    /** Of parts that have grown beyond the size for which the writer has reserved. */
    private final Reservation grown;

    /** Held while the sink is used: by its thread, or by the one that ends it. */
    private final ReentrantLock lock = new ReentrantLock();

    private final RunningChecksums checksums = new RunningChecksums();
    private Part part;
    private long partBytes;
    private long wasted;
    private Part.Shared tail;
    private int tailFilled;
    private IOException failure;
    private boolean committed;
    private boolean closed;

    S3Sink(S3FileSystem store, String path, String key) {
        this(store, path, key, PartSizes.of(store.options().partBytes()));
    }

    S3Sink(S3FileSystem store, String path, String key, PartSizes sizes) {
        this.store = store;
        this.path = path;
        this.upload = new Upload(store.connection().wire(), store.control(), store.options(), key);
        this.sizes = sizes;
        this.pool = store.pool();
        this.grown = store.budget().reserveNothing();
        this.partBytes = sizes.bytes(1);
        this.part = new Part(1, partBytes);
    }

    /** The most pooled buffers that a sink holds, but for what it has reserved itself. */
    static int maxBuffers(S3Options options, int bufferBytes) {
        return maxBuffers(options.partBytes(), options.partsInFlight(), bufferBytes);
    }

    /** Those of the parts on their way, of the one that is being collected, and the one that has just come. */
    private static int maxBuffers(long partBytes, int partsInFlight, int bufferBytes) {
        long span = partBytes + partBytes / WASTED_SHARE;
        // The first and the last buffer of a part may have bytes of its neighbours.
        long ofPart = (span + bufferBytes - 1) / bufferBytes + 1;
        return Math.toIntExact((partsInFlight + 1) * ofPart + 1);
    }

    /** The memory that the client allocates for the parts on their way, but for what the sink has reserved itself. */
    static long nativeBytes(S3Options options) {
        return (long) options.partBytes() * options.partsInFlight();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void write(PooledBuffer buffer) throws IOException {
        int length = buffer.length();
        Part.Shared incoming = new Part.Shared(buffer);
        try {
            run("write", () -> {
                if (length > 0) {
                    append(incoming, length);
                }
            });
        } finally {
            incoming.release();
        }
    }

    @Override
    public void write(ByteBuffer borrowed) throws IOException {
        run("write", () -> append(borrowed.duplicate()));
    }

    private interface Step {
        void run() throws IOException;
    }

    private void run(String action, Step step) throws IOException {
        lock.lock();
        try {
            requireWritable();
            try {
                step.run();
            } catch (IOException | RuntimeException | Error e) {
                throw failed(action, e);
            }
        } finally {
            lock.unlock();
        }
    }

    private void requireWritable() throws IOException {
        if (closed) {
            throw new IllegalStateException("'" + path + "' in " + store + " is written after the sink was closed");
        }
        if (committed) {
            throw new IllegalStateException("'" + path + "' in " + store + " is written after its commit");
        }
        if (failure != null) {
            throw new IOException(
                    "the write of '" + path + "' to " + store + " has failed before: " + failure.getMessage(), failure);
        }
        Throwable inBackground = upload.failure();
        if (inBackground != null) {
            throw failed("write", inBackground);
        }
    }

    private void append(Part.Shared incoming, int length) throws IOException {
        if (isCopied(length)) {
            append(incoming.memory(0, length));
        } else {
            wasted += tailFree();
            appendRun(incoming, 0, length);
            become(incoming, length);
        }
    }

    private boolean isCopied(int length) {
        int free = tailFree();
        return free > 0
                && (length <= Math.min(free, tail.capacity() / COPIED_SHARE)
                        || wasted + free > part.targetBytes() / WASTED_SHARE);
    }

    private int tailFree() {
        return tail == null ? 0 : tail.capacity() - tailFilled;
    }

    /** Copies {@code bytes}, which it consumes, to the tail and into as many more buffers as it takes. */
    private void append(ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        while (bytes.position() < end) {
            if (tailFree() == 0) {
                Part.Shared next = new Part.Shared(pool.acquire());
                become(next, 0);
                next.release();
            }
            int start = tailFilled;
            int length = Math.min(end - bytes.position(), tailFree());
            bytes.limit(bytes.position() + length);
            tail.memory(start, start + length).put(bytes);
            bytes.limit(end);
            tailFilled = start + length;
            appendRun(tail, start, tailFilled);
        }
    }

    private void become(Part.Shared buffer, int filled) {
        Part.Shared before = tail;
        buffer.hold();
        tail = buffer;
        tailFilled = filled;
        if (before != null) {
            before.release();
        }
    }

    private void appendRun(Part.Shared buffer, int start, int end) throws IOException {
        for (int from = start; from < end; ) {
            if (part.free() == 0) {
                // Only now, since the last part must have something in it.
                upload.send(takePart());
                beginPart();
            }
            int to = (int) Math.min(end, from + part.free());
            part.append(buffer, from, to);
            checksums.add(buffer.memory(from, to));
            from = to;
        }
    }

    /** What was collected; the caller owns it. */
    private Part takePart() {
        Part taken = part;
        taken.end(checksums.endPart());
        part = new Part(taken.number() + 1, 0);
        return taken;
    }

    private void beginPart() throws IOException {
        int number = part.number();
        if (number > sizes.maxParts()) {
            throw new IOException(
                    "it has more than " + sizes.maxParts() + " parts, the last of " + partBytes
                            + " bytes; there was no memory free for larger ones (penstock.s3.part.bytes, penstock.memory.bytes)");
        }
        growParts(sizes.bytes(number));
        part = new Part(number, partBytes);
        wasted = 0;
    }

    /** Makes parts as large as that, or half of it, and so on, if the budget has room for what they need more than those until now. */
    private void growParts(long wantedBytes) {
        for (long bytes = wantedBytes; bytes > partBytes; bytes /= 2) {
            if (grown.tryGrow(footprint(bytes) - footprint(partBytes))) {
                partBytes = bytes;
            }
        }
    }

    /** All the memory for parts of that size. */
    private long footprint(long bytes) {
        int inFlight = store.options().partsInFlight();
        return (long) maxBuffers(bytes, inFlight, pool.bufferBytes()) * pool.bufferBytes() + bytes * inFlight;
    }

    @Override
    public void settle() throws IOException {
        // Nothing borrowed is kept.
        run("write", () -> {});
    }

    @Override
    public long bytes() {
        return checksums.bytes();
    }

    @Override
    public BlockChecksums checksums() {
        return checksums.checksums();
    }

    @Override
    public void commit() throws IOException {
        run("commit", () -> {
            Part last = takePart();
            if (last.number() == 1) {
                upload.put(last);
            } else {
                upload.send(last);
                upload.complete();
            }
            committed = true;
            release();
        });
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                rollBack("it was closed");
            }
        } catch (IOException e) {
            throw new IOException(
                    "cannot remove the unfinished upload of '" + path + "' in " + store + ": " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends it for a reason outside, from any thread, unless it has ended; its next call fails with that reason.
     *
     * @throws IOException if its upload could not be removed
     */
    void abandon(String reason) throws IOException {
        IOException ended = new IOException(reason);
        // Before the lock: its holder may be waiting for what this ends.
        upload.stop(ended);
        lock.lock();
        try {
            if (failure == null && !committed && !closed) {
                failed("write", ended);
            }
            if (!committed) {
                upload.abort();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Rolls back; what to throw when {@code action} failed. */
    private IOException failed(String action, Throwable cause) {
        String rolledBack = upload.hasBegun() ? ", its upload was aborted" : "";
        try {
            rollBack(reason(cause));
        } catch (IOException e) {
            rolledBack = ", what it left could not be removed: " + reason(e);
            cause.addSuppressed(e);
        }
        String message = "cannot " + action + " '" + path + "' in " + store + " (" + bytes() + " bytes so far"
                + rolledBack + "): " + reason(cause);
        failure = cause instanceof OutcomeUnknownException
                ? new OutcomeUnknownException(message, cause)
                : new IOException(message, cause);
        return failure;
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    /** Leaves neither a buffer nor an upload, unless it throws: then no buffer. */
    private void rollBack(String reason) throws IOException {
        if (committed) {
            return;
        }
        upload.stop(new IOException(reason));
        upload.awaitIdle();
        release();
        upload.abort();
    }

    private void release() {
        part.release();
        if (tail != null) {
            tail.release();
            tail = null;
        }
        grown.close();
        store.forget(this);
    }
}

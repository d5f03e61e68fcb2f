package io.penstock.storage.s3;

import io.penstock.storage.OutcomeUnknownException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * One write of one object: as an upload on the server whose parts go out side by side, or in a single request. It knows which requests
 * are on their way, and what became of a commit whose reply was lost. After a part has failed, or {@link #stop}, everything but {@link
 * #awaitIdle} and {@link #abort} throws the first failure.
 *
 * <p>One thread sends; any may stop it. Waits end when the client's requests do, which time out; an interrupt does not cut them short.
 */
final class Upload {
    /** Parts that end while an upload is aborted may survive it ("AbortMultipartUpload" in the S3 API reference): then once more. */
    private static final int ABORTS = 3;

    /** A server tells when an upload began in seconds. */
    private static final Duration CLOCK_STEP = Duration.ofSeconds(1);

    private final S3Wire wire;
    private final S3Control control;
    private final S3Options options;
    private final String key;
    private final String writeId = UUID.randomUUID().toString();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final List<Transfer> transfers = new ArrayList<>();
    private final Map<Integer, CompletedPart> sent = new TreeMap<>();
    private int inFlight;
    private boolean stopped;
    private Throwable failure;

    /** Of the thread that sends. */
    private String id;

    private Duration beginTook = Duration.ZERO;
    private boolean beginLost;
    private boolean over;

    Upload(S3Wire wire, S3Control control, S3Options options, String key) {
        this.wire = wire;
        this.control = control;
        this.options = options;
        this.key = key;
    }

    /** Whether there is something on the server, as far as is known. */
    boolean hasBegun() {
        return id != null;
    }

    /** The first failure; null if there is none. */
    Throwable failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends a part, and waits until that many are on their way at most. Takes ownership of {@code part}, whether it returns or throws.
     */
    void send(Part part) throws IOException {
        try {
            if (id == null) {
                begin();
            }
            awaitRoom(options.partsInFlight());
        } catch (IOException | RuntimeException | Error e) {
            part.release();
            throw e;
        }
        Map<String, String> query = Map.of("partNumber", Integer.toString(part.number()), "uploadId", id);
        launch(part, query, checksum(part));
    }

    private void begin() throws IOException {
        long start = System.nanoTime();
        try {
            id = control.createUpload(key, writeId);
            beginTook = Duration.ofNanos(System.nanoTime() - start);
        } catch (IOException | RuntimeException | Error e) {
            beginLost = isOutcomeUnknown(e);
            if (e instanceof RequestException && beginLost) {
                throw new OutcomeUnknownException("it is not known whether its upload has begun: " + e.getMessage(), e);
            }
            throw e;
        }
    }

    private Map<String, String> checksum(Part part) {
        return options.checksums() ? Map.of(ObjectHeaders.CRC32C, ObjectHeaders.text(part.crc32c())) : Map.of();
    }

    private void awaitRoom(int most) throws IOException {
        lock.lock();
        try {
            while (inFlight >= most && failure == null) {
                progress.awaitUninterruptibly();
            }
            requireNoFailure();
            inFlight++;
        } finally {
            lock.unlock();
        }
    }

    private void requireNoFailure() throws IOException {
        if (failure != null) {
            throw asIOException(failure);
        }
    }

    private static IOException asIOException(Throwable thrown) {
        return thrown instanceof IOException same ? same : new IOException(thrown.toString(), thrown);
    }

    /** What {@link #awaitRoom} has made room for. */
    private void launch(Part part, Map<String, String> query, Map<String, String> headers) {
        Transfer transfer;
        try {
            transfer = wire.put(key, query, headers, part);
        } catch (RuntimeException | Error e) {
            ended(part, null, null, e);
            throw e;
        }
        boolean cancelled;
        lock.lock();
        try {
            transfers.add(transfer);
            cancelled = stopped;
        } finally {
            lock.unlock();
        }
        if (cancelled) {
            transfer.cancel();
        }
        var unused = transfer.reply().whenComplete((reply, thrown) -> ended(part, transfer, reply, thrown));
    }

    private void ended(Part part, Transfer transfer, Reply reply, Throwable thrown) {
        int number = part.number();
        String crc32c = ObjectHeaders.text(part.crc32c());
        // Before anybody can see that it has ended.
        part.release();
        lock.lock();
        try {
            transfers.remove(transfer);
            inFlight--;
            if (thrown != null) {
                fail(thrown instanceof CompletionException wrapper ? wrapper.getCause() : thrown);
            } else if (reply.headers().get("etag") == null) {
                fail(new IOException("the server gave no ETag for part " + number));
            } else {
                CompletedPart.Builder done = CompletedPart.builder()
                        .partNumber(number)
                        .eTag(reply.headers().get("etag"));
                sent.put(number, (options.checksums() ? done.checksumCRC32C(crc32c) : done).build());
            }
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void fail(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        }
    }

    /** Makes the object of this one part. Takes ownership of {@code whole}, whether it returns or throws. */
    void put(Part whole) throws IOException {
        try {
            awaitRoom(1);
        } catch (IOException | RuntimeException | Error e) {
            whole.release();
            throw e;
        }
        Map<String, String> headers = ObjectHeaders.of(options, writeId);
        headers.putAll(checksum(whole));
        launch(whole, Map.of(), headers);
        awaitIdle();
        Throwable thrown = failure();
        if (thrown != null) {
            settlePut(asIOException(thrown));
        }
        over = true;
    }

    private void settlePut(IOException thrown) throws IOException {
        if (!isOutcomeUnknown(thrown)) {
            throw thrown;
        }
        if (!isPublished(thrown)) {
            throw unknown(thrown);
        }
    }

    /** Makes the object of the parts that were sent, when all have arrived. */
    void complete() throws IOException {
        // While the last parts are on their way.
        removeUntold();
        awaitIdle();
        List<CompletedPart> parts;
        lock.lock();
        try {
            requireNoFailure();
            parts = List.copyOf(sent.values());
        } finally {
            lock.unlock();
        }
        try {
            control.complete(key, id, parts);
        } catch (IOException e) {
            settleComplete(e);
        }
        over = true;
    }

    /** Returns if the object was made after all, and throws otherwise. */
    private void settleComplete(IOException thrown) throws IOException {
        boolean gone = thrown instanceof RequestException refused && refused.status() == 404;
        if (!gone && !isOutcomeUnknown(thrown)) {
            throw thrown;
        }
        if (isPublished(thrown)) {
            return;
        }
        if (gone) {
            throw thrown;
        }
        // An upload that could be aborted had not become an object; unless the server was busy with that meanwhile.
        boolean aborted;
        try {
            aborted = control.abort(key, id);
        } catch (IOException e) {
            thrown.addSuppressed(e);
            throw unknown(thrown);
        }
        if (isPublished(thrown)) {
            return;
        }
        throw aborted ? thrown : unknown(thrown);
    }

    /** Asks the server whether the object is of this write. */
    private boolean isPublished(IOException thrown) throws IOException {
        try {
            Optional<S3Control.Head> head = control.head(key);
            return head.isPresent() && writeId.equals(head.get().writeId());
        } catch (IOException e) {
            thrown.addSuppressed(e);
            throw unknown(thrown);
        }
    }

    private static boolean isOutcomeUnknown(Throwable thrown) {
        return !(thrown instanceof RequestException refused) || refused.isOutcomeUnknown();
    }

    private static OutcomeUnknownException unknown(IOException thrown) {
        return new OutcomeUnknownException("it is not known whether it has appeared: " + thrown.getMessage(), thrown);
    }

    /** Cancels what is on its way; {@code reason} is the failure unless there was one before. */
    void stop(Throwable reason) {
        List<Transfer> cancelled;
        lock.lock();
        try {
            stopped = true;
            fail(reason);
            cancelled = List.copyOf(transfers);
            progress.signalAll();
        } finally {
            lock.unlock();
        }
        cancelled.forEach(Transfer::cancel);
    }

    /** Waits until nothing is on its way any more and its buffers are back. */
    void awaitIdle() {
        lock.lock();
        try {
            while (inFlight > 0) {
                progress.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Removes the upload from the server, if there is one; nothing is on its way. A second call does nothing if the first has succeeded. */
    void abort() throws IOException {
        if (over) {
            return;
        }
        if (id != null) {
            Closeable told = () -> abort(id);
            try (told) {
                removeUntold();
            }
        } else if (beginLost) {
            // The server may have begun one; which, it has not told.
            for (S3Control.Pending upload : listed()) {
                abort(upload.uploadId());
            }
        }
        over = true;
    }

    /**
     * Removes the uploads that the server began for a request whose reply was lost, whereupon the client repeated it: of this key, and as long before
     * the one it told of as that took.
     */
    private void removeUntold() throws IOException {
        List<S3Control.Pending> listed = listed();
        for (S3Control.Pending ours : listed) {
            if (ours.uploadId().equals(id)) {
                Instant earliest = ours.initiated().minus(beginTook).minus(CLOCK_STEP);
                for (S3Control.Pending other : listed) {
                    if (!other.equals(ours)
                            && !other.initiated().isBefore(earliest)
                            && !other.initiated().isAfter(ours.initiated())) {
                        abort(other.uploadId());
                    }
                }
            }
        }
    }

    private void abort(String uploadId) throws IOException {
        for (int i = 0; i < ABORTS; i++) {
            control.abort(key, uploadId);
            if (listed().stream().noneMatch(upload -> upload.uploadId().equals(uploadId))) {
                return;
            }
        }
        throw new IOException(
                "the server still lists upload " + uploadId + " after it was aborted " + ABORTS + " times");
    }

    /** The uploads of this key; none if that is not to be known, for not everybody who may write may list. */
    private List<S3Control.Pending> listed() throws IOException {
        try {
            return control.uploadsOf(key);
        } catch (RequestException e) {
            if (e.isOutcomeUnknown()) {
                throw e;
            }
            return List.of();
        }
    }
}

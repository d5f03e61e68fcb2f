package io.penstock.storage.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Finds an object, with its size and its ETag, by asking for its end; where the server has none to give, as of an empty object, by a HEAD.
 * The end stays here, for {@link #tail}, if it came.
 */
final class Opening {
    private final S3FileSystem store;
    private final String path;
    private final String key;
    private final String uri;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private Block tail;

    Opening(S3FileSystem store, String path, String key) {
        this.store = store;
        this.path = path;
        this.key = key;
        this.uri = store.connection().uri(key);
    }

    /** @throws NoSuchFileException if there is no such object; its file is the path */
    PinnedObject open() throws IOException {
        tail = new Block(store.pool(), S3Source.TAIL_BYTES);
        PinnedObject object = byItsEnd();
        if (object == null) {
            tail.release();
            tail = null;
            object = byHead();
        }
        return object;
    }

    /** What {@link #open} has got of the object's end; the caller releases it. */
    Optional<Block> tail() {
        return Optional.ofNullable(tail);
    }

    /** Null if that cannot be done. */
    private PinnedObject byItsEnd() throws IOException {
        requests.incrementAndGet();
        RangeGet get = new RangeGet(
                store.connection().wire(),
                key,
                Map.of("Range", "bytes=-" + S3Source.TAIL_BYTES),
                S3Source.TAIL_BYTES,
                (offset, arrived) -> put(offset, arrived),
                bytes);
        Reply reply;
        try {
            reply = get.reply();
        } catch (NoSuchFileException e) {
            throw missing(e);
        } catch (RequestException e) {
            if (e.status() == 416) {
                return null;
            }
            throw e.status() == 404 && !e.code().equals("NoSuchBucket") ? missing(e) : e;
        }
        ContentRange range = ContentRange.of(reply.headers());
        // A small object may come as it is, and by a server that knows no such ranges a large one.
        long size = range != null ? range.size() : reply.status() == 200 ? get.bytes() : 0;
        long expected = Math.min(size, S3Source.TAIL_BYTES);
        boolean isEnd = range == null || range.to() == size && range.bytes() == expected;
        return size > 0 && isEnd && get.bytes() == expected
                ? pinned(size, reply.headers().get("etag"))
                : null;
    }

    private void put(long offset, ByteBuffer arrived) {
        tail.put((int) offset, arrived);
    }

    private PinnedObject byHead() throws IOException {
        requests.incrementAndGet();
        S3Control.Head head = store.control().head(key).orElseThrow(() -> missing(null));
        return pinned(head.bytes(), head.etag());
    }

    private PinnedObject pinned(long size, String etag) throws IOException {
        if (etag == null || etag.isEmpty()) {
            throw new IOException("the server gives " + uri
                    + " no ETag, so that nobody could tell if it was replaced while it is read");
        }
        return new PinnedObject(store.connection().wire(), key, uri, size, etag, requests, bytes);
    }

    private IOException missing(Exception cause) {
        NoSuchFileException missing = new NoSuchFileException(path, null, "it is not in " + store);
        missing.initCause(cause);
        return missing;
    }
}

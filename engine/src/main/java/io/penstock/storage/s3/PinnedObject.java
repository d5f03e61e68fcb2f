package io.penstock.storage.s3;

import io.penstock.storage.Source.Traffic;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An object as it was when it was opened: whoever reads a range of it gets bytes of that version, which its ETag names, or an
 * {@link IOException}. Thread-safe.
 */
final class PinnedObject {
    private final S3Wire wire;
    private final String key;
    private final String uri;
    private final long size;
    private final String etag;
    private final AtomicLong requests;
    private final AtomicLong bytes;

    /**
     * @param uri names the object in messages
     * @param requests that were sent until now; counted on
     * @param bytes that have come back until now; counted on
     */
    PinnedObject(S3Wire wire, String key, String uri, long size, String etag, AtomicLong requests, AtomicLong bytes) {
        this.wire = wire;
        this.key = key;
        this.uri = uri;
        this.size = size;
        this.etag = etag;
        this.requests = requests;
        this.bytes = bytes;
    }

    long size() {
        return size;
    }

    String uri() {
        return uri;
    }

    Traffic traffic() {
        return new Traffic(requests.get(), bytes.get());
    }

    /** Asks for the bytes of a range, which is not empty; {@link #await} says whether they have come. */
    RangeGet get(long from, long to, Landing landing) {
        requests.incrementAndGet();
        Map<String, String> headers = Map.of("Range", "bytes=" + from + "-" + (to - 1), "If-Match", etag);
        return new RangeGet(wire, key, headers, Math.toIntExact(to - from), landing, bytes);
    }

    /**
     * Waits for the bytes of {@link #get}.
     *
     * @throws IOException if they did not come, all of them and nothing else, of the version that was opened
     */
    void await(RangeGet get, long from, long to) throws IOException {
        Reply reply;
        try {
            reply = get.reply();
        } catch (NoSuchFileException e) {
            throw removed(e);
        } catch (RequestException e) {
            throw switch (e.status()) {
                case 404 -> e.code().equals("NoSuchBucket") ? e : removed(e);
                // A server that knows no If-Match finds no such range in a shorter successor.
                case 412, 416 -> replaced(e);
                default -> e;
            };
        }
        // There are servers that do not know If-Match.
        if (!etag.equals(reply.headers().get("etag"))) {
            throw replaced(null);
        }
        ContentRange range = range(reply, get);
        if (range.size() != size) {
            throw replaced(null);
        }
        if (range.from() != from || range.to() != to) {
            throw wrong("the bytes " + range.from() + " to " + (range.to() - 1), from, to);
        }
        if (get.bytes() != to - from) {
            throw wrong(get.bytes() + " bytes", from, to);
        }
    }

    /** A server may send a whole object without saying that it is a range of it. */
    private ContentRange range(Reply reply, RangeGet get) throws IOException {
        ContentRange said = ContentRange.of(reply.headers());
        if (said != null) {
            return said;
        }
        if (reply.status() != 200 || get.bytes() != size) {
            throw new IOException("the server does not say which bytes of " + uri + " it has sent");
        }
        return new ContentRange(0, size, size);
    }

    private IOException wrong(String sent, long from, long to) {
        return new IOException(
                "the server was asked for the bytes " + from + " to " + (to - 1) + " of " + uri + " and sent " + sent);
    }

    private IOException replaced(Exception cause) {
        return new IOException(uri + " was replaced while it was read", cause);
    }

    private IOException removed(Exception cause) {
        return new IOException(uri + " was removed while it was read", cause);
    }
}

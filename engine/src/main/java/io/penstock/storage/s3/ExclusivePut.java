package io.penstock.storage.s3;

import io.penstock.storage.OutcomeUnknownException;
import io.penstock.storage.s3.S3Control.Head;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32C;

/**
 * Creates an object unless there is one, by a PUT with {@code If-None-Match: *}, and tells what became of it: an object of this write by the id in
 * its metadata is success however the answers went, one of another write is defeat. Thread-safe.
 *
 * <p>The client sends a request without an answer again until there is one: the condition makes that harmless.
 */
final class ExclusivePut {
    private static final long MAX_PAUSE_MILLIS = 5_000;

    private final S3Connection connection;
    private final S3Control control;
    private final S3Options options;

    ExclusivePut(S3Connection connection, S3Control control) {
        this.connection = connection;
        this.control = control;
        this.options = connection.options();
    }

    /**
     * Creates the object with the remaining bytes of {@code content}.
     *
     * @return false if there is an object of another write
     * @throws OutcomeUnknownException if there was no definite answer
     * @throws IOException if it was refused: there is no such object then, and will be none
     */
    boolean put(String key, ByteBuffer content) throws IOException {
        String writeId = UUID.randomUUID().toString();
        Map<String, String> headers = ObjectHeaders.ofSmall(options, writeId);
        if (options.checksums()) {
            CRC32C crc = new CRC32C();
            crc.update(content.duplicate());
            headers.put(ObjectHeaders.CRC32C, ObjectHeaders.text((int) crc.getValue()));
        }
        if (options.singleWriter()) {
            if (control.head(key).isPresent()) {
                return false;
            }
        } else {
            headers.put("If-None-Match", "*");
        }
        return put(key, headers, content, writeId);
    }

    private boolean put(String key, Map<String, String> headers, ByteBuffer content, String writeId)
            throws IOException {
        boolean unanswered = false;
        for (int attempt = 0; ; attempt++) {
            RequestException refusal = send(key, headers, content);
            if (refusal == null) {
                return true;
            }
            unanswered |= refusal.isOutcomeUnknown();
            // 409: another request for the key was being carried out.
            boolean isBeaten = refusal.status() == 412 || refusal.status() == 409;
            if (!isBeaten && !unanswered) {
                throw refusal;
            }
            Optional<Head> there = look(key, refusal);
            if (there.isPresent()) {
                return writeId.equals(there.get().writeId());
            }
            if (!isBeaten || attempt == options.retries()) {
                throw unanswered ? unknown(key, refusal) : refusal;
            }
            pause(attempt);
        }
    }

    /** Null if it has succeeded. */
    private RequestException send(String key, Map<String, String> headers, ByteBuffer content) throws IOException {
        try {
            Waiting.on(connection
                    .wire()
                    .put(key, Map.of(), headers, new BufferBody(content))
                    .reply());
            return null;
        } catch (RequestException e) {
            return e;
        }
    }

    /** What stands in the way of a PUT; the client may have repeated one that had succeeded. */
    private Optional<Head> look(String key, RequestException refusal) throws OutcomeUnknownException {
        try {
            return control.head(key);
        } catch (IOException e) {
            refusal.addSuppressed(e);
            throw unknown(key, refusal);
        }
    }

    private OutcomeUnknownException unknown(String key, RequestException refusal) {
        return new OutcomeUnknownException(
                "it is not known whether " + connection.uri(key) + " was created: " + refusal.getMessage(), refusal);
    }

    private static void pause(int attempt) {
        Waiting.millis(Math.min(
                MAX_PAUSE_MILLIS, ThreadLocalRandom.current().nextLong(1L << Math.min(attempt + 6, 30))));
    }
}

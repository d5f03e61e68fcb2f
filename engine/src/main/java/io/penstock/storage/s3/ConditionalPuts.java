package io.penstock.storage.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds out, by trying, whether the server of a bucket honours {@code If-None-Match: *}, on which the commit of a table rests: a second PUT must be
 * refused, and of several at once exactly one must succeed. Once a process for each server and bucket; thread-safe.
 *
 * <p>The objects that it puts lie below the prefix of the store that asks, and are removed.
 */
final class ConditionalPuts {
    /** A server that decides between two by luck passes once more easily than twice. */
    private static final int ROUNDS = 2;

    private static final int RACERS = 4;

    private static final Map<String, ConditionalPuts> KNOWN = new ConcurrentHashMap<>();

    private boolean honoured;

    private ConditionalPuts() {}

    /**
     * Returns if they are honoured.
     *
     * @param below what the keys of the store begin with
     * @throws IOException if they are not, with the reason; or if that could not be found out
     */
    static void require(S3Connection connection, S3Control control, String below) throws IOException {
        KNOWN.computeIfAbsent(connection.address() + connection.options().bucket(), server -> new ConditionalPuts())
                .requireHonoured(connection, control, below);
    }

    private synchronized void requireHonoured(S3Connection connection, S3Control control, String below)
            throws IOException {
        if (honoured) {
            return;
        }
        List<String> keys = new ArrayList<>();
        IOException failure = null;
        try {
            for (int round = 0; round < ROUNDS; round++) {
                probe(connection, below, keys);
            }
        } catch (IOException e) {
            failure = e;
        }
        for (String key : keys) {
            try {
                control.delete(key);
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        honoured = true;
    }

    private static void probe(S3Connection connection, String below, List<String> keys) throws IOException {
        String twice = newKey(below, keys);
        if (winners(connection, twice, 1) == 1 && winners(connection, twice, 1) == 1) {
            throw refusal(connection, "a second PUT with If-None-Match: * replaced the object of the first");
        }
        int winners = winners(connection, newKey(below, keys), RACERS);
        if (winners > 1) {
            throw refusal(
                    connection, "of " + RACERS + " PUTs with If-None-Match: * at once, " + winners + " succeeded");
        }
    }

    private static String newKey(String below, List<String> keys) {
        String key = below + ".penstock-probe-" + UUID.randomUUID();
        keys.add(key);
        return key;
    }

    /** Of that many conditional PUTs at once, how many succeed. */
    private static int winners(S3Connection connection, String key, int racers) throws IOException {
        Map<String, String> headers = ObjectHeaders.ofSmall(connection.options(), "probe");
        headers.put("If-None-Match", "*");
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < racers; i++) {
            ByteBuffer content = ByteBuffer.wrap(new byte[] {(byte) i});
            replies.add(connection
                    .wire()
                    .put(key, Map.of(), headers, new BufferBody(content))
                    .reply());
        }
        int winners = 0;
        IOException failure = null;
        for (CompletableFuture<Reply> reply : replies) {
            try {
                Waiting.on(reply);
                winners++;
            } catch (RequestException e) {
                // 409: while another was being carried out.
                if (e.status() == 501) {
                    failure = refusal(connection, "it knows no PUT with If-None-Match: *");
                } else if (e.status() != 412 && e.status() != 409) {
                    failure = e;
                }
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return winners;
    }

    private static IOException refusal(S3Connection connection, String reason) {
        return new IOException("the server of " + connection.uri("") + " cannot decide between writers: " + reason
                + ". Where nobody else writes to the store, penstock.s3.exclusive=single-writer goes without");
    }
}

package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.storage.FileSystem;
import io.penstock.storage.Sink;
import io.penstock.storage.StoreFixture;
import io.penstock.testing.Fault;
import io.penstock.testing.Fault.Moment;
import io.penstock.testing.FaultyProxy;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A store whose requests pass a {@link FaultyProxy}, and what may happen there. */
abstract class FaultyStoreFixture extends StoreFixture {
    /** Small, so that a few buffers are an upload. */
    static final int PART_BYTES = 8 * BUFFER_BYTES;

    static final int RETRIES = 2;

    /** Where the client needs to give up for a test to go on. */
    static final Duration TIMEOUT = Duration.ofSeconds(1);

    @RegisterExtension
    final S3TestServer server = S3TestServer.ofSmallParts();

    FaultyProxy proxy;

    /** After the store, which still has requests to send. */
    @RegisterExtension
    final AfterEachCallback closeProxy = context -> proxy.close();

    @Override
    protected FileSystem newStore() throws IOException {
        proxy = new FaultyProxy(server.endpoint());
        S3FileSystem opened = open(TIMEOUT);
        // So that the probe of a first write is over when a test begins to count.
        opened.openForWrite("first").close();
        proxy.reset();
        return opened;
    }

    final S3FileSystem open(Duration timeout) throws IOException {
        return new S3FileSystem(
                server.options(proxy.endpoint(), PART_BYTES, 4 * BUFFER_BYTES, timeout, RETRIES),
                memory.pool(),
                memory.budget());
    }

    /** What the same request may survive when it is sent again. */
    static Stream<Fault> passing() {
        return Stream.of(
                Fault.reset(Moment.BEFORE),
                Fault.reset(Moment.MIDDLE),
                Fault.reset(Moment.AFTER),
                Fault.error(500, "InternalError"),
                Fault.errorAfter(500, "InternalError"),
                Fault.error(503, "SlowDown"),
                Fault.errorAfter(503, "ServiceUnavailable"),
                new Fault.Delay(50));
    }

    /** The same; each costs a time-out. */
    static Stream<Fault> silent() {
        return Stream.of(new Fault.Silence(false), new Fault.Silence(true));
    }

    /** What no repetition changes. */
    static Stream<Fault> lasting() {
        return Stream.of(
                Fault.error(403, "AccessDenied"),
                Fault.error(400, "ExpiredToken"),
                Fault.error(403, "RequestTimeTooSkewed"),
                Fault.error(404, "NoSuchBucket"),
                new Fault.ErrorReply(301, "PermanentRedirect", false, Map.of("x-amz-bucket-region", "eu-north-1")));
    }

    /** The words that a person needs to find the request: where, what, and the server's id of it. */
    final void assertTraceable(IOException failure, String path) {
        String message = failure.getMessage();
        assertTrue(message.contains(server.bucket()), message);
        assertTrue(message.contains(S3TestServer.key(path)), message);
        // The client keeps that reply to itself, and with it the server's id.
        assertTrue(message.contains("PROXY") || message.contains("clock"), message);
        assertTrue(!message.contains(S3TestServer.ACCESS_KEY) && !message.contains(S3TestServer.SECRET_KEY), message);
    }

    /** Fails unless no buffer is out and no request is on its way, and the server has these files and nothing else. */
    final void assertLeft(String... paths) throws InterruptedException {
        proxy.reset().awaitIdle();
        assertEquals(0, memory.pool().outstanding(), "buffers outstanding");
        server.assertNothingLeft(paths);
    }

    /** Writes the whole file, as far as it goes. */
    final void write(String path, byte[] content) throws IOException {
        try (Sink sink = store.openForWrite(path)) {
            writePooled(sink, content, BUFFER_BYTES);
            sink.commit();
        }
    }
}

package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.Fault;
import io.penstock.testing.Fault.Moment;
import io.penstock.testing.FaultyProxy;
import io.penstock.testing.S3Request.Kind;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class S3WireFaultTest {
    private static final String KEY = S3TestServer.key("a");

    private static final byte[] CONTENT = new byte[30_001];

    static {
        new Random(4).nextBytes(CONTENT);
    }

    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    private FaultyProxy proxy;

    @BeforeEach
    void stand() throws IOException {
        proxy = new FaultyProxy(server.endpoint());
    }

    @AfterEach
    void leave() throws IOException {
        proxy.close();
    }

    static Stream<Fault> passingFaults() {
        return Stream.of(
                Fault.error(500, "InternalError"),
                Fault.error(503, "SlowDown"),
                Fault.error(400, "RequestTimeout"),
                Fault.error(400, "BadDigest"),
                Fault.errorAfter(502, "BadGateway"),
                Fault.reset(Moment.BEFORE),
                Fault.reset(Moment.MIDDLE),
                Fault.reset(Moment.AFTER),
                new Fault.TruncatedReply(),
                new Fault.Silence(false),
                new Fault.Silence(true));
    }

    @ParameterizedTest
    @MethodSource("passingFaults")
    void putIsRepeatedUntilItSucceeds(Fault fault) throws Exception {
        try (S3Connection connection = open(3)) {
            proxy.fail(Kind.PUT, fault, 2);
            Reply reply = await(connection.wire().put(KEY, Map.of(), Map.of(), new Content()));
            assertEquals(200, reply.status());
            assertArrayEquals(CONTENT, server.content("a"));
        }
    }

    @ParameterizedTest
    @MethodSource("passingFaults")
    void getIsRepeatedUntilItHasAllBytes(Fault fault) throws Exception {
        server.put("a", CONTENT);
        try (S3Connection connection = open(3)) {
            proxy.fail(Kind.GET, fault, 2);
            byte[] read = new byte[CONTENT.length];
            Reply reply = await(
                    connection.wire().get(KEY, Map.of(), (at, bytes) -> bytes.get(read, (int) at, bytes.remaining())));
            assertEquals(200, reply.status());
            assertArrayEquals(CONTENT, read);
        }
    }

    @Test
    void repetitionsHaveAnEndThatNamesTheServersAnswer() throws Exception {
        try (S3Connection connection = open(2)) {
            proxy.fail(Kind.PUT, Fault.error(503, "SlowDown"));
            RequestException e = failure(connection.wire().put(KEY, Map.of(), Map.of(), new Content()));
            assertEquals(503, e.status(), e::getMessage);
            assertEquals("SlowDown", e.code());
            assertTrue(e.isOutcomeUnknown());
            assertContains(e, "cannot write s3://" + server.bucket() + "/" + KEY + ": status 503 SlowDown");
            assertContains(e, proxy.endpoint().toString());
            assertContains(e, "request PROXY");
            assertContains(e, "3 attempts");
            // One more is the CRT's.
            assertTrue(proxy.requests() <= 4, proxy.log()::toString);
        }
        server.assertNothingLeft();
    }

    @Test
    void replyThatNeverComesIsGivenUp() throws Exception {
        try (S3Connection connection = open(1)) {
            proxy.fail(Kind.GET, new Fault.Silence(false));
            RequestException e = failure(connection.wire().get(KEY, Map.of("Range", "bytes=0-9"), (at, bytes) -> {}));
            assertEquals(0, e.status());
            assertTrue(e.isOutcomeUnknown());
            assertContains(e, "penstock.s3.timeout.millis=1000");
        }
    }

    @Test
    void answerAfterOneThatWasLostIsNotDefinite() throws Exception {
        try (S3Connection connection = open(1)) {
            proxy.fail(Kind.PUT, Fault.errorAfter(500, "InternalError"), 2)
                    .fail(Kind.PUT, Fault.error(403, "AccessDenied"));
            RequestException e = failure(connection.wire().put(KEY, Map.of(), Map.of(), new Content()));
            assertEquals(403, e.status());
            assertTrue(e.isOutcomeUnknown());
        }
        server.assertNothingLeft("a");
    }

    @Test
    void refusalIsNotRepeated() throws Exception {
        try (S3Connection connection = open(5)) {
            proxy.fail(Kind.PUT, Fault.error(403, "AccessDenied"));
            RequestException e = failure(connection.wire().put(KEY, Map.of(), Map.of(), new Content()));
            assertFalse(e.isOutcomeUnknown());
            assertContains(e, "The credentials do not give the right to do this");
            assertEquals(1, proxy.requests());
        }
    }

    @Test
    void bucketOfAnotherRegionIsToldWithItsRegion() throws Exception {
        try (S3Connection connection = open(5)) {
            proxy.fail(
                    Kind.PUT,
                    new Fault.ErrorReply(301, "PermanentRedirect", false, Map.of("x-amz-bucket-region", "eu-north-1")),
                    1);
            RequestException e = failure(connection.wire().put(KEY, Map.of(), Map.of(), new Content()));
            assertContains(e, "set penstock.s3.region=eu-north-1");
            assertFalse(e.isOutcomeUnknown());
        }
    }

    @Test
    void serverThatIsNotThereIsTold() throws Exception {
        proxy.close();
        try (S3Connection connection = open(1)) {
            RequestException e = failure(connection.wire().put(KEY, Map.of(), Map.of(), new Content()));
            assertContains(e, "AWS_IO_SOCKET_CONNECTION_REFUSED");
            assertContains(e, "Nothing listens there");
            assertFalse(e.isOutcomeUnknown());
        }
    }

    @Test
    void bodyThatFailsFailsTheRequestOnce() throws Exception {
        try (S3Connection connection = open(5)) {
            Body broken = new Content() {
                @Override
                public void copy(long offset, ByteBuffer target) {
                    throw new IllegalStateException("no bytes");
                }
            };
            RequestException e = failure(connection.wire().put(KEY, Map.of(), Map.of(), broken));
            assertContains(e, "no bytes");
            assertFalse(e.isOutcomeUnknown());
        }
        server.assertNothingLeft();
    }

    @Test
    void landingThatFailsFailsTheRequestOnce() throws Exception {
        server.put("a", CONTENT);
        try (S3Connection connection = open(5)) {
            RequestException e = failure(connection.wire().get(KEY, Map.of(), (at, bytes) -> {
                throw new IllegalStateException("no room");
            }));
            assertContains(e, "no room");
            assertEquals(1, proxy.requests());
        }
    }

    @Test
    void cancelledTransferEndsAndLeavesItsBodyAlone() throws Exception {
        try (S3Connection connection = open(5)) {
            proxy.fail(Kind.PUT, new Fault.Silence(false));
            CountDownLatch asked = new CountDownLatch(1);
            Content content = new Content() {
                @Override
                public void copy(long offset, ByteBuffer target) {
                    super.copy(offset, target);
                    asked.countDown();
                }
            };
            Transfer put = connection.wire().put(KEY, Map.of(), Map.of(), content);
            assertTrue(asked.await(20, TimeUnit.SECONDS));
            put.cancel();
            RequestException e = failure(put);
            content.over.set(true);
            assertContains(e, "it was given up");
            assertTrue(e.isOutcomeUnknown());
            put.cancel();
        }
    }

    @Test
    void cancelEndsAPause() throws Exception {
        try (S3Connection connection = open(50)) {
            proxy.fail(Kind.PUT, Fault.error(503, "SlowDown"));
            Transfer put = connection.wire().put(KEY, Map.of(), Map.of(), new Content());
            while (proxy.requests() < 4) {
                Thread.sleep(1);
            }
            put.cancel();
            assertContains(failure(put), "it was given up");
        }
    }

    /** At all moments of transfers, again and again: none of their memory is touched after their replies. */
    @Test
    void memoryIsLeftAloneOnceTheReplyIsComplete() throws Exception {
        server.put("b", CONTENT);
        Random random = new Random(7);
        proxy.throttle(2 << 20);
        try (S3Connection connection = open(5)) {
            for (int i = 0; i < 60; i++) {
                Content content = new Content();
                Room room = new Room();
                Transfer put = connection.wire().put(KEY, Map.of(), Map.of(), content);
                Transfer get = connection.wire().get(S3TestServer.key("b"), Map.of(), room);
                Thread.sleep(random.nextInt(20));
                put.cancel();
                get.cancel();
                put.reply().handle((reply, failure) -> null).get(20, TimeUnit.SECONDS);
                content.over.set(true);
                get.reply().handle((reply, failure) -> null).get(20, TimeUnit.SECONDS);
                room.over.set(true);
                assertFalse(content.touched.get() || room.touched.get(), "round " + i);
            }
        }
        proxy.awaitIdle();
        if (server.keys().contains(KEY)) {
            assertArrayEquals(CONTENT, server.content("a"));
        }
    }

    @Test
    void closingEndsWhatIsOnItsWay() throws Exception {
        proxy.fail(Kind.PUT, new Fault.Silence(false));
        S3Connection connection = open(5);
        Transfer put = connection.wire().put(KEY, Map.of(), Map.of(), new Content());
        connection.close();
        assertTrue(put.reply().isDone());
        connection.close();
        assertThrows(IllegalStateException.class, () -> connection.wire().put(KEY, Map.of(), Map.of(), new Content()));
    }

    private S3Connection open(int retries) throws IOException {
        return S3Connection.open(server.options(proxy.endpoint(), Duration.ofSeconds(1), retries));
    }

    private static Reply await(Transfer transfer) throws Exception {
        return transfer.reply().get(30, TimeUnit.SECONDS);
    }

    private static RequestException failure(Transfer transfer) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> await(transfer));
        assertFalse(e.getCause().getMessage().contains(S3TestServer.SECRET_KEY), e.getCause()::getMessage);
        return (RequestException) e.getCause();
    }

    private static void assertContains(RequestException e, String text) {
        assertTrue(e.getMessage().contains(text), e::getMessage);
    }

    /** The bytes to send, and whether they were asked for when they were not there any more. */
    private static class Content implements Body {
        final AtomicBoolean over = new AtomicBoolean();
        final AtomicBoolean touched = new AtomicBoolean();

        @Override
        public long bytes() {
            return CONTENT.length;
        }

        @Override
        public void copy(long offset, ByteBuffer target) {
            touched.compareAndSet(false, over.get());
            target.put(CONTENT, (int) offset, (int) Math.min(target.remaining(), CONTENT.length - offset));
        }
    }

    private static final class Room implements Landing {
        final AtomicBoolean over = new AtomicBoolean();
        final AtomicBoolean touched = new AtomicBoolean();

        @Override
        public void take(long offset, ByteBuffer bytes) {
            touched.compareAndSet(false, over.get());
        }
    }
}

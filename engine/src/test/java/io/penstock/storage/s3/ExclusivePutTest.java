package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.storage.OutcomeUnknownException;
import io.penstock.testing.Fault;
import io.penstock.testing.Fault.Moment;
import io.penstock.testing.FaultyProxy;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.S3Request.Kind;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Of those who create a file one wins, and knows it, whatever becomes of the replies. */
class ExclusivePutTest {
    private static final byte[] OURS = {1, 2, 3};
    private static final byte[] THEIRS = {4, 5};

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    private FaultyProxy proxy;
    private S3FileSystem store;

    @BeforeEach
    void open() throws IOException {
        proxy = new FaultyProxy(server.endpoint());
        store = new S3FileSystem(
                server.options(proxy.endpoint(), Duration.ofSeconds(2), 2), memory.pool(), memory.budget());
        store.requireWritable();
        proxy.reset();
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        proxy.close();
    }

    static List<Fault> lostReplies() {
        return List.of(
                Fault.reset(Moment.AFTER),
                Fault.errorAfter(500, "InternalError"),
                Fault.errorAfter(503, "SlowDown"),
                new Fault.Silence(true));
    }

    static Stream<Fault> passingFailures() {
        return Stream.concat(
                lostReplies().stream(),
                Stream.of(
                        Fault.reset(Moment.BEFORE),
                        Fault.reset(Moment.MIDDLE),
                        Fault.error(500, "InternalError"),
                        Fault.error(409, "ConditionalRequestConflict"),
                        new Fault.Silence(false)));
    }

    @ParameterizedTest
    @MethodSource("passingFailures")
    void winnerWhoseReplyWasLostKnowsThatItWon(Fault fault) throws Exception {
        proxy.fail(Kind.PUT, fault, 1);
        store.createExclusive("dir/file", ByteBuffer.wrap(OURS));
        assertEquals(1, proxy.injected());
        assertArrayEquals(OURS, server.content("dir/file"));
        server.assertNothingLeft("dir/file");
    }

    @ParameterizedTest
    @MethodSource("passingFailures")
    void loserWhoseReplyWasLostKnowsThatItLost(Fault fault) throws Exception {
        server.put("dir/file", THEIRS);
        proxy.fail(Kind.PUT, fault, 1);
        FileAlreadyExistsException refused = assertThrows(
                FileAlreadyExistsException.class, () -> store.createExclusive("dir/file", ByteBuffer.wrap(OURS)));
        assertEquals("dir/file", refused.getFile());
        assertEquals(1, proxy.injected());
        assertArrayEquals(THEIRS, server.content("dir/file"));
    }

    @ParameterizedTest
    @MethodSource("lostReplies")
    void winnerThatIsNeverAnsweredLooks(Fault fault) throws Exception {
        proxy.fail(Kind.PUT, fault);
        store.createExclusive("file", ByteBuffer.wrap(OURS));
        assertArrayEquals(OURS, server.content("file"));
        assertTrue(proxy.injected() > 1);
    }

    @Test
    void loserThatComesBetweenItsAttemptsLosesToTheOther() throws Exception {
        proxy.fail(Kind.PUT, Fault.error(500, "InternalError"), 1);
        proxy.fail(
                request -> request.kind() == Kind.PUT, new Fault.Meddling(request -> server.put("file", THEIRS)), 0, 1);
        assertThrows(FileAlreadyExistsException.class, () -> store.createExclusive("file", ByteBuffer.wrap(OURS)));
        assertArrayEquals(THEIRS, server.content("file"));
    }

    @Test
    void nobodyKnowsWhatBecomesOfARequestThatWasNeverAnswered() {
        proxy.fail(Kind.PUT, new Fault.Silence(false));
        OutcomeUnknownException unknown =
                assertThrows(OutcomeUnknownException.class, () -> store.createExclusive("file", ByteBuffer.wrap(OURS)));
        for (String part : List.of("not known", server.bucket() + "/" + S3TestServer.key("file"))) {
            assertTrue(unknown.getMessage().contains(part), unknown.getMessage());
        }
        server.assertNothingLeft();
    }

    @Test
    void nobodyKnowsWhoWonWhenNobodyCanLook() {
        proxy.fail(Kind.PUT, Fault.reset(Moment.AFTER));
        proxy.fail(Kind.HEAD, Fault.error(500, "InternalError"));
        assertThrows(OutcomeUnknownException.class, () -> store.createExclusive("file", ByteBuffer.wrap(OURS)));
        server.assertNothingLeft("file");
    }

    @Test
    void refusalIsNoDoubt() {
        proxy.fail(Kind.PUT, Fault.error(403, "AccessDenied"));
        IOException refused =
                assertThrows(IOException.class, () -> store.createExclusive("file", ByteBuffer.wrap(OURS)));
        assertFalse(refused instanceof OutcomeUnknownException, refused.toString());
        assertTrue(refused.getMessage().contains("AccessDenied"), refused.getMessage());
        assertEquals(1, proxy.requests());
        server.assertNothingLeft();
    }

    @Test
    void conflictThatDoesNotEndIsAnError() {
        proxy.fail(Kind.PUT, Fault.error(409, "ConditionalRequestConflict"));
        IOException refused =
                assertThrows(IOException.class, () -> store.createExclusive("file", ByteBuffer.wrap(OURS)));
        assertFalse(refused instanceof OutcomeUnknownException, refused.toString());
        assertEquals(3, proxy.requests(Kind.PUT));
        server.assertNothingLeft();
    }
}

package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.storage.Source;
import io.penstock.testing.Fault;
import io.penstock.testing.Fault.Moment;
import io.penstock.testing.S3Request;
import io.penstock.testing.S3Request.Kind;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a network and a server do to a read: what comes is what was asked for, or an exception. */
class S3ReadFaultsTest extends FaultyStoreFixture {
    /** More than comes with the opening. */
    private static final byte[] CONTENT = bytes(1, 100 * BUFFER_BYTES);

    private static final Predicate<S3Request> GET = request -> request.kind() == Kind.GET;

    @BeforeEach
    void putFile() {
        server.put("a/file", CONTENT);
    }

    static Stream<Fault> passingWhenReading() {
        return Stream.concat(passing(), Stream.of(new Fault.TruncatedReply()));
    }

    @ParameterizedTest
    @MethodSource("passingWhenReading")
    void faultThatPassesIsNotNoticed(Fault fault) throws Exception {
        for (long skip = 0; skip < 3; skip++) {
            proxy.reset().fail(GET, fault, skip, 1);
            assertContent(CONTENT, "a/file");
            assertEquals(1, proxy.injected(), () -> String.join("\n", proxy.log()));
        }
        assertLeft("a/file");
    }

    @ParameterizedTest
    @MethodSource("silent")
    void silenceThatPassesIsNotNoticed(Fault fault) throws Exception {
        proxy.fail(GET, fault, 1, 1);
        assertContent(CONTENT, "a/file");
        assertEquals(1, proxy.injected(), () -> String.join("\n", proxy.log()));
        assertLeft("a/file");
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void faultThatLastsIsTold(Fault fault) throws Exception {
        for (long skip = 0; skip < 3; skip++) {
            proxy.reset().fail(GET, fault, skip, Long.MAX_VALUE);
            IOException failure = assertThrows(IOException.class, () -> read("a/file"));
            assertTraceable(failure, "a/file");
        }
        assertLeft("a/file");
    }

    @ParameterizedTest
    @MethodSource("passingWhenReading")
    void faultThatDoesNotPassIsGivenUpAfterABoundedNumberOfAttempts(Fault fault) throws Exception {
        if (fault instanceof Fault.Delay) {
            return;
        }
        proxy.fail(Kind.GET, fault);
        IOException failure = assertThrows(IOException.class, () -> read("a/file"));
        assertTrue(failure.getMessage().contains(S3TestServer.key("a/file")), failure.getMessage());
        assertTrue(proxy.requests() <= 2 * (RETRIES + 1), () -> String.join("\n", proxy.log()));
        assertLeft("a/file");
    }

    @Test
    void failedReadLeavesTheSourceUsable() throws Exception {
        try (Source source = store.openForRead("a/file")) {
            proxy.fail(Kind.GET, Fault.error(403, "AccessDenied"));
            assertThrows(IOException.class, () -> source.read(0, ByteBuffer.allocate(10)));
            proxy.reset();
            assertContent(CONTENT, source);
        }
        assertLeft("a/file");
    }

    @Test
    void fileThatIsReplacedIsNeverMixed() throws Exception {
        byte[] other = bytes(2, CONTENT.length);
        proxy.fail(GET, new Fault.Meddling(request -> server.put("a/file", other)), 2, 1);
        IOException failure = assertThrows(IOException.class, () -> read("a/file"));
        assertTrue(failure.getMessage().contains("replaced"), failure.getMessage());
        proxy.reset();
        assertContent(other, "a/file");
        assertLeft("a/file");
    }

    @Test
    void fileThatIsRemovedIsMissed() throws Exception {
        proxy.fail(GET, new Fault.Meddling(request -> server.remove(request.key())), 2, 1);
        IOException failure = assertThrows(IOException.class, () -> read("a/file"));
        assertTrue(failure.getMessage().contains("removed"), failure.getMessage());
        proxy.reset();
        assertThrows(NoSuchFileException.class, () -> read("a/file"));
        assertLeft();
    }

    @Test
    void missingBucketIsNoMissingFile() throws Exception {
        proxy.fail(Kind.GET, Fault.error(404, "NoSuchBucket"));
        IOException failure = assertThrows(IOException.class, () -> store.openForRead("a/file"));
        assertTrue(!(failure instanceof NoSuchFileException), failure.toString());
        proxy.reset().fail(Kind.GET, Fault.error(404, "NoSuchKey"));
        assertThrows(NoSuchFileException.class, () -> store.openForRead("a/file"));
        assertLeft("a/file");
    }

    @Test
    void closeInTheMiddleOfReadsReturnsEveryBuffer() throws Exception {
        for (int i = 0; i < 5; i++) {
            proxy.reset().throttle(200_000);
            try (Source source = store.openForRead("a/file")) {
                source.read(0, ByteBuffer.allocate(10));
            }
            assertEquals(0, memory.pool().outstanding());
        }
        proxy.fail(Kind.GET, Fault.reset(Moment.MIDDLE));
        assertThrows(IOException.class, () -> store.openForRead("a/file"));
        assertLeft("a/file");
    }
}

package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.storage.OutcomeUnknownException;
import io.penstock.storage.Sink;
import io.penstock.testing.Fault;
import io.penstock.testing.Fault.Moment;
import io.penstock.testing.S3Request.Kind;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a network and a server do to a write: what may pass is tried again, the rest surfaces at the next call, and nothing is left. */
class S3WriteFaultsTest extends FaultyStoreFixture {
    private static final byte[] ONE_PART = bytes(1, PART_BYTES - 1);
    private static final byte[] FEW_PARTS = bytes(2, 3 * PART_BYTES + 1);

    /** Far more than may be on its way. */
    private static final byte[] MANY_PARTS = bytes(3, 40 * PART_BYTES);

    static Stream<Arguments> passingFaultsOfWriting() {
        return Stream.concat(
                Stream.of(Kind.PUT, Kind.CREATE_UPLOAD, Kind.UPLOAD_PART, Kind.COMPLETE_UPLOAD)
                        .flatMap(kind -> passing().map(fault -> Arguments.of(kind, fault))),
                Stream.of(
                        Arguments.of(Kind.PUT, new Fault.Silence(true)),
                        Arguments.of(Kind.UPLOAD_PART, new Fault.Silence(false)),
                        Arguments.of(Kind.COMPLETE_UPLOAD, new Fault.Silence(true)),
                        Arguments.of(Kind.COMPLETE_UPLOAD, new Fault.ErrorIn200("InternalError", false)),
                        Arguments.of(Kind.COMPLETE_UPLOAD, new Fault.ErrorIn200("InternalError", true))));
    }

    static Stream<Arguments> lastingFaultsOfWriting() {
        return Stream.of(Kind.PUT, Kind.CREATE_UPLOAD, Kind.UPLOAD_PART, Kind.COMPLETE_UPLOAD)
                .flatMap(kind -> lasting().map(fault -> Arguments.of(kind, fault)));
    }

    private static byte[] content(Kind kind) {
        return kind == Kind.PUT ? ONE_PART : FEW_PARTS;
    }

    @ParameterizedTest
    @MethodSource("passingFaultsOfWriting")
    void faultThatPassesIsNotNoticed(Kind kind, Fault fault) throws Exception {
        proxy.fail(kind, fault, 1);
        write("a/file", content(kind));
        assertEquals(1, proxy.injected(), () -> String.join("\n", proxy.log()));
        assertArrayEquals(content(kind), server.content("a/file"));
        assertLeft("a/file");
    }

    @ParameterizedTest
    @MethodSource("lastingFaultsOfWriting")
    void faultThatLastsIsToldAtOnceAndLeavesNothing(Kind kind, Fault fault) throws Exception {
        server.put("a/file", new byte[] {1});
        proxy.fail(kind, fault);
        IOException failure = assertThrows(IOException.class, () -> write("a/file", content(kind)));
        assertTraceable(failure, "a/file");
        long most = kind == Kind.UPLOAD_PART ? 2 : 1;
        if (fault.toString().contains("RequestTimeTooSkewed")) {
            // The client takes the server's time for the right one and tries again.
            most *= RETRIES + 1;
        }
        assertTrue(proxy.requests(kind) <= most, () -> String.join("\n", proxy.log()));
        assertArrayEquals(new byte[] {1}, server.content("a/file"));
        assertLeft("a/file");
    }

    static Stream<Arguments> outagesOfWriting() {
        return Stream.of(Kind.PUT, Kind.CREATE_UPLOAD, Kind.UPLOAD_PART, Kind.COMPLETE_UPLOAD)
                .flatMap(kind -> Stream.of(Fault.reset(Moment.AFTER), Fault.error(503, "SlowDown"))
                        .map(fault -> Arguments.of(kind, fault)));
    }

    @ParameterizedTest
    @MethodSource("outagesOfWriting")
    void faultThatDoesNotPassIsGivenUpAfterABoundedNumberOfAttempts(Kind kind, Fault fault) throws Exception {
        proxy.fail(kind, fault);
        boolean committed;
        try {
            write("a/file", content(kind));
            committed = true;
        } catch (IOException failure) {
            committed = false;
            assertTrue(failure.getMessage().contains(S3TestServer.key("a/file")), failure.getMessage());
            assertTrue(failure.getMessage().contains(server.bucket()), failure.getMessage());
        }
        // The client of the SDK and the CRT repeat once by themselves.
        long most = (kind == Kind.UPLOAD_PART ? 2L : 1L) * 2 * (RETRIES + 1);
        assertTrue(proxy.requests(kind) <= most, () -> String.join("\n", proxy.log()));
        if (committed) {
            // Every reply was lost, and looking was enough to know.
            assertArrayEquals(content(kind), server.content("a/file"));
            assertLeft("a/file");
        } else {
            assertLeft();
        }
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void failedPartSurfacesAtTheNextCall(Fault fault) throws Exception {
        proxy.fail(request -> request.kind() == Kind.UPLOAD_PART, fault, 2, Long.MAX_VALUE);
        try (Sink sink = store.openForWrite("a/file")) {
            IOException failure = assertThrows(IOException.class, () -> writePooled(sink, MANY_PARTS, BUFFER_BYTES));
            assertTraceable(failure, "a/file");
            assertTrue(sink.bytes() < MANY_PARTS.length / 2, sink.bytes() + " bytes were taken before");
            // It has rolled back already.
            assertLeft();
            IOException again = assertThrows(IOException.class, () -> sink.write(pooled(new byte[1])));
            assertTraceable(again, "a/file");
            assertThrows(IOException.class, sink::commit);
        }
        assertLeft();
    }

    @Test
    void lostReplyOfACreationLeavesNoUpload() throws Exception {
        proxy.fail(Kind.CREATE_UPLOAD, Fault.reset(Moment.AFTER));
        assertThrows(IOException.class, () -> write("a/file", FEW_PARTS));
        assertTrue(proxy.requests(Kind.CREATE_UPLOAD) > 0);
        assertLeft();
    }

    @Test
    void abortIsTriedAgain() throws Exception {
        for (Fault fault : passing().toList()) {
            proxy.reset().fail(Kind.ABORT_UPLOAD, fault, 1);
            Sink sink = store.openForWrite("a/file");
            writePooled(sink, FEW_PARTS, BUFFER_BYTES);
            sink.close();
            assertEquals(1, proxy.injected(), () -> String.join("\n", proxy.log()));
            assertLeft();
        }
    }

    @Test
    void closeInTheMiddleOfPartsLeavesNothing() throws Exception {
        for (int parts = 0; parts < 6; parts++) {
            proxy.reset().throttle(200_000);
            try (Sink sink = store.openForWrite("a/file")) {
                writePooled(sink, Arrays.copyOf(MANY_PARTS, parts * PART_BYTES + 1), BUFFER_BYTES);
            }
            assertLeft();
        }
    }

    @Test
    void commitWhoseOutcomeNobodyKnowsSaysSo() throws Exception {
        proxy.fail(Kind.PUT, Fault.reset(Moment.AFTER)).fail(Kind.HEAD, Fault.error(500, "InternalError"));
        try (Sink sink = store.openForWrite("a/file")) {
            writePooled(sink, ONE_PART, BUFFER_BYTES);
            OutcomeUnknownException failure = assertThrows(OutcomeUnknownException.class, sink::commit);
            assertTrue(failure.getMessage().contains(S3TestServer.key("a/file")), failure.getMessage());
        }
        assertArrayEquals(ONE_PART, server.content("a/file"));
        assertLeft("a/file");
    }

    @Test
    void serverThatHasGoneIsGivenUp() throws Exception {
        try (Sink sink = store.openForWrite("a/file")) {
            writePooled(sink, ONE_PART, BUFFER_BYTES);
            proxy.close();
            IOException failure = assertThrows(IOException.class, sink::commit);
            assertTrue(failure.getMessage().contains(S3TestServer.key("a/file")), failure.getMessage());
        }
        assertLeft();
    }
}

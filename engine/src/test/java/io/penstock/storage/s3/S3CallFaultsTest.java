package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.storage.OutcomeUnknownException;
import io.penstock.storage.Sink;
import io.penstock.testing.Fault;
import io.penstock.testing.Fault.Moment;
import io.penstock.testing.FaultyProxy;
import io.penstock.testing.S3Request;
import io.penstock.testing.S3Request.Kind;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a network and a server do to the store's other calls; above all, that of writers exactly one creates a file and knows it. */
class S3CallFaultsTest extends FaultyStoreFixture {
    private static final byte[] CONTENT = bytes(1, 3_000);

    private static final Predicate<S3Request> ANY = request -> true;

    static Stream<Fault> passingWhenCreating() {
        return Stream.concat(
                passing(), Stream.of(Fault.error(409, "ConditionalRequestConflict"), new Fault.Silence(true)));
    }

    private void create(String path) throws IOException {
        store.createExclusive(path, ByteBuffer.wrap(CONTENT));
    }

    @ParameterizedTest
    @MethodSource("passingWhenCreating")
    void creatorThatLosesARequestOrItsReplyStillKnowsThatItHasWon(Fault fault) throws Exception {
        proxy.fail(Kind.PUT, fault, 1);
        create("log/1");
        assertEquals(1, proxy.injected());
        assertArrayEquals(CONTENT, server.content("log/1"));
        assertLeft("log/1");
    }

    @ParameterizedTest
    @MethodSource("passingWhenCreating")
    void creatorThatLosesARequestOrItsReplyStillKnowsThatItWasBeaten(Fault fault) throws Exception {
        server.put("log/1", new byte[] {1});
        proxy.fail(Kind.PUT, fault, 1);
        assertThrows(FileAlreadyExistsException.class, () -> create("log/1"));
        assertArrayEquals(new byte[] {1}, server.content("log/1"));
        assertLeft("log/1");
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void refusedCreationIsTold(Fault fault) throws Exception {
        proxy.fail(Kind.PUT, fault);
        IOException failure = assertThrows(IOException.class, () -> create("log/1"));
        assertFalse(failure instanceof FileAlreadyExistsException, failure.toString());
        assertFalse(failure instanceof OutcomeUnknownException, failure.toString());
        assertTraceable(failure, "log/1");
        assertLeft();
    }

    @Test
    void creatorWithoutAnyAnswerLooksAndKnows() throws Exception {
        proxy.fail(Kind.PUT, Fault.reset(Moment.AFTER));
        create("log/1");
        assertArrayEquals(CONTENT, server.content("log/1"));
        assertLeft("log/1");
    }

    @Test
    void creatorThatCannotEvenLookDoesNotKnow() throws Exception {
        proxy.fail(ANY, Fault.reset(Moment.AFTER), 0, Long.MAX_VALUE);
        OutcomeUnknownException failure = assertThrows(OutcomeUnknownException.class, () -> create("log/1"));
        assertTrue(failure.getMessage().contains(S3TestServer.key("log/1")), failure.getMessage());
        assertLeft("log/1");
    }

    @Test
    void creationThatMayStillArriveIsNotTakenForLost() throws Exception {
        proxy.fail(Kind.PUT, Fault.reset(Moment.BEFORE));
        assertThrows(OutcomeUnknownException.class, () -> create("log/1"));
        assertLeft();
    }

    @Test
    void creatorBeatenBetweenItsAttemptsKnowsIt() throws Exception {
        AtomicInteger puts = new AtomicInteger();
        proxy.fail(
                request -> request.kind() == Kind.PUT && puts.incrementAndGet() == 2,
                new Fault.Meddling(request -> server.put("log/1", new byte[] {1})),
                0,
                1);
        proxy.fail(Kind.PUT, Fault.reset(Moment.BEFORE), 1);
        assertThrows(FileAlreadyExistsException.class, () -> create("log/1"));
        assertArrayEquals(new byte[] {1}, server.content("log/1"));
        assertLeft("log/1");
    }

    @Test
    void manyCreatorsOnABadNetworkHaveOneWinnerEach() throws Exception {
        int threads = 4;
        int names = 10;
        AtomicInteger number = new AtomicInteger();
        proxy.fail(
                request -> request.kind() == Kind.PUT && number.incrementAndGet() % 3 == 0,
                Fault.reset(Moment.AFTER),
                0,
                Long.MAX_VALUE);
        AtomicInteger[] wins = Stream.generate(AtomicInteger::new).limit(names).toArray(AtomicInteger[]::new);
        AtomicInteger[] unknown =
                Stream.generate(AtomicInteger::new).limit(names).toArray(AtomicInteger[]::new);
        inParallel(threads, thread -> {
            for (int i = 0; i < names; i++) {
                try {
                    create("log/" + i);
                    wins[i].incrementAndGet();
                } catch (FileAlreadyExistsException beaten) {
                    assertTrue(store.exists("log/" + i));
                } catch (OutcomeUnknownException e) {
                    unknown[i].incrementAndGet();
                }
            }
        });
        proxy.reset();
        for (int i = 0; i < names; i++) {
            assertTrue(wins[i].get() == 1 || wins[i].get() == 0 && unknown[i].get() > 0, "log/" + i);
            assertContent(CONTENT, "log/" + i);
        }
    }

    @Test
    void serverThatIgnoresTheConditionIsRefusedForWriting() throws Exception {
        try (FaultyProxy careless = careless()) {
            S3FileSystem store = openAt(careless, false);
            IOException failure = assertThrows(IOException.class, () -> store.openForWrite("a/file"));
            assertTrue(failure.getMessage().contains("If-None-Match"), failure.getMessage());
            assertTrue(failure.getMessage().contains("penstock.s3.exclusive=single-writer"), failure.getMessage());
            assertThrows(IOException.class, () -> store.createExclusive("a/file", ByteBuffer.wrap(CONTENT)));
            server.put("a/file", CONTENT);
            assertTrue(store.exists("a/file"));
            store.close();
        }
        assertLeft("a/file");
    }

    @Test
    void serverThatIgnoresTheConditionServesASingleWriter() throws Exception {
        try (FaultyProxy careless = careless()) {
            S3FileSystem store = openAt(careless, true);
            store.createExclusive("log/1", ByteBuffer.wrap(CONTENT));
            assertThrows(
                    FileAlreadyExistsException.class, () -> store.createExclusive("log/1", ByteBuffer.allocate(1)));
            try (Sink sink = store.openForWrite("a/file")) {
                writePooled(sink, CONTENT, BUFFER_BYTES);
                sink.commit();
            }
            store.close();
        }
        assertArrayEquals(CONTENT, server.content("log/1"));
        assertLeft("a/file", "log/1");
    }

    /** Before a server that overwrites whatever the condition says. */
    private FaultyProxy careless() throws IOException {
        return new FaultyProxy(server.endpoint())
                .fail(
                        request -> request.headers().containsKey("if-none-match"),
                        new Fault.Meddling(request -> server.remove(request.key())),
                        0,
                        Long.MAX_VALUE);
    }

    private S3FileSystem openAt(FaultyProxy other, boolean singleWriter) throws IOException {
        S3Options options = server.options(other.endpoint());
        return new S3FileSystem(
                new S3Options(
                        options.bucket(),
                        options.prefix(),
                        options.endpoint(),
                        options.region(),
                        true,
                        options.credentials(),
                        null,
                        options.encryption(),
                        null,
                        true,
                        PART_BYTES,
                        2,
                        options.readBytes(),
                        2,
                        TIMEOUT,
                        RETRIES,
                        singleWriter),
                memory.pool(),
                memory.budget());
    }

    @Test
    void failureDuringTheFirstWritesProbeLeavesNoProbeAndIsNotTheServersCharacter() throws Exception {
        long requests = probeRequests();
        for (Fault fault : List.of(Fault.error(403, "AccessDenied"), Fault.reset(Moment.AFTER))) {
            for (long n = fault instanceof Fault.Reset ? 1 : 2; n <= requests; n += 2) {
                try (FaultyProxy fresh = new FaultyProxy(server.endpoint());
                        S3FileSystem store = openAt(fresh, false)) {
                    fresh.failOn(n, fault);
                    try {
                        store.openForWrite("a").close();
                    } catch (IOException e) {
                        assertFalse(e.getMessage().contains("single-writer"), e.getMessage());
                    }
                    boolean removable =
                            fresh.log().stream().noneMatch(line -> line.contains("DELETE") && line.contains("<-"));
                    fresh.reset();
                    store.openForWrite("b").close();
                    for (String key : server.keys()) {
                        assertFalse(removable, key);
                        assertTrue(key.contains(".penstock-probe-"), key);
                        server.remove(key);
                    }
                    assertLeft();
                }
            }
        }
    }

    private long probeRequests() throws IOException {
        try (FaultyProxy fresh = new FaultyProxy(server.endpoint());
                S3FileSystem store = openAt(fresh, false)) {
            store.openForWrite("a").close();
            return fresh.requests();
        }
    }

    /** A call that asks the server for something small. */
    private interface Call {
        void run() throws IOException;
    }

    private List<Call> calls() {
        return List.of(
                () -> assertTrue(store.exists("dir/a")),
                () -> assertFalse(store.exists("dir/b")),
                () -> assertEquals(List.of("a", "sub"), names("dir")),
                () -> assertEquals(List.of(), store.unfinished("dir")),
                () -> assertFalse(store.discard("dir/a")),
                () -> assertFalse(store.remove("dir/b")));
    }

    @Test
    void smallCallsAreTriedAgain() throws Exception {
        server.put("dir/a", CONTENT);
        server.put("dir/sub/c", CONTENT);
        List<Fault> faults = passing().toList();
        int next = 0;
        for (Call call : calls()) {
            for (int i = 0; i < 3; i++) {
                proxy.reset().failOn(1, faults.get(next++ % faults.size()));
                call.run();
                assertEquals(1, proxy.injected(), () -> String.join("\n", proxy.log()));
            }
        }
        assertLeft("dir/a", "dir/sub/c");
    }

    @ParameterizedTest
    @MethodSource("silent")
    void smallCallIsTriedAgainAfterASilence(Fault fault) throws Exception {
        server.put("dir/a", CONTENT);
        proxy.failOn(1, fault);
        assertEquals(List.of("a"), names("dir"));
        assertEquals(1, proxy.injected());
        assertLeft("dir/a");
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void smallCallsTellWhatLasts(Fault fault) throws Exception {
        server.put("dir/a", CONTENT);
        server.put("dir/sub/c", CONTENT);
        for (Call call : calls()) {
            proxy.reset().fail(ANY, fault, 0, Long.MAX_VALUE);
            IOException failure = assertThrows(IOException.class, call::run);
            assertTraceable(failure, "dir");
        }
        assertLeft("dir/a", "dir/sub/c");
    }

    @Test
    void removalIsTriedAgain() throws Exception {
        for (Fault fault : passing().toList()) {
            server.put("dir/a", CONTENT);
            proxy.reset().fail(Kind.DELETE, fault, 1);
            assertTrue(store.remove("dir/a"), fault.toString());
            assertEquals(1, proxy.injected());
            assertLeft();
        }
    }

    @Test
    void wrongRegionIsNamed() throws Exception {
        proxy.fail(
                ANY,
                new Fault.ErrorReply(
                        301, "PermanentRedirect", false, java.util.Map.of("x-amz-bucket-region", "eu-north-1")),
                0,
                Long.MAX_VALUE);
        for (Call call : List.<Call>of(() -> create("a"), () -> names(""), () -> read("a"))) {
            IOException failure = assertThrows(IOException.class, call::run);
            assertTrue(failure.getMessage().contains("penstock.s3.region"), failure.getMessage());
        }
        assertLeft();
    }

    @Test
    void clockThatIsWrongIsNamed() throws Exception {
        proxy.fail(ANY, Fault.error(403, "RequestTimeTooSkewed"), 0, Long.MAX_VALUE);
        for (Call call : List.<Call>of(() -> create("a"), () -> names(""), () -> read("a"))) {
            IOException failure = assertThrows(IOException.class, call::run);
            assertTrue(failure.getMessage().contains("clock"), failure.getMessage());
        }
        assertLeft();
    }

    @Test
    void credentialsThatExpireBetweenTwoCallsAreNamed() throws Exception {
        create("a");
        proxy.fail(ANY, Fault.error(400, "ExpiredToken"), 0, Long.MAX_VALUE);
        for (Call call : List.<Call>of(() -> create("b"), () -> names(""), () -> read("a"))) {
            IOException failure = assertThrows(IOException.class, call::run);
            assertTrue(failure.getMessage().contains("expired"), failure.getMessage());
        }
        proxy.reset();
        create("c");
        assertLeft("a", "c");
    }
}

package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Memory;
import io.penstock.buffer.PooledBuffer;
import io.penstock.storage.OutcomeUnknownException;
import io.penstock.storage.Sink;
import io.penstock.testing.Fault;
import io.penstock.testing.Fault.Moment;
import io.penstock.testing.FaultyProxy;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.S3Request.Kind;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of a write when its requests fail: the object is whole, or nothing is left, and the caller knows which. */
class S3SinkFailureTest {
    private static final int PART_BYTES = 5 << 20;
    private static final int BUFFER_BYTES = 256 << 10;
    private static final byte[] CONTENT = new byte[3 * PART_BYTES + 1000];

    static {
        new Random(1).nextBytes(CONTENT);
    }

    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    @RegisterExtension
    final LeakCheck memory = new LeakCheck(BUFFER_BYTES);

    private FaultyProxy proxy;
    private S3FileSystem store;

    @BeforeEach
    void open() throws IOException {
        proxy = new FaultyProxy(server.endpoint());
        open(Duration.ofSeconds(20), 2);
    }

    /** Not through the probe of what the server honours, which is no part of a write. */
    private void open(Duration timeout, int retries) throws IOException {
        if (store != null) {
            store.close();
        }
        store = new S3FileSystem(server.options(proxy.endpoint(), timeout, retries), memory.pool(), memory.budget());
        try (Sink sink = store.openForWrite("warm")) {
            assertEquals(0, sink.bytes());
        }
        proxy.reset();
    }

    @AfterEach
    void close() throws Exception {
        Thread.interrupted();
        proxy.reset();
        store.close();
        proxy.awaitIdle();
        proxy.close();
    }

    private void write(Sink sink, int from, int to) throws IOException {
        for (int start = from; start < to; start += BUFFER_BYTES) {
            int length = Math.min(BUFFER_BYTES, to - start);
            PooledBuffer buffer = memory.pool().acquire();
            Memory.copy(CONTENT, start, buffer.address(), length);
            sink.write(buffer.length(length));
        }
    }

    private void put(String path, int bytes) throws IOException {
        try (Sink sink = store.openForWrite(path)) {
            write(sink, 0, bytes);
            sink.commit();
        }
    }

    private void assertWhole(int bytes) {
        byte[] expected = Arrays.copyOf(CONTENT, bytes);
        assertArrayEquals(expected, server.content("file"), () -> String.join("\n", proxy.log()));
        server.assertNothingLeft("file");
        assertEquals(0, memory.pool().outstanding());
    }

    private void assertNothingLeft() {
        server.assertNothingLeft();
        assertEquals(0, memory.pool().outstanding());
    }

    static List<Fault> passing() {
        return List.of(
                Fault.error(500, "InternalError"),
                Fault.error(503, "SlowDown"),
                Fault.errorAfter(500, "InternalError"),
                Fault.reset(Moment.BEFORE),
                Fault.reset(Moment.MIDDLE),
                Fault.reset(Moment.AFTER));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void faultThatPassesIsNotNoticed(Fault fault) throws IOException {
        for (Kind kind : new Kind[] {Kind.CREATE_UPLOAD, Kind.UPLOAD_PART, Kind.COMPLETE_UPLOAD}) {
            proxy.reset().fail(kind, fault, 1);
            put("file", CONTENT.length);
            assertEquals(1, proxy.injected(), kind + " " + fault);
            assertWhole(CONTENT.length);
        }
        proxy.reset().fail(Kind.PUT, fault, 1);
        put("file", 1000);
        assertEquals(1, proxy.injected());
        assertWhole(1000);
    }

    @ParameterizedTest
    @MethodSource("passing")
    void faultThatStaysIsSurfacedAndRolledBack(Fault fault) throws IOException {
        for (Kind kind : new Kind[] {Kind.CREATE_UPLOAD, Kind.UPLOAD_PART}) {
            proxy.reset().fail(kind, fault);
            IOException failed = assertThrows(IOException.class, () -> put("file", CONTENT.length));
            String expected = "s3://" + server.bucket() + "/" + S3TestServer.key("file");
            assertTrue(failed.getMessage().contains(expected), failed.getMessage());
            proxy.reset();
            assertNothingLeft();
        }
    }

    @Test
    void refusedPartIsThrownByTheNextCallAndNamedEverAfter() throws Exception {
        proxy.fail(Kind.UPLOAD_PART, Fault.error(403, "AccessDenied"));
        try (Sink sink = store.openForWrite("file")) {
            write(sink, 0, PART_BYTES + 1);
            awaitRequest(Kind.UPLOAD_PART, 1);
            proxy.awaitIdle();
            IOException failed = null;
            while (failed == null) {
                try {
                    sink.settle();
                } catch (IOException e) {
                    failed = e;
                }
            }
            for (String part : new String[] {"AccessDenied", server.bucket(), "upload was aborted", "'file'"}) {
                assertTrue(failed.getMessage().contains(part), failed.getMessage());
            }
            assertNothingLeft();
            IOException again = assertThrows(IOException.class, () -> write(sink, 0, 1));
            assertEquals(failed, again.getCause());
            assertThrows(IOException.class, sink::settle);
            assertThrows(IOException.class, sink::commit);
        }
        assertNothingLeft();
    }

    private void awaitRequest(Kind kind, int count) throws InterruptedException {
        while (proxy.requests(kind) < count) {
            Thread.sleep(1);
        }
    }

    @Test
    void lostReplyOfEveryCompletionIsSettledByTheObject() throws IOException {
        proxy.fail(Kind.COMPLETE_UPLOAD, Fault.reset(Moment.AFTER));
        put("file", CONTENT.length);
        proxy.reset();
        assertWhole(CONTENT.length);
    }

    @Test
    void lostReplyOfEveryPutIsSettledByTheObject() throws IOException {
        proxy.fail(Kind.PUT, Fault.reset(Moment.AFTER));
        put("file", 1000);
        proxy.reset();
        assertWhole(1000);
    }

    @Test
    void errorInAReplyOf200IsAnError() throws IOException {
        proxy.fail(Kind.COMPLETE_UPLOAD, new Fault.ErrorIn200("InternalError", false));
        assertThrows(IOException.class, () -> put("file", CONTENT.length));
        proxy.reset();
        assertNothingLeft();
    }

    @Test
    void errorInAReplyOf200ThatPassesIsNotNoticed() throws IOException {
        for (boolean carriedOut : new boolean[] {false, true}) {
            proxy.reset().fail(Kind.COMPLETE_UPLOAD, new Fault.ErrorIn200("InternalError", carriedOut), 1);
            put("file", CONTENT.length);
            assertEquals(1, proxy.injected());
            assertWhole(CONTENT.length);
        }
    }

    @Test
    void completionThatNeverAnswersAndNeverHappensLeavesNothing() throws IOException {
        proxy.fail(Kind.COMPLETE_UPLOAD, Fault.reset(Moment.BEFORE));
        IOException failed = assertThrows(IOException.class, () -> put("file", CONTENT.length));
        assertFalse(failed instanceof OutcomeUnknownException, failed.toString());
        proxy.reset();
        assertNothingLeft();
    }

    @Test
    void putThatNobodyAnswersForSaysThatNothingIsKnown() throws IOException {
        proxy.fail(Kind.PUT, Fault.reset(Moment.BEFORE));
        IOException failed = assertThrows(OutcomeUnknownException.class, () -> put("file", 1000));
        assertTrue(failed.getMessage().contains("it is not known whether"), failed.getMessage());
        proxy.reset();
        assertNothingLeft();
    }

    @Test
    void objectOfAnotherWriteDoesNotSettleALostPut() throws IOException {
        put("file", 10);
        proxy.reset().fail(Kind.PUT, Fault.reset(Moment.BEFORE));
        assertThrows(OutcomeUnknownException.class, () -> put("file", 1000));
        proxy.reset();
        assertWhole(10);
    }

    @Test
    void objectThatWasThereStaysWhenItsReplacementFails() throws IOException {
        put("file", 10);
        proxy.reset().fail(Kind.COMPLETE_UPLOAD, Fault.error(403, "AccessDenied"));
        assertThrows(IOException.class, () -> put("file", CONTENT.length));
        proxy.reset();
        assertWhole(10);
    }

    @Test
    void uploadOfAnotherWriterStaysWhenTheServerRefusesToBeginOne() throws IOException {
        server.beginUpload(S3TestServer.PREFIX + "/file");
        List<String> ofAnother = server.uploads();
        proxy.fail(Kind.CREATE_UPLOAD, Fault.error(403, "AccessDenied"));
        assertThrows(IOException.class, () -> put("file", CONTENT.length));
        proxy.reset();
        assertEquals(ofAnother, server.uploads());
        assertTrue(store.discard("file"));
    }

    @Test
    void silentServerIsGivenUp() throws IOException {
        open(Duration.ofSeconds(2), 1);
        proxy.fail(Kind.UPLOAD_PART, new Fault.Silence(false));
        assertThrows(IOException.class, () -> put("file", CONTENT.length));
        proxy.reset();
        assertNothingLeft();
    }

    @Test
    void closeWaitsForThePartsOnTheirWay() throws Exception {
        proxy.fail(Kind.UPLOAD_PART, new Fault.Delay(300));
        try (Sink sink = store.openForWrite("file")) {
            write(sink, 0, 2 * PART_BYTES + 1);
            awaitRequest(Kind.UPLOAD_PART, 2);
        }
        assertNothingLeft();
    }

    @Test
    void uploadThatCannotBeAbortedIsSaidAndItsBuffersGoBack() throws Exception {
        Sink sink = store.openForWrite("file");
        write(sink, 0, 2 * PART_BYTES + 1);
        proxy.fail(Kind.ABORT_UPLOAD, Fault.error(500, "InternalError"));
        IOException failed = assertThrows(IOException.class, sink::close);
        assertTrue(failed.getMessage().contains("cannot remove the unfinished upload of 'file'"), failed.getMessage());
        assertEquals(0, memory.pool().outstanding());
        sink.close();
        proxy.reset();
        assertEquals(List.of("file"), store.unfinished(""));
        assertTrue(store.discard("file"));
        assertNothingLeft();
    }

    @Test
    void uploadIsAbortedThoughTheServerDoesNotSayWhatElseThereIs() throws IOException {
        proxy.fail(Kind.LIST_UPLOADS, Fault.error(500, "InternalError"));
        Sink sink = store.openForWrite("file");
        write(sink, 0, CONTENT.length);
        assertThrows(IOException.class, sink::close);
        proxy.reset();
        assertNothingLeft();
    }

    @Test
    void whoeverMayNotListUploadsMayWriteAndRollBack() throws IOException {
        proxy.fail(Kind.LIST_UPLOADS, Fault.error(403, "AccessDenied"));
        put("file", CONTENT.length);
        try (Sink sink = store.openForWrite("file2")) {
            write(sink, 0, CONTENT.length);
        }
        proxy.reset();
        assertWhole(CONTENT.length);
    }

    @Test
    void discardEndsAWriteThatWaits() throws Exception {
        proxy.fail(Kind.UPLOAD_PART, new Fault.Silence(false));
        CountDownLatch waits = new CountDownLatch(1);
        IOException[] ended = new IOException[1];
        Thread writer = new Thread(() -> {
            try (Sink sink = store.openForWrite("file")) {
                write(sink, 0, 2 * PART_BYTES + 1);
                waits.countDown();
                write(sink, 0, CONTENT.length);
            } catch (IOException e) {
                ended[0] = e;
            }
        });
        writer.start();
        assertTrue(waits.await(20, TimeUnit.SECONDS));
        assertTrue(store.discard("file"));
        writer.join();
        assertTrue(ended[0].getMessage().contains("it was discarded"), ended[0].getMessage());
        proxy.reset();
        assertNothingLeft();
    }

    @Test
    void changedBytesOfAPartAreFoundByTheServer() throws IOException {
        proxy.fail(Kind.UPLOAD_PART, new Fault.CorruptRequest(), 1);
        try {
            put("file", CONTENT.length);
            assertWhole(CONTENT.length);
        } catch (IOException e) {
            assertNothingLeft();
        }
        proxy.reset().fail(Kind.UPLOAD_PART, new Fault.CorruptRequest());
        assertThrows(IOException.class, () -> put("other", CONTENT.length));
        assertEquals(0, memory.pool().outstanding());
    }

    @Test
    void failureOfAnyRequestLeavesTheObjectOrNothing() throws IOException {
        put("file", CONTENT.length);
        long requests = proxy.requests();
        server.assertNothingLeft("file");
        for (Fault fault : List.of(
                Fault.error(403, "AccessDenied"), Fault.errorAfter(500, "InternalError"), Fault.reset(Moment.MIDDLE))) {
            for (long n = 1; n <= requests; n++) {
                store.remove("file");
                proxy.failOn(n, fault);
                boolean written = false;
                try {
                    put("file", CONTENT.length);
                    written = true;
                } catch (IOException e) {
                    assertTrue(e.getMessage().contains("'file'"), e.getMessage());
                }
                proxy.reset();
                if (written) {
                    assertWhole(CONTENT.length);
                } else {
                    assertNothingLeft();
                }
            }
        }
    }

    @Test
    void writersThatFailAndAreDiscardedAtRandomLeaveWholeObjectsOrNothing() throws Exception {
        // So many that no abort fails for good.
        open(Duration.ofSeconds(20), 8);
        long seed = System.nanoTime();
        Random faults = new Random(seed);
        Fault[] kinds = passing().toArray(Fault[]::new);
        for (Fault fault : kinds) {
            proxy.fail(
                    request -> {
                        synchronized (faults) {
                            return faults.nextInt(60) == 0;
                        }
                    },
                    fault,
                    0,
                    Long.MAX_VALUE);
        }
        int writers = 3;
        Map<String, Integer> committed = new ConcurrentHashMap<>();
        Set<String> unknown = ConcurrentHashMap.newKeySet();
        AtomicInteger running = new AtomicInteger(writers);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            Random random = new Random(seed + i);
            int writer = i;
            threads.add(new Thread(() -> {
                for (int n = 0; n < 4; n++) {
                    String path = "file-" + writer + "-" + n;
                    int bytes = random.nextInt(CONTENT.length);
                    try {
                        put(path, bytes);
                        committed.put(path, bytes);
                    } catch (OutcomeUnknownException e) {
                        unknown.add(path);
                    } catch (IOException e) {
                        // Nothing is to be left of it.
                    }
                }
                running.decrementAndGet();
            }));
        }
        threads.forEach(Thread::start);
        Random random = new Random(seed - 1);
        while (running.get() > 0) {
            Thread.sleep(random.nextInt(200));
            try {
                store.discard("file-" + random.nextInt(writers) + "-" + random.nextInt(4));
            } catch (IOException e) {
                // It is tried again by somebody else.
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        proxy.reset();
        proxy.awaitIdle();
        assertEquals(0, memory.pool().outstanding(), "seed " + seed);
        assertEquals(List.of(), server.uploads(), "seed " + seed);
        committed.forEach((path, bytes) ->
                assertArrayEquals(Arrays.copyOf(CONTENT, bytes), server.content(path), path + ", seed " + seed));
        List<String> others = new ArrayList<>(server.keys());
        others.removeAll(committed.keySet().stream().map(S3TestServer::key).toList());
        others.removeAll(unknown.stream().map(S3TestServer::key).toList());
        assertEquals(List.of(), others, "seed " + seed);
    }
}

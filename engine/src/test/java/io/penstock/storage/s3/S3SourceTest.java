package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Input.Range;
import io.penstock.storage.Source;
import io.penstock.storage.s3.RangeServer.Asked;
import io.penstock.testing.LeakCheck;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3SourceTest {
    private static final int MIB = 1 << 20;
    private static final int TAIL = S3Source.TAIL_BYTES;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck(16 << 10);

    private RangeServer server;
    private S3FileSystem store;

    @BeforeEach
    void open() throws IOException {
        server = new RangeServer();
        store = store(MIB, 4);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        server.close();
    }

    private S3FileSystem store(int readBytes, int readsInFlight) throws IOException {
        return new S3FileSystem(server.options(readBytes, readsInFlight), memory.pool(), memory.budget());
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private byte[] put(int count) {
        byte[] bytes = bytes(count);
        server.put("file", bytes);
        return bytes;
    }

    private static byte[] read(Source source, long offset, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length);
        source.read(offset, target);
        return target.array();
    }

    private static void assertRange(byte[] object, long offset, int length, Source source) throws IOException {
        assertArrayEquals(
                Arrays.copyOfRange(object, (int) offset, (int) offset + length), read(source, offset, length));
    }

    private static long sum(List<Asked> asked) {
        return asked.stream().mapToLong(one -> one.to() - one.from()).sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, TAIL - 1, TAIL})
    void smallObjectIsOneRequest(int size) throws IOException {
        byte[] object = put(size);
        try (Source source = store.openForRead("file")) {
            assertEquals(size, source.size());
            assertRange(object, 0, size, source);
            assertRange(object, size - 1, 1, source);
            assertEquals(new Source.Traffic(1, size), source.traffic());
        }
        assertEquals(
                List.of("bytes=-" + TAIL),
                server.asked().stream().map(Asked::range).toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {TAIL + 1, TAIL + 5000, 3 * MIB, 3 * MIB + TAIL, 10 * MIB + 7})
    void objectReadInARowIsFetchedOnce(int size) throws IOException {
        byte[] object = put(size);
        try (Source source = store.openForRead("file")) {
            ByteBuffer all = ByteBuffer.allocate(size);
            for (int step = 10_000; all.hasRemaining(); ) {
                int at = all.position();
                source.read(at, all.limit(Math.min(size, at + step)));
                all.limit(size);
            }
            assertArrayEquals(object, all.array());
            assertEquals(size, source.traffic().bytes());
        }
        List<Asked> asked = server.asked();
        assertEquals(size, sum(asked));
        assertTrue(asked.stream().skip(1).allMatch(one -> one.ifMatch().equals("\"version-1\"")), asked.toString());
        assertTrue(asked.stream().allMatch(one -> one.to() - one.from() <= MIB), asked.toString());
    }

    @Test
    void readerThatStopsEarlyHasPaidForLittle() throws IOException {
        byte[] object = put(64 * MIB);
        for (int stop : new int[] {1, 1000, 100_000, 1_000_000, 5_000_000}) {
            try (Source source = store.openForRead("file")) {
                for (int at = 0; at < stop; at += 50_000) {
                    assertRange(object, at, Math.min(50_000, stop - at), source);
                }
            }
            long paid = sum(server.asked());
            assertTrue(paid <= 3L * stop + 2 * (256 << 10) + TAIL, paid + " bytes for " + stop);
        }
    }

    @Test
    void readerInARowHasSeveralRequestsOnTheirWay() throws IOException {
        byte[] object = put(24 * MIB);
        server.delay(10);
        try (Source source = store.openForRead("file")) {
            for (int at = 0; at < object.length; at += MIB) {
                if (at == 8 * MIB) {
                    server.meet(3);
                }
                assertRange(object, at, MIB, source);
            }
        }
        assertTrue(server.mostBusy() >= 3 && server.mostBusy() <= 4, server.mostBusy() + " at a time");
    }

    @Test
    void rangesAreAskedForAndNothingElse() throws IOException {
        byte[] object = put(16 * MIB);
        try (Source source = store.openForRead("file")) {
            server.asked();
            ByteBuffer first = ByteBuffer.allocate(1000);
            ByteBuffer second = ByteBuffer.allocateDirect(2000).position(500);
            source.read(List.of(new Range(5 * MIB, first), new Range(100, second)));
            assertEquals(1000, first.position());
            assertEquals(2000, second.position());
            assertArrayEquals(Arrays.copyOfRange(object, 5 * MIB, 5 * MIB + 1000), first.array());
            assertEquals(ByteBuffer.wrap(object, 100, 1500), second.flip().position(500));
            List<Asked> asked = server.asked();
            assertEquals(2, asked.size());
            assertEquals(2500, sum(asked));
            assertEquals(new Source.Traffic(3, TAIL + 2500), source.traffic());
        }
    }

    @Test
    void neighboursAreOneRequestAndLongRangesSeveral() throws IOException {
        byte[] object = put(16 * MIB);
        try (Source source = store.openForRead("file")) {
            server.asked();
            assertRanges(object, source, new long[][] {{0, 100_000}, {150_000, 250_000}});
            assertEquals(1, server.asked().size());
            assertRanges(object, source, new long[][] {{0, 100_000}, {201_000, 250_000}});
            assertEquals(2, server.asked().size());
            assertRanges(object, source, new long[][] {{0, 100}, {1000, 1100}, {17_000, 17_001}});
            assertEquals(1, server.asked().size());
            assertRanges(object, source, new long[][] {{MIB, 4 * MIB + 1}});
            List<Asked> asked = server.asked();
            assertEquals(4, asked.size());
            assertEquals(3 * MIB + 1, sum(asked));
            assertRanges(object, source, new long[][] {{0, MIB}, {MIB, MIB + 100}});
            assertEquals(2, server.asked().size());
        }
    }

    @Test
    void rangesMayOverlapAndReachIntoTheTail() throws IOException {
        byte[] object = put(2 * MIB);
        int size = object.length;
        try (Source source = store.openForRead("file")) {
            server.asked();
            assertRanges(object, source, new long[][] {
                {size - TAIL - 10, size}, {size - TAIL - 5, size - TAIL + 5}, {size - 8, size}, {size, size}, {0, 0}
            });
            assertEquals(10, sum(server.asked()));
        }
    }

    private static void assertRanges(byte[] object, Source source, long[][] bounds) throws IOException {
        List<Range> ranges = new ArrayList<>();
        for (long[] range : bounds) {
            ranges.add(new Range(range[0], ByteBuffer.allocate((int) (range[1] - range[0]))));
        }
        source.read(ranges);
        for (int i = 0; i < bounds.length; i++) {
            byte[] expected = Arrays.copyOfRange(object, (int) bounds[i][0], (int) bounds[i][1]);
            assertArrayEquals(expected, ranges.get(i).target().array());
        }
    }

    @Test
    void rangesAreReadAtOnce() throws IOException {
        put(16 * MIB);
        server.delay(20);
        try (Source source = store.openForRead("file")) {
            List<Range> ranges = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                ranges.add(new Range((long) i * MIB + 7, ByteBuffer.allocateDirect(1000)));
            }
            server.meet(4);
            source.read(ranges);
        }
        assertEquals(4, server.mostBusy());
    }

    @Test
    void anyMixtureOfReadsIsTheObject() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] object = put(5 * MIB + random.nextInt(MIB));
        for (int inFlight : new int[] {1, 2, 4}) {
            try (S3FileSystem other = store(300_000, inFlight);
                    Source source = other.openForRead("file")) {
                int at = 0;
                for (int i = 0; i < 300; i++) {
                    int jump = random.nextInt(10);
                    at = jump == 0
                            ? random.nextInt(object.length)
                            : jump < 3 ? Math.min(object.length, at + random.nextInt(400_000)) : at;
                    int length = Math.min(object.length - at, random.nextInt(random.nextBoolean() ? 100 : 700_000));
                    byte[] expected = Arrays.copyOfRange(object, at, at + length);
                    if (random.nextInt(5) == 0) {
                        ByteBuffer target = ByteBuffer.allocate(length);
                        source.read(List.of(new Range(at, target)));
                        assertArrayEquals(expected, target.array(), "seed " + seed);
                    } else {
                        assertArrayEquals(expected, read(source, at, length), "seed " + seed);
                    }
                    at += length;
                    long held =
                            (long) memory.pool().outstanding() * memory.pool().bufferBytes();
                    assertTrue(held
                            <= S3Source.memoryBytes(
                                    other.options(), memory.pool().bufferBytes()));
                }
            }
            assertEquals(0, memory.pool().outstanding());
        }
    }

    @Test
    void emptyObjectIsFoundByHead() throws IOException {
        put(0);
        try (Source source = store.openForRead("file")) {
            assertEquals(0, source.size());
            source.read(0, ByteBuffer.allocate(0));
            assertThrows(EOFException.class, () -> source.read(0, ByteBuffer.allocate(1)));
            assertEquals(new Source.Traffic(2, 0), source.traffic());
        }
        assertEquals(
                List.of("GET", "HEAD"),
                server.asked().stream().map(Asked::method).toList());
    }

    @Test
    void missingObjectIsNamedByItsPath() {
        NoSuchFileException missing = assertThrows(NoSuchFileException.class, () -> store.openForRead("dir/nothing"));
        assertEquals("dir/nothing", missing.getFile());
        assertEquals(0, memory.pool().outstanding());
    }

    @Test
    void replacedObjectFailsAndIsNeverAMixture() throws IOException {
        put(4 * MIB);
        try (Source source = store.openForRead("file")) {
            read(source, 0, 1000);
            put(4 * MIB);
            assertReplaced(source, 3 * MIB);
            put(TAIL);
            assertReplaced(source, MIB);
        }
    }

    @Test
    void replacedObjectFailsAlsoWhereTheServerKnowsNoIfMatch() throws IOException {
        byte[] object = put(4 * MIB);
        try (Source source = store.openForRead("file")) {
            server.put("file", bytes(4 * MIB + 1));
            byte[] successor = bytes(4 * MIB + 1);
            server.fault((asked, answer) -> new RangeServer.Answer(
                            206, answer.headers(), successor, (int) asked.from(), (int) (asked.to() - asked.from()))
                    .with("ETag", "\"version-2\"")
                    .with("Content-Range", "bytes " + asked.from() + "-" + (asked.to() - 1) + "/" + successor.length));
            assertReplaced(source, 0);
            server.fault((asked, answer) -> RangeServer.error(416, "InvalidRange"));
            assertReplaced(source, 0);
        }
        assertEquals(4 * MIB, object.length);
    }

    private static void assertReplaced(Source source, long offset) {
        assertFails("was replaced while it was read", source, offset);
    }

    private static void assertFails(String message, Source source, long offset) {
        List<Throwable> failures = List.of(
                assertThrows(IOException.class, () -> read(source, offset, 300_000)),
                assertThrows(
                        IOException.class,
                        () -> source.read(List.of(new Range(offset, ByteBuffer.allocateDirect(300_000))))));
        for (Throwable failure : failures) {
            assertTrue(failure.getMessage().contains("s3://bucket/file"), failure.getMessage());
            assertTrue(failure.getMessage().contains(message), failure.getMessage());
        }
    }

    @Test
    void removedObjectFails() throws IOException {
        put(4 * MIB);
        try (Source source = store.openForRead("file")) {
            server.remove("file");
            assertFails("was removed while it was read", source, 0);
        }
    }

    @Test
    void wrongRepliesAreErrors() throws IOException {
        put(4 * MIB);
        try (Source source = store.openForRead("file")) {
            server.fault((asked, answer) -> answer.bytes(answer.from(), answer.length() - 1));
            assertFails("and sent " + (300_000 - 1) + " bytes", source, MIB);
            server.fault((asked, answer) -> answer.bytes(answer.from(), answer.length() + 1));
            assertFails("is not the range that was asked for", source, MIB);
            server.fault((asked, answer) -> answer.with("Content-Range", "bytes 5-9/" + 4 * MIB));
            assertFails("is not the range that was asked for", source, MIB);
            server.fault((asked, answer) -> answer.with("Content-Range", "bytes */" + 4 * MIB));
            assertFails("is not the range that was asked for", source, MIB);
            server.fault((asked, answer) ->
                    new RangeServer.Answer(200, answer.headers(), answer.object(), 0, answer.object().length));
            assertThrows(IOException.class, () -> read(source, MIB, 1000));
        }
    }

    @Test
    void serverWithoutSuffixRangesIsAskedByHead() throws IOException {
        byte[] object = put(2 * MIB);
        server.fault((asked, answer) -> asked.range() != null && asked.range().startsWith("bytes=-")
                ? new RangeServer.Answer(
                        200, java.util.Map.of("ETag", answer.headers().get("ETag")), answer.object(), 0, 2 * MIB)
                : answer);
        try (Source source = store.openForRead("file")) {
            assertEquals(2 * MIB, source.size());
            assertRange(object, 2 * MIB - 10, 10, source);
            assertRange(object, 0, 2 * MIB, source);
        }
    }

    @Test
    void failureOfAPieceNobodyNeedsIsNone() throws IOException {
        byte[] object = put(8 * MIB);
        server.fault((asked, answer) ->
                asked.from() >= 2 * MIB && asked.to() < 8 * MIB ? RangeServer.error(403, "AccessDenied") : answer);
        try (Source source = store.openForRead("file")) {
            for (int at = 0; at < 2 * MIB; at += 1 << 17) {
                assertRange(object, at, 1 << 17, source);
            }
            assertThrows(IOException.class, () -> read(source, 2 * MIB, 2 * MIB));
            assertRange(object, 8 * MIB - 10, 10, source);
            assertRange(object, 10, MIB, source);
        }
    }

    @Test
    void failedReadCanBeRepeated() throws IOException {
        byte[] object = put(8 * MIB);
        try (Source source = store.openForRead("file")) {
            server.fault((asked, answer) -> RangeServer.error(403, "AccessDenied"));
            assertThrows(IOException.class, () -> read(source, 100, MIB));
            server.fault((asked, answer) -> answer);
            assertRange(object, 100, MIB, source);
        }
    }

    @Test
    void closingGivesBuffersBackWhileRequestsAreOnTheirWay() throws IOException {
        byte[] object = put(16 * MIB);
        Source source = store.openForRead("file");
        for (int at = 0; at < 4 * MIB; at += 1 << 18) {
            assertRange(object, at, 1 << 18, source);
        }
        server.delay(200);
        assertRange(object, 4 * MIB, MIB, source);
        source.close();
        assertEquals(0, memory.pool().outstanding());
        source.close();
        assertThrows(IllegalStateException.class, () -> read(source, 0, 1));
    }

    @Test
    void interruptedThreadReads() throws IOException {
        byte[] object = put(4 * MIB);
        Thread.currentThread().interrupt();
        try (Source source = store.openForRead("file")) {
            assertRange(object, 0, 3 * MIB, source);
            assertRanges(object, source, new long[][] {{0, MIB}, {2 * MIB, 3 * MIB}});
        } finally {
            assertTrue(Thread.interrupted(), "the interrupt was swallowed");
        }
    }
}

package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Memory;
import io.penstock.buffer.MemoryBudget;
import io.penstock.buffer.PooledBuffer;
import io.penstock.buffer.Reservation;
import io.penstock.storage.Sink;
import io.penstock.storage.s3.PartSizes.Step;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.S3TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;

/** How pooled buffers become the parts of an upload; the contract of a sink is tested with the whole store. */
class S3SinkTest {
    private static final int MIB = 1 << 20;
    private static final int PART_BYTES = 5 * MIB;
    private static final int BUFFER_BYTES = 256 << 10;

    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    @RegisterExtension
    final LeakCheck memory = new LeakCheck(BUFFER_BYTES);

    private S3FileSystem store;

    @BeforeEach
    void open() throws IOException {
        store = new S3FileSystem(server.options(), memory.pool(), memory.budget());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static byte[] bytes(long seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private PooledBuffer pooled(byte[] content, int from, int to) {
        PooledBuffer buffer = memory.pool().acquire();
        Memory.copy(content, from, buffer.address(), to - from);
        return buffer.length(to - from);
    }

    private void write(Sink sink, byte[] content) throws IOException {
        for (int from = 0; from < content.length; from += BUFFER_BYTES) {
            sink.write(pooled(content, from, Math.min(content.length, from + BUFFER_BYTES)));
        }
    }

    private HeadObjectResponse head(String path) {
        return server.client()
                .headObject(r -> r.bucket(server.bucket()).key(S3TestServer.key(path)))
                .join();
    }

    /** The sizes of the parts that the server has of the only upload there is. */
    private List<Long> partSizes() {
        MultipartUpload upload = server.client()
                .listMultipartUploads(r -> r.bucket(server.bucket()))
                .join()
                .uploads()
                .get(0);
        return server
                .client()
                .listParts(r -> r.bucket(server.bucket()).key(upload.key()).uploadId(upload.uploadId()))
                .join()
                .parts()
                .stream()
                .map(Part::size)
                .toList();
    }

    /** Waits until the upload has that many parts: they arrive in the background. */
    private List<Long> awaitParts(int count) throws InterruptedException {
        while (server.uploads().isEmpty() || partSizes().size() < count) {
            Thread.sleep(10);
        }
        return partSizes();
    }

    @Test
    void partsAreOfExactlyThePartSize() throws Exception {
        byte[] content = bytes(1, 3 * PART_BYTES + 12345);
        try (Sink sink = store.openForWrite("file")) {
            Random random = new Random(1);
            for (int from = 0; from < content.length; ) {
                int to = Math.min(content.length, from + 1 + random.nextInt(BUFFER_BYTES));
                sink.write(pooled(content, from, to));
                from = to;
            }
            assertEquals(List.of((long) PART_BYTES, (long) PART_BYTES, (long) PART_BYTES), awaitParts(3));
            sink.commit();
        }
        assertArrayEquals(content, server.content("file"));
        assertTrue(head("file").eTag().endsWith("-4\""), head("file").eTag());
        server.assertNothingLeft("file");
    }

    @Test
    void whatFitsOnePartIsOneRequestAndNoUpload() throws IOException {
        for (int size : new int[] {0, 1, PART_BYTES - 1, PART_BYTES}) {
            byte[] content = bytes(size, size);
            try (Sink sink = store.openForWrite("file")) {
                write(sink, content);
                assertEquals(List.of(), server.uploads());
                sink.commit();
            }
            assertEquals(size, head("file").contentLength());
            if (size > 0) {
                assertArrayEquals(content, server.content("file"));
            }
            assertFalse(head("file").eTag().contains("-"), head("file").eTag());
        }
        server.assertNothingLeft("file");
    }

    @Test
    void oneByteMoreThanAPartIsTwoParts() throws IOException {
        byte[] content = bytes(1, PART_BYTES + 1);
        try (Sink sink = store.openForWrite("file")) {
            write(sink, content);
            assertEquals(List.of(S3TestServer.key("file")), server.uploads());
            sink.commit();
        }
        assertArrayEquals(content, server.content("file"));
        assertTrue(head("file").eTag().endsWith("-2\""), head("file").eTag());
    }

    @Test
    void objectsTellWhichWriteTheyAreOf() throws IOException {
        for (int size : new int[] {1, PART_BYTES + 1}) {
            try (Sink sink = store.openForWrite("file" + size)) {
                write(sink, bytes(1, size));
                sink.commit();
            }
            assertEquals(
                    36, head("file" + size).metadata().get(ObjectHeaders.WRITE).length());
        }
    }

    @Test
    void closeWithoutCommitLeavesNothing() throws IOException {
        for (int size : new int[] {0, 1, PART_BYTES + 1, 4 * PART_BYTES}) {
            try (Sink sink = store.openForWrite("file")) {
                write(sink, bytes(1, size));
            }
            server.assertNothingLeft();
            assertEquals(0, memory.pool().outstanding());
        }
    }

    @Test
    void sizesOfAllKindsKeepTheirBytesAndTheBoundOfBuffers() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int most = store.maxBuffersInFlight();
        for (int round = 0; round < 3; round++) {
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            try (Sink sink = store.openForWrite("file")) {
                int largest = 1 << 5 * (round + 1);
                while (expected.size() < 3 * PART_BYTES) {
                    byte[] piece = bytes(random.nextLong(), size(random, largest));
                    expected.write(piece);
                    switch (random.nextInt(4)) {
                        case 0 -> sink.write(ByteBuffer.wrap(piece));
                        case 1 ->
                            sink.write(ByteBuffer.allocateDirect(piece.length)
                                    .put(piece)
                                    .flip());
                        default -> sink.write(pooled(piece, 0, piece.length));
                    }
                    int held = memory.pool().outstanding();
                    assertTrue(held <= most, held + " of " + most + " buffers, seed " + seed);
                }
                CRC32C crc = new CRC32C();
                crc.update(expected.toByteArray());
                assertEquals((int) crc.getValue(), sink.checksums().whole(), "seed " + seed);
                assertEquals(expected.size(), sink.bytes(), "seed " + seed);
                sink.commit();
            }
            assertArrayEquals(expected.toByteArray(), server.content("file"), "seed " + seed);
        }
    }

    /** Small ones, full ones and any between, up to {@code largest}; a run of the largest is what wastes most. */
    private static int size(Random random, int largest) {
        return switch (random.nextInt(3)) {
            case 0 -> random.nextInt(2);
            case 1 -> Math.min(BUFFER_BYTES, largest * 8);
            default -> random.nextInt(Math.min(BUFFER_BYTES, largest * 8) + 1);
        };
    }

    @Test
    void fullAndAlmostEmptyBuffersByTurnsKeepTheBound() throws IOException {
        byte[] full = bytes(1, BUFFER_BYTES);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        try (Sink sink = store.openForWrite("file")) {
            for (int i = 0; i < 3 * PART_BYTES / BUFFER_BYTES; i++) {
                sink.write(pooled(full, 0, 1));
                sink.write(pooled(full, 0, BUFFER_BYTES));
                expected.write(full, 0, 1);
                expected.write(full);
                assertTrue(memory.pool().outstanding() <= store.maxBuffersInFlight());
            }
            sink.commit();
        }
        assertArrayEquals(expected.toByteArray(), server.content("file"));
    }

    @Test
    void buffersLargerThanAPartBecomeManyParts() throws IOException {
        BufferPool large = memory.newPool(12 * MIB);
        byte[] content = bytes(1, 24 * MIB);
        try (S3FileSystem other = new S3FileSystem(server.options(), large, memory.budget());
                Sink sink = other.openForWrite("file")) {
            for (int from = 0; from < content.length; from += 12 * MIB) {
                PooledBuffer buffer = large.acquire();
                Memory.copy(content, from, buffer.address(), 12 * MIB);
                sink.write(buffer.length(12 * MIB));
                assertTrue(large.outstanding() <= other.maxBuffersInFlight());
            }
            sink.commit();
        }
        assertArrayEquals(content, server.content("file"));
        assertTrue(head("file").eTag().endsWith("-5\""), head("file").eTag());
    }

    private S3Sink sink(S3FileSystem store, Step... growth) {
        return new S3Sink(store, "file", S3TestServer.key("file"), new PartSizes(PART_BYTES, Arrays.asList(growth), 5));
    }

    @Test
    void grownPartsTakeTheirMemoryFromTheBudget() throws Exception {
        byte[] content = bytes(1, 40 * MIB);
        MemoryBudget budget = memory.budget();
        try (Sink sink = sink(store, new Step(1, 7 * MIB), new Step(3, 11 * MIB))) {
            write(sink, Arrays.copyOf(content, PART_BYTES));
            assertEquals(0, budget.reservedBytes());
            write(sink, Arrays.copyOfRange(content, PART_BYTES, 15 * MIB));
            long forSeven = budget.reservedBytes();
            assertTrue(forSeven >= 5 * 2 * MIB, forSeven + " bytes");
            write(sink, Arrays.copyOfRange(content, 15 * MIB, content.length));
            assertTrue(budget.reservedBytes() > forSeven);
            assertEquals(List.of(5L * MIB, 7L * MIB, 7L * MIB, 11L * MIB), awaitParts(4));
            sink.commit();
            assertEquals(0, budget.reservedBytes());
        }
        assertArrayEquals(content, server.content("file"));
    }

    @Test
    void partsKeepTheirSizeWhereTheBudgetHasNoRoom() throws Exception {
        byte[] content = bytes(1, 24 * MIB);
        MemoryBudget budget = new MemoryBudget(MIB, Duration.ZERO);
        try (S3FileSystem poor = new S3FileSystem(server.options(), memory.pool(), budget);
                Reservation others = budget.reserve(1, "others");
                Sink sink = sink(poor, new Step(1, 7 * MIB))) {
            write(sink, content);
            assertEquals(List.of(5L * MIB, 5L * MIB, 5L * MIB, 5L * MIB), awaitParts(4));
            sink.commit();
            assertEquals(others.bytes(), budget.reservedBytes());
        }
        assertArrayEquals(content, server.content("file"));
    }

    @Test
    void partsGrowAsFarAsTheBudgetHasRoom() throws Exception {
        byte[] content = bytes(1, 20 * MIB);
        MemoryBudget budget = new MemoryBudget(20 * MIB, Duration.ZERO);
        try (S3FileSystem poor = new S3FileSystem(server.options(), memory.pool(), budget);
                Sink sink = sink(poor, new Step(1, 28 * MIB))) {
            write(sink, content);
            assertEquals(List.of(5L * MIB, 7L * MIB, 7L * MIB), awaitParts(3));
            sink.commit();
        }
        assertArrayEquals(content, server.content("file"));
    }

    @Test
    void moreThanTheLastPartIsRefusedAndRolledBack() throws IOException {
        try (Sink sink = sink(store)) {
            IOException refused = assertThrows(IOException.class, () -> write(sink, bytes(1, 26 * MIB)));
            for (String part : new String[] {"more than 5 parts", "penstock.s3.part.bytes", "'file'"}) {
                assertTrue(refused.getMessage().contains(part), refused.getMessage());
            }
            server.assertNothingLeft();
            assertEquals(0, memory.pool().outstanding());
            assertThrows(IOException.class, sink::commit);
        }
    }

    @Test
    void discardByAnotherThreadEndsTheWriteAtOnce() throws Exception {
        try (Sink sink = store.openForWrite("file")) {
            write(sink, bytes(1, 3 * PART_BYTES));
            Thread other = new Thread(() -> {
                try {
                    assertTrue(store.discard("file"));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            other.start();
            other.join();
            server.assertNothingLeft();
            assertEquals(0, memory.pool().outstanding());
            IOException ended = assertThrows(IOException.class, () -> write(sink, bytes(1, 1)));
            assertTrue(ended.getMessage().contains("it was discarded"), ended.getMessage());
            assertThrows(IOException.class, sink::settle);
            assertThrows(IOException.class, sink::commit);
        }
        server.assertNothingLeft();
    }
}

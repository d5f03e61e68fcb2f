package io.penstock.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every store promises of the bytes that go through its sinks and sources. */
public abstract class SinkContract extends StoreFixture {
    /** Whether a file and a directory cannot have the same name, and an empty directory exists. */
    protected boolean hasDirectories() {
        return true;
    }

    /** Whether an open source keeps the bytes of a file that was replaced or removed; otherwise it fails. */
    protected boolean keepsOpenFiles() {
        return true;
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void bytesInPooledBuffersComeBackWhole(int size) throws IOException {
        byte[] content = bytes(size, size);
        try (Sink sink = store.openForWrite("dir/file")) {
            writePooled(sink, content, BUFFER_BYTES);
            assertEquals(size, sink.bytes());
            assertEquals(crc(content), sink.checksums().whole());
            sink.commit();
            assertEquals(size, sink.bytes());
            assertEquals(crc(content), sink.checksums().whole());
        }
        assertContent(content, "dir/file");
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void borrowedBytesComeBackWhole(int size) throws IOException {
        byte[] content = bytes(size, size);
        ByteBuffer direct = ByteBuffer.allocateDirect(size + 20);
        direct.position(7).put(content).flip().position(7);
        ByteBuffer heap = ByteBuffer.wrap(content);
        try (Sink sink = store.openForWrite("file")) {
            sink.write(direct);
            sink.write(heap);
            sink.write(heap.asReadOnlyBuffer());
            sink.settle();
            assertEquals(7, direct.position());
            assertEquals(0, heap.position());
            assertEquals(3L * size, sink.bytes());
            assertEquals(
                    crc(concat(content, content, content)), sink.checksums().whole());
            sink.commit();
        }
        assertContent(concat(content, content, content), "file");
    }

    @Test
    void borrowedBytesMayChangeAfterSettle() throws IOException {
        byte[] first = bytes(1, 5 * BUFFER_BYTES);
        byte[] second = bytes(2, 5 * BUFFER_BYTES);
        ByteBuffer borrowed = ByteBuffer.allocateDirect(5 * BUFFER_BYTES);
        try (Sink sink = store.openForWrite("file")) {
            sink.write(borrowed.put(first).flip());
            sink.settle();
            borrowed.clear();
            sink.write(borrowed.put(second).flip());
            sink.settle();
            borrowed.clear().put(bytes(3, 5 * BUFFER_BYTES));
            sink.commit();
        }
        assertContent(concat(first, second), "file");
    }

    @Test
    void pooledAndBorrowedBytesOfAllSizesKeepTheirOrder() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            List<byte[]> pieces = new ArrayList<>();
            try (Sink sink = store.openForWrite("file")) {
                int count = random.nextInt(200);
                for (int i = 0; i < count; i++) {
                    byte[] piece = bytes(random.nextLong(), random.nextInt(BUFFER_BYTES + 1));
                    pieces.add(piece);
                    switch (random.nextInt(4)) {
                        case 0 -> sink.write(ByteBuffer.wrap(piece));
                        case 1 -> sink.write(direct(piece));
                        case 2 -> {
                            writePooled(sink, piece, BUFFER_BYTES);
                            sink.settle();
                        }
                        default -> writePooled(sink, piece, BUFFER_BYTES);
                    }
                }
                sink.commit();
            }
            byte[] expected = concat(pieces.toArray(new byte[0][]));
            assertArrayEquals(expected, read("file"), "seed " + seed);
            assertRanges(expected, random, seed);
        }
    }

    private void assertRanges(byte[] expected, Random random, long seed) throws IOException {
        try (Source source = store.openForRead("file")) {
            for (int i = 0; i < 50; i++) {
                int from = random.nextInt(expected.length + 1);
                int length = random.nextInt(expected.length - from + 1);
                byte[] range = Arrays.copyOfRange(expected, from, from + length);
                ByteBuffer target =
                        random.nextBoolean() ? ByteBuffer.allocate(length) : ByteBuffer.allocateDirect(length);
                source.read(from, target);
                assertEquals(ByteBuffer.wrap(range), target.flip(), "seed " + seed);
                Optional<Input.View> view = source.view(from, length);
                if (view.isPresent()) {
                    try (Input.View v = view.get()) {
                        assertEquals(
                                ByteBuffer.wrap(range), Memory.view(v.address(), (int) v.length()), "seed " + seed);
                    }
                }
            }
        }
    }

    @Test
    void readFillsOnlyWhatRemainsOfTheTarget() throws IOException {
        create("file", new byte[] {1, 2, 3, 4, 5});
        ByteBuffer target = ByteBuffer.allocate(6).position(1).limit(4);
        try (Source source = store.openForRead("file")) {
            source.read(2, target);
        }
        assertEquals(4, target.position());
        assertArrayEquals(new byte[] {0, 3, 4, 5, 0, 0}, target.array());
    }

    @Test
    void readAndViewBeyondTheEndFail() throws IOException {
        create("file", new byte[] {1, 2, 3});
        try (Source source = store.openForRead("file")) {
            assertEquals(3, source.size());
            assertEquals("file", source.path());
            assertThrows(EOFException.class, () -> source.read(0, ByteBuffer.allocate(4)));
            assertThrows(EOFException.class, () -> source.read(3, ByteBuffer.allocate(1)));
            assertThrows(EOFException.class, () -> source.read(Long.MAX_VALUE, ByteBuffer.allocate(1)));
            assertThrows(EOFException.class, () -> source.view(2, 2));
            assertThrows(EOFException.class, () -> source.view(4, 0));
            assertThrows(EOFException.class, () -> source.view(1, Long.MAX_VALUE));
            assertThrows(IllegalArgumentException.class, () -> source.read(-1, ByteBuffer.allocate(1)));
            assertThrows(IllegalArgumentException.class, () -> source.view(-1, 1));
            assertThrows(IllegalArgumentException.class, () -> source.view(1, -1));
            source.read(3, ByteBuffer.allocate(0));
            source.view(3, 0).ifPresent(Input.View::close);
        }
    }

    @Test
    void emptyFileIsAFile() throws IOException {
        create("file", new byte[0]);
        store.createExclusive("other", ByteBuffer.allocate(0));
        for (String path : List.of("file", "other")) {
            assertTrue(store.exists(path));
            try (Source source = store.openForRead(path)) {
                assertEquals(0, source.size());
                source.read(0, ByteBuffer.allocate(0));
                source.view(0, 0).ifPresent(view -> {
                    assertEquals(0, view.length());
                    view.close();
                });
            }
        }
    }

    @Test
    void viewsOutliveTheSourceTheNameAndTheStore() throws IOException {
        byte[] content = bytes(1, BUFFER_BYTES);
        create("file", content);
        Source source = store.openForRead("file");
        Optional<Input.View> view = source.view(0, content.length);
        source.close();
        source.close();
        store.remove("file");
        store.close();
        if (view.isPresent()) {
            assertEquals(ByteBuffer.wrap(content), Memory.view(view.get().address(), content.length));
            view.get().close();
            view.get().close();
        }
    }

    @Test
    void openSourceKeepsTheBytesOfAReplacedAndOfARemovedFile() throws IOException {
        byte[] first = bytes(1, 3 * BUFFER_BYTES);
        byte[] second = bytes(2, 2 * BUFFER_BYTES);
        create("file", first);
        try (Source beforeReplace = store.openForRead("file")) {
            create("file", second);
            try (Source beforeRemove = store.openForRead("file")) {
                assertTrue(store.remove("file"));
                assertKept(second, beforeRemove);
            }
            assertKept(first, beforeReplace);
        }
        assertThrows(NoSuchFileException.class, () -> store.openForRead("file"));
    }

    @Test
    void openSourceOfALargeFileNeverMixesItWithTheOneThatReplacedIt() throws IOException {
        byte[] first = bytes(1, 2000 * BUFFER_BYTES);
        byte[] second = bytes(2, 2000 * BUFFER_BYTES);
        create("file", first);
        try (Source beforeReplace = store.openForRead("file")) {
            byte[] start = Arrays.copyOf(first, BUFFER_BYTES);
            ByteBuffer target = ByteBuffer.allocate(BUFFER_BYTES);
            beforeReplace.read(0, target);
            assertArrayEquals(start, target.array());
            create("file", second);
            try (Source beforeRemove = store.openForRead("file")) {
                assertTrue(store.remove("file"));
                assertKept(second, beforeRemove);
            }
            assertKept(first, beforeReplace);
        }
    }

    /** All of its bytes, or those that it has at hand and then a failure. */
    private void assertKept(byte[] expected, Source source) throws IOException {
        assertEquals(expected.length, source.size());
        byte[] read = new byte[expected.length];
        for (int from = 0; from < expected.length; from += BUFFER_BYTES) {
            ByteBuffer target = ByteBuffer.wrap(read, from, Math.min(BUFFER_BYTES, expected.length - from));
            try {
                source.read(from, target);
            } catch (IOException replaced) {
                assertFalse(keepsOpenFiles(), replaced.toString());
                assertTrue(replaced.getMessage().contains("file"), replaced.getMessage());
                assertArrayEquals(Arrays.copyOf(expected, from), Arrays.copyOf(read, from));
                return;
            }
        }
        assertArrayEquals(expected, read);
    }

    @Test
    void useOfASinkAfterItsEndIsMisuse() throws IOException {
        Sink sink = store.openForWrite("file");
        sink.commit();
        assertMisused(sink);
        sink.close();
        assertMisused(sink);
        Sink closed = store.openForWrite("file");
        closed.close();
        assertMisused(closed);
    }

    private void assertMisused(Sink sink) {
        assertThrows(IllegalStateException.class, () -> sink.write(pooled(new byte[] {1})));
        assertThrows(IllegalStateException.class, () -> sink.write(ByteBuffer.allocate(1)));
        assertThrows(IllegalStateException.class, sink::commit);
    }

    @Test
    void useOfASourceAfterItsCloseIsMisuse() throws IOException {
        create("file", new byte[] {1});
        Source source = store.openForRead("file");
        source.close();
        assertThrows(IllegalStateException.class, () -> source.read(0, ByteBuffer.allocate(1)));
        assertThrows(IllegalStateException.class, () -> source.view(0, 1));
    }

    @Test
    void closedStoreFailsItsSinksAndSources() throws IOException {
        create("file", new byte[] {1});
        try (Sink sink = store.openForWrite("other");
                Source source = store.openForRead("file")) {
            writePooled(sink, bytes(1, 3 * BUFFER_BYTES), BUFFER_BYTES);
            store.close();
            store.close();
            assertThrows(IllegalStateException.class, () -> source.read(0, ByteBuffer.allocate(1)));
            Exception refused = assertThrows(Exception.class, () -> sink.write(pooled(new byte[] {1})));
            assertTrue(refused instanceof IOException || refused instanceof IllegalStateException, refused.toString());
            assertThrows(Exception.class, sink::commit);
            assertThrows(IllegalStateException.class, () -> store.exists("file"));
            assertThrows(IllegalStateException.class, () -> store.openForRead("file"));
            assertThrows(IllegalStateException.class, () -> store.openForWrite("file"));
        }
    }

    @Test
    void writersOfDifferentFilesDoNotDisturbEachOther() throws Exception {
        inParallel(4, thread -> {
            for (int i = 0; i < 10; i++) {
                String path = "dir" + i % 2 + "/file-" + thread + "-" + i;
                byte[] content = bytes(thread * 100L + i, i * 700);
                try (Sink sink = store.openForWrite(path)) {
                    writePooled(sink, content, 500);
                    if (i % 3 != 0) {
                        sink.commit();
                    }
                }
                if (i % 3 != 0) {
                    assertContent(content, path);
                }
            }
        });
        assertEquals(4 * 3, store.list("dir0").size());
        assertEquals(4 * 3, store.list("dir1").size());
    }

    @Test
    void interruptedThreadWritesCommitsAndReads() throws IOException {
        byte[] content = bytes(1, 20 * BUFFER_BYTES);
        Thread.currentThread().interrupt();
        store.mkdirAll("dir/deep");
        try (Sink sink = store.openForWrite("dir/file")) {
            writePooled(sink, content, BUFFER_BYTES);
            sink.write(ByteBuffer.wrap(content));
            sink.settle();
            sink.commit();
        }
        store.createExclusive("dir/other", ByteBuffer.wrap(content));
        assertContent(concat(content, content), "dir/file");
        assertContent(content, "dir/other");
        assertEquals(hasDirectories() ? List.of("deep", "file", "other") : List.of("file", "other"), names("dir"));
        assertTrue(store.remove("dir/other"));
        assertTrue(Thread.interrupted(), "the interrupt was swallowed");
    }

    @Test
    void interruptsAtAnyMomentDisturbNothing() throws Exception {
        Thread worker = Thread.currentThread();
        CountDownLatch done = new CountDownLatch(1);
        Thread interrupter = new Thread(() -> {
            while (done.getCount() > 0) {
                worker.interrupt();
                Thread.onSpinWait();
            }
        });
        interrupter.start();
        try {
            for (int i = 0; i < 30; i++) {
                byte[] content = bytes(i, 10 * BUFFER_BYTES + i);
                try (Sink sink = store.openForWrite("file")) {
                    writePooled(sink, content, BUFFER_BYTES);
                    sink.write(direct(content));
                    sink.settle();
                    sink.commit();
                }
                assertContent(concat(content, content), "file");
                store.createExclusive("log/" + i, ByteBuffer.wrap(content));
            }
        } finally {
            done.countDown();
            while (interrupter.isAlive()) {
                Thread.interrupted();
                Thread.onSpinWait();
            }
            Thread.interrupted();
        }
        assertEquals(30, store.list("log").size());
    }

    @Test
    void sinkHoldsNoMoreBuffersThanItSays() throws IOException {
        BufferPool pool = memory.pool();
        int before = pool.outstanding();
        long reservedBefore = memory.budget().reservedBytes();
        try (Sink sink = store.openForWrite("file")) {
            for (int i = 0; i < 50; i++) {
                sink.write(pooled(bytes(i, BUFFER_BYTES)));
                // What a store in memory keeps is in its own reservation.
                long kept = (memory.budget().reservedBytes() - reservedBefore) / BUFFER_BYTES;
                assertTrue(pool.outstanding() - before - kept <= store.maxBuffersInFlight());
            }
        }
    }
}

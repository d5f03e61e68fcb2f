package io.penstock.storage.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Input;
import io.penstock.buffer.MemoryBudget;
import io.penstock.buffer.PooledBuffer;
import io.penstock.buffer.Reservation;
import io.penstock.storage.FileSystem;
import io.penstock.storage.FileSystemContract;
import io.penstock.storage.Sink;
import io.penstock.storage.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The contract, and what is particular to memory. */
class MemoryFileSystemTest extends FileSystemContract {
    @Override
    protected FileSystem newStore() {
        return new MemoryFileSystem(memory.pool(), memory.budget(), "test");
    }

    @Test
    void readersGetTheVeryBuffersThatWereWritten() throws IOException {
        long[] addresses = new long[3];
        try (Sink sink = store.openForWrite("file")) {
            for (int i = 0; i < addresses.length; i++) {
                PooledBuffer buffer = pooled(bytes(i, BUFFER_BYTES - i));
                addresses[i] = buffer.address();
                sink.write(buffer);
            }
            sink.commit();
        }
        try (Source source = store.openForRead("file")) {
            assertAddress(addresses[0], source, 0, BUFFER_BYTES);
            assertAddress(addresses[0] + 5, source, 5, 1);
            assertAddress(addresses[1], source, BUFFER_BYTES, BUFFER_BYTES - 1);
            assertAddress(addresses[2] + 7, source, 2 * BUFFER_BYTES - 1 + 7, BUFFER_BYTES - 2 - 7);
            assertTrue(source.view(BUFFER_BYTES - 1, 2).isEmpty());
            assertTrue(source.view(0, 3 * BUFFER_BYTES - 3).isEmpty());
        }
    }

    private static void assertAddress(long expected, Source source, long offset, long length) throws IOException {
        try (Input.View view = source.view(offset, length).orElseThrow()) {
            assertEquals(expected, view.address());
            assertEquals(length, view.length());
        }
    }

    @Test
    void everyRetainedBufferIsReservedUntilItIsLetGo() throws IOException {
        MemoryBudget budget = memory.budget();
        create("file", bytes(1, 5 * BUFFER_BYTES));
        assertEquals(5 * BUFFER_BYTES, budget.reservedBytes());
        assertEquals(5, memory.pool().outstanding());
        Source source = store.openForRead("file");
        Input.View view = source.view(2 * BUFFER_BYTES + 1, 10).orElseThrow();
        store.remove("file");
        assertEquals(5 * BUFFER_BYTES, budget.reservedBytes());
        source.close();
        assertEquals(BUFFER_BYTES, budget.reservedBytes());
        assertEquals(1, memory.pool().outstanding());
        view.close();
        assertEquals(0, budget.reservedBytes());
        assertEquals(0, memory.pool().outstanding());
    }

    @Test
    void closedStoreGivesEverythingBackButOpenViews() throws IOException {
        create("file", bytes(1, 5 * BUFFER_BYTES));
        Source source = store.openForRead("file");
        Input.View view = source.view(0, 10).orElseThrow();
        Sink sink = store.openForWrite("other");
        writePooled(sink, bytes(1, 5 * BUFFER_BYTES), BUFFER_BYTES);
        store.close();
        assertEquals(BUFFER_BYTES, memory.budget().reservedBytes());
        view.close();
        assertEquals(0, memory.budget().reservedBytes());
        assertEquals(0, memory.pool().outstanding());
        sink.close();
        source.close();
    }

    @Test
    void discardGivesTheMemoryOfTheDeadWriterBack() throws IOException {
        Sink dead = store.openForWrite("file");
        writePooled(dead, bytes(1, 5 * BUFFER_BYTES), BUFFER_BYTES);
        assertTrue(store.discard("file"));
        assertEquals(0, memory.pool().outstanding());
        assertEquals(0, memory.budget().reservedBytes());
        assertThrows(IOException.class, () -> dead.write(pooled(new byte[1])));
        dead.close();
    }

    @Test
    void buffersThatAreMostlyEmptyAreJoined() throws IOException {
        try (Sink sink = store.openForWrite("file")) {
            writePooled(sink, bytes(1, 64 * BUFFER_BYTES), BUFFER_BYTES / 16);
            assertEquals(64, memory.pool().outstanding());
            sink.commit();
        }
        assertContent(bytes(1, 64 * BUFFER_BYTES), "file");
    }

    @Test
    void smallFilesShareBuffers() throws IOException {
        for (int i = 0; i < 160; i++) {
            byte[] content = bytes(i, 64 - i % 3);
            if (i % 2 == 0) {
                store.createExclusive("log/" + i, ByteBuffer.wrap(content));
            } else {
                create("log/" + i, content);
            }
        }
        assertEquals(10, memory.pool().outstanding());
        for (int i = 0; i < 160; i++) {
            assertContent(bytes(i, 64 - i % 3), "log/" + i);
        }
        for (int i = 0; i < 160; i++) {
            store.remove("log/" + i);
        }
        assertEquals(0, memory.pool().outstanding());
        assertEquals(0, memory.budget().reservedBytes());
    }

    @Test
    void fullStoreSaysSoAndTakesNothing() throws IOException {
        MemoryBudget budget = new MemoryBudget(10 * BUFFER_BYTES, Duration.ofSeconds(5));
        try (FileSystem small = new MemoryFileSystem(memory.pool(), budget, "small");
                Reservation others = budget.reserve(3 * BUFFER_BYTES, "others")) {
            small.createExclusive("kept", ByteBuffer.wrap(bytes(1, 2 * BUFFER_BYTES)));
            try (Sink sink = small.openForWrite("dir/file")) {
                IOException full = assertThrows(
                        IOException.class, () -> writePooled(sink, bytes(2, 6 * BUFFER_BYTES), BUFFER_BYTES));
                for (String part : new String[] {"'dir/file'", "memory:small is full", "7168 bytes", "10240 bytes"}) {
                    assertTrue(full.getMessage().contains(part), full.getMessage());
                }
                assertEquals(2 * BUFFER_BYTES + others.bytes(), budget.reservedBytes());
                assertThrows(IOException.class, () -> sink.write(pooled(new byte[1])));
                assertThrows(IOException.class, () -> sink.write(ByteBuffer.allocate(1)));
                assertThrows(IOException.class, sink::settle);
                assertThrows(IOException.class, sink::commit);
            }
            IOException full = assertThrows(
                    IOException.class, () -> small.createExclusive("other", ByteBuffer.allocate(20 * BUFFER_BYTES)));
            assertTrue(full.getMessage().contains("memory:small is full"), full.getMessage());
            assertFalse(small.exists("other"));
            assertFalse(small.exists("dir/file"));
            try (Source source = small.openForRead("kept")) {
                ByteBuffer kept = ByteBuffer.allocate((int) source.size());
                source.read(0, kept);
                assertArrayEquals(bytes(1, 2 * BUFFER_BYTES), kept.array());
            }
            assertTrue(small.remove("kept"));
            assertEquals(others.bytes(), budget.reservedBytes());
        }
        assertEquals(0, budget.reservedBytes());
    }

    @Test
    void writersAndReadersOfOneStoreRunAtOnce() throws Exception {
        inParallel(4, thread -> {
            for (int i = 0; i < 200; i++) {
                byte[] content = bytes(thread * 1000L + i, i * 37 % (5 * BUFFER_BYTES));
                String path = "file" + (thread + i) % 3;
                try {
                    create(path, content);
                } catch (FileAlreadyExistsException another) {
                    assertEquals(path, another.getFile());
                }
                try (Source source = store.openForRead(path)) {
                    source.read(0, ByteBuffer.allocate((int) source.size()));
                    source.view(0, Math.min(1, source.size())).ifPresent(Input.View::close);
                } catch (NoSuchFileException removed) {
                    assertEquals(path, removed.getFile());
                }
                store.remove(path);
            }
        });
        assertEquals(0, memory.pool().outstanding());
        assertEquals(0, memory.budget().reservedBytes());
    }
}

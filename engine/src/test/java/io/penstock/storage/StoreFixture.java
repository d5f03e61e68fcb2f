package io.penstock.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.penstock.buffer.Memory;
import io.penstock.buffer.PooledBuffer;
import io.penstock.testing.LeakCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A store for each test and its direct memory, and bytes to put there. */
public abstract class StoreFixture {
    /** Small, so that a few KiB span many buffers. */
    protected static final int BUFFER_BYTES = 1 << 10;

    @RegisterExtension
    protected final LeakCheck memory = new LeakCheck(BUFFER_BYTES);

    protected FileSystem store;

    /** A store with nothing in it; the fixture closes it. */
    protected abstract FileSystem newStore() throws IOException;

    /** What may go wrong where one buffer ends and the next begins. */
    protected static int[] sizes() {
        int n = BUFFER_BYTES;
        return new int[] {0, 1, n / 2, n / 2 + 1, n - 1, n, n + 1, 2 * n - 1, 2 * n, 2 * n + 1, 10 * n, 100 * n + 7};
    }

    @BeforeEach
    void openStore() throws IOException {
        store = newStore();
    }

    @AfterEach
    void closeStore() throws IOException {
        Thread.interrupted();
        store.close();
    }

    protected final PooledBuffer pooled(byte[] content) {
        PooledBuffer buffer = memory.pool().acquire();
        Memory.copy(content, 0, buffer.address(), content.length);
        return buffer.length(content.length);
    }

    protected final void writePooled(Sink sink, byte[] content, int runBytes) throws IOException {
        for (int from = 0; from < content.length; from += runBytes) {
            sink.write(pooled(Arrays.copyOfRange(content, from, Math.min(content.length, from + runBytes))));
        }
    }

    protected final void create(String path, byte[] content) throws IOException {
        try (Sink sink = store.openForWrite(path)) {
            writePooled(sink, content, BUFFER_BYTES);
            sink.commit();
        }
    }

    /** The whole file. */
    protected final byte[] read(String path) throws IOException {
        try (Source source = store.openForRead(path)) {
            ByteBuffer all = ByteBuffer.allocate((int) source.size());
            source.read(0, all);
            return all.array();
        }
    }

    protected final void assertContent(byte[] expected, String path) throws IOException {
        assertArrayEquals(expected, read(path));
    }

    protected static void assertContent(byte[] expected, Source source) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) source.size());
        source.read(0, all);
        assertArrayEquals(expected, all.array());
    }

    protected final List<String> names(String directory) throws IOException {
        return store.list(directory).stream().map(FileEntry::name).toList();
    }

    protected static byte[] bytes(long seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    protected static ByteBuffer direct(byte[] content) {
        return ByteBuffer.allocateDirect(content.length).put(content).flip();
    }

    protected static byte[] concat(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    protected static int crc(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }

    /** What a thread of {@link #inParallel} does. */
    protected interface Work {
        void run(int thread) throws Exception;
    }

    /** Runs it on that many threads at once; fails as the first that failed. */
    protected static void inParallel(int threads, Work work) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Throwable> failures = new ArrayList<>();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    work.run(number);
                } catch (Throwable e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            });
            thread.start();
            running.add(thread);
        }
        start.countDown();
        for (Thread thread : running) {
            thread.join();
        }
        synchronized (failures) {
            if (!failures.isEmpty()) {
                throw new AssertionError(failures.size() + " threads failed", failures.get(0));
            }
        }
    }
}

package io.penstock.storage.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.buffer.BufferPool;
import io.penstock.buffer.PooledBuffer;
import io.penstock.testing.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WriteBehindTest {
    private static final int BUFFER_BYTES = 1 << 10;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck(BUFFER_BYTES);

    @TempDir
    Path directory;

    @Test
    void partialWritesAreContinued() throws IOException {
        Random random = new Random(1);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        WriteBehind writer = new WriteBehind(
                new FakeChannel() {
                    @Override
                    public long write(ByteBuffer[] sources, int offset, int length) {
                        int left = 1 + random.nextInt(1500);
                        int before = left;
                        for (int i = offset; i < offset + length && left > 0; i++) {
                            while (sources[i].hasRemaining() && left > 0) {
                                written.write(sources[i].get());
                                left--;
                            }
                        }
                        return (long) before - left;
                    }

                    @Override
                    public int write(ByteBuffer source) {
                        return (int) write(new ByteBuffer[] {source}, 0, 1);
                    }
                },
                "partial");
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int i = 0; i < 200; i++) {
            byte[] piece = new byte[random.nextInt(BUFFER_BYTES)];
            random.nextBytes(piece);
            expected.write(piece);
            switch (i % 3) {
                case 0 -> writer.write(pooled(piece));
                case 1 -> writer.write(ByteBuffer.wrap(piece));
                default ->
                    writer.write(
                            ByteBuffer.allocateDirect(piece.length).put(piece).flip());
            }
        }
        writer.finish(() -> {});
        assertNull(writer.failure());
        assertArrayEquals(expected.toByteArray(), written.toByteArray());
    }

    @Test
    void whatHasQueuedUpGoesOutInOneWrite() throws InterruptedException {
        Semaphore writes = new Semaphore(0);
        CountDownLatch first = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        WriteBehind writer = new WriteBehind(
                new FakeChannel() {
                    @Override
                    public long write(ByteBuffer[] sources, int offset, int length) {
                        calls.incrementAndGet();
                        first.countDown();
                        writes.acquireUninterruptibly();
                        return drain(sources, offset, length);
                    }
                },
                "gathered");
        writer.write(pooled(new byte[1]));
        first.await();
        writer.write(pooled(new byte[2]));
        for (int i = 0; i < 100; i++) {
            writer.write(ByteBuffer.allocateDirect(3));
        }
        writer.write(pooled(new byte[4]));
        writes.release(2);
        writer.finish(() -> {});
        assertEquals(2, calls.get());
    }

    @Test
    void callerWaitsWhenTooManyAreOnTheirWay() throws InterruptedException {
        Semaphore writes = new Semaphore(0);
        WriteBehind writer = new WriteBehind(
                new FakeChannel() {
                    @Override
                    public long write(ByteBuffer[] sources, int offset, int length) {
                        writes.acquireUninterruptibly();
                        return drain(sources, offset, length);
                    }
                },
                "slow");
        for (int i = 1; i < WriteBehind.MAX_POOLED; i++) {
            writer.write(pooled(new byte[1]));
        }
        PooledBuffer last = pooled(new byte[1]);
        Thread caller = new Thread(() -> writer.write(last));
        caller.start();
        while (caller.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertEquals(WriteBehind.MAX_POOLED, memory.pool().outstanding());
        // An interrupt does not cut the wait short.
        caller.interrupt();
        while (!caller.isInterrupted() && caller.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertTrue(caller.isAlive());
        writes.release(100);
        caller.join();
        writer.finish(() -> {});
        assertNull(writer.failure());
    }

    @Test
    void failureEndsTheWriterAndGivesEveryBufferBack() throws InterruptedException {
        IOException broken = new IOException("broken");
        Semaphore writes = new Semaphore(0);
        CountDownLatch first = new CountDownLatch(1);
        WriteBehind writer = new WriteBehind(
                new FakeChannel() {
                    @Override
                    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
                        first.countDown();
                        writes.acquireUninterruptibly();
                        throw broken;
                    }
                },
                "broken");
        writer.write(pooled(new byte[1]));
        first.await();
        writer.write(pooled(new byte[1]));
        writer.write(ByteBuffer.allocateDirect(1));
        writes.release();
        writer.settle();
        assertSame(broken, writer.failure());
        assertEquals(0, memory.pool().outstanding());
        writer.write(pooled(new byte[1]));
        writer.write(ByteBuffer.allocateDirect(1));
        writer.settle();
        assertEquals(0, memory.pool().outstanding());
        boolean[] done = new boolean[1];
        writer.finish(() -> done[0] = true);
        assertEquals(false, done[0], "finished what had failed");
        writer.drop();
        assertSame(broken, writer.failure());
    }

    @Test
    void dropWaitsForTheWriteInProgressAndForgetsTheRest() throws InterruptedException {
        Semaphore writes = new Semaphore(0);
        CountDownLatch first = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        WriteBehind writer = new WriteBehind(
                new FakeChannel() {
                    @Override
                    public long write(ByteBuffer[] sources, int offset, int length) {
                        calls.incrementAndGet();
                        first.countDown();
                        writes.acquireUninterruptibly();
                        return drain(sources, offset, length);
                    }
                },
                "dropped");
        writer.write(pooled(new byte[1]));
        first.await();
        writer.write(pooled(new byte[1]));
        writer.write(ByteBuffer.allocateDirect(1));
        Thread dropper = new Thread(writer::drop);
        dropper.start();
        while (dropper.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertEquals(2, memory.pool().outstanding());
        writes.release();
        dropper.join();
        assertEquals(0, memory.pool().outstanding());
        assertEquals(1, calls.get());
        assertNull(writer.failure());
    }

    @Test
    void failureOfTheLastTaskIsAFailure() {
        IOException broken = new IOException("broken");
        WriteBehind writer = new WriteBehind(new FakeChannel(), "task");
        writer.finish(() -> {
            throw broken;
        });
        assertSame(broken, writer.failure());
    }

    @Test
    void fullDeviceIsAFailure() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "skipped: there is no " + full);
        try (FileChannel channel = FileChannel.open(full, StandardOpenOption.WRITE)) {
            WriteBehind writer = new WriteBehind(channel, "full");
            writer.write(pooled(new byte[1]));
            writer.finish(() -> {});
            assertTrue(writer.failure() instanceof IOException);
            assertEquals("No space left on device", writer.failure().getMessage());
        }
    }

    @Test
    void steadyStateAllocatesNothingPerBuffer() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int buffers = 5_000;
        // One without a trace of each acquire.
        try (BufferPool pool = new BufferPool(BUFFER_BYTES, 16, false);
                FileChannel channel = FileChannel.open(
                        directory.resolve("file"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            WriteBehind writer = new WriteBehind(channel, "steady");
            // What the compiler allocates on this thread's behalf comes in lumps, so the best of a few counts.
            long least = Long.MAX_VALUE;
            for (int pass = 0; pass < 20 && least > 64L * buffers; pass++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < buffers; i++) {
                    writer.write(pool.acquire().length(BUFFER_BYTES));
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            writer.finish(() -> {});
            assertTrue(least <= 64L * buffers, least + " bytes for " + buffers + " buffers");
        }
    }

    private PooledBuffer pooled(byte[] content) {
        PooledBuffer buffer = memory.pool().acquire().length(content.length);
        buffer.bytes().put(content);
        return buffer;
    }

    private static long drain(ByteBuffer[] sources, int offset, int length) {
        long drained = 0;
        for (int i = offset; i < offset + length; i++) {
            drained += sources[i].remaining();
            sources[i].position(sources[i].limit());
        }
        return drained;
    }
}

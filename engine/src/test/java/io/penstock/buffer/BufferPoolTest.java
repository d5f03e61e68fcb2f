package io.penstock.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    @Test
    void releasedBufferServesTheNextTaker() {
        try (BufferPool pool = new BufferPool(1024, 4, false)) {
            PooledBuffer first = pool.acquire().length(100);
            assertEquals(1, pool.outstanding());
            first.release();
            PooledBuffer second = pool.acquire();
            assertSame(first, second);
            assertEquals(0, second.length());
            assertEquals(1024, pool.allocatedBytes());
            second.release();
        }
    }

    @Test
    void twoHoldersNeverShareABuffer() {
        try (BufferPool pool = new BufferPool(64, 4, false)) {
            PooledBuffer first = pool.acquire();
            PooledBuffer second = pool.acquire();
            assertNotSame(first, second);
            assertTrue(Math.abs(first.address() - second.address()) >= 64);
            first.release();
            second.release();
        }
    }

    @Test
    void secondReleaseIsRefused() {
        try (BufferPool pool = new BufferPool(64, 4, false)) {
            PooledBuffer buffer = pool.acquire();
            buffer.release();
            assertThrows(IllegalStateException.class, buffer::release);
            assertThrows(IllegalStateException.class, buffer::bytes);
            assertEquals(0, pool.outstanding());
        }
    }

    @Test
    void leakIsFoundWhenThePoolCloses() {
        BufferPool pool = new BufferPool(64, 4, false);
        PooledBuffer leaked = pool.acquire();
        IllegalStateException leak = assertThrows(IllegalStateException.class, pool::close);
        assertTrue(leak.getMessage().contains("1 pooled buffers were not released"), leak.getMessage());
        assertTrue(leak.getMessage().contains("penstock.debug.leaks"), leak.getMessage());
        leaked.release();
        assertEquals(0, pool.allocatedBytes());
    }

    @Test
    void tracedLeakCarriesTheStackOfTheAcquire() {
        BufferPool pool = new BufferPool(64, 4, true);
        PooledBuffer leaked = acquireHere(pool);
        IllegalStateException leak = assertThrows(IllegalStateException.class, pool::requireNoneOutstanding);
        assertEquals(1, leak.getSuppressed().length);
        assertTrue(Arrays.stream(leak.getSuppressed()[0].getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("acquireHere")));
        leaked.release();
        pool.requireNoneOutstanding();
        pool.close();
    }

    private static PooledBuffer acquireHere(BufferPool pool) {
        return pool.acquire();
    }

    @Test
    void memoryBeyondTheIdleLimitIsFreedAtOnce() {
        try (BufferPool pool = new BufferPool(1 << 10, 2, false)) {
            List<PooledBuffer> held = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                held.add(pool.acquire());
            }
            assertEquals(10 << 10, pool.allocatedBytes());
            held.forEach(PooledBuffer::release);
            assertEquals(2 << 10, pool.allocatedBytes());
        }
    }

    @Test
    void closedPoolHandsOutNothing() {
        BufferPool pool = new BufferPool(64, 4, false);
        pool.close();
        assertThrows(IllegalStateException.class, pool::acquire);
        pool.close();
    }

    @Test
    void threadsNeverHoldTheSameBuffer() throws Exception {
        long seed = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (BufferPool pool = new BufferPool(8, 16, false)) {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                SplittableRandom random = new SplittableRandom(seed + t);
                done.add(threads.submit(() -> takeAndGiveBack(pool, random)));
            }
            for (Future<?> future : done) {
                future.get();
            }
            assertEquals(0, pool.outstanding(), "seed " + seed);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void takeAndGiveBack(BufferPool pool, SplittableRandom random) {
        Deque<PooledBuffer> held = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            if (held.isEmpty() || random.nextBoolean() && held.size() < 20) {
                PooledBuffer buffer = pool.acquire();
                Memory.putLong(
                        buffer.address(),
                        buffer.address() ^ Thread.currentThread().getId());
                held.add(buffer);
            } else {
                PooledBuffer buffer = held.poll();
                assertEquals(buffer.address() ^ Thread.currentThread().getId(), Memory.getLong(buffer.address()));
                buffer.release();
            }
        }
        held.forEach(PooledBuffer::release);
    }
}

package io.penstock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
    @Test
    void writerWithOneThreadHasNoOther() {
        try (WorkerPool pool = new WorkerPool()) {
            assertSame(Workers.NONE, pool.workers(1));
        }
    }

    @Test
    void thereAreAsManyThreadsAsTheWriterNeedsThatWantsMost() {
        try (WorkerPool pool = new WorkerPool()) {
            assertTrue(pool.workers(2).threads() == 2);
            Workers workers = pool.workers(5);
            assertEquals(5, workers.threads());
            assertEquals(2, pool.workers(2).threads());
            // It opens only if four work at a time.
            CyclicBarrier together = new CyclicBarrier(4);
            List<Workers.Task> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                tasks.add(workers.submit(() -> {
                    assertTrue(Thread.currentThread().isDaemon());
                    try {
                        together.await(30, TimeUnit.SECONDS);
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                }));
            }
            for (Workers.Task task : tasks) {
                while (!task.isBegun()) {
                    Thread.onSpinWait();
                }
                task.await();
            }
        }
    }

    @Test
    void workBeyondWhatMayWaitIsDoneByWhoAwaitsIt() {
        try (WorkerPool pool = new WorkerPool()) {
            Workers workers = pool.workers(2);
            CountDownLatch release = new CountDownLatch(1);
            Workers.Task blocking = workers.submit(() -> {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            AtomicInteger done = new AtomicInteger();
            for (int i = 0; i < 5000; i++) {
                workers.submit(done::incrementAndGet).await();
            }
            assertEquals(5000, done.get());
            release.countDown();
            blocking.await();
        }
    }

    @Test
    void workForAClosedPoolIsDoneByWhoAwaitsIt() {
        WorkerPool pool = new WorkerPool();
        Workers workers = pool.workers(3);
        pool.close();
        Thread[] doneBy = new Thread[1];
        workers.submit(() -> doneBy[0] = Thread.currentThread()).await();
        assertSame(Thread.currentThread(), doneBy[0]);
        assertSame(Workers.NONE, pool.workers(3));
    }
}

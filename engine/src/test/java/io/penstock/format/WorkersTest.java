package io.penstock.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkersTest {
    private final ExecutorService one = Executors.newSingleThreadExecutor();
    private final Workers workers = new Workers(2, one);

    @AfterEach
    void stop() {
        one.shutdownNow();
    }

    @Test
    void workIsDoneByAnotherThreadAndWhatItWroteIsSeen() {
        int[] written = new int[1];
        Thread[] doneBy = new Thread[1];
        CountDownLatch begun = new CountDownLatch(1);
        Workers.Task task = workers.submit(() -> {
            begun.countDown();
            written[0] = 7;
            doneBy[0] = Thread.currentThread();
        });
        awaitUninterrupted(begun);
        task.await();
        assertTrue(task.isOver());
        assertEquals(7, written[0]);
        assertFalse(doneBy[0] == Thread.currentThread());
    }

    @Test
    void whoAwaitsWorkThatNobodyHasBegunDoesItHimself() {
        List<Workers> withoutThreads = List.of(
                Workers.NONE,
                new Workers(2, work -> {
                    throw new RejectedExecutionException();
                }),
                new Workers(2, work -> {}));
        for (Workers none : withoutThreads) {
            Thread[] doneBy = new Thread[1];
            Workers.Task task = none.submit(() -> doneBy[0] = Thread.currentThread());
            assertFalse(task.isBegun());
            task.await();
            assertSame(Thread.currentThread(), doneBy[0]);
        }
    }

    @Test
    void workIsDoneOnceHoweverManyAwaitIt() throws Exception {
        for (int round = 0; round < 200; round++) {
            AtomicInteger times = new AtomicInteger();
            Workers.Task task = workers.submit(times::incrementAndGet);
            Thread other = new Thread(task::await);
            other.start();
            task.await();
            assertEquals(1, times.get());
            other.join();
            assertEquals(1, times.get());
        }
    }

    @Test
    void whatTheWorkThrewReachesWhoAwaitsIt() {
        for (Throwable thrown : List.of(new IllegalStateException("broken"), new AssertionError("worse"))) {
            Workers.Task task = workers.submit(() -> {
                if (thrown instanceof Error e) {
                    throw e;
                }
                throw (RuntimeException) thrown;
            });
            assertSame(thrown, assertThrows(Throwable.class, task::await));
            task.end();
        }
    }

    @Test
    void workThatEndedBeforeItBeganIsNeverDone() {
        CountDownLatch release = new CountDownLatch(1);
        Workers.Task blocking = workers.submit(() -> awaitUninterrupted(release));
        AtomicInteger times = new AtomicInteger();
        List<Workers.Task> tasks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            tasks.add(workers.submit(times::incrementAndGet));
        }
        tasks.forEach(Workers.Task::end);
        release.countDown();
        blocking.await();
        tasks.forEach(Workers.Task::await);
        assertEquals(0, times.get());
    }

    @Test
    void anInterruptDoesNotCutWaitingShortAndStaysSet() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Workers.Task task = workers.submit(() -> {
            begun.countDown();
            awaitUninterrupted(release);
        });
        awaitUninterrupted(begun);
        Thread.currentThread().interrupt();
        new Thread(release::countDown).start();
        task.await();
        assertTrue(task.isOver());
        assertTrue(Thread.interrupted());
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

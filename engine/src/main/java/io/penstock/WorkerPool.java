package io.penstock;

import io.penstock.format.Workers;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that help an engine's writers to encode: none until a writer wants some, then as many as the one that wants most. They are
 * daemons, and end when there is nothing to do. Thread-safe.
 */
final class WorkerPool implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;
    /** Work that its writer has done itself stays in the queue until a thread gets to it. When it is full, writers do theirs themselves. */
    private static final int MAX_QUEUED = 1024;

    private ThreadPoolExecutor threads;
    private boolean closed;

    /**
     * What a writer encodes with.
     *
     * @param count how many threads, its caller's included
     */
    synchronized Workers workers(int count) {
        if (count == 1 || closed) {
            return Workers.NONE;
        }
        int others = count - 1;
        if (threads == null) {
            AtomicInteger number = new AtomicInteger();
            threads = new ThreadPoolExecutor(
                    others, others, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_QUEUED), work -> {
                        Thread thread = new Thread(work, "penstock-encode-" + number.incrementAndGet());
                        thread.setDaemon(true);
                        return thread;
                    });
            threads.allowCoreThreadTimeOut(true);
        } else if (threads.getCorePoolSize() < others) {
            threads.setMaximumPoolSize(others);
            threads.setCorePoolSize(others);
        }
        return new Workers(count, threads);
    }

    /** Takes no more work; what was begun comes to its end. */
    @Override
    public synchronized void close() {
        closed = true;
        if (threads != null) {
            threads.shutdown();
        }
    }
}

package io.penstock.format;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The threads that one writer may encode with: its caller's and others, which it shares. Thread-safe.
 *
 * <p>Whoever waits for work that nobody has begun does it himself. So nothing waits for a thread to come free, however few there are.
 */
public final class Workers {
    /** The caller's thread alone. */
    public static final Workers NONE = new Workers(1, work -> {});

    private final int threads;
    private final Executor others;

    /**
     * @param threads how many, the caller's included
     * @param others runs what it is given on other threads, sooner or later; it may refuse
     */
    public Workers(int threads, Executor others) {
        if (threads < 1) {
            throw new IllegalArgumentException(threads + " threads");
        }
        this.threads = threads;
        this.others = others;
    }

    /** How many may work at a time, the caller's included. */
    public int threads() {
        return threads;
    }

    /** Has {@code work} done once, by another thread or by the first that {@linkplain Task#await awaits} it. */
    public Task submit(Runnable work) {
        Task task = new Task(work);
        if (threads > 1) {
            try {
                others.execute(task);
            } catch (RejectedExecutionException | OutOfMemoryError e) {
                // They are gone or have enough to do, or the process has no thread left: whoever awaits it does it.
                return task;
            }
        }
        return task;
    }

    /** Work that was handed over. What it wrote is visible to who has waited for it. Thread-safe. */
    public static final class Task implements Runnable {
        /** Null when it is done, for the others may come upon it much later. */
        private Runnable work;

        private final AtomicBoolean begun = new AtomicBoolean();
        private final CountDownLatch over = new CountDownLatch(1);
        private Throwable failure;

        private Task(Runnable work) {
            this.work = work;
        }

        /** Does the work, unless somebody has begun it. */
        @Override
        public void run() {
            if (begun.compareAndSet(false, true)) {
                try {
                    work.run();
                } catch (Throwable e) {
                    failure = e;
                } finally {
                    work = null;
                    over.countDown();
                }
            }
        }

        public boolean isBegun() {
            return begun.get();
        }

        public boolean isOver() {
            return over.getCount() == 0;
        }

        /**
         * Returns when the work is done; does it, if nobody has begun. An interrupt does not cut that short, and stays set. Throws what the
         * work threw.
         */
        public void await() {
            run();
            awaitOver();
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
        }

        /** Returns when the work does not run any more: it has ended, or it will not begin. */
        public void end() {
            if (begun.compareAndSet(false, true)) {
                work = null;
                over.countDown();
            } else {
                awaitOver();
            }
        }

        private void awaitOver() {
            boolean interrupted = false;
            while (true) {
                try {
                    over.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

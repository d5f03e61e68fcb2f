package io.penstock;

import java.util.concurrent.atomic.AtomicReference;

/** Holds a writer or reader to one thread at a time: not always the same one, but never two at once. Thread-safe. */
final class Occupancy {
    private final String what;
    private final AtomicReference<Thread> occupant = new AtomicReference<>();

    /** @param what names what is held, for messages */
    Occupancy(String what) {
        this.what = what;
    }

    /** @throws IllegalStateException if another thread is within, or this one is already */
    void enter() {
        Thread thread = Thread.currentThread();
        Thread other = occupant.compareAndExchange(null, thread);
        if (other == thread) {
            throw new IllegalStateException(what + " is used from within one of its own calls");
        }
        if (other != null) {
            throw new IllegalStateException(what + " is used by two threads at once: '" + other.getName() + "' and '"
                    + thread.getName() + "'; a writer or reader belongs to one thread at a time");
        }
    }

    /** Whether this thread is within. */
    boolean isMine() {
        return occupant.get() == Thread.currentThread();
    }

    void exit() {
        // Not a full fence, which every row that is appended alone would wait for.
        occupant.setRelease(null);
    }

    /** Waits to enter; false if the other thread did not leave in time. */
    boolean enterWithin(long millis) {
        long deadline = System.nanoTime() + millis * 1_000_000;
        boolean interrupted = false;
        try {
            while (!occupant.compareAndSet(null, Thread.currentThread())) {
                if (System.nanoTime() - deadline > 0) {
                    return false;
                }
                try {
                    Thread.sleep(1);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

package io.penstock.buffer;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The direct memory that all writers, readers and stores of one engine share. Thread-safe.
 *
 * <p>Each user reserves its worst case when it opens. That is the only place that waits for memory: whoever holds a
 * reservation never waits for another, so there is no circle to deadlock in.
 */
public final class MemoryBudget {
    private final long totalBytes;
    private final Duration deadline;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition released = lock.newCondition();
    private long reservedBytes;
    private long peakBytes;

    /**
     * @param totalBytes the most that may be reserved at any time
     * @param deadline how long {@link #reserve} waits for others to release
     */
    public MemoryBudget(long totalBytes, Duration deadline) {
        if (totalBytes <= 0) {
            throw new IllegalArgumentException("a memory budget of " + totalBytes + " bytes");
        }
        this.totalBytes = totalBytes;
        this.deadline = deadline;
    }

    /**
     * Reserves {@code bytes}, waiting for others to release theirs; those who wait are served in the order they came.
     *
     * @param owner names the user in messages
     * @throws MemoryExhaustedException if the budget is smaller than that, the deadline passed or the thread was interrupted
     *     (its interrupt status stays set); the message has the numbers
     */
    public Reservation reserve(long bytes, String owner) throws MemoryExhaustedException {
        requireNotNegative(bytes);
        if (bytes > totalBytes) {
            throw new MemoryExhaustedException(
                    owner + " needs " + bytes + " bytes of direct memory, more than the whole budget of " + totalBytes
                            + " (penstock.memory.bytes)");
        }
        long nanos = deadline.toNanos();
        lock.lock();
        try {
            while (bytes > totalBytes - reservedBytes) {
                if (nanos <= 0) {
                    throw new MemoryExhaustedException(owner + " needs " + bytes + " bytes of direct memory; "
                            + reservedBytes + " of " + totalBytes
                            + " are reserved by others and none came free within " + deadline.toMillis()
                            + " ms (penstock.memory.bytes, penstock.memory.wait.millis)");
                }
                nanos = released.awaitNanos(nanos);
            }
            take(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MemoryExhaustedException(
                    owner + " was interrupted while it waited for " + bytes + " bytes of direct memory");
        } finally {
            lock.unlock();
        }
        return new Reservation(this, bytes);
    }

    /** A reservation of nothing yet, for a user that grows it piece by piece; never waits. */
    public Reservation reserveNothing() {
        return new Reservation(this, 0);
    }

    public long totalBytes() {
        return totalBytes;
    }

    public long reservedBytes() {
        lock.lock();
        try {
            return reservedBytes;
        } finally {
            lock.unlock();
        }
    }

    /** The most that was reserved at one time since the budget was made. */
    public long peakBytes() {
        lock.lock();
        try {
            return peakBytes;
        } finally {
            lock.unlock();
        }
    }

    boolean tryTake(long bytes) {
        requireNotNegative(bytes);
        lock.lock();
        try {
            if (bytes > totalBytes - reservedBytes) {
                return false;
            }
            take(bytes);
            return true;
        } finally {
            lock.unlock();
        }
    }

    void giveBack(long bytes) {
        lock.lock();
        try {
            reservedBytes -= bytes;
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void take(long bytes) {
        reservedBytes += bytes;
        peakBytes = Math.max(peakBytes, reservedBytes);
    }

    private static void requireNotNegative(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a reservation of " + bytes + " bytes");
        }
    }

    @Override
    public String toString() {
        return "MemoryBudget[" + reservedBytes() + " of " + totalBytes + " bytes reserved, deadline "
                + TimeUnit.NANOSECONDS.toMillis(deadline.toNanos()) + " ms]";
    }
}

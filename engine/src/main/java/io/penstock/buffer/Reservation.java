package io.penstock.buffer;

/** One user's share of a {@link MemoryBudget}, given back by {@link #close}. Thread-safe. */
public final class Reservation implements AutoCloseable {
    private final MemoryBudget budget;
    private long bytes;
    private boolean closed;

    Reservation(MemoryBudget budget, long bytes) {
        this.budget = budget;
        this.bytes = bytes;
    }

    public synchronized long bytes() {
        return bytes;
    }

    /** Adds to the reservation if the budget has room now; never waits. A closed reservation does not grow. */
    public synchronized boolean tryGrow(long more) {
        if (closed || !budget.tryTake(more)) {
            return false;
        }
        bytes += more;
        return true;
    }

    /** Gives part of the reservation back. */
    public synchronized void shrink(long less) {
        if (less < 0 || less > bytes) {
            throw new IllegalArgumentException("cannot give back " + less + " of " + bytes + " reserved bytes");
        }
        bytes -= less;
        budget.giveBack(less);
    }

    /** Gives everything back; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            budget.giveBack(bytes);
            bytes = 0;
        }
    }
}

package io.penstock.cli;

/**
 * Measures one run of the demo: the time and the allocation between {@link #start} and {@link #stop}, as often as these are called,
 * and the peaks of memory all along. One thread.
 */
final class Meter implements AutoCloseable {
    /** Enough to see whether the heap grows with the rows, and few beside the work. */
    private static final int COLLECTIONS = 8;

    private final MemoryPeaks peaks;
    private final long rowsPerCollection;
    private long nextCollection;
    private long nanos;
    private long allocatedBytes;
    private long begunNanos;
    private long begunBytes;

    /** @param expectedRows of the run; 0 for a run that only warms up, which is not worth a garbage collection */
    Meter(long expectedRows) {
        rowsPerCollection = expectedRows == 0 ? Long.MAX_VALUE : Math.max(1, expectedRows / COLLECTIONS);
        nextCollection = rowsPerCollection;
        if (expectedRows > 0) {
            // What the run before has left is not this one's.
            System.gc();
        }
        peaks = new MemoryPeaks();
    }

    void start() {
        begunBytes = MemoryPeaks.allocatedBytes();
        begunNanos = System.nanoTime();
    }

    void stop() {
        nanos += System.nanoTime() - begunNanos;
        allocatedBytes += MemoryPeaks.allocatedBytes() - begunBytes;
    }

    /** Says how far the run is, while it is stopped. */
    void at(long rows) {
        if (rows >= nextCollection) {
            peaks.collect();
            nextCollection += rowsPerCollection;
        }
    }

    /** Ends the run, while everything is still in memory. */
    Measurement measurement(String name, long rows, long bytes, long requests) {
        if (rowsPerCollection < Long.MAX_VALUE) {
            peaks.collect();
        }
        return new Measurement(
                name, rows, nanos, bytes, peaks.heapBytes(), peaks.directBytes(), allocatedBytes, requests);
    }

    @Override
    public void close() {
        peaks.close();
    }
}

package io.penstock.storage.memory;

import io.penstock.storage.memory.MemorySpace.Segment;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The bytes of one committed file, kept while its name or an open source holds them. Thread-safe. */
final class MemoryFile {
    private final MemorySpace space;
    private final Segment[] segments;
    private final long[] starts;
    private final long size;
    private final Instant modified;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** Takes over the holds that {@code segments} have on their blocks; the caller holds the file. */
    MemoryFile(MemorySpace space, List<Segment> segments, Instant modified) {
        this.space = space;
        this.segments = segments.toArray(new Segment[0]);
        this.starts = new long[this.segments.length];
        this.modified = modified;
        long start = 0;
        for (int i = 0; i < starts.length; i++) {
            starts[i] = start;
            start += this.segments[i].length();
        }
        this.size = start;
    }

    long size() {
        return size;
    }

    Instant modified() {
        return modified;
    }

    MemorySpace space() {
        return space;
    }

    /** Which segment has the byte at {@code offset}, which is less than the size. */
    int indexOf(long offset) {
        int low = 0;
        int high = starts.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts[middle] <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    Segment segment(int index) {
        return segments[index];
    }

    long start(int index) {
        return starts[index];
    }

    /** Only for one who knows that somebody holds the file meanwhile. */
    void hold() {
        holders.incrementAndGet();
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            for (Segment segment : segments) {
                space.release(segment.block());
            }
        }
    }
}

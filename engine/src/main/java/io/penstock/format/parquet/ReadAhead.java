package io.penstock.format.parquet;

import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Reads the bytes of a row group in the background while those of the one before are decoded, from inputs that have to be read. From
 * {@link #begin} to {@link #take} nobody else may use the input. Used by one thread.
 */
final class ReadAhead implements AutoCloseable {
    /** Row groups of more are read as they are decoded, a piece of each column at a time. */
    private static final long MOST_BYTES = 64 << 20;

    /** Reading so many bytes that nobody wants takes a remote store less time than another request. */
    private static final long GAP_BYTES = 256 << 10;

    private final Input input;
    private final BufferAllocator allocator;
    private Ranges taken;
    private Ranges coming;
    private Thread thread;
    private volatile Throwable failure;

    /** Where bytes of the input lie in memory. */
    private record Range(long from, long to, long position) {}

    private record Ranges(List<Range> ranges, Scratch memory) {}

    ReadAhead(Input input, BufferAllocator allocator) {
        this.input = input;
        this.allocator = allocator;
        this.taken = new Ranges(List.of(), new Scratch(allocator));
        this.coming = new Ranges(List.of(), new Scratch(allocator));
    }

    /**
     * Begins to read, if there is room: half of what the allocator has left at most.
     *
     * @return whether there is
     */
    boolean begin(List<Extent> extents) {
        List<Range> ranges = new ArrayList<>();
        long bytes = 0;
        List<Extent> sorted = new ArrayList<>(extents);
        sorted.sort(Comparator.comparingLong(Extent::from));
        for (Extent extent : sorted) {
            Range last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
            if (last != null && extent.from() - last.to() <= GAP_BYTES) {
                ranges.remove(last);
                bytes = last.position();
                ranges.add(new Range(last.from(), Math.max(last.to(), extent.to()), bytes));
            } else {
                ranges.add(new Range(extent.from(), extent.to(), bytes));
            }
            Range added = ranges.get(ranges.size() - 1);
            bytes += added.to() - added.from();
            if (bytes > MOST_BYTES) {
                return false;
            }
        }
        long more = bytes - coming.memory().capacity();
        if (more > 0 && more > allocator.getHeadroom() / 2) {
            return false;
        }
        coming = new Ranges(ranges, coming.memory());
        coming.memory().ensure(bytes);
        failure = null;
        thread = new Thread(this::read, "penstock-parquet-read-ahead");
        thread.setDaemon(true);
        thread.start();
        return true;
    }

    private void read() {
        try {
            for (Range range : coming.ranges()) {
                int length = (int) (range.to() - range.from());
                if (length > 0) {
                    input.read(range.from(), Memory.view(coming.memory().address() + range.position(), length));
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
    }

    /** Whether something was begun and not taken. */
    boolean isBusy() {
        return thread != null;
    }

    /** Waits for what was begun and makes it what {@link #at} finds; what was taken before is no longer there. */
    void take() throws IOException {
        join();
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure != null) {
            throw new IOException("reading ahead has failed", failure);
        }
        Ranges done = coming;
        coming = new Ranges(List.of(), taken.memory());
        taken = done;
    }

    /** Nothing may free memory that is still read into, so it waits whatever happens. */
    private void join() {
        boolean interrupted = false;
        while (thread != null) {
            try {
                thread.join();
                thread = null;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The address of bytes that were taken, until the next {@link #take}; 0 if they were not. */
    long at(Extent extent) {
        for (Range range : taken.ranges()) {
            if (extent.from() >= range.from() && extent.to() <= range.to()) {
                return taken.memory().address() + range.position() + (extent.from() - range.from());
            }
        }
        return 0;
    }

    @Override
    public void close() {
        join();
        taken.memory().close();
        coming.memory().close();
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Reads bytes of a row group in the background while those of the one before are decoded, from inputs that have to be read. From {@link
 * #begin} to {@link #take} nobody else may use the input. Used by one thread.
 */
final class ReadAhead implements AutoCloseable {
    private final Input input;
    private final long mostBytes;
    private Ranges taken;
    private Ranges coming;
    private Thread thread;
    private volatile Throwable failure;

    /** Where bytes of the input lie in memory. */
    private record Range(long from, long to, long position) {}

    /** In their order in the input. */
    private record Ranges(List<Range> ranges, Scratch memory) {
        Ranges(BufferAllocator allocator) {
            this(List.of(), new Scratch(allocator));
        }

        /** The address of bytes; 0 if they are not all there. */
        long at(Extent extent) {
            int low = 0;
            int high = ranges.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (ranges.get(middle).to() < extent.to()) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            if (low == ranges.size() || ranges.get(low).from() > extent.from()) {
                return 0;
            }
            Range range = ranges.get(low);
            return memory.address() + range.position() + (extent.from() - range.from());
        }
    }

    /** @param mostBytes that it may have of the allocator's memory */
    ReadAhead(Input input, BufferAllocator allocator, long mostBytes) {
        this.input = input;
        // It is one region of memory.
        this.mostBytes = Math.min(mostBytes, Integer.MAX_VALUE - (1 << 20));
        this.taken = new Ranges(allocator);
        this.coming = new Ranges(allocator);
    }

    /**
     * Begins to read, if there is room.
     *
     * @return whether there is
     */
    boolean begin(List<Extent> extents) {
        List<Range> ranges = ranges(extents);
        long bytes = 0;
        for (Range range : ranges) {
            bytes += range.to() - range.from();
        }
        if (Math.max(bytes, coming.memory().capacity()) + taken.memory().capacity() > mostBytes) {
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

    /** Extents that overlap or follow each other are one. */
    private static List<Range> ranges(List<Extent> extents) {
        List<Extent> sorted = new ArrayList<>(extents);
        sorted.sort(Comparator.comparingLong(Extent::from));
        List<Range> ranges = new ArrayList<>();
        long position = 0;
        for (Extent extent : sorted) {
            Range last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
            Range added = new Range(extent.from(), extent.to(), position);
            if (last != null && extent.from() <= last.to()) {
                ranges.remove(last);
                added = new Range(last.from(), Math.max(last.to(), extent.to()), last.position());
            }
            ranges.add(added);
            position = added.position() + (added.to() - added.from());
        }
        return ranges;
    }

    private void read() {
        try {
            List<Input.Range> asked = new ArrayList<>();
            for (Range range : coming.ranges()) {
                int length = Math.toIntExact(range.to() - range.from());
                if (length > 0) {
                    asked.add(new Input.Range(
                            range.from(), Memory.view(coming.memory().address() + range.position(), length)));
                }
            }
            input.read(asked);
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

    /** Gives back the memory of what was taken. */
    void forget() {
        taken.memory().close();
        taken = new Ranges(List.of(), taken.memory());
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
        return taken.at(extent);
    }

    @Override
    public void close() {
        join();
        taken.memory().close();
        coming.memory().close();
    }
}

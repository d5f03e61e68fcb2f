package io.penstock.bench;

import io.penstock.Penstock;
import io.penstock.Settings;
import io.penstock.TableFormat;
import io.penstock.TableSpec;
import io.penstock.TableWriter;
import io.penstock.buffer.ArrowMemory;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Inserts some rows into a table once, from an iterator, and prints what memory that took: a JVM of {@link CopyEverythingMemory}. Not
 * printed by one that has too little heap.
 *
 * @param written the bytes of the table
 * @param heap at its peak, with garbage that was not collected
 * @param direct of buffers and of Arrow, at its peak
 * @param resident the process, at its peak
 */
public record CopyEverythingRun(long written, long heap, long direct, long resident) {
    /** Of which every number of rows is made, by repeating them: few, so that the heap is not theirs. */
    private static final int DISTINCT_ROWS = 10_000;

    private static final String RESULT = "bytes written, heap, direct, resident: ";
    private static final Path STATUS = Path.of("/proc/self/status");

    /** How the run is named in results. */
    static final String STREAMING = "streaming";

    static final String COPYING = "copy everything";

    /** What a run has printed in {@code line}, if it is that. */
    static Optional<CopyEverythingRun> of(String line) {
        if (!line.startsWith(RESULT)) {
            return Optional.empty();
        }
        String[] numbers = line.substring(RESULT.length()).split(" ");
        return Optional.of(new CopyEverythingRun(
                Long.parseLong(numbers[0]),
                Long.parseLong(numbers[1]),
                Long.parseLong(numbers[2]),
                Long.parseLong(numbers[3])));
    }

    /** @param arguments the path, the format, the store, rows, and bytes of the engine's memory */
    public static void main(String[] arguments) throws IOException {
        TableFormat format = TableFormat.valueOf(arguments[1]);
        long rows = Long.parseLong(arguments[3]);
        Object[][] distinct =
                format == TableFormat.PARQUET ? DecimalLineItems.rows(DISTINCT_ROWS) : LineItems.rows(DISTINCT_ROWS);
        Settings settings = Settings.defaults().with("penstock.memory.bytes", arguments[4]);
        try (TableStores stores = TableStores.open(arguments[2], settings, false);
                DirectPeak direct = new DirectPeak()) {
            CopyEverythingRun run = arguments[0].equals(COPYING)
                    ? copy(format, stores, distinct, rows, direct)
                    : stream(format, stores, distinct, rows, direct);
            System.out.println(RESULT + run.written + " " + run.heap + " " + run.direct + " " + run.resident);
        }
    }

    private static CopyEverythingRun stream(
            TableFormat format, TableStores stores, Object[][] distinct, long rows, DirectPeak direct)
            throws IOException {
        Penstock penstock = stores.penstock();
        penstock.prepareTableEnvironment(
                "tpch", "lineitem", TableSpec.of(TableInput.schema(format)).format(format));
        long written;
        try (TableWriter writer = penstock.openTableForWrite("tpch", "lineitem")) {
            writer.append(new Cycle(distinct, rows));
            written = writer.commit().bytes();
        }
        CopyEverythingRun run = measured(written, direct, penstock.allocator());
        penstock.removeTableEnvironment("tpch", "lineitem");
        return run;
    }

    private static CopyEverythingRun copy(
            TableFormat format, TableStores stores, Object[][] distinct, long rows, DirectPeak direct)
            throws IOException {
        try (BufferAllocator allocator = ArrowMemory.newRoot();
                CopiedTable table = new CopiedTable(format, stores.copied(), allocator)) {
            Object[][] all = new Object[Math.toIntExact(rows)][];
            Cycle cycle = new Cycle(distinct, rows);
            for (int i = 0; i < all.length; i++) {
                all[i] = cycle.next();
            }
            return measured(table.insert(all), direct, allocator);
        }
    }

    private static CopyEverythingRun measured(long written, DirectPeak direct, BufferAllocator allocator)
            throws IOException {
        long heap = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                heap += pool.getPeakUsage().getUsed();
            }
        }
        return new CopyEverythingRun(
                written, heap, direct.bytes() + allocator.getPeakMemoryAllocation(), residentPeak());
    }

    /** 0 where the system does not tell. */
    private static long residentPeak() throws IOException {
        if (Files.exists(STATUS)) {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
        }
        return 0;
    }

    /** The same rows again and again. */
    private static final class Cycle implements Iterator<Object[]> {
        private final Object[][] distinct;
        private final long rows;
        private long next;

        Cycle(Object[][] distinct, long rows) {
            this.distinct = distinct;
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            return next < rows;
        }

        @Override
        public Object[] next() {
            if (next == rows) {
                throw new NoSuchElementException();
            }
            return distinct[(int) (next++ % distinct.length)];
        }
    }

    /** Looks at the JVM's direct buffers a few hundred times a second, for it keeps no peak of them. */
    private static final class DirectPeak implements AutoCloseable {
        private final BufferPoolMXBean pool = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(each -> each.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        private final Thread thread = new Thread(this::look, "direct-peak");
        private volatile long peak;

        DirectPeak() {
            thread.setDaemon(true);
            thread.start();
        }

        private void look() {
            try {
                while (true) {
                    peak = Math.max(peak, pool.getMemoryUsed());
                    Thread.sleep(3);
                }
            } catch (InterruptedException e) {
                return; // it was closed
            }
        }

        long bytes() {
            return Math.max(peak, pool.getMemoryUsed());
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }
}

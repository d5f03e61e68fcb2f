package io.penstock.bench;

import io.penstock.Penstock;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.crt.CRT;

/** The memory of this process, sampled and printed once a second by a thread of its own until it is told to end. */
final class MemorySamples {
    private static final Path STATUS = Path.of("/proc/self/status");

    /** The JVM compiles and loads a little for as long as it runs. */
    private static final long MOST_GROWTH_BYTES = 32L << 20;

    private final Penstock penstock;
    private final PrintStream out;
    private final List<Sample> samples = new ArrayList<>();
    private final long start = System.nanoTime();
    private final Sample before;
    private final Thread thread;
    private volatile long written;
    private volatile boolean ended;

    /** In bytes; {@code nativeBytes} are those of the S3 client. */
    private record Sample(
            double seconds,
            long written,
            long heap,
            long direct,
            long arrow,
            long nativeBytes,
            long reserved,
            long resident) {
        long held() {
            return direct + arrow + nativeBytes;
        }
    }

    /** Before the writer is opened. */
    MemorySamples(Penstock penstock, PrintStream out) throws IOException {
        this.penstock = penstock;
        this.out = out;
        this.before = sample();
        this.thread = new Thread(this::run, "memory-samples");
        thread.setDaemon(true);
        out.println(" second  GB written   MB/s  | MiB: heap  direct   Arrow  client |   held  reserved | resident");
        thread.start();
    }

    void written(long bytes) {
        written = bytes;
    }

    private void run() {
        long writtenBefore = 0;
        while (!ended) {
            try {
                Thread.sleep(1_000);
                Sample sample = sample();
                samples.add(sample);
                out.printf(
                        "%7.0f %11.2f %6.0f  |  %8.1f %7.1f %7.1f %7.1f | %6.1f %9.1f | %8.1f%n",
                        sample.seconds,
                        sample.written / 1e9,
                        (sample.written - writtenBefore) / 1e6,
                        mebibytes(sample.heap),
                        mebibytes(sample.direct),
                        mebibytes(sample.arrow),
                        mebibytes(sample.nativeBytes),
                        mebibytes(sample.held()),
                        mebibytes(sample.reserved),
                        mebibytes(sample.resident));
                writtenBefore = sample.written;
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private Sample sample() throws IOException {
        long direct = 0;
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            if (pool.getName().equals("direct")) {
                direct = pool.getMemoryUsed();
            }
        }
        return new Sample(
                (System.nanoTime() - start) / 1e9,
                written,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                direct,
                penstock.allocator().getAllocatedMemory(),
                CRT.nativeMemory(),
                penstock.memoryBudget().reservedBytes(),
                resident());
    }

    private static long resident() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        return 0;
    }

    private static double mebibytes(long bytes) {
        return bytes / (double) (1 << 20);
    }

    /** Ends the samples; what was sampled can be looked at then. */
    void end() throws InterruptedException {
        ended = true;
        thread.join();
    }

    /**
     * Prints what was the most, and how the process has grown.
     *
     * @throws IllegalStateException if more was held at a time than was reserved, beyond what there was before; or the process has grown
     */
    void requireBounded() {
        long most = 0;
        for (Sample sample : samples) {
            long over = sample.held() - sample.reserved - before.held();
            if (sample.reserved > 0 && over > 0) {
                throw new IllegalStateException(
                        "after " + sample.seconds + " s " + over + " bytes more are held than are reserved");
            }
            most = Math.max(most, sample.held());
        }
        int quarter = samples.size() / 4;
        long early = resident(quarter, 2 * quarter);
        long late = resident(3 * quarter, samples.size());
        out.printf(
                "held at most %.1f MiB; resident %.1f MiB in the second quarter, %.1f MiB in the last (medians)%n",
                mebibytes(most), mebibytes(early), mebibytes(late));
        if (late - early > MOST_GROWTH_BYTES) {
            throw new IllegalStateException("the process has grown");
        }
    }

    /** The median of some samples. */
    private long resident(int from, int to) {
        return samples.subList(from, to).stream()
                .map(Sample::resident)
                .sorted()
                .skip((to - from) / 2)
                .findFirst()
                .orElse(0L);
    }
}

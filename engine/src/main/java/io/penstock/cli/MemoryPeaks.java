package io.penstock.cli;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import com.sun.management.ThreadMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The most memory that was needed between its making and {@link #close}.
 *
 * <p>Heap counts by what is still used right after a garbage collection: what is used in between depends on how lazily this JVM
 * collects, and not on the work. Direct memory counts by what the JVM has allocated, sampled every few milliseconds.
 */
final class MemoryPeaks implements AutoCloseable {
    private static final long SAMPLE_MILLIS = 2;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final List<GarbageCollectorMXBean> COLLECTORS =
            ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
    private static final Set<String> HEAP_POOLS = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toSet());
    private static final BufferPoolMXBean DIRECT = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();

    private final long begunMillis = ManagementFactory.getRuntimeMXBean().getUptime();
    private final Thread sampler = new Thread(this::sampleUntilClosed, "penstock-memory");
    private volatile boolean closed;
    private long heapBytes;
    private long directBytes;

    MemoryPeaks() {
        sample();
        sampler.setDaemon(true);
        sampler.start();
    }

    /** Bytes that the calling thread has allocated on the heap since it began. */
    static long allocatedBytes() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** Collects garbage, so that this moment counts. Slow with a full heap; not for a timed section. */
    void collect() {
        System.gc();
        sample();
        record(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }

    synchronized long heapBytes() {
        return heapBytes;
    }

    synchronized long directBytes() {
        return directBytes;
    }

    private synchronized void record(long usedHeap) {
        heapBytes = Math.max(heapBytes, usedHeap);
    }

    private synchronized void sample() {
        directBytes = Math.max(directBytes, DIRECT.getMemoryUsed());
        for (GarbageCollectorMXBean collector : COLLECTORS) {
            GcInfo last = collector.getLastGcInfo();
            if (last != null && last.getStartTime() >= begunMillis) {
                long used = 0;
                for (Map.Entry<String, MemoryUsage> pool :
                        last.getMemoryUsageAfterGc().entrySet()) {
                    used += HEAP_POOLS.contains(pool.getKey()) ? pool.getValue().getUsed() : 0;
                }
                heapBytes = Math.max(heapBytes, used);
            }
        }
    }

    private void sampleUntilClosed() {
        while (!closed) {
            try {
                Thread.sleep(SAMPLE_MILLIS);
                sample();
            } catch (InterruptedException e) {
                return;
            } catch (OutOfMemoryError e) {
                // Another thread has filled the heap, which is what is being measured: go on.
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        sampler.interrupt();
    }
}

package io.penstock.bench;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.MemoryBudget;
import io.penstock.buffer.PooledBuffer;
import io.penstock.buffer.Reservation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What do the pool and the budget that all writers share cost, when two threads want them at the same time?
 *
 * <p>An operation takes a buffer of 256 KiB, writes one byte into it, and gives it back; {@code queuedBuffers} is the pool that one would write with a
 * concurrent queue, {@code allocatedBuffers} has the JVM make and zero each buffer. {@code penstockBudget} reserves a megabyte and gives it back. A writer
 * takes a buffer for each 256 KiB of its files, some 50,000 ns of work, and a reservation once. Nothing is compared: there is no output. Run it with
 * {@code scripts/bench contention}; {@code -- -t 1} is without contention.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms256m", "-Xmx256m", "-XX:MaxDirectMemorySize=512m"})
@Threads(2)
@State(Scope.Benchmark)
public class ContentionBenchmark {
    private static final int BUFFER_BYTES = 256 << 10;

    private BufferPool pool;
    private MemoryBudget budget;
    private ConcurrentLinkedQueue<ByteBuffer> queue;

    @Setup
    public void prepare() {
        pool = new BufferPool(BUFFER_BYTES, 64, false);
        budget = new MemoryBudget(1L << 30, Duration.ofSeconds(1));
        queue = new ConcurrentLinkedQueue<>();
    }

    @TearDown
    public void close() {
        pool.close();
    }

    @Benchmark
    public int penstockPool() {
        PooledBuffer buffer = pool.acquire().length(1);
        buffer.bytes().put(0, (byte) 1);
        buffer.release();
        return buffer.capacity();
    }

    @Benchmark
    public long penstockBudget() throws IOException {
        try (Reservation reserved = budget.reserve(1 << 20, "benchmark")) {
            return reserved.bytes();
        }
    }

    @Benchmark
    public int queuedBuffers() {
        ByteBuffer idle = queue.poll();
        ByteBuffer buffer = idle == null ? ByteBuffer.allocateDirect(BUFFER_BYTES) : idle;
        buffer.put(0, (byte) 1);
        queue.add(buffer);
        return buffer.capacity();
    }

    @Benchmark
    public int allocatedBuffers() {
        return ByteBuffer.allocateDirect(BUFFER_BYTES).put(0, (byte) 1).capacity();
    }
}

package io.penstock.bench;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.PooledBuffer;
import io.penstock.storage.BlockChecksums;
import io.penstock.storage.RunningChecksums;
import io.penstock.storage.Sink;
import io.penstock.storage.file.LocalFileSystem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a sink cost by the size of its buffers, and how much of that is the checksum?
 *
 * <p>Each invocation writes 256 MiB from pooled direct buffers into a new file on {@code /dev/shm} where there is one, without asking for durability, and
 * removes it. {@code penstock} is the sink, opened, written and committed: checksums, buffers that change hands, a file that appears under its
 * name. {@code penstockChecksums} is what it keeps of checksums alone, {@code limitChecksum} the JDK's CRC32C of each buffer. {@code limitWrite} writes
 * the same buffers to a channel. The score is bytes a microsecond, that is MB/s.
 *
 * <p>Before a fork measures, the sink's file is read back, and its checksum is held against the JDK's. Run it with {@code scripts/bench sink}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(SinkWriteBenchmark.BYTES)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms256m", "-Xmx256m"})
@State(Scope.Thread)
public class SinkWriteBenchmark {
    static final int BYTES = 256 << 20;

    @Param({"16384", "65536", "262144", "1048576", "4194304"})
    public int bufferBytes;

    private final long bytes = (long) Integer.getInteger("bench.mebibytes", BYTES >> 20) << 20;
    private Path directory;
    private LocalFileSystem store;
    private BufferPool pool;
    private ByteBuffer full;

    @Setup
    public void prepare() throws IOException {
        directory = Files.createTempDirectory(Device.File.directory(), "penstock-bench-");
        store = new LocalFileSystem(directory, false);
        pool = new BufferPool(bufferBytes, 64, false);
        full = ByteBuffer.allocateDirect(bufferBytes);
        SyntheticBytes.fill(0, full.duplicate());
        CRC32C expected = new CRC32C();
        Path file = directory.resolve("sink");
        int crc = write();
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer read = ByteBuffer.allocate(bufferBytes);
            for (long left = bytes; left > 0; left -= bufferBytes) {
                while (read.hasRemaining() && channel.read(read) >= 0) {
                    continue;
                }
                if (!read.flip().equals(full.duplicate())) {
                    throw new IllegalStateException("the file differs " + left + " bytes before its end");
                }
                expected.update(read);
                read.clear();
            }
            if (channel.size() != bytes || crc != (int) expected.getValue()) {
                throw new IllegalStateException(channel.size() + " bytes with another checksum");
            }
        }
        System.out.printf("buffers of %,d: same %,d bytes%n", bufferBytes, bytes);
        store.remove("sink");
    }

    @TearDown
    public void close() throws IOException {
        pool.close();
        store.close();
        Files.delete(directory);
    }

    private PooledBuffer next() {
        return pool.acquire().length(bufferBytes);
    }

    /** Returns the CRC32C of the file. */
    private int write() throws IOException {
        try (Sink sink = store.openForWrite("sink")) {
            for (long left = bytes; left > 0; left -= bufferBytes) {
                PooledBuffer buffer = next();
                buffer.bytes().put(full.duplicate());
                sink.write(buffer);
            }
            sink.commit();
            return sink.checksums().whole();
        }
    }

    @Benchmark
    public long penstock() throws IOException {
        try (Sink sink = store.openForWrite("sink")) {
            for (long left = bytes; left > 0; left -= bufferBytes) {
                sink.write(next());
            }
            sink.commit();
        }
        store.remove("sink");
        return bytes;
    }

    @Benchmark
    public BlockChecksums penstockChecksums() {
        RunningChecksums checksums = new RunningChecksums();
        for (long left = bytes; left > 0; left -= bufferBytes) {
            checksums.add(full);
        }
        return checksums.checksums();
    }

    @Benchmark
    public long limitChecksum() {
        CRC32C checksum = new CRC32C();
        for (long left = bytes; left > 0; left -= bufferBytes) {
            checksum.update(full.clear());
        }
        return checksum.getValue();
    }

    @Benchmark
    public long limitWrite() throws IOException {
        Path file = directory.resolve("raw");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            for (long left = bytes; left > 0; left -= bufferBytes) {
                PooledBuffer buffer = next();
                ByteBuffer content = buffer.bytes();
                while (content.hasRemaining()) {
                    channel.write(content);
                }
                buffer.release();
            }
        }
        Files.delete(file);
        return bytes;
    }
}

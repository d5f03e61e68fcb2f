package io.penstock.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * How fast is an object on S3 read from end to end, beside the SDK's own ways?
 *
 * <p>Each invocation reads an object of 256 MiB from a {@link DiscardingServer}, a process of its own whose costs are not counted, on loopback
 * without TLS, and looks at one byte of every run it gets. The score is bytes a microsecond, that is MB/s; processor time and heap are for
 * each byte.
 *
 * <p>{@code penstock} reads its store's source into a direct buffer of 256 KiB, over and over; the streams are read into an array of that size.
 * {@code crtStream} and {@code crtBytes} are the SDK's asynchronous client on the CRT, which asks for ranges of 8 MiB, two at a time;
 * {@code apache5Stream} and {@code urlConnectionStream} one request of the synchronous client.
 *
 * <p>Before a fork measures, its contender reads another object, whose bytes are compared, and their number printed. Run it with {@code
 * scripts/bench s3-read}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(S3ReadBenchmark.BYTES)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g"})
@State(Scope.Thread)
public class S3ReadBenchmark {
    static final int BYTES = 256 << 20;
    private static final long CHECKED_BYTES = (20 << 20) + 12_345;

    private final long bytes = (long) Integer.getInteger("bench.mebibytes", BYTES >> 20) << 20;
    private ReadyBuffers ready;
    private DiscardingProcess server;
    private ObjectDownload download;
    private long seen;

    @Setup
    public void prepare(BenchmarkParams benchmark) throws IOException, InterruptedException {
        ready = new ReadyBuffers();
        server = DiscardingProcess.start();
        S3Endpoint endpoint = new S3Endpoint(server.endpoint());
        try (ObjectUpload upload = new AsyncPartUpload(endpoint.crt())) {
            upload.put("checked", ready, CHECKED_BYTES);
            upload.put("object", ready, bytes);
        }
        String name =
                benchmark.getBenchmark().substring(benchmark.getBenchmark().lastIndexOf('.') + 1);
        download = contender(name, endpoint);
        requireSameBytes(name);
    }

    private ObjectDownload contender(String name, S3Endpoint endpoint) throws IOException {
        return switch (name) {
            case "penstock" -> new PenstockDownload(S3Store.open(endpoint, ready.pool()));
            case "crtStream" -> new AsyncDownload(endpoint.crt(), false);
            case "crtBytes" -> new AsyncDownload(endpoint.crt(), true);
            case "apache5Stream" -> new SyncDownload(endpoint.sync(Apache5HttpClient.builder()));
            case "urlConnectionStream" -> new SyncDownload(endpoint.sync(UrlConnectionHttpClient.builder()));
            default -> throw new IllegalArgumentException("contender '" + name + "' has no check");
        };
    }

    private void requireSameBytes(String name) throws IOException {
        seen = 0;
        download.get("checked", run -> {
            while (run.hasRemaining()) {
                if (run.get() != SyntheticBytes.at(seen)) {
                    throw new IllegalStateException(name + ": byte " + seen + " differs");
                }
                seen++;
            }
        });
        if (seen != CHECKED_BYTES) {
            throw new IllegalStateException(name + " read " + seen + " bytes of " + CHECKED_BYTES);
        }
        System.out.printf("%s: same %,d bytes%n", name, seen);
    }

    @TearDown
    public void close() throws IOException {
        download.close();
        server.close();
        ready.close();
    }

    private long get() throws IOException {
        seen = 0;
        download.get("object", this::look);
        if (seen != bytes) {
            throw new IllegalStateException(seen + " bytes were read of " + bytes);
        }
        return seen;
    }

    private void look(ByteBuffer run) {
        if (run.get(run.position()) != SyntheticBytes.at(seen)) {
            throw new IllegalStateException("byte " + seen + " differs");
        }
        seen += run.remaining();
    }

    @Benchmark
    public long penstock() throws IOException {
        return get();
    }

    @Benchmark
    public long crtStream() throws IOException {
        return get();
    }

    @Benchmark
    public long crtBytes() throws IOException {
        return get();
    }

    @Benchmark
    public long apache5Stream() throws IOException {
        return get();
    }

    @Benchmark
    public long urlConnectionStream() throws IOException {
        return get();
    }
}

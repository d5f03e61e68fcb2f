package io.penstock.bench;

import java.io.IOException;
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
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * How fast do ready buffers become an object on S3, beside the SDK's own ways?
 *
 * <p>Each invocation makes an object of 512 MiB from pooled direct buffers of 256 KiB, in parts of 8 MiB of which two are on their way, and
 * deletes nothing: the server is a {@link DiscardingServer}, a process of its own whose costs are not counted, on loopback without TLS.
 * The score is bytes a microsecond, that is MB/s; processor time and heap are for each byte.
 *
 * <p>Everybody sends a CRC32C with every part, and pays for creating and completing the upload. {@code penstock} is the store's sink,
 * opened and committed. {@code transferManager} is given a blocking stream on the CRT, {@code crtUploadPart} and {@code nettyUploadPart} the
 * buffers themselves as the body of each part. {@code apache5} and {@code urlConnection} are the synchronous client, which signs what it sends
 * over plain HTTP with SHA-256; {@code apache5Unsigned} does not, as over TLS, and is given the CRC32C.
 *
 * <p>Before a fork measures, its contender's object on an s3proxy that keeps and checks is read back and compared, and its size printed;
 * that of {@code transferManager} on a {@link DiscardingServer} that keeps for once, since s3proxy takes no upload of the CRT's own making. Run
 * it with {@code scripts/bench s3-upload}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@OperationsPerInvocation(S3UploadBenchmark.BYTES)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms512m", "-Xmx512m"})
@State(Scope.Thread)
public class S3UploadBenchmark {
    static final int BYTES = 512 << 20;

    private final long bytes = (long) Integer.getInteger("bench.mebibytes", BYTES >> 20) << 20;
    private ReadyBuffers ready;
    private DiscardingProcess server;
    private ObjectUpload upload;

    @Setup
    public void prepare(BenchmarkParams benchmark) throws IOException, InterruptedException {
        ready = new ReadyBuffers();
        String name =
                benchmark.getBenchmark().substring(benchmark.getBenchmark().lastIndexOf('.') + 1);
        try (S3Check check = name.equals("transferManager")
                        ? S3Check.keeping()
                        : S3Check.s3proxy(!name.equals("apache5Unsigned"));
                ObjectUpload checked = contender(name, check.endpoint())) {
            System.out.printf("%s: same %,d bytes%n", name, check.requireSameBytes(name, checked, ready));
        }
        server = DiscardingProcess.start();
        upload = contender(name, new S3Endpoint(server.endpoint()));
    }

    private ObjectUpload contender(String name, S3Endpoint endpoint) throws IOException {
        return switch (name) {
            case "penstock" -> new PenstockUpload(S3Store.open(endpoint, ready.pool()));
            case "transferManager" -> new TransferManagerUpload(endpoint.crt());
            case "crtUploadPart" -> new AsyncPartUpload(endpoint.crt());
            case "nettyUploadPart" -> new AsyncPartUpload(endpoint.async(NettyNioAsyncHttpClient.builder()));
            case "apache5" -> new SyncPartUpload(endpoint.sync(Apache5HttpClient.builder()), false);
            case "apache5Unsigned" ->
                new SyncPartUpload(
                        endpoint.sync(Apache5HttpClient.builder(), AnonymousCredentialsProvider.create()), true);
            case "urlConnection" -> new SyncPartUpload(endpoint.sync(UrlConnectionHttpClient.builder()), false);
            default -> throw new IllegalArgumentException("contender '" + name + "' has no check");
        };
    }

    @TearDown
    public void close() throws IOException {
        upload.close();
        server.close();
        ready.close();
    }

    private long put() throws IOException, InterruptedException {
        upload.put("object", ready, bytes);
        return bytes;
    }

    @Benchmark
    public long penstock() throws IOException, InterruptedException {
        return put();
    }

    @Benchmark
    public long transferManager() throws IOException, InterruptedException {
        return put();
    }

    @Benchmark
    public long crtUploadPart() throws IOException, InterruptedException {
        return put();
    }

    @Benchmark
    public long nettyUploadPart() throws IOException, InterruptedException {
        return put();
    }

    @Benchmark
    public long apache5() throws IOException, InterruptedException {
        return put();
    }

    @Benchmark
    public long apache5Unsigned() throws IOException, InterruptedException {
        return put();
    }

    @Benchmark
    public long urlConnection() throws IOException, InterruptedException {
        return put();
    }
}

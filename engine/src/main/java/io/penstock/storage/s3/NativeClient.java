package io.penstock.storage.s3;

import io.penstock.buffer.Memory;
import java.io.Closeable;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig;
import software.amazon.awssdk.crt.http.HttpMonitoringOptions;
import software.amazon.awssdk.crt.http.HttpRequest;
import software.amazon.awssdk.crt.io.ClientBootstrap;
import software.amazon.awssdk.crt.io.EventLoopGroup;
import software.amazon.awssdk.crt.io.ExponentialBackoffRetryOptions;
import software.amazon.awssdk.crt.io.HostResolver;
import software.amazon.awssdk.crt.io.StandardRetryOptions;
import software.amazon.awssdk.crt.io.TlsContext;
import software.amazon.awssdk.crt.io.TlsContextOptions;
import software.amazon.awssdk.crt.s3.S3Client;
import software.amazon.awssdk.crt.s3.S3ClientOptions;
import software.amazon.awssdk.crt.s3.S3DirectBufferPoolOptions;
import software.amazon.awssdk.crt.s3.S3MetaRequest;
import software.amazon.awssdk.crt.s3.S3MetaRequestOptions;
import software.amazon.awssdk.crt.s3.S3MetaRequestOptions.MetaRequestType;
import software.amazon.awssdk.crt.s3.S3MetaRequestResponseHandler;

/**
 * The CRT's own S3 client, with limits: one for each thread that sends and receives. Replies come to the handler in direct memory of small
 * pools; where the JVM has none to spare, as arrays on the heap as long as the reply. Thread-safe.
 */
final class NativeClient implements Closeable {
    /** The least that the CRT takes. It counts only what is received into the pool, which is smaller. */
    static final long MEMORY_LIMIT_BYTES = 256L << 20;

    /** The CRT's connections and memory grow with it; up to 2 it opens at most 10 connections. */
    static final double TARGET_GBPS = 2;

    /** With so many ranges on their way at a time every connection but the last two has one. */
    private static final int POOLED_RANGES = 8;

    private static final long POOL_BYTES = 32 << 20;

    /** The rest of the JVM's direct memory is for the engine's own buffers, and for others. */
    private static final int POOL_FRACTION = 4;

    /** It takes milliseconds; should it ever hang, only memory is lost. */
    private static final long CLOSE_SECONDS = 10;

    /**
     * They are enough for a fast network, also by TLS. Each keeps what it has freed, up to two parts of 8 MiB (glibc's arenas and its growing
     * M_TRIM_THRESHOLD, mallopt(3)): with 16 of them, as the CRT has with 16 processors, an upload of 5 GB left 260 MiB more resident than with 2.
     */
    private static final int MOST_THREADS = 4;

    private final List<Lane> lanes = new ArrayList<>();
    private final TlsContext tls;
    private final long longestPooled;

    /**
     * A client with one thread. One with several takes the connection that was used last, and so two parts on their way may keep to connections of
     * the same thread for as long as the client lives. Two contenders of S3UploadBenchmark taking turns in one process, on two cores: 0.88 to 1.02 times
     * the rate of the transfer manager with one client of two threads, 1.06 to 1.27 times with two of one.
     *
     * @param underWay requests that have not ended
     */
    private record Lane(S3Client client, AtomicInteger underWay) {}

    /** @param isEncrypted whether the server is spoken to by TLS */
    NativeClient(S3Options options, String region, boolean isEncrypted) {
        tls = isEncrypted ? tls() : null;
        int threads = threads();
        long poolBytes = poolBytes(options.readBytes(), threads);
        longestPooled = poolBytes == 0 ? 0 : options.readBytes();
        try {
            for (int i = 0; i < threads; i++) {
                lanes.add(new Lane(client(options, region, poolBytes), new AtomicInteger()));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private S3Client client(S3Options options, String region, long poolBytes) {
        S3ClientOptions clientOptions = options(options, region);
        if (poolBytes > 0) {
            clientOptions
                    .withPartSize(longestPooled)
                    .withDirectBufferPoolOptions(S3DirectBufferPoolOptions.elastic(0, poolBytes));
        }
        try (EventLoopGroup thread = new EventLoopGroup(1);
                HostResolver resolver = new HostResolver(thread);
                ClientBootstrap bootstrap = new ClientBootstrap(thread, resolver)) {
            return new S3Client(clientOptions.withClientBootstrap(bootstrap).withTlsContext(tls));
        }
    }

    private static int threads() {
        return Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    }

    private static TlsContext tls() {
        try (TlsContextOptions options = TlsContextOptions.createDefaultClient()) {
            return new TlsContext(options);
        }
    }

    /** Of each pool: together as much as the JVM has to spare; 0 if that is not a single range for each. */
    private static long poolBytes(long rangeBytes, int pools) {
        long most = Math.min(Math.max(POOL_BYTES, POOLED_RANGES * rangeBytes), Memory.maxDirectBytes() / POOL_FRACTION);
        return Math.min(most, MEMORY_LIMIT_BYTES) / pools / rangeBytes * rangeBytes;
    }

    private static S3ClientOptions options(S3Options options, String region) {
        // Of a connection that moves nothing for so long the request is given up.
        HttpMonitoringOptions monitoring = new HttpMonitoringOptions();
        monitoring.setMinThroughputBytesPerSecond(1);
        monitoring.setAllowableThroughputFailureIntervalSeconds(seconds(options.timeout()));
        // Retries are ours, because they end at once when a transfer is cancelled. The CRT cannot be kept from one of
        // its own, made without a pause: it serves connections that the server closed while they were idle.
        StandardRetryOptions retries = new StandardRetryOptions()
                .withInitialBucketCapacity(1)
                .withBackoffRetryOptions(
                        new ExponentialBackoffRetryOptions().withMaxRetries(1).withBackoffScaleFactorMS(1));
        return new S3ClientOptions()
                .withRegion(region)
                .withThroughputTargetGbps(TARGET_GBPS)
                .withMemoryLimitInBytes(MEMORY_LIMIT_BYTES)
                .withConnectTimeoutMs(Math.toIntExact(
                        S3Connection.connectTimeout(options.timeout()).toMillis()))
                .withHttpMonitoringOptions(monitoring)
                .withStandardRetryOptions(retries);
    }

    /** Rounded up: the CRT counts in seconds, from 2. */
    static int seconds(Duration timeout) {
        return Math.toIntExact(Math.max(2, timeout.plusMillis(999).toSeconds()));
    }

    /**
     * Sends {@code request} as one HTTP request.
     *
     * @param operation its name in S3
     * @param rangeBytes the length of the range that it asks for; -1 if it does not, or not for one with a beginning and an end
     * @param server scheme, host and port
     * @param signing null if it is not signed
     */
    S3MetaRequest send(
            String operation,
            HttpRequest request,
            long rangeBytes,
            URI server,
            AwsSigningConfig signing,
            S3MetaRequestResponseHandler handler) {
        S3MetaRequestOptions options = new S3MetaRequestOptions()
                .withHttpRequest(request)
                .withEndpoint(server)
                .withSigningConfig(signing)
                .withResponseHandler(handler);
        if (rangeBytes > 0 && rangeBytes <= longestPooled) {
            // It goes straight into the pool, where the other kind gathers it in memory that grows by doubling, for
            // twice the CPU seconds per GiB (1.2 and 0.5, of 4 MiB each). Being no longer than a part it is not split.
            options.withMetaRequestType(MetaRequestType.GET_OBJECT);
        } else {
            options.withMetaRequestType(MetaRequestType.DEFAULT).withOperationName(operation);
        }
        Lane lane = freest();
        lane.underWay.incrementAndGet();
        S3MetaRequest sent;
        try {
            sent = lane.client.makeMetaRequest(options);
        } catch (RuntimeException | Error e) {
            lane.underWay.decrementAndGet();
            throw e;
        }
        var unused = sent.getShutdownCompleteFuture().thenRun(lane.underWay::decrementAndGet);
        return sent;
    }

    private Lane freest() {
        Lane freest = lanes.get(0);
        for (Lane lane : lanes) {
            if (lane.underWay.get() < freest.underWay.get()) {
                freest = lane;
            }
        }
        return freest;
    }

    /** Frees what it has; no request is on its way any more. */
    @Override
    public void close() {
        lanes.forEach(lane -> lane.client.close());
        if (tls != null) {
            tls.close();
        }
        for (Lane lane : lanes) {
            lane.client
                    .getShutdownCompleteFuture()
                    .completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
    }
}

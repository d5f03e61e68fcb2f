package io.penstock.storage.s3;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.crt.auth.signing.AwsSigningConfig;
import software.amazon.awssdk.crt.http.HttpHeader;
import software.amazon.awssdk.crt.http.HttpMonitoringOptions;
import software.amazon.awssdk.crt.http.HttpRequest;
import software.amazon.awssdk.crt.io.ClientBootstrap;
import software.amazon.awssdk.crt.io.ExponentialBackoffRetryOptions;
import software.amazon.awssdk.crt.io.StandardRetryOptions;
import software.amazon.awssdk.crt.io.TlsContext;
import software.amazon.awssdk.crt.io.TlsContextOptions;
import software.amazon.awssdk.crt.s3.S3Client;
import software.amazon.awssdk.crt.s3.S3ClientOptions;
import software.amazon.awssdk.crt.s3.S3MetaRequest;
import software.amazon.awssdk.crt.s3.S3MetaRequestOptions;
import software.amazon.awssdk.crt.s3.S3MetaRequestResponseHandler;

/**
 * Sends and receives objects' bytes by the CRT's own S3 client, one HTTP request each. A request that fails for a reason that may pass is
 * repeated, with pauses, as often as the options say. Thread-safe.
 */
final class S3Wire implements Closeable {
    /** The least that the CRT takes. It counts only what the CRT splits by itself, and nothing here is. */
    static final long NATIVE_MEMORY_BYTES = 256L << 20;

    /** The CRT's pools and connections grow with it; 2 is the most that goes with the least memory. */
    static final double TARGET_GBPS = 2;

    private static final long CLOSE_SECONDS = 30;

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{1,18})");

    private final S3Connection connection;
    private final TlsContext tls;
    private final S3Client client;
    private final ScheduledThreadPoolExecutor timer;
    private final Set<WireTransfer> transfers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    S3Wire(S3Connection connection, String region) {
        this.connection = connection;
        this.tls = "https".equals(connection.address().server().getScheme()) ? tls() : null;
        this.client = client(connection.options(), region, tls);
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "penstock-s3-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    private static TlsContext tls() {
        try (TlsContextOptions options = TlsContextOptions.createDefaultClient()) {
            return new TlsContext(options);
        }
    }

    private static S3Client client(S3Options options, String region, TlsContext tls) {
        // Of a connection that moves nothing for so long the request is given up.
        HttpMonitoringOptions monitoring = new HttpMonitoringOptions();
        monitoring.setMinThroughputBytesPerSecond(1);
        monitoring.setAllowableThroughputFailureIntervalSeconds(seconds(options.timeout()));
        // Retries are ours, because they end at once when a transfer is cancelled. The CRT cannot be kept from one of
        // its own, which it then
        // makes without a pause: it serves connections that the server closed while they were idle.
        StandardRetryOptions retries = new StandardRetryOptions()
                .withInitialBucketCapacity(1)
                .withBackoffRetryOptions(
                        new ExponentialBackoffRetryOptions().withMaxRetries(1).withBackoffScaleFactorMS(1));
        try (ClientBootstrap bootstrap = new ClientBootstrap(null, null)) {
            return new S3Client(new S3ClientOptions()
                    .withRegion(region)
                    .withClientBootstrap(bootstrap)
                    .withTlsContext(tls)
                    .withThroughputTargetGbps(TARGET_GBPS)
                    .withMemoryLimitInBytes(NATIVE_MEMORY_BYTES)
                    .withConnectTimeoutMs(Math.toIntExact(
                            S3Connection.connectTimeout(options.timeout()).toMillis()))
                    .withHttpMonitoringOptions(monitoring)
                    .withStandardRetryOptions(retries));
        }
    }

    /** Rounded up: the CRT counts in seconds, from 2. */
    static int seconds(Duration timeout) {
        return Math.toIntExact(Math.max(2, timeout.plusMillis(999).toSeconds()));
    }

    /**
     * Sends an object or a part of an upload.
     *
     * @param query parameters, for a part {@code partNumber} and {@code uploadId}
     * @param headers besides those that every request has
     */
    Transfer put(String key, Map<String, String> query, Map<String, String> headers, Body body) {
        List<HttpHeader> all = headers(headers);
        all.add(new HttpHeader("Content-Length", Long.toString(body.bytes())));
        HttpRequest request = request("PUT", key, query, all);
        String part = query.get("partNumber");
        WireTransfer.What what = part == null
                ? new WireTransfer.What("PutObject", "write", key, body.bytes())
                : new WireTransfer.What("UploadPart", "write part " + part + " of", key, body.bytes());
        return start(new WireTransfer(this, what, request, body, null));
    }

    /**
     * Receives an object or, by the header {@code Range}, some of it.
     *
     * @param headers besides those that every request has
     */
    Transfer get(String key, Map<String, String> headers, Landing landing) {
        HttpRequest request = request("GET", key, Map.of(), headers(headers));
        WireTransfer.What what = new WireTransfer.What("GetObject", "read", key, bytesOf(headers.get("Range")));
        return start(new WireTransfer(this, what, request, null, landing));
    }

    /** The length of {@code bytes=first-last} or {@code bytes=-length}; -1 for anything else. */
    private static long bytesOf(String range) {
        Matcher matcher = RANGE.matcher(range == null ? "" : range);
        if (!matcher.matches()) {
            return -1;
        }
        long last = Long.parseLong(matcher.group(2));
        return matcher.group(1).isEmpty() ? last : last - Long.parseLong(matcher.group(1)) + 1;
    }

    private List<HttpHeader> headers(Map<String, String> headers) {
        List<HttpHeader> all = new ArrayList<>(headers.size() + 2);
        all.add(new HttpHeader("Host", connection.address().host()));
        headers.forEach((name, value) -> all.add(new HttpHeader(name, value)));
        return all;
    }

    private HttpRequest request(String method, String key, Map<String, String> query, List<HttpHeader> headers) {
        String target = connection.address().target(key, query);
        return new HttpRequest(method, target, headers.toArray(HttpHeader[]::new), null);
    }

    private Transfer start(WireTransfer transfer) {
        transfers.add(transfer);
        if (closed) {
            transfers.remove(transfer);
            throw new IllegalStateException(
                    "the connection to bucket '" + connection.options().bucket() + "' is closed");
        }
        transfer.begin();
        return transfer;
    }

    /**
     * Sends {@code request}, signed with the credentials of now.
     *
     * @throws IOException if there are none any more
     */
    S3MetaRequest send(String operation, HttpRequest request, S3MetaRequestResponseHandler handler) throws IOException {
        S3MetaRequestOptions options = new S3MetaRequestOptions()
                .withMetaRequestType(S3MetaRequestOptions.MetaRequestType.DEFAULT)
                .withOperationName(operation)
                .withHttpRequest(request)
                .withEndpoint(connection.address().server())
                .withResponseHandler(handler);
        try (AwsSigningConfig signing = connection.signer().signing().orElse(null)) {
            connection.countRequest();
            return client.makeMetaRequest(options.withSigningConfig(signing));
        }
    }

    S3Connection connection() {
        return connection;
    }

    Future<?> schedule(Runnable task, long millis) {
        return timer.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    void ended(WireTransfer transfer) {
        transfers.remove(transfer);
    }

    /** Cancels what is on its way and waits for its end. */
    @Override
    public void close() {
        closed = true;
        List<WireTransfer> left = List.copyOf(transfers);
        left.forEach(WireTransfer::cancel);
        for (WireTransfer transfer : left) {
            transfer.reply()
                    .<Void>handle((reply, failure) -> null)
                    .completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                    .join();
        }
        timer.shutdownNow();
        client.close();
        if (tls != null) {
            tls.close();
        }
    }
}

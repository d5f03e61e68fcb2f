package io.penstock.storage.s3;

import java.io.Closeable;
import java.io.IOException;
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
import software.amazon.awssdk.crt.http.HttpRequest;
import software.amazon.awssdk.crt.s3.S3MetaRequest;
import software.amazon.awssdk.crt.s3.S3MetaRequestResponseHandler;

/**
 * Sends and receives objects' bytes by the CRT's own S3 client, one HTTP request each. A request that fails for a reason that may pass is
 * repeated, with pauses, as often as the options say. Thread-safe.
 */
final class S3Wire implements Closeable {
    private static final long CLOSE_SECONDS = 30;

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{1,18})");

    private final S3Connection connection;
    private final NativeClient client;
    private final ScheduledThreadPoolExecutor timer;
    private final Set<WireTransfer> transfers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    S3Wire(S3Connection connection, String region) {
        this.connection = connection;
        this.client = new NativeClient(
                connection.options(),
                region,
                connection.address().server().getScheme().equals("https"));
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "penstock-s3-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
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
                ? new WireTransfer.What("PutObject", "write", key, body.bytes(), -1)
                : new WireTransfer.What("UploadPart", "write part " + part + " of", key, body.bytes(), -1);
        return start(new WireTransfer(this, what, request, body, null));
    }

    /**
     * Receives an object or, by the header {@code Range}, some of it.
     *
     * @param headers besides those that every request has
     */
    Transfer get(String key, Map<String, String> headers, Landing landing) {
        HttpRequest request = request("GET", key, Map.of(), headers(headers));
        WireTransfer.What what = reading(key, headers.get("Range"));
        return start(new WireTransfer(this, what, request, null, landing));
    }

    private static WireTransfer.What reading(String key, String range) {
        Matcher matcher = RANGE.matcher(range == null ? "" : range);
        if (!matcher.matches()) {
            return new WireTransfer.What("GetObject", "read", key, -1, -1);
        }
        long last = Long.parseLong(matcher.group(2));
        if (matcher.group(1).isEmpty()) {
            return new WireTransfer.What("GetObject", "read", key, last, -1);
        }
        long bytes = last - Long.parseLong(matcher.group(1)) + 1;
        return new WireTransfer.What("GetObject", "read", key, bytes, bytes);
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
    S3MetaRequest send(WireTransfer.What what, HttpRequest request, S3MetaRequestResponseHandler handler)
            throws IOException {
        try (AwsSigningConfig signing = connection.signer().signing().orElse(null)) {
            connection.countRequest();
            return client.send(
                    what.operation(),
                    request,
                    what.rangeBytes(),
                    connection.address().server(),
                    signing,
                    handler);
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
    }
}

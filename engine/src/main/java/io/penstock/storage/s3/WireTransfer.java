package io.penstock.storage.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.crt.http.HttpHeader;
import software.amazon.awssdk.crt.http.HttpRequest;
import software.amazon.awssdk.crt.s3.S3FinishedResponseContext;
import software.amazon.awssdk.crt.s3.S3MetaRequest;
import software.amazon.awssdk.crt.s3.S3MetaRequestResponseHandler;

/** One request and its repetitions. Its reply is complete when the CRT has let go of the last attempt, and with it of the caller's memory. */
final class WireTransfer implements Transfer {
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    /** A request that moves fewer bytes per second than this is given up, even if it never stands still. */
    private static final long SLOWEST_BYTES_PER_SECOND = 32 << 10;

    private final S3Wire wire;
    private final String operation;
    private final String key;
    private final HttpRequest request;
    private final Landing landing;
    private final long bytes;
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();

    private int attempts;
    private boolean cancelled;
    private Attempt current;
    private Future<?> pause;

    /**
     * @param landing null if the reply's body does not matter
     * @param bytes that are sent
     */
    WireTransfer(S3Wire wire, String operation, String key, HttpRequest request, Landing landing, long bytes) {
        this.wire = wire;
        this.operation = operation;
        this.key = key;
        this.request = request;
        this.landing = landing;
        this.bytes = bytes;
    }

    @Override
    public CompletableFuture<Reply> reply() {
        return reply;
    }

    @Override
    public void cancel() {
        Attempt running;
        synchronized (this) {
            cancelled = true;
            running = current;
            if (running == null && pause != null && pause.cancel(false)) {
                fail(Failures.cancelled(wire.connection(), operation, key));
            }
        }
        if (running != null) {
            running.cancel();
        }
    }

    /** Starts the next attempt. */
    void begin() {
        Attempt attempt = new Attempt();
        synchronized (this) {
            pause = null;
            if (cancelled) {
                fail(Failures.cancelled(wire.connection(), operation, key));
                return;
            }
            attempts++;
            current = attempt;
        }
        attempt.send();
    }

    private void ended(Attempt attempt) {
        RequestException failure = attempt.failure();
        synchronized (this) {
            current = null;
            if (failure == null) {
                succeed(new Reply(attempt.status, attempt.headers));
                return;
            }
            if (cancelled || attempts > wire.connection().options().retries() || !Failures.mayPass(failure)) {
                fail(failure);
                return;
            }
            pause = wire.timer().schedule(this::begin, pauseMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Doubles each time; up to half of it is chance, so that those who failed together do not come back together. */
    private long pauseMillis() {
        long most = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempts - 1, 10));
        return most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
    }

    private void succeed(Reply done) {
        wire.ended(this);
        reply.complete(done);
    }

    private void fail(RequestException failure) {
        wire.ended(this);
        reply.completeExceptionally(failure);
    }

    /** One HTTP request. Its callbacks come from threads of the CRT, one at a time. */
    private final class Attempt implements S3MetaRequestResponseHandler {
        private final CompletableFuture<S3MetaRequest> sent = new CompletableFuture<>();
        private int status;
        private Map<String, String> headers = Map.of();
        private long landed;
        private S3FinishedResponseContext finish;
        private Throwable broken;
        private boolean timedOut;

        void send() {
            try {
                S3MetaRequest meta = wire.send(operation, request, this);
                meta.getShutdownCompleteFuture().thenRun(() -> ended(this));
                sent.complete(meta);
            } catch (IOException | RuntimeException e) {
                broken = e;
                ended(this);
            }
        }

        void cancel() {
            sent.thenAccept(this::cancel);
        }

        /** Native memory that is freed meanwhile would crash the JVM. */
        private synchronized void cancel(S3MetaRequest meta) {
            if (!meta.isNull()) {
                meta.cancel();
            }
        }

        private synchronized void close(S3MetaRequest meta) {
            meta.close();
        }

        @Override
        public void onResponseHeaders(int statusCode, HttpHeader[] responseHeaders) {
            status = statusCode;
            headers = byName(responseHeaders);
        }

        @Override
        public int onResponseBody(ByteBuffer bytesIn, long objectRangeStart, long objectRangeEnd) {
            if (landing != null) {
                int length = bytesIn.remaining();
                landing.take(landed, bytesIn);
                landed += length;
            }
            return 0;
        }

        @Override
        public void onFinished(S3FinishedResponseContext context) {
            finish = context;
            sent.thenAccept(this::close);
        }

        /** Null if the server has done what it was asked for. */
        RequestException failure() {
            if (broken != null) {
                return Failures.of(wire, operation, key, broken);
            }
            if (finish.getErrorCode() == 0) {
                return null;
            }
            return Failures.of(wire, operation, key, finish, headers);
        }
    }

    private static Map<String, String> byName(HttpHeader[] headers) {
        Map<String, String> byName = new HashMap<>();
        if (headers != null) {
            for (HttpHeader header : headers) {
                byName.put(header.getName().toLowerCase(Locale.ROOT), header.getValue());
            }
        }
        return byName;
    }
}

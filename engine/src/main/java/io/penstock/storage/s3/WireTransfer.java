package io.penstock.storage.s3;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.crt.http.HttpHeader;
import software.amazon.awssdk.crt.http.HttpRequest;
import software.amazon.awssdk.crt.http.HttpRequestBodyStream;
import software.amazon.awssdk.crt.s3.S3BorrowedBuffer;
import software.amazon.awssdk.crt.s3.S3BorrowedBufferDelivery;
import software.amazon.awssdk.crt.s3.S3FinishedResponseContext;
import software.amazon.awssdk.crt.s3.S3MetaRequest;
import software.amazon.awssdk.crt.s3.S3MetaRequestResponseHandler;
import software.amazon.awssdk.crt.s3.S3RequestMetrics;

/**
 * One request and its repetitions. The reply is complete when the CRT has let go of the last attempt, and with it of the caller's memory.
 * Thread-safe.
 */
final class WireTransfer implements Transfer {
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long FIRST_THROTTLED_PAUSE_MILLIS = 400;
    private static final long LONGEST_PAUSE_MILLIS = 20_000;

    /** The CRT watches for connections that stand still; this is for those that crawl. */
    private static final long SLOWEST_BYTES_PER_SECOND = 32 << 10;

    private final S3Wire wire;
    private final What what;
    private final HttpRequest request;
    private final Body body;
    private final Landing landing;
    private final CompletableFuture<Reply> reply = new CompletableFuture<>();

    // All guarded by this.
    private int attempts;
    private boolean isOutcomeUnknown;
    private boolean cancelled;
    private Attempt current;
    private Future<?> pause;

    /**
     * What is to be done.
     *
     * @param operation its name in S3
     * @param action the same for messages, followed by the object
     * @param bytes of the body that is sent or received, at most; -1 if that is not known
     * @param rangeBytes the length of the range that is asked for; -1 if there is none, or none with a beginning and an end
     */
    record What(String operation, String action, String key, long bytes, long rangeBytes) {}

    /**
     * @param request without its body
     * @param body null if there is none
     * @param landing null if the reply's body does not matter
     */
    WireTransfer(S3Wire wire, What what, HttpRequest request, Body body, Landing landing) {
        this.wire = wire;
        this.what = what;
        this.request = request;
        this.body = body;
        this.landing = landing;
    }

    @Override
    public CompletableFuture<Reply> reply() {
        return reply;
    }

    @Override
    public void cancel() {
        Attempt running;
        boolean isPausing;
        synchronized (this) {
            cancelled = true;
            running = current;
            isPausing = pause != null && pause.cancel(false);
        }
        if (running != null) {
            running.cancel();
        } else if (isPausing) {
            fail(cancelled());
        }
    }

    /** Starts the next attempt. */
    void begin() {
        Attempt attempt = new Attempt();
        boolean isOver;
        synchronized (this) {
            pause = null;
            isOver = cancelled;
            if (!isOver) {
                attempts++;
                current = attempt;
            }
        }
        if (isOver) {
            fail(cancelled());
        } else {
            attempt.send();
        }
    }

    private void ended(Attempt attempt) {
        Refusal refusal = attempt.refusal();
        if (refusal == null) {
            wire.ended(this);
            reply.complete(new Reply(attempt.status, attempt.headers));
            return;
        }
        RequestException failure;
        synchronized (this) {
            current = null;
            isOutcomeUnknown |= refusal.isOutcomeUnknown();
            if (cancelled) {
                failure = cancelled();
            } else if (attempts > wire.connection().options().retries() || !refusal.mayPass()) {
                failure =
                        wire.connection().failures().of(what.action(), what.key(), refusal, attempts, isOutcomeUnknown);
            } else {
                try {
                    pause = wire.schedule(this::begin, pauseMillis(refusal));
                    return;
                } catch (RejectedExecutionException closed) {
                    failure = cancelled();
                }
            }
        }
        fail(failure);
    }

    /** Doubles each time; up to half of it is chance, so that those who failed together do not come back together. */
    private long pauseMillis(Refusal refusal) {
        long first = refusal.isThrottling() ? FIRST_THROTTLED_PAUSE_MILLIS : FIRST_PAUSE_MILLIS;
        long most = Math.min(LONGEST_PAUSE_MILLIS, first << Math.min(attempts - 1, 10));
        return most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
    }

    private RequestException cancelled() {
        return wire.connection().failures().cancelled(what.action(), what.key());
    }

    private void fail(RequestException failure) {
        wire.ended(this);
        reply.completeExceptionally(failure);
    }

    /** One HTTP request. Its callbacks come from threads of the CRT, one at a time; the last of all, of its shutdown, ends it. */
    private final class Attempt
            implements S3MetaRequestResponseHandler, S3BorrowedBufferDelivery, HttpRequestBodyStream {
        private final long longestMillis = wire.connection().options().timeout().toMillis()
                + TimeUnit.SECONDS.toMillis(what.bytes() / SLOWEST_BYTES_PER_SECOND);

        private Future<?> deadline;
        private volatile boolean isLate;

        // Guarded by this, like the calls into the native request: one that another thread frees meanwhile would crash
        // the JVM. Callbacks may come before the request has been returned.
        private S3MetaRequest meta;
        private boolean isGivenUp;
        private S3FinishedResponseContext finish;

        private int status;
        private Map<String, String> headers = Map.of();
        private long copied;
        private long landed;
        private S3RequestMetrics telemetry;
        private Throwable broken;

        void send() {
            try {
                if (what.bytes() >= 0) {
                    deadline = wire.schedule(this::late, longestMillis);
                }
                hold(wire.send(what, withBody(), this));
            } catch (IOException | RuntimeException e) {
                broken = e;
                end();
            }
        }

        private void hold(S3MetaRequest sent) {
            synchronized (this) {
                meta = sent;
                if (finish != null) {
                    meta.close();
                } else if (isGivenUp) {
                    meta.cancel();
                }
            }
            var unused = sent.getShutdownCompleteFuture().thenRun(this::end);
        }

        private HttpRequest withBody() {
            return body == null
                    ? request
                    : new HttpRequest(request.getMethod(), request.getEncodedPath(), request.getHeadersAsArray(), this);
        }

        synchronized void cancel() {
            isGivenUp = true;
            if (meta != null && !meta.isNull()) {
                meta.cancel();
            }
        }

        private void late() {
            isLate = true;
            cancel();
        }

        /** An exception would be printed by the CRT and lost; fewer bytes than were announced end the request as well. */
        @Override
        public boolean sendRequestBody(ByteBuffer target) {
            int before = target.position();
            try {
                body.copy(copied, target);
            } catch (RuntimeException | Error e) {
                broken = e;
                return true;
            }
            copied += target.position() - before;
            return copied == body.bytes();
        }

        @Override
        public boolean resetPosition() {
            copied = 0;
            return true;
        }

        @Override
        public long getLength() {
            return body.bytes();
        }

        @Override
        public void onResponseHeaders(int statusCode, HttpHeader[] responseHeaders) {
            status = statusCode;
            headers = byName(responseHeaders);
        }

        @Override
        public int onResponseBodyBorrowed(S3BorrowedBuffer buffer, long objectRangeStart, long objectRangeEnd) {
            try (buffer) {
                land(buffer.asByteBuffer());
            }
            return 0;
        }

        @Override
        public int onResponseBody(ByteBuffer bytes, long objectRangeStart, long objectRangeEnd) {
            land(bytes);
            return 0;
        }

        private void land(ByteBuffer bytes) {
            if (landing != null && broken == null) {
                int length = bytes.remaining();
                try {
                    landing.take(landed, bytes);
                } catch (RuntimeException | Error e) {
                    broken = e;
                }
                landed += length;
            }
        }

        /** What the CRT itself repeats, and so every 5xx, loses its status on the way to {@link #onFinished}. */
        @Override
        public void onTelemetry(S3RequestMetrics metrics) {
            telemetry = metrics;
        }

        @Override
        public synchronized void onFinished(S3FinishedResponseContext context) {
            finish = context;
            if (meta != null) {
                meta.close();
            }
        }

        private void end() {
            if (deadline != null) {
                deadline.cancel(false);
            }
            ended(this);
        }

        /** Null if the server has done what it was asked for. */
        Refusal refusal() {
            if (broken != null) {
                return Refusal.unsent(broken);
            }
            if (finish.getErrorCode() == 0) {
                return null;
            }
            return isLate
                    ? Refusal.timeout(longestMillis)
                    : Refusal.of(finish, byName(finish.getErrorHeaders()), telemetry);
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

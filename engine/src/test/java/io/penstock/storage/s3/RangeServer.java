package io.penstock.storage.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Serves objects from the heap as S3 does, remembers what it was asked for, and answers wrongly on request. */
final class RangeServer implements AutoCloseable {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Stored> objects = new ConcurrentHashMap<>();
    private final AtomicInteger versions = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger mostBusy = new AtomicInteger();
    private final List<Asked> log = new ArrayList<>();
    private volatile Fault fault = (asked, answer) -> answer;
    private volatile long delayMillis;
    private volatile CountDownLatch meeting = new CountDownLatch(0);

    private record Stored(byte[] bytes, String etag) {}

    /** A request; {@code to} is the one after the last byte, and both are -1 of a HEAD and of a GET of everything. */
    record Asked(String method, String key, String range, String ifMatch, long from, long to) {}

    /** A reply. */
    record Answer(int status, Map<String, String> headers, byte[] object, int from, int length) {
        Answer with(String header, String value) {
            Map<String, String> changed = new java.util.HashMap<>(headers);
            changed.put(header, value);
            return new Answer(status, changed, object, from, length);
        }

        Answer bytes(int newFrom, int newLength) {
            return new Answer(status, headers, object, newFrom, newLength);
        }
    }

    /** Makes another reply of one; null closes the connection instead. */
    interface Fault {
        Answer answer(Asked asked, Answer right);
    }

    RangeServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    S3Options options(int readBytes, int readsInFlight) {
        return new S3Options(
                "bucket",
                "",
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                "us-east-1",
                true,
                S3Options.Credentials.ANONYMOUS,
                null,
                S3Options.Encryption.DEFAULT,
                null,
                true,
                8 << 20,
                2,
                readBytes,
                readsInFlight,
                Duration.ofSeconds(20),
                0,
                true);
    }

    void put(String key, byte[] bytes) {
        objects.put(key, new Stored(bytes, "\"version-" + versions.incrementAndGet() + "\""));
    }

    void remove(String key) {
        objects.remove(key);
    }

    void fault(Fault newFault) {
        fault = newFault;
    }

    void delay(long millis) {
        delayMillis = millis;
    }

    /** Keeps the next requests waiting until so many of them are there at a time, at most 10 seconds. */
    void meet(int requests) {
        meeting = new CountDownLatch(requests);
    }

    /** What it was asked for since the last call. */
    List<Asked> asked() {
        synchronized (log) {
            List<Asked> asked = List.copyOf(log);
            log.clear();
            return asked;
        }
    }

    /** How many requests it had at one time. */
    int mostBusy() {
        return mostBusy.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        mostBusy.accumulateAndGet(busy.incrementAndGet(), Math::max);
        try (exchange) {
            String key = exchange.getRequestURI().getPath().replaceFirst("^/bucket/", "");
            String range = exchange.getRequestHeaders().getFirst("Range");
            String ifMatch = exchange.getRequestHeaders().getFirst("If-Match");
            Stored stored = objects.get(key);
            Asked asked = asked(exchange.getRequestMethod(), key, range, ifMatch, stored);
            synchronized (log) {
                log.add(asked);
            }
            CountDownLatch met = meeting;
            met.countDown();
            boolean unused = met.await(10, TimeUnit.SECONDS);
            if (delayMillis > 0) {
                Thread.sleep(delayMillis);
            }
            Answer answer = fault.answer(asked, answer(asked, stored));
            if (answer != null) {
                send(exchange, asked, answer);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            busy.decrementAndGet();
        }
    }

    private static Asked asked(String method, String key, String range, String ifMatch, Stored stored) {
        Matcher form = RANGE.matcher(range == null ? "" : range);
        if (stored == null || !form.matches()) {
            return new Asked(method, key, range, ifMatch, -1, -1);
        }
        long size = stored.bytes().length;
        if (form.group(1).isEmpty()) {
            return new Asked(method, key, range, ifMatch, Math.max(0, size - Long.parseLong(form.group(2))), size);
        }
        long to = form.group(2).isEmpty() ? size : Math.min(size, Long.parseLong(form.group(2)) + 1);
        return new Asked(method, key, range, ifMatch, Long.parseLong(form.group(1)), to);
    }

    private static Answer answer(Asked asked, Stored stored) {
        if (stored == null) {
            return error(404, "NoSuchKey");
        }
        if (asked.ifMatch() != null && !asked.ifMatch().equals(stored.etag())) {
            return error(412, "PreconditionFailed");
        }
        byte[] object = stored.bytes();
        if (asked.from() < 0) {
            return new Answer(200, Map.of("ETag", stored.etag()), object, 0, object.length);
        }
        if (asked.from() >= object.length) {
            return error(416, "InvalidRange");
        }
        String range = "bytes " + asked.from() + "-" + (asked.to() - 1) + "/" + object.length;
        return new Answer(206, Map.of("ETag", stored.etag(), "Content-Range", range), object, (int) asked.from(), (int)
                (asked.to() - asked.from()));
    }

    static Answer error(int status, String code) {
        byte[] body = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>" + code
                        + "</Message><RequestId>7</RequestId></Error>")
                .getBytes(StandardCharsets.UTF_8);
        return new Answer(status, Map.of("Content-Type", "application/xml"), body, 0, body.length);
    }

    private static void send(HttpExchange exchange, Asked asked, Answer answer) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        if (asked.method().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(answer.length()));
            exchange.sendResponseHeaders(answer.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(answer.status(), answer.length() == 0 ? -1 : answer.length());
        if (answer.length() > 0) {
            exchange.getResponseBody().write(answer.object(), answer.from(), answer.length());
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

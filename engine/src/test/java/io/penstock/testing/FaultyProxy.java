package io.penstock.testing;

import io.penstock.testing.S3Request.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Stands before an S3 server and does to chosen requests what networks and servers do to them on bad days. Requests pass as they are, so that
 * their signatures stay valid. They are counted from 1. Thread-safe.
 *
 * <p>To sweep a run: let it pass once, take {@link #requests}, and repeat it with {@link #failOn} for every n.
 */
public final class FaultyProxy implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    /** A fault for those of the coming requests that match. */
    private static final class Plan {
        final Predicate<S3Request> which;
        final Fault fault;
        long skip;
        long times;

        Plan(Predicate<S3Request> which, Fault fault, long skip, long times) {
            this.which = which;
            this.fault = fault;
            this.skip = skip;
            this.times = times;
        }

        boolean applies(S3Request request) {
            if (times == 0 || !which.test(request)) {
                return false;
            }
            if (skip > 0) {
                skip--;
                return false;
            }
            times--;
            return true;
        }
    }

    private final URI server;
    private final ServerSocket listening;
    private final List<Plan> plans = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final Set<Socket> clients = new HashSet<>();
    private final AtomicLong bytesUp = new AtomicLong();
    private final AtomicLong bytesDown = new AtomicLong();
    private long injected;
    private int active;
    private long deliveries;
    private long nextByteNanos;
    private volatile long bytesPerSecond = Long.MAX_VALUE;

    /** Listens on a port of its own. */
    public FaultyProxy(URI server) throws IOException {
        this.server = server;
        this.listening = new ServerSocket(0, 128, InetAddress.getByName("127.0.0.1"));
        start("accept", this::accept);
    }

    /** What a client is told in place of the server's. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    /** Counts from 1 again, and lets every request pass. */
    public synchronized FaultyProxy reset() {
        plans.clear();
        log.clear();
        counts.clear();
        injected = 0;
        bytesUp.set(0);
        bytesDown.set(0);
        bytesPerSecond = Long.MAX_VALUE;
        return this;
    }

    /** Resets, and plans a fault for the n-th request. */
    public FaultyProxy failOn(long n, Fault fault) {
        return reset().fail(request -> true, fault, n - 1, 1);
    }

    /** Resets, and plans a fault for every request from the n-th on that is {@code which}. */
    public FaultyProxy failFrom(long n, Fault fault, Predicate<S3Request> which) {
        return reset().fail(request -> request.number() >= n && which.test(request), fault, 0, Long.MAX_VALUE);
    }

    /** Plans a fault for every coming request of a kind. */
    public FaultyProxy fail(Kind kind, Fault fault) {
        return fail(kind, fault, Long.MAX_VALUE);
    }

    /** Plans a fault for the next so many requests of a kind. */
    public FaultyProxy fail(Kind kind, Fault fault, long times) {
        return fail(request -> request.kind() == kind, fault, 0, times);
    }

    /** Plans a fault for those coming requests that are {@code which}: after the first {@code skip} for the next {@code times}. */
    public synchronized FaultyProxy fail(Predicate<S3Request> which, Fault fault, long skip, long times) {
        plans.add(new Plan(which, fault, skip, times));
        return this;
    }

    /** Lets so many bytes of bodies pass in a second, both ways together. */
    public FaultyProxy throttle(long bytes) {
        bytesPerSecond = bytes;
        return this;
    }

    /** How many requests have come. */
    public synchronized long requests() {
        return log.size();
    }

    /** How many requests of a kind have come. */
    public synchronized long requests(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** The requests, with what was done to them. */
    public synchronized List<String> log() {
        return List.copyOf(log);
    }

    /** To how many requests something was done. */
    public synchronized long injected() {
        return injected;
    }

    /** The bytes of all bodies that were sent to the server. */
    public long bytesUp() {
        return bytesUp.get();
    }

    /** The bytes of all bodies that came back. */
    public long bytesDown() {
        return bytesDown.get();
    }

    /** Sends the server what {@link Fault.Late} has kept from it until now. */
    public synchronized FaultyProxy deliver() {
        deliveries++;
        notifyAll();
        return this;
    }

    /** Returns when no request is on its way: not even one that its client has given up. */
    public synchronized void awaitIdle() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (active > 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(active + " requests do not end:\n" + String.join("\n", log));
            }
            wait(10);
        }
    }

    /** Ends every connection. */
    @Override
    public void close() throws IOException {
        listening.close();
        List<Socket> open;
        synchronized (this) {
            open = List.copyOf(clients);
        }
        for (Socket client : open) {
            client.close();
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                client.setTcpNoDelay(true);
                synchronized (this) {
                    clients.add(client);
                }
                start("connection", () -> serve(client));
            } catch (IOException e) {
                // Closed.
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            new FaultyConnection(this, client, server).run();
        } catch (IOException e) {
            // One of both ends has gone, and so the other goes.
        } finally {
            synchronized (this) {
                clients.remove(client);
            }
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, "faulty-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    synchronized S3Request begin(HttpMessage head) {
        S3Request request = S3Request.of(log.size() + 1, head);
        active++;
        counts.merge(request.kind(), 1L, Long::sum);
        log.add(request.toString());
        return request;
    }

    /** What to do to it; null for nothing. */
    synchronized Fault fault(S3Request request) {
        for (Plan plan : plans) {
            if (plan.applies(request)) {
                injected++;
                int line = (int) request.number() - 1;
                if (line < log.size()) {
                    log.set(line, request + "  <- " + plan.fault);
                }
                return plan.fault;
            }
        }
        return null;
    }

    synchronized void end() {
        active--;
        notifyAll();
    }

    synchronized long nextDelivery() {
        return deliveries + 1;
    }

    synchronized void awaitDelivery(long delivery) throws IOException {
        while (deliveries < delivery) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
        }
    }

    void passedUp(int bytes) throws IOException {
        bytesUp.addAndGet(bytes);
        slowDown(bytes);
    }

    void passedDown(int bytes) throws IOException {
        bytesDown.addAndGet(bytes);
        slowDown(bytes);
    }

    private void slowDown(int bytes) throws IOException {
        long rate = bytesPerSecond;
        if (rate == Long.MAX_VALUE) {
            return;
        }
        long now = System.nanoTime();
        long until;
        synchronized (this) {
            nextByteNanos = Math.max(nextByteNanos, now) + TimeUnit.SECONDS.toNanos(bytes) / rate;
            until = nextByteNanos;
        }
        pause(TimeUnit.NANOSECONDS.toMillis(until - now));
    }

    static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }
}

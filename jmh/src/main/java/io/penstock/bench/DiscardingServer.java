package io.penstock.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A server of S3's protocol on loopback that reads and forgets, so that the client and not the server is measured ({@link
 * ForgetfulObjects}). It checks no signature and no checksum, and each connection has a thread of its own. A benchmark runs it as a
 * process of its own ({@link DiscardingProcess}).
 */
public final class DiscardingServer implements Closeable {
    /** More than an entry of a table's log has. */
    private static final int KEPT_BYTES = 256 << 10;

    private final ServerSocketChannel listening;
    private final ForgetfulObjects objects;
    private final ByteBuffer noise = SyntheticBytes.twice();

    /**
     * @param port 0 for a free one
     * @param keptBytes the largest object, and the largest part, that it does not forget
     */
    DiscardingServer(int port, int keptBytes) throws IOException {
        objects = new ForgetfulObjects(keptBytes);
        listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 128);
        start("accept", this::accept);
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + listening.socket().getLocalPort());
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, "discarding-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (true) {
            try {
                SocketChannel channel = listening.accept();
                start("connection", () -> serve(channel));
            } catch (IOException e) {
                return; // it was closed
            }
        }
    }

    private void serve(SocketChannel channel) {
        try (HttpConnection connection = new HttpConnection(channel, noise)) {
            while (connection.hasNext()) {
                HttpRequest request = connection.next();
                connection.write(
                        objects.answer(request, connection), !request.method().equals("HEAD"));
            }
        } catch (IOException e) {
            // The client went away: it is the one who says why.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    /**
     * Prints where it listens.
     *
     * @param arguments a port: it runs until it is stopped; or none: it takes a free port, and ends with its standard input, as when the
     *     process that started it has died
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (DiscardingServer server =
                new DiscardingServer(arguments.length == 0 ? 0 : Integer.parseInt(arguments[0]), KEPT_BYTES)) {
            System.out.println(server.endpoint());
            if (arguments.length > 0) {
                Thread.currentThread().join();
            }
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }
}

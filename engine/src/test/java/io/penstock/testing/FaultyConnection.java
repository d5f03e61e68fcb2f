package io.penstock.testing;

import io.penstock.testing.Fault.Moment;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** One client's connection to {@link FaultyProxy}; each of its requests goes to the server over a connection of its own. */
final class FaultyConnection {
    private static final int BUFFER_BYTES = 1 << 16;

    private final FaultyProxy proxy;
    private final Socket client;
    private final URI server;
    private final InputStream fromClient;
    private final OutputStream toClient;

    FaultyConnection(FaultyProxy proxy, Socket client, URI server) throws IOException {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
        this.fromClient = new BufferedInputStream(client.getInputStream(), BUFFER_BYTES);
        this.toClient = new BufferedOutputStream(client.getOutputStream(), BUFFER_BYTES);
    }

    /** Serves one request after the other until the connection ends. */
    void run() throws IOException {
        for (HttpMessage head = HttpMessage.read(fromClient); head != null; head = HttpMessage.read(fromClient)) {
            S3Request request = proxy.begin(head);
            try {
                if (!serve(request, head)) {
                    return;
                }
            } finally {
                proxy.end();
            }
        }
    }

    /** Whether the connection goes on. */
    private boolean serve(S3Request request, HttpMessage head) throws IOException {
        Fault fault = proxy.fault(request);
        if (fault == null) {
            return pass(request, head, null);
        }
        if (fault instanceof Fault.Delay delay) {
            FaultyProxy.pause(delay.millis());
            return pass(request, head, null);
        }
        if (fault instanceof Fault.Late) {
            return passLate(head);
        }
        if (fault instanceof Fault.Meddling meddling) {
            meddling.meddler().accept(request);
            return pass(request, head, null);
        }
        if (fault instanceof Fault.Reset reset && reset.moment() == Moment.BEFORE) {
            return reset();
        }
        if (fault instanceof Fault.Silence silence && !silence.carriedOut()) {
            return beSilent();
        }
        if (fault instanceof Fault.ErrorReply error && !error.carriedOut()) {
            return replace(request, head, error.status(), error.code(), error.headers());
        }
        if (fault instanceof Fault.ErrorIn200 error && !error.carriedOut()) {
            return replace(request, head, 200, error.code(), Map.of());
        }
        return pass(request, head, fault);
    }

    /** An error of the proxy's own; the server sees nothing. */
    private boolean replace(S3Request request, HttpMessage head, int status, String code, Map<String, String> headers)
            throws IOException {
        if (!head.expectsContinue()) {
            head.copyBody(fromClient, OutputStream.nullOutputStream(), bytes -> {});
        }
        replyError(request, status, code, headers);
        return !head.expectsContinue();
    }

    private boolean pass(S3Request request, HttpMessage head, Fault fault) throws IOException {
        try (Socket upstream = new Socket(server.getHost(), server.getPort())) {
            upstream.setTcpNoDelay(true);
            InputStream fromServer = new BufferedInputStream(upstream.getInputStream(), BUFFER_BYTES);
            OutputStream toServer = new BufferedOutputStream(upstream.getOutputStream(), BUFFER_BYTES);
            toServer.write(head.head());
            toServer.flush();
            HttpMessage reply = null;
            if (head.expectsContinue()) {
                reply = HttpMessage.read(fromServer);
                if (reply != null && reply.status() == 100) {
                    toClient.write(reply.head());
                    toClient.flush();
                    reply = null;
                }
            }
            if (reply == null) {
                if (isReset(fault, Moment.MIDDLE) && head.contentLength() > 1) {
                    HttpMessage.copy(fromClient, head.contentLength() / 2, toServer, proxy::passedUp);
                    upstream.setSoLinger(true, 0);
                    return reset();
                }
                passBody(head, toServer, fault);
                reply = HttpMessage.read(fromServer);
            }
            if (reply == null) {
                throw new EOFException("the server said nothing to " + request);
            }
            return reply(request, reply, fromServer, fault);
        }
    }

    private boolean passLate(HttpMessage head) throws IOException {
        byte[] body = head.body(fromClient, proxy::passedUp);
        long delivery = proxy.nextDelivery();
        reset();
        client.close();
        proxy.awaitDelivery(delivery);
        try (Socket upstream = new Socket(server.getHost(), server.getPort())) {
            upstream.getOutputStream().write(head.headWithLength(body.length));
            upstream.getOutputStream().write(body);
            // It has done it when it has replied.
            HttpMessage.read(upstream.getInputStream());
        }
        return false;
    }

    private void passBody(HttpMessage head, OutputStream toServer, Fault fault) throws IOException {
        if (fault instanceof Fault.CorruptRequest && head.contentLength() > 0) {
            byte[] body = head.body(fromClient, proxy::passedUp);
            body[body.length / 2] ^= 1;
            toServer.write(body);
            toServer.flush();
        } else {
            head.copyBody(fromClient, toServer, proxy::passedUp);
        }
    }

    private boolean reply(S3Request request, HttpMessage reply, InputStream fromServer, Fault fault)
            throws IOException {
        boolean empty = request.method().equals("HEAD") || reply.status() == 204 || reply.status() == 304;
        if (fault == null || fault instanceof Fault.CorruptRequest) {
            toClient.write(reply.head());
            if (!empty) {
                reply.copyBody(fromServer, toClient, proxy::passedDown);
            }
            toClient.flush();
            return !"close".equalsIgnoreCase(reply.headers().get("connection"));
        }
        byte[] body = empty ? new byte[0] : reply.body(fromServer, bytes -> {});
        if (fault instanceof Fault.Reset reset) {
            return reset.moment() == Moment.AFTER || body.length == 0 ? reset() : half(reply, body, true);
        }
        if (fault instanceof Fault.TruncatedReply) {
            return half(reply, body, false);
        }
        if (fault instanceof Fault.Silence) {
            return beSilent();
        }
        if (fault instanceof Fault.ErrorReply error) {
            replyError(request, error.status(), error.code(), error.headers());
            return true;
        }
        if (fault instanceof Fault.ErrorIn200 error) {
            replyError(request, 200, error.code(), Map.of());
            return true;
        }
        if (fault instanceof Fault.CorruptReply && body.length > 0) {
            body[body.length / 2] ^= 1;
        }
        toClient.write(empty ? reply.head() : reply.headWithLength(body.length));
        toClient.write(body);
        toClient.flush();
        proxy.passedDown(body.length);
        return true;
    }

    private boolean half(HttpMessage reply, byte[] body, boolean reset) throws IOException {
        toClient.write(reply.headWithLength(body.length));
        toClient.write(body, 0, body.length / 2);
        toClient.flush();
        return reset && reset();
    }

    private void replyError(S3Request request, int status, String code, Map<String, String> headers)
            throws IOException {
        String body = request.method().equals("HEAD")
                ? ""
                : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>" + code
                        + " says the proxy</Message><Resource>/" + request.bucket() + "/" + request.key()
                        + "</Resource><RequestId>" + requestId(request) + "</RequestId></Error>";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + " Because\r\nx-amz-request-id: " + requestId(request)
                + "\r\nContent-Type: application/xml\r\nContent-Length: " + bytes.length + "\r\n"
                + headers.entrySet().stream()
                        .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                        .collect(Collectors.joining())
                + "\r\n";
        toClient.write(head.getBytes(StandardCharsets.ISO_8859_1));
        toClient.write(bytes);
        toClient.flush();
    }

    /** What errors of the proxy's own name as the request. */
    private static String requestId(S3Request request) {
        return "PROXY" + request.number();
    }

    private boolean beSilent() throws IOException {
        while (fromClient.read() >= 0) {}
        return false;
    }

    private boolean reset() throws IOException {
        client.setSoLinger(true, 0);
        return false;
    }

    private static boolean isReset(Fault fault, Moment moment) {
        return fault instanceof Fault.Reset reset && reset.moment() == moment;
    }
}

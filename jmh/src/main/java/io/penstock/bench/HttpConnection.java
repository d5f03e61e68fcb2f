package io.penstock.bench;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * One client's connection: HTTP/1.1 requests, one after the other. A body that nobody wants costs one copy, from the socket into a buffer
 * that stays in the processor's cache. One thread at a time.
 */
final class HttpConnection implements Closeable {
    private static final int READ_BYTES = 256 << 10;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final SocketChannel channel;
    /** What is between position and limit was read and not used yet. */
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES).limit(0);

    private final ByteBuffer noise;

    /** @param noise two periods of {@link SyntheticBytes}, shared by all */
    HttpConnection(SocketChannel channel, ByteBuffer noise) throws IOException {
        this.channel = channel;
        this.noise = noise.duplicate();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** Waits for the next request; null when the client has closed the connection. */
    HttpRequest next() throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append("\r\n");
        }
        return HttpRequest.parse(head.toString());
    }

    /** Whether another request begins. */
    boolean hasNext() throws IOException {
        return buffer.hasRemaining() || fill();
    }

    /**
     * Reads the body and forgets it.
     *
     * @return its bytes, without the framing of aws-chunked
     */
    long discard(HttpRequest request) throws IOException {
        confirm(request);
        long length = 0;
        if (isChunked(request)) {
            for (long chunk = chunkLength(); chunk > 0; chunk = chunkLength()) {
                length += chunk;
                skip(chunk);
                line();
            }
            skipTrailer();
        } else {
            length = contentLength(request);
            skip(length);
        }
        return request.isAwsChunked() ? Long.parseLong(request.headers().get("x-amz-decoded-content-length")) : length;
    }

    /** How many bytes the body has, without framing; -1 if only its end will tell. */
    static long bodyBytes(HttpRequest request) {
        String decoded = request.headers().get("x-amz-decoded-content-length");
        if (decoded != null) {
            return Long.parseLong(decoded);
        }
        return isChunked(request) ? -1 : contentLength(request);
    }

    /** Reads the body, without framing. */
    byte[] body(HttpRequest request) throws IOException {
        confirm(request);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (isChunked(request)) {
            for (long chunk = chunkLength(); chunk > 0; chunk = chunkLength()) {
                copy(chunk, body);
                line();
            }
            skipTrailer();
        } else {
            copy(contentLength(request), body);
        }
        return request.isAwsChunked() ? withoutFraming(body.toByteArray()) : body.toByteArray();
    }

    private void confirm(HttpRequest request) throws IOException {
        if (request.headers().containsKey("expect")) {
            writeAll(ByteBuffer.wrap(CONTINUE));
        }
    }

    private static boolean isChunked(HttpRequest request) {
        return request.headers().getOrDefault("transfer-encoding", "").equals("chunked");
    }

    private static long contentLength(HttpRequest request) {
        return Long.parseLong(request.headers().getOrDefault("content-length", "0"));
    }

    private long chunkLength() throws IOException {
        return Long.parseLong(line().split(";", 2)[0], 16);
    }

    private void skipTrailer() throws IOException {
        while (!line().isEmpty()) {
            continue;
        }
    }

    /** Chunks {@code length;signature CRLF bytes CRLF}, the last of length 0, then trailing headers. */
    private static byte[] withoutFraming(byte[] framed) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 0;
        while (true) {
            int end = at;
            while (framed[end] != '\r') {
                end++;
            }
            String[] head = new String(framed, at, end - at, StandardCharsets.US_ASCII).split(";", 2);
            int length = Integer.parseInt(head[0], 16);
            if (length == 0) {
                return bytes.toByteArray();
            }
            bytes.write(framed, end + 2, length);
            at = end + 2 + length + 2;
        }
    }

    private void skip(long length) throws IOException {
        int ready = (int) Math.min(length, buffer.remaining());
        buffer.position(buffer.position() + ready);
        for (long left = length - ready; left > 0; ) {
            int read = channel.read(buffer.clear().limit((int) Math.min(left, READ_BYTES)));
            buffer.limit(0);
            if (read < 0) {
                throw new EOFException("the connection ended " + left + " bytes before a body");
            }
            left -= read;
        }
    }

    private void copy(long length, ByteArrayOutputStream target) throws IOException {
        for (long left = length; left > 0; ) {
            require();
            byte[] run = new byte[(int) Math.min(left, buffer.remaining())];
            buffer.get(run);
            target.writeBytes(run);
            left -= run.length;
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            require();
            char c = (char) (buffer.get() & 0xff);
            if (c == '\n') {
                int length = line.length();
                return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
            }
            line.append(c);
        }
    }

    private void require() throws IOException {
        if (!buffer.hasRemaining() && !fill()) {
            throw new EOFException("the connection ended in a request");
        }
    }

    private boolean fill() throws IOException {
        int read = channel.read(buffer.clear());
        buffer.flip();
        return read >= 0;
    }

    void write(HttpReply reply, boolean withBody) throws IOException {
        StringBuilder head = new StringBuilder(256)
                .append("HTTP/1.1 ")
                .append(reply.status())
                .append(" Answer\r\nx-amz-request-id: bench\r\n");
        reply.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        // RFC 9110, 8.6: a reply without content has no length.
        if (reply.status() != 204) {
            head.append("Content-Length: ").append(reply.length()).append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] content = withBody && reply.content() != null ? reply.content() : new byte[0];
        writeAll(ByteBuffer.allocate(start.length + content.length)
                .put(start)
                .put(content)
                .flip());
        if (withBody && reply.content() == null) {
            writeNoise(reply.from(), reply.length());
        }
    }

    private void writeNoise(long from, long length) throws IOException {
        for (long offset = from; offset < from + length; ) {
            int inPeriod = (int) (offset % SyntheticBytes.PERIOD);
            int run = (int) Math.min(from + length - offset, SyntheticBytes.PERIOD);
            writeAll(noise.clear().position(inPeriod).limit(inPeriod + run));
            offset += run;
        }
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

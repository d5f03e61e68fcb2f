package io.penstock.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The head of a request or a reply of HTTP/1.1 (RFC 9112), and how the body that follows it is framed.
 *
 * @param head as it came, with the empty line at its end
 * @param startLine the first line
 * @param headers by their names in lower case
 */
record HttpMessage(byte[] head, String startLine, Map<String, String> headers) {
    private static final int MAX_HEAD_BYTES = 1 << 16;
    private static final int COPY_BYTES = 1 << 14;

    /** Takes the bytes of a body as they pass. */
    @FunctionalInterface
    interface Meter {
        void passed(int bytes) throws IOException;
    }

    /** The next one; null if there is none. */
    static HttpMessage read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        String startLine = line(in, head);
        if (startLine == null) {
            return null;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in, head); !"".equals(line); line = line(in, head)) {
            if (line == null) {
                throw new EOFException("in a head");
            }
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new HttpMessage(head.toByteArray(), startLine, headers);
    }

    /** The next line without its end, which with it goes to {@code raw}; null at the end of the stream. */
    private static String line(InputStream in, OutputStream raw) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = in.read();
        if (b < 0) {
            return null;
        }
        for (; b != '\n'; b = in.read()) {
            if (b < 0 || line.size() > MAX_HEAD_BYTES) {
                throw new EOFException("in a line");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
        raw.write((text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return text;
    }

    /** Of a reply. */
    int status() {
        return Integer.parseInt(startLine.split(" ", 3)[1]);
    }

    boolean isChunked() {
        return headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .contains("chunked");
    }

    /** The length of a body that is not chunked. */
    long contentLength() {
        return Long.parseLong(headers.getOrDefault("content-length", "0"));
    }

    boolean expectsContinue() {
        return headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue");
    }

    /** The head with another length of the body, which is not chunked. */
    byte[] headWithLength(long bytes) {
        String text = startLine + "\r\n"
                + headers.entrySet().stream()
                        .filter(header -> !header.getKey().equals("content-length")
                                && !header.getKey().equals("transfer-encoding"))
                        .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                        .collect(Collectors.joining())
                + "content-length: " + bytes + "\r\n\r\n";
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Copies the body as it is framed. */
    void copyBody(InputStream in, OutputStream out, Meter meter) throws IOException {
        if (!isChunked()) {
            copy(in, contentLength(), out, meter);
            return;
        }
        while (copyChunk(in, out, out, meter) > 0) {}
    }

    /** The body itself. */
    byte[] body(InputStream in, Meter meter) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (!isChunked()) {
            copy(in, contentLength(), body, meter);
        } else {
            while (copyChunk(in, OutputStream.nullOutputStream(), body, meter) > 0) {}
        }
        return body.toByteArray();
    }

    private static long copyChunk(InputStream in, OutputStream frame, OutputStream out, Meter meter)
            throws IOException {
        String size = line(in, frame);
        if (size == null) {
            throw new EOFException("in a chunk");
        }
        long bytes = Long.parseLong(size.split(";", 2)[0].strip(), 16);
        copy(in, bytes, out, meter);
        // The end of the chunk; of the last one its trailer.
        String line = line(in, frame);
        while (bytes == 0 && line != null && !line.isEmpty()) {
            line = line(in, frame);
        }
        frame.flush();
        return bytes;
    }

    static void copy(InputStream in, long bytes, OutputStream out, Meter meter) throws IOException {
        byte[] some = new byte[COPY_BYTES];
        for (long left = bytes; left > 0; ) {
            int count = in.read(some, 0, (int) Math.min(left, some.length));
            if (count < 0) {
                throw new EOFException("in a body, " + left + " of " + bytes + " bytes before its end");
            }
            out.write(some, 0, count);
            meter.passed(count);
            left -= count;
        }
        out.flush();
    }
}

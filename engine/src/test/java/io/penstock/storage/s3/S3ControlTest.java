package io.penstock.storage.s3;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.LeakCheck;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Replies to control requests as other servers write them, letter by letter. */
class S3ControlTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private final AtomicInteger requests = new AtomicInteger();
    private ServerSocket server;
    private volatile String headers = "";
    private volatile String body = "";
    private S3FileSystem store;

    @BeforeEach
    void open() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve);
        thread.setDaemon(true);
        thread.start();
        S3Options options = new S3Options(
                "bucket",
                "",
                URI.create("http://127.0.0.1:" + server.getLocalPort()),
                "us-east-1",
                true,
                S3Options.Credentials.ANONYMOUS,
                null,
                S3Options.Encryption.DEFAULT,
                null,
                true,
                8 << 20,
                2,
                1 << 20,
                2,
                Duration.ofSeconds(5),
                1,
                false);
        store = new S3FileSystem(options, memory.pool(), memory.budget());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        server.close();
    }

    /** One request a connection, none of which has a body. */
    private void serve() {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                BufferedReader request = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
                for (String line = request.readLine(); line != null && !line.isEmpty(); ) {
                    line = request.readLine();
                }
                requests.incrementAndGet();
                String reply = "HTTP/1.1 200 OK\r\nConnection: close\r\n" + headers + "\r\n" + body;
                client.getOutputStream().write(reply.getBytes(US_ASCII));
                client.getOutputStream().flush();
            } catch (IOException e) {
                // Of this client; or the server was closed.
                continue;
            }
        }
    }

    private void answer(String xml) {
        headers = "Content-Type: application/xml\r\nContent-Length: " + xml.length() + "\r\n";
        body = xml;
    }

    @Test
    void writeIsKnownWhateverTheCaseOfItsHeader() throws IOException {
        for (String name : new String[] {"x-amz-meta-penstock-write", "X-Amz-Meta-Penstock-Write"}) {
            headers = "ETag: \"1\"\r\nContent-Length: 3\r\n" + name + ": ours\r\n";
            assertEquals("ours", store.control().head("key").orElseThrow().writeId(), name);
        }
    }

    @Test
    void listThatSaysThereIsMoreButNotWhereIsAnError() {
        answer("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>");
        IOException failure = assertThrows(IOException.class, () -> store.list(""));
        assertTrue(failure.getMessage().contains("more"), failure.getMessage());
        answer("<ListMultipartUploadsResult><IsTruncated>true</IsTruncated></ListMultipartUploadsResult>");
        assertThrows(IOException.class, () -> store.unfinished(""));
        assertEquals(2, requests.get());
    }
}

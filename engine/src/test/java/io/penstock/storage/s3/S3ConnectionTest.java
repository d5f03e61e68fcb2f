package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.testing.Fault;
import io.penstock.testing.FaultyProxy;
import io.penstock.testing.S3Request;
import io.penstock.testing.S3TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3ConnectionTest {
    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:9000,         true,  bucket, http://127.0.0.1:9000,                   /bucket/",
        "http://127.0.0.1:9000,         false, bucket, http://127.0.0.1:9000,                   /bucket/",
        "http://store.example:9000,     true,  bucket, http://store.example:9000,               /bucket/",
        "http://store.example:9000,     false, bucket, http://bucket.store.example:9000,        /",
        "https://store.example,         false, bucket, https://bucket.store.example,            /",
        "https://store.example/base,    true,  bucket, https://store.example,                   /base/bucket/",
        ",                              false, bucket, https://bucket.s3.eu-west-1.amazonaws.com, /",
        ",                              false, a.b,    https://s3.eu-west-1.amazonaws.com,      /a.b/",
        ",                              true,  bucket, https://s3.eu-west-1.amazonaws.com,      /bucket/",
    })
    void bucketIsWhereEndpointRegionAndStyleSay(
            String endpoint, boolean pathStyle, String bucket, String at, String path) throws IOException {
        URI uri = endpoint == null ? null : URI.create(endpoint);
        try (S3Connection connection = S3Connection.open(options(bucket, uri, "eu-west-1", pathStyle))) {
            assertEquals(URI.create(at), connection.address().server());
            assertEquals(path, connection.address().path());
            assertEquals(URI.create(at).getAuthority(), connection.address().host());
        }
    }

    @Test
    void endpointOfTheEnvironmentIsUsedAndThePathNamesTheBucket() throws IOException {
        System.setProperty("aws.endpointUrlS3", "http://store.example:9000");
        try (S3Connection connection = S3Connection.open(options("bucket", null, null, false))) {
            assertEquals(
                    URI.create("http://store.example:9000"),
                    connection.address().server());
            assertEquals("/bucket/", connection.address().path());
        } finally {
            System.clearProperty("aws.endpointUrlS3");
        }
    }

    @Test
    void keysAreEncodedOnceAndInTheirOrder() {
        BucketAddress address = new BucketAddress(URI.create("http://h:1"), "/b/");
        assertEquals("/b/a/%25%20%2B%3D%3F%26~-._%C3%A9%F0%9F%98%80", address.target("a/% +=?&~-._é😀", Map.of()));
        assertEquals(
                "/b/k?partNumber=1&uploadId=a%2Fb%3D%2B",
                address.target("k", Map.of("uploadId", "a/b=+", "partNumber", "1")));
    }

    @Test
    void sessionTokenGoesWithARequest() throws Exception {
        List<S3Request> seen = new CopyOnWriteArrayList<>();
        System.setProperty("aws.sessionToken", "the-token");
        try (FaultyProxy proxy = new FaultyProxy(server.endpoint());
                S3Connection connection = S3Connection.open(server.options(proxy.endpoint()))) {
            proxy.fail(request -> true, new Fault.Meddling(seen::add), 0, Long.MAX_VALUE);
            put(connection, "a");
        } finally {
            System.clearProperty("aws.sessionToken");
        }
        assertEquals("the-token", seen.get(0).headers().get("x-amz-security-token"));
        assertTrue(seen.get(0).headers().get("authorization").contains("x-amz-security-token"));
        assertNull(seen.get(0).headers().get("expect"));
    }

    @Test
    void withoutCredentialsRequestsAreNotSignedAndTheRefusalSaysWhy() throws Exception {
        assumeTrue(System.getenv("AWS_ACCESS_KEY_ID") == null);
        String key = System.clearProperty("aws.accessKeyId");
        System.setProperty("aws.sharedCredentialsFile", "/nowhere");
        System.setProperty("aws.configFile", "/nowhere");
        try (S3Connection connection = S3Connection.open(server.options())) {
            ExecutionException e = assertThrows(ExecutionException.class, () -> put(connection, "a"));
            String message = e.getCause().getMessage();
            assertTrue(message.contains("The request was not signed: no credentials were found"), message);
        } finally {
            System.setProperty("aws.accessKeyId", key);
            System.clearProperty("aws.sharedCredentialsFile");
            System.clearProperty("aws.configFile");
        }
    }

    @Test
    void manyConnectionsOneAfterTheOtherLeaveNoThread() throws Exception {
        long before = 0;
        for (int i = 0; i < 25; i++) {
            try (S3Connection connection = S3Connection.open(server.options())) {
                put(connection, "a");
            }
            if (i == 4) {
                before = threads();
            }
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        // What is left of the last connections ends a little later; the server's own threads come and go.
        while (threads() > before + 10 && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        assertTrue(threads() <= before + 10, () -> "threads: " + names());
    }

    private static long threads() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.count();
        }
    }

    private static String names() {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            StringBuilder names = new StringBuilder();
            for (Path task : tasks.toList()) {
                names.append(Files.readString(task.resolve("comm")).trim()).append(' ');
            }
            return names.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"endWithoutClosing", "exitWithoutClosing", "exitInTheMiddle"})
    void processEndsThoughNobodyClosesTheConnection(String work) throws Exception {
        Process process = ConnectedProcess.start(server, work);
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it does not end");
            assertEquals(
                    0,
                    process.exitValue(),
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
        assertTrue(server.keys().contains(S3TestServer.key("first")));
    }

    @Test
    void requestsWorkWhileTheProcessShutsDown() throws Exception {
        Process process = ConnectedProcess.start(server, "writeInAShutdownHook");
        try (BufferedReader output = process.inputReader()) {
            awaitLine("ready", output);
            // Of Process itself it would close the output.
            process.toHandle().destroy();
            awaitLine("written", output);
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it does not end");
        } finally {
            process.destroyForcibly();
        }
        server.assertNothingLeft("first", "hook", "hook-sdk");
    }

    /** Passes over what newer JVMs have to say about native code. */
    private static void awaitLine(String awaited, BufferedReader output) throws IOException {
        StringBuilder others = new StringBuilder();
        for (String line = output.readLine(); !awaited.equals(line); line = output.readLine()) {
            if (line == null) {
                fail("it ended without '" + awaited + "': " + others);
            }
            others.append(line).append(System.lineSeparator());
        }
    }

    @Test
    void whatItIsCalledHoldsNoSecret() throws IOException {
        try (S3Connection connection = S3Connection.open(server.options())) {
            for (Object part : List.of(
                    connection, connection.options(), connection.signer(), connection.wire(), connection.address())) {
                assertFalse(part.toString().contains(S3TestServer.SECRET_KEY));
            }
        }
    }

    private static void put(S3Connection connection, String name) throws Exception {
        Body body = new Body() {
            @Override
            public long bytes() {
                return 3;
            }

            @Override
            public void copy(long offset, ByteBuffer target) {
                target.put(new byte[3]);
            }
        };
        connection
                .wire()
                .put(S3TestServer.key(name), Map.of(), Map.of(), body)
                .reply()
                .get(20, TimeUnit.SECONDS);
    }

    private static S3Options options(String bucket, URI endpoint, String region, boolean pathStyle) {
        return new S3Options(
                bucket,
                "",
                endpoint,
                region,
                pathStyle,
                S3Options.Credentials.DEFAULT,
                null,
                S3Options.Encryption.DEFAULT,
                null,
                true,
                5 << 20,
                2,
                1 << 20,
                4,
                Duration.ofSeconds(20),
                5,
                false);
    }
}

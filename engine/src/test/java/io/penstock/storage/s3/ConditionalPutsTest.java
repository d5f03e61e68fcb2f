package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.penstock.Penstock;
import io.penstock.Settings;
import io.penstock.TableSpec;
import io.penstock.storage.s3.S3Options.Credentials;
import io.penstock.storage.s3.S3Options.Encryption;
import io.penstock.testing.FaultyProxy;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.S3Request.Kind;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A store on a server that cannot decide between writers is refused to writers, unless the user decides. */
class ConditionalPutsTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final Map<String, String> writeIds = new ConcurrentHashMap<>();
    private HttpServer fake;

    /** What the fake makes of a condition: of the first PUT of a key, and of the second. */
    private volatile int statusOfSecond = 200;

    private volatile boolean knowsConditions = true;

    @BeforeEach
    void start() throws IOException {
        fake = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        fake.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        }));
        fake.createContext("/", this::handle);
        fake.start();
    }

    @AfterEach
    void stop() {
        fake.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String key = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        int status = 200;
        String condition = exchange.getRequestHeaders().getFirst("If-None-Match");
        switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                if (condition != null && !knowsConditions) {
                    status = 501;
                } else if (condition != null && objects.containsKey(key) && statusOfSecond != 200) {
                    status = statusOfSecond;
                } else {
                    objects.put(key, body);
                    writeIds.put(key, exchange.getRequestHeaders().getFirst("x-amz-meta-penstock-write"));
                }
            }
            case "DELETE" -> {
                objects.remove(key);
                status = 204;
            }
            case "HEAD" -> {
                status = objects.containsKey(key) ? 200 : 404;
                if (status == 200) {
                    exchange.getResponseHeaders().add("x-amz-meta-penstock-write", writeIds.get(key));
                    exchange.getResponseHeaders().add("Content-Length", Integer.toString(objects.get(key).length));
                }
            }
            case "GET" -> {
                String query = exchange.getRequestURI().getQuery();
                byte[] found = query == null ? objects.get(key) : listed(query);
                if (found != null) {
                    exchange.getResponseHeaders().add("ETag", "\"" + found.length + "\"");
                    exchange.sendResponseHeaders(200, found.length);
                    exchange.getResponseBody().write(found);
                    exchange.close();
                    return;
                }
                status = 404;
            }
            default -> status = 405;
        }
        exchange.getResponseHeaders().add("ETag", "\"x\"");
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private byte[] listed(String query) {
        String prefix = query.replaceFirst("(.*&)?prefix=([^&]*).*", "$2");
        StringBuilder xml = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
        for (String path : objects.keySet()) {
            String key = path.substring("/bucket/".length());
            if (key.startsWith(prefix)) {
                xml.append("<Contents><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>1</Size><Key>")
                        .append(key)
                        .append("</Key></Contents>");
            }
        }
        return xml.append("</ListBucketResult>").toString().getBytes(StandardCharsets.UTF_8);
    }

    private URI endpoint() {
        return URI.create("http://127.0.0.1:" + fake.getAddress().getPort());
    }

    private S3FileSystem store(boolean singleWriter) throws IOException {
        return new S3FileSystem(
                new S3Options(
                        "bucket",
                        "prefix",
                        endpoint(),
                        "us-east-1",
                        true,
                        Credentials.ANONYMOUS,
                        null,
                        Encryption.DEFAULT,
                        null,
                        true,
                        5 << 20,
                        2,
                        1 << 20,
                        2,
                        Duration.ofSeconds(10),
                        1,
                        singleWriter),
                memory.pool(),
                memory.budget());
    }

    private void assertRefused(String reason) throws IOException {
        try (S3FileSystem store = store(false)) {
            for (IOException refused : List.of(
                    assertThrows(IOException.class, store::requireWritable),
                    assertThrows(IOException.class, () -> store.openForWrite("file")),
                    assertThrows(IOException.class, () -> store.createExclusive("file", ByteBuffer.allocate(1))))) {
                for (String part : List.of(reason, "s3://bucket/", "penstock.s3.exclusive=single-writer")) {
                    assertTrue(refused.getMessage().contains(part), refused.getMessage());
                }
            }
        }
        assertEquals(Map.of(), objects, "the probe's objects");
    }

    @Test
    void serverThatIgnoresTheConditionIsRefused() throws IOException {
        assertRefused("a second PUT with If-None-Match: * replaced the object of the first");
    }

    @Test
    void serverThatDoesNotKnowTheConditionIsRefused() throws IOException {
        knowsConditions = false;
        assertRefused("it knows no PUT with If-None-Match: *");
    }

    @Test
    void serverThatHonoursTheConditionIsAskedOnce() throws IOException {
        try (S3TestServer server = new S3TestServer().open();
                FaultyProxy proxy = new FaultyProxy(server.endpoint())) {
            S3Options options = server.options(proxy.endpoint());
            try (S3FileSystem store = new S3FileSystem(options, memory.pool(), memory.budget())) {
                store.requireWritable();
                assertTrue(proxy.requests() > 4);
                server.assertNothingLeft();
                proxy.reset();
                store.requireWritable();
            }
            try (S3FileSystem again = new S3FileSystem(options, memory.pool(), memory.budget())) {
                again.requireWritable();
                again.createExclusive("file", ByteBuffer.allocate(1));
            }
            assertEquals(List.of("1: PUT " + S3TestServer.key("file")), proxy.log());
        }
    }

    @Test
    void readerIsNotAskedForTheRightToWrite() throws IOException {
        try (S3TestServer server = new S3TestServer().open();
                FaultyProxy proxy = new FaultyProxy(server.endpoint());
                S3FileSystem store =
                        new S3FileSystem(server.options(proxy.endpoint()), memory.pool(), memory.budget())) {
            server.put("dir/file", new byte[] {1});
            store.openForRead("dir/file").close();
            store.list("dir");
            assertTrue(store.exists("dir"));
            assertEquals(List.of(), store.unfinished("dir"));
            assertEquals(0, proxy.requests(Kind.PUT));
            assertEquals(0, proxy.requests(Kind.DELETE));
        }
    }

    @Test
    void singleWriterGoesWithout() throws IOException {
        try (S3FileSystem store = store(true)) {
            store.createExclusive("file", ByteBuffer.wrap(new byte[] {1}));
            assertThrows(
                    FileAlreadyExistsException.class,
                    () -> store.createExclusive("file", ByteBuffer.wrap(new byte[] {2})));
            assertEquals(List.of("/bucket/prefix/file"), List.copyOf(objects.keySet()));
            assertEquals(1, objects.get("/bucket/prefix/file")[0]);
        }
    }

    @Test
    void engineRefusesToOpenATableForWriting() throws IOException {
        Settings settings = Settings.defaults()
                .with("penstock.s3.endpoint", endpoint().toString())
                .with("penstock.s3.credentials", "anonymous");
        Schema schema = new Schema(List.of(Field.nullable("id", new ArrowType.Int(64, true))));
        try (Penstock alone =
                Penstock.open("s3://bucket/tables", settings.with("penstock.s3.exclusive", "single-writer"))) {
            alone.prepareTableEnvironment("db", "t", TableSpec.of(schema));
            assertTrue(alone.tableExists("db", "t"));
        }
        try (Penstock penstock = Penstock.open("s3://bucket/tables", settings)) {
            penstock.openTableForRead("db", "t").close();
            IOException refused = assertThrows(IOException.class, () -> penstock.openTableForWrite("db", "t"));
            assertTrue(refused.getMessage().contains("single-writer"), refused.getMessage());
            assertFalse(
                    objects.keySet().toString().contains("probe"),
                    objects.keySet().toString());
            assertEquals(0, penstock.memoryBudget().reservedBytes());
        }
    }
}

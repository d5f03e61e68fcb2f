package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.storage.StoragePath;
import io.penstock.testing.S3TestServer;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3WireTest {
    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    @Test
    void whatIsPutComesBack() throws Exception {
        byte[] content = new byte[3_000_001];
        new Random(1).nextBytes(content);
        try (S3Connection connection = S3Connection.open(server.options())) {
            S3Wire wire = connection.wire();
            Reply put = await(wire.put(S3TestServer.key("a"), Map.of(), Map.of(), body(content)));
            assertEquals(200, put.status());
            assertArrayEquals(content, server.content("a"));
            byte[] read = new byte[content.length];
            Reply got = await(wire.get(
                    S3TestServer.key("a"), Map.of(), (at, bytes) -> bytes.get(read, (int) at, bytes.remaining())));
            assertArrayEquals(content, read);
            assertEquals(put.headers().get("etag"), got.headers().get("etag"));
            byte[] some = new byte[7];
            await(wire.get(
                    S3TestServer.key("a"),
                    Map.of("Range", "bytes=10-16"),
                    (at, bytes) -> bytes.get(some, (int) at, bytes.remaining())));
            assertArrayEquals(java.util.Arrays.copyOfRange(content, 10, 17), some);
        }
    }

    @Test
    void everyCharacterThatAPathMayHaveIsAKeysCharacter() throws Exception {
        StringBuilder name = new StringBuilder();
        for (char c = ' '; c < 0x7f; c++) {
            if (c != '/' && c != '\\') {
                name.append(c);
            }
        }
        name.append("\u00e9\u4e2d\ud83d\ude00 +%2F%25");
        String path = StoragePath.check("x y+z/" + name);
        try (S3Connection connection = S3Connection.open(server.options())) {
            byte[] content = {1, 2, 3};
            await(connection.wire().put(S3TestServer.key(path), Map.of(), Map.of(), body(content)));
            server.assertNothingLeft(path);
            assertArrayEquals(content, server.content(path));
            byte[] read = new byte[3];
            await(connection
                    .wire()
                    .get(S3TestServer.key(path), Map.of("Range", "bytes=0-2"), (at, bytes) -> bytes.get(read)));
            assertArrayEquals(content, read);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64 << 10, 1 << 20, 4 << 20})
    void bytesOfARangeComeInDirectMemory(int readBytes) throws Exception {
        S3Options options = options(readBytes);
        byte[] content = new byte[2 * readBytes];
        server.put("a", content);
        try (S3Connection connection = S3Connection.open(options)) {
            for (int bytes : new int[] {1, 1000, options.readBytes(), options.readBytes() + 1, content.length}) {
                AtomicLong landed = new AtomicLong();
                await(connection
                        .wire()
                        .get(S3TestServer.key("a"), Map.of("Range", "bytes=0-" + (bytes - 1)), (at, some) -> {
                            assertTrue(some.isDirect());
                            assertEquals(landed.get(), at);
                            landed.addAndGet(some.remaining());
                        }));
                assertEquals(bytes, landed.get());
            }
        }
    }

    private S3Options options(int readBytes) {
        S3Options o = server.options();
        return new S3Options(
                o.bucket(),
                o.prefix(),
                o.endpoint(),
                o.region(),
                o.pathStyle(),
                o.credentials(),
                o.storageClass(),
                o.encryption(),
                o.kmsKey(),
                o.checksums(),
                o.partBytes(),
                o.partsInFlight(),
                readBytes,
                o.readsInFlight(),
                o.timeout(),
                o.retries(),
                o.singleWriter());
    }

    @Test
    void missingKeyIsToldWithItsCode() throws Exception {
        try (S3Connection connection = S3Connection.open(server.options())) {
            Transfer get = connection.wire().get(S3TestServer.key("none"), Map.of(), (at, bytes) -> {});
            ExecutionException failure = assertThrows(ExecutionException.class, () -> await(get));
            RequestException e = assertInstanceOf(RequestException.class, failure.getCause());
            assertEquals(404, e.status());
            assertEquals("NoSuchKey", e.code());
        }
    }

    private static Reply await(Transfer transfer) throws Exception {
        return transfer.reply().get(30, TimeUnit.SECONDS);
    }

    private static Body body(byte[] content) {
        return new Body() {
            @Override
            public long bytes() {
                return content.length;
            }

            @Override
            public void copy(long offset, ByteBuffer target) {
                target.put(content, (int) offset, (int) Math.min(target.remaining(), content.length - offset));
            }
        };
    }
}

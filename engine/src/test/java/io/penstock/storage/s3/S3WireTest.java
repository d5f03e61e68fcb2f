package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.testing.S3TestServer;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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

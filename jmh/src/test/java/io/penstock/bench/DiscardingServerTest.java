package io.penstock.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class DiscardingServerTest {
    private static final int KEPT_BYTES = 1000;

    private DiscardingServer server;
    private S3Client client;

    @BeforeEach
    void start() throws IOException {
        server = new DiscardingServer(0, KEPT_BYTES);
        client = new S3Endpoint(server.endpoint()).sync(UrlConnectionHttpClient.builder());
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    private void put(String key, byte[] content) {
        client.putObject(request -> request.bucket(S3Endpoint.BUCKET).key(key), RequestBody.fromBytes(content));
    }

    private byte[] get(String key, String range) {
        return client.getObjectAsBytes(
                        request -> request.bucket(S3Endpoint.BUCKET).key(key).range(range))
                .asByteArray();
    }

    @Test
    void smallObjectsAreKeptAndLargeOnesHaveSyntheticBytes() {
        byte[] small = "an entry of a log".repeat(10).getBytes(StandardCharsets.UTF_8);
        put("dir/small & <odd>", small);
        put("dir/large", new byte[3_000_000]);

        assertArrayEquals(small, get("dir/small & <odd>", null));
        ByteBuffer expected = ByteBuffer.allocate(1_000_000);
        SyntheticBytes.fill(1_500_000, expected);
        assertArrayEquals(expected.array(), get("dir/large", "bytes=1500000-2499999"));
        assertEquals(3_000_000, get("dir/large", null).length);
        assertEquals(
                List.of("dir/large", "dir/small & <odd>"),
                client
                        .listObjectsV2(
                                request -> request.bucket(S3Endpoint.BUCKET).prefix("dir/"))
                        .contents()
                        .stream()
                        .map(S3Object::key)
                        .toList());
        assertThrows(NoSuchKeyException.class, () -> get("dir", null));
    }

    @Test
    void anUploadHasTheSizeOfItsParts() throws IOException, InterruptedException {
        long bytes = ObjectUpload.PART_BYTES + 1;
        try (ReadyBuffers ready = new ReadyBuffers();
                ObjectUpload upload = new SyncPartUpload(client, false)) {
            upload.put("uploaded", ready, bytes);

            URI endpoint = server.endpoint();
            try (S3Client other = new S3Endpoint(endpoint).sync(UrlConnectionHttpClient.builder())) {
                assertEquals(
                        bytes,
                        other.headObject(request ->
                                        request.bucket(S3Endpoint.BUCKET).key("uploaded"))
                                .contentLength());
                assertEquals(
                        0,
                        other.listMultipartUploads(request -> request.bucket(S3Endpoint.BUCKET))
                                .uploads()
                                .size());
            }
        }
    }

    @Test
    void anObjectIsMadeOnlyOnceIfThatIsAsked() {
        put("entry", new byte[1]);

        S3Exception refused = assertThrows(
                S3Exception.class,
                () -> client.putObject(
                        request ->
                                request.bucket(S3Endpoint.BUCKET).key("entry").ifNoneMatch("*"),
                        RequestBody.fromBytes(new byte[2])));
        assertEquals(412, refused.statusCode());
        assertEquals(1, get("entry", null).length);
    }
}

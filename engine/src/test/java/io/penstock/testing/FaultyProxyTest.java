package io.penstock.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.Fault.Moment;
import io.penstock.testing.S3Request.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The proxy, tried with a client that knows nothing of it. */
class FaultyProxyTest {
    private static final byte[] CONTENT = new byte[100_000];

    static {
        new Random(1).nextBytes(CONTENT);
    }

    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    private FaultyProxy proxy;
    private S3AsyncClient client;

    @BeforeEach
    void startProxy() throws IOException {
        proxy = new FaultyProxy(server.endpoint());
        client = S3AsyncClient.crtBuilder()
                .endpointOverride(proxy.endpoint())
                .region(Region.of(S3TestServer.REGION))
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .targetThroughputInGbps(1.0)
                .build();
    }

    @AfterEach
    void stopProxy() throws IOException {
        client.close();
        proxy.close();
    }

    private CompletableFuture<PutObjectResponse> put(String path) {
        CRC32C crc = new CRC32C();
        crc.update(CONTENT);
        byte[] checksum = {
            (byte) (crc.getValue() >> 24),
            (byte) (crc.getValue() >> 16),
            (byte) (crc.getValue() >> 8),
            (byte) crc.getValue()
        };
        return client.putObject(
                request -> request.bucket(server.bucket())
                        .key(S3TestServer.key(path))
                        .checksumCRC32C(Base64.getEncoder().encodeToString(checksum))
                        .overrideConfiguration(config -> config.apiCallTimeout(Duration.ofSeconds(2))),
                AsyncRequestBody.fromBytes(CONTENT));
    }

    private CompletableFuture<byte[]> get(String path) {
        return client.getObject(
                        request -> request.bucket(server.bucket())
                                .key(S3TestServer.key(path))
                                .overrideConfiguration(config -> config.apiCallTimeout(Duration.ofSeconds(2))),
                        AsyncResponseTransformer.toBytes())
                .thenApply(response -> response.asByteArray());
    }

    private static Throwable failure(CompletableFuture<?> call) {
        return assertThrows(CompletionException.class, call::join).getCause();
    }

    @Test
    void requestsPassAndAreCounted() {
        put("a b+c/\u00e9").join();
        assertArrayEquals(CONTENT, get("a b+c/\u00e9").join());
        assertEquals(
                List.of(S3TestServer.key("a b+c/\u00e9")),
                client.listObjectsV2(request -> request.bucket(server.bucket())).join().contents().stream()
                        .map(object -> object.key())
                        .toList());
        assertEquals(1, proxy.requests(Kind.PUT));
        assertEquals(1, proxy.requests(Kind.GET));
        assertEquals(1, proxy.requests(Kind.LIST));
        assertEquals(3, proxy.requests());
        assertEquals(0, proxy.injected());
        assertEquals("1: PUT some/where/a b+c/\u00e9", proxy.log().get(0));
        assertEquals(CONTENT.length, proxy.bytesUp());
        assertTrue(proxy.bytesDown() > CONTENT.length, () -> proxy.bytesDown() + " bytes down");
        server.assertNothingLeft("a b+c/\u00e9");
    }

    @Test
    void uploadInPartsIsSeenAsSuch() {
        String key = S3TestServer.key("a");
        String upload = client.createMultipartUpload(
                        request -> request.bucket(server.bucket()).key(key))
                .join()
                .uploadId();
        client.uploadPart(
                        request -> request.bucket(server.bucket())
                                .key(key)
                                .uploadId(upload)
                                .partNumber(1),
                        AsyncRequestBody.fromBytes(CONTENT))
                .join();
        client.listMultipartUploads(request -> request.bucket(server.bucket())).join();
        client.abortMultipartUpload(
                        request -> request.bucket(server.bucket()).key(key).uploadId(upload))
                .join();
        for (Kind kind : List.of(Kind.CREATE_UPLOAD, Kind.UPLOAD_PART, Kind.LIST_UPLOADS, Kind.ABORT_UPLOAD)) {
            assertEquals(1, proxy.requests(kind), kind.toString());
        }
        server.assertNothingLeft();
    }

    @Test
    void onlyTheNthRequestFails() {
        proxy.failOn(2, Fault.error(403, "AccessDenied"));
        put("a").join();
        S3Exception refused = (S3Exception) failure(put("b"));
        assertEquals("AccessDenied", refused.awsErrorDetails().errorCode());
        assertEquals("PROXY2", refused.requestId());
        put("c").join();
        assertEquals(1, proxy.injected());
        server.assertNothingLeft("a", "c");
    }

    @Test
    void resetBeforeTheRequestLeavesNothing() {
        proxy.fail(Kind.PUT, Fault.reset(Moment.BEFORE));
        failure(put("a"));
        server.assertNothingLeft();
    }

    @Test
    void resetInTheMiddleOfTheBodyLeavesNothing() throws InterruptedException {
        proxy.fail(Kind.PUT, Fault.reset(Moment.MIDDLE));
        failure(put("a"));
        proxy.awaitIdle();
        assertTrue(proxy.bytesUp() >= CONTENT.length / 2);
        server.assertNothingLeft();
    }

    @Test
    void resetAfterTheRequestLosesTheReplyOnly() {
        proxy.fail(Kind.PUT, Fault.reset(Moment.AFTER));
        failure(put("a"));
        server.assertNothingLeft("a");
        assertArrayEquals(CONTENT, server.content("a"));
    }

    @Test
    void silenceLastsUntilTheClientGivesUp() throws InterruptedException {
        for (boolean carriedOut : new boolean[] {false, true}) {
            proxy.reset().fail(Kind.PUT, new Fault.Silence(carriedOut));
            failure(put("a"));
            proxy.awaitIdle();
            assertEquals(carriedOut ? 1 : 0, server.keys().size());
        }
    }

    @Test
    void serverMayHaveDoneWhatItSaysItHasNot() {
        proxy.fail(Kind.PUT, Fault.errorAfter(400, "InvalidRequest"));
        assertEquals(
                "InvalidRequest",
                ((S3Exception) failure(put("a"))).awsErrorDetails().errorCode());
        server.assertNothingLeft("a");
    }

    @Test
    void bodyOfAReplyIsHalvedOrChanged() throws InterruptedException {
        server.put("a", CONTENT);
        proxy.fail(Kind.GET, new Fault.TruncatedReply());
        failure(get("a"));
        proxy.reset().fail(Kind.GET, Fault.reset(Moment.MIDDLE));
        failure(get("a"));
        proxy.reset().fail(Kind.GET, new Fault.CorruptReply());
        byte[] content = get("a").join();
        assertEquals(CONTENT.length, content.length);
        assertFalse(java.util.Arrays.equals(CONTENT, content));
        proxy.reset();
        assertArrayEquals(CONTENT, get("a").join());
    }

    @Test
    void serverRefusesABodyThatWasChangedOnItsWay() {
        proxy.fail(Kind.PUT, new Fault.CorruptRequest());
        assertEquals(400, ((S3Exception) failure(put("a"))).statusCode());
        server.assertNothingLeft();
    }

    @Test
    void somethingElseHappensFirst() {
        server.put("a", new byte[1]);
        proxy.fail(
                Kind.GET,
                new Fault.Meddling(request -> server.client()
                        .deleteObject(delete -> delete.bucket(request.bucket()).key(request.key()))
                        .join()));
        assertEquals(404, ((S3Exception) failure(get("a"))).statusCode());
        server.assertNothingLeft();
    }

    @Test
    void lateRequestArrivesAfterItsClientHasLostIt() throws InterruptedException {
        proxy.fail(Kind.PUT, new Fault.Late(), 1).fail(Kind.PUT, Fault.error(403, "AccessDenied"));
        failure(put("a"));
        server.assertNothingLeft();
        proxy.deliver().awaitIdle();
        server.assertNothingLeft("a");
        assertArrayEquals(CONTENT, server.content("a"));
    }

    @Test
    void delayedRequestIsAnswered() {
        proxy.throttle(10_000_000).fail(Kind.PUT, new Fault.Delay(10));
        assertNull(put("a").join().versionId());
        assertArrayEquals(CONTENT, get("a").join());
        server.assertNothingLeft("a");
    }
}

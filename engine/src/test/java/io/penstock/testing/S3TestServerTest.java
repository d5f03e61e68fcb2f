package io.penstock.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3TestServerTest {
    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    @Test
    void bucketHoldsWhatWasPut() {
        server.assertNothingLeft();
        server.put("b", new byte[] {1});
        server.put("a/c", new byte[0]);
        assertEquals(List.of(S3TestServer.key("a/c"), S3TestServer.key("b")), server.keys());
        assertArrayEquals(new byte[] {1}, server.content("b"));
        server.assertNothingLeft("b", "a/c");
        assertThrows(AssertionError.class, () -> server.assertNothingLeft("b"));
    }

    @Test
    void unfinishedUploadIsLeftOver() {
        String upload = server.client()
                .createMultipartUpload(
                        request -> request.bucket(server.bucket()).key(S3TestServer.key("a")))
                .join()
                .uploadId();
        assertEquals(List.of(S3TestServer.key("a")), server.uploads());
        assertThrows(AssertionError.class, server::assertNothingLeft);
        server.client()
                .abortMultipartUpload(request -> request.bucket(server.bucket())
                        .key(S3TestServer.key("a"))
                        .uploadId(upload))
                .join();
        server.assertNothingLeft();
    }

    @Test
    void conditionalPutHasOneWinner() {
        server.put("a", new byte[] {1});
        CompletionException refused = assertThrows(
                CompletionException.class,
                () -> server.client()
                        .putObject(
                                request -> request.bucket(server.bucket())
                                        .key(S3TestServer.key("a"))
                                        .ifNoneMatch("*"),
                                AsyncRequestBody.fromBytes(new byte[] {2}))
                        .join());
        assertEquals(412, ((S3Exception) refused.getCause()).statusCode());
        assertArrayEquals(new byte[] {1}, server.content("a"));
    }

    @Test
    void signatureIsChecked() {
        try (S3AsyncClient stranger = S3AsyncClient.crtBuilder()
                .endpointOverride(server.endpoint())
                .region(Region.of(S3TestServer.REGION))
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(S3TestServer.ACCESS_KEY, "wrong")))
                .build()) {
            CompletionException refused = assertThrows(
                    CompletionException.class,
                    () -> stranger.listObjectsV2(request -> request.bucket(server.bucket()))
                            .join());
            assertEquals(
                    "SignatureDoesNotMatch",
                    ((S3Exception) refused.getCause()).awsErrorDetails().errorCode());
        }
    }

    @Test
    void nextBucketIsAnotherOne() {
        try (S3TestServer other = new S3TestServer().open()) {
            server.put("a", new byte[1]);
            assertTrue(other.keys().isEmpty());
        }
        server.assertNothingLeft("a");
        assertEquals(S3TestServer.ACCESS_KEY, System.getProperty("aws.accessKeyId"));
    }
}

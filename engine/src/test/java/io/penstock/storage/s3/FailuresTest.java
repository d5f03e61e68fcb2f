package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.Fault;
import io.penstock.testing.FaultyProxy;
import io.penstock.testing.S3Request.Kind;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.s3.model.CompletedPart;

class FailuresTest {
    private static final String KEY = S3TestServer.key("a");
    private static final String WRONG_SECRET = "a-wrong-secret";

    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    private FaultyProxy proxy;

    @BeforeEach
    void stand() throws IOException {
        proxy = new FaultyProxy(server.endpoint());
    }

    @AfterEach
    void leave() throws IOException {
        proxy.close();
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(403, "AccessDenied", Map.of(), "The credentials do not give the right to do this"),
                Arguments.of(400, "ExpiredToken", Map.of(), "The credentials have expired: renew them"),
                Arguments.of(403, "InvalidAccessKeyId", Map.of(), "The server does not know the access key"),
                Arguments.of(
                        403, "RequestTimeTooSkewed", Map.of(), "This machine's clock and the server's differ: it is 2"),
                Arguments.of(404, "NoSuchBucket", Map.of(), "There is no bucket 'test-"),
                Arguments.of(503, "SlowDown", Map.of(), "The server is asked for too much at a time"),
                Arguments.of(
                        301,
                        "PermanentRedirect",
                        Map.of("x-amz-bucket-region", "eu-north-1"),
                        "The bucket is in region 'eu-north-1': set penstock.s3.region=eu-north-1"),
                Arguments.of(
                        400,
                        "AuthorizationHeaderMalformed",
                        Map.of(),
                        "The bucket is in another region, or the endpoint is not its own"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusalComesWithWhatHelps(int status, String code, Map<String, String> headers, String advice)
            throws Exception {
        proxy.fail(request -> true, new Fault.ErrorReply(status, code, false, headers), 0, Long.MAX_VALUE);
        try (S3Connection connection = open(proxy.endpoint(), 1)) {
            RequestException small = refusal(() -> new S3Control(connection).list(KEY));
            RequestException big = refusal(() -> connection
                    .wire()
                    .put(KEY, Map.of(), Map.of(), new Bytes(10))
                    .reply()
                    .join());
            for (RequestException e : List.of(small, big)) {
                assertEquals(status, e.status(), e::getMessage);
                assertEquals(code, e.code());
                assertContains(e, KEY);
                assertContains(e, "status " + status + " " + code);
                assertContains(e, proxy.endpoint().toString());
                assertContains(e, advice);
            }
            assertContains(big, "request PROXY");
        }
    }

    @Test
    void refusalWithoutABodyComesWithWhatHelps() throws Exception {
        try (S3Connection connection = open(proxy.endpoint(), 1)) {
            proxy.fail(Kind.HEAD, new Fault.ErrorReply(301, "", false, Map.of("x-amz-bucket-region", "eu-north-1")), 1);
            assertContains(refusal(() -> new S3Control(connection).head(KEY)), "set penstock.s3.region=eu-north-1");
            proxy.fail(Kind.HEAD, Fault.error(403, ""), 1);
            assertContains(refusal(() -> new S3Control(connection).head(KEY)), "The credentials do not give the right");
        }
    }

    @Test
    void errorInAReplyThatBeganLikeSuccessIsOne() throws Exception {
        try (S3Connection connection = open(proxy.endpoint(), 1)) {
            S3Control control = new S3Control(connection);
            String upload = control.createUpload(KEY, "w");
            proxy.fail(Kind.COMPLETE_UPLOAD, new Fault.ErrorIn200("InternalError", false));
            RequestException e = refusal(() -> control.complete(
                    KEY,
                    upload,
                    List.of(CompletedPart.builder().partNumber(1).eTag("e").build())));
            assertContains(e, "InternalError");
            assertTrue(e.isOutcomeUnknown());
            proxy.reset();
            control.abort(KEY, upload);
        }
    }

    @Test
    void replyThatNeverComesIsGivenUp() throws Exception {
        try (S3Connection connection = open(proxy.endpoint(), 1)) {
            proxy.fail(Kind.LIST, new Fault.Silence(false));
            RequestException e = refusal(() -> new S3Control(connection).list(KEY));
            assertContains(e, "penstock.s3.timeout.millis=1000");
            assertTrue(e.isOutcomeUnknown());
        }
    }

    @Test
    void wrongSecretIsToldWithoutIt() throws Exception {
        System.setProperty("aws.secretAccessKey", WRONG_SECRET);
        try (S3Connection connection = open(server.endpoint(), 1)) {
            for (RequestException e : List.of(
                    refusal(() -> new S3Control(connection).list(KEY)),
                    refusal(() -> connection
                            .wire()
                            .put(KEY, Map.of(), Map.of(), new Bytes(1))
                            .reply()
                            .join()))) {
                assertEquals("SignatureDoesNotMatch", e.code());
                assertContains(e, "The secret key does not fit the access key");
            }
        }
    }

    @Test
    void requestWithoutCredentialsSaysSo() throws Exception {
        S3Options o = server.options();
        S3Options anonymous = new S3Options(
                o.bucket(),
                o.prefix(),
                o.endpoint(),
                o.region(),
                o.pathStyle(),
                S3Options.Credentials.ANONYMOUS,
                o.storageClass(),
                o.encryption(),
                o.kmsKey(),
                o.checksums(),
                o.partBytes(),
                o.partsInFlight(),
                o.readBytes(),
                o.readsInFlight(),
                o.timeout(),
                o.retries(),
                o.singleWriter());
        try (S3Connection connection = S3Connection.open(anonymous)) {
            for (RequestException e : List.of(
                    refusal(() -> new S3Control(connection).list(KEY)),
                    refusal(() -> connection
                            .wire()
                            .put(KEY, Map.of(), Map.of(), new Bytes(1))
                            .reply()
                            .join()))) {
                assertEquals(403, e.status());
                assertContains(e, "The request was not signed: penstock.s3.credentials=anonymous says so");
            }
        }
    }

    private S3Connection open(URI endpoint, int retries) throws IOException {
        return S3Connection.open(server.options(endpoint, Duration.ofSeconds(1), retries));
    }

    private static RequestException refusal(Executable request) {
        Throwable thrown = assertThrows(Exception.class, request);
        RequestException e = assertInstanceOf(
                RequestException.class, thrown instanceof CompletionException ? thrown.getCause() : thrown);
        StringWriter everything = new StringWriter();
        e.printStackTrace(new PrintWriter(everything));
        for (String secret : List.of(S3TestServer.SECRET_KEY, WRONG_SECRET)) {
            assertFalse(everything.toString().contains(secret), everything::toString);
        }
        return e;
    }

    private static void assertContains(RequestException e, String text) {
        assertTrue(e.getMessage().contains(text), e::getMessage);
    }

    private record Bytes(long bytes) implements Body {
        @Override
        public void copy(long offset, java.nio.ByteBuffer target) {
            target.put(new byte[(int) Math.min(target.remaining(), bytes - offset)]);
        }
    }
}

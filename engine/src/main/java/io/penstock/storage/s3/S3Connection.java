package io.penstock.storage.s3;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.CrtRuntimeException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3CrtAsyncClientBuilder;

/**
 * The clients that talk to one bucket's server: the SDK's for what is small, the CRT's own for objects' bytes. Both work until it is closed,
 * even while the JVM shuts down. Thread-safe.
 */
final class S3Connection implements Closeable {
    /** What a server that is not Amazon's takes for its own, by habit. */
    private static final String USUAL_REGION = "us-east-1";

    /** A server that does not even accept a connection for so long is not there. */
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);

    private final S3Options options;
    private final Signer signer;
    private final S3AsyncClient sdk;
    private final S3Wire wire;
    private final BucketAddress address;
    private final Failures failures = new Failures(this);
    private final LongAdder requests = new LongAdder();
    private final AtomicBoolean closed = new AtomicBoolean();

    private S3Connection(S3Options options, Signer signer, S3AsyncClient sdk, String region) throws IOException {
        this.options = options;
        this.signer = signer;
        this.sdk = sdk;
        this.address = addressOf(options, sdk);
        this.wire = new S3Wire(this, region);
    }

    /**
     * Finds endpoint, region and credentials. Sends no request to the server.
     *
     * @throws IOException if one cannot be found or is of no use
     */
    static S3Connection open(S3Options options) throws IOException {
        boolean isOnAws = options.endpoint() == null && !hasEndpointInEnvironment();
        String region = region(options, isOnAws);
        Signer signer = Signer.open(options.credentials(), region, isOnAws);
        S3AsyncClient sdk = null;
        try {
            CRT.checkLoaded();
            // The CRT would otherwise end with the first shutdown hook, and with it every rollback on Ctrl-C.
            CRT.acquireShutdownRef();
        } catch (CrtRuntimeException e) {
            signer.close();
            throw new IOException(
                    "the AWS Common Runtime does not start (where java.io.tmpdir forbids to run what lies there, name"
                            + " another directory by -Daws.crt.lib.dir): " + e.getMessage(),
                    e);
        }
        try {
            sdk = sdk(options, region, signer, isOnAws);
            return new S3Connection(options, signer, sdk, region);
        } catch (IOException | RuntimeException | Error e) {
            if (sdk != null) {
                sdk.close();
            }
            signer.close();
            CRT.releaseShutdownRef();
            throw e;
        }
    }

    /** The places where the SDK looks as well, but for a profile's. */
    private static boolean hasEndpointInEnvironment() {
        return System.getProperty("aws.endpointUrlS3") != null
                || System.getProperty("aws.endpointUrl") != null
                || System.getenv("AWS_ENDPOINT_URL_S3") != null
                || System.getenv("AWS_ENDPOINT_URL") != null;
    }

    private static String region(S3Options options, boolean isOnAws) throws IOException {
        if (options.region() != null) {
            return options.region();
        }
        AwsRegionProvider provider = isOnAws
                ? DefaultAwsRegionProviderChain.builder().build()
                : new AwsRegionProviderChain(new SystemSettingsRegionProvider(), new AwsProfileRegionProvider());
        try {
            return provider.getRegion().id();
        } catch (SdkException e) {
            if (!isOnAws) {
                return USUAL_REGION;
            }
            throw new IOException(
                    "the region of bucket '" + options.bucket()
                            + "' is not known: set penstock.s3.region or AWS_REGION",
                    e);
        }
    }

    private static S3AsyncClient sdk(S3Options options, String region, Signer signer, boolean isOnAws) {
        Duration timeout = options.timeout();
        S3CrtAsyncClientBuilder builder = S3AsyncClient.crtBuilder()
                .region(Region.of(region))
                .credentialsProvider(signer.provider())
                .forcePathStyle(options.pathStyle() || !isOnAws && options.endpoint() == null)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .disableS3ExpressSessionAuth(true)
                .targetThroughputInGbps(NativeClient.TARGET_GBPS)
                .maxNativeMemoryLimitInBytes(NativeClient.MEMORY_LIMIT_BYTES)
                .retryConfiguration(retry -> retry.numRetries(Math.max(1, options.retries())))
                .httpConfiguration(http -> http.connectionTimeout(connectTimeout(timeout))
                        .connectionHealthConfiguration(health -> health.minimumThroughputInBps(1L)
                                .minimumThroughputTimeout(Duration.ofSeconds(NativeClient.seconds(timeout)))));
        if (options.endpoint() != null) {
            builder.endpointOverride(options.endpoint());
        }
        return builder.build();
    }

    static Duration connectTimeout(Duration timeout) {
        return timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT;
    }

    /** The SDK knows partitions, dual stack, FIPS and what the environment says about them; so its client is asked, without a request. */
    private static BucketAddress addressOf(S3Options options, S3AsyncClient sdk) throws IOException {
        String key = "key";
        try {
            URI url = sdk.utilities()
                    .getUrl(request -> request.bucket(options.bucket()).key(key))
                    .toURI();
            return BucketAddress.of(url, key);
        } catch (SdkException | URISyntaxException e) {
            throw new IOException("bucket '" + options.bucket() + "' has no address: " + e.getMessage(), e);
        }
    }

    S3Options options() {
        return options;
    }

    /** For requests without an object's bytes. */
    S3AsyncClient sdk() {
        return sdk;
    }

    /** A request is about to be sent. */
    void countRequest() {
        requests.increment();
    }

    long requests() {
        return requests.sum();
    }

    /** For objects' bytes. */
    S3Wire wire() {
        return wire;
    }

    /** Where the objects are. */
    BucketAddress address() {
        return address;
    }

    Signer signer() {
        return signer;
    }

    Failures failures() {
        return failures;
    }

    /** {@code key} for messages. */
    String uri(String key) {
        return "s3://" + options.bucket() + "/" + key;
    }

    /** Cancels what is on its way and returns when it has ended. Does nothing a second time. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            wire.close();
        } finally {
            sdk.close();
            signer.close();
            CRT.releaseShutdownRef();
        }
    }
}

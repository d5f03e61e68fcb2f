package io.penstock.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.storage.s3.S3Options;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * An S3 server in this JVM that asks for signatures, and a bucket of it for each test, which fails if the bucket holds an unfinished upload at
 * its end:
 *
 * <pre>{@code
 * @RegisterExtension
 * final S3TestServer server = new S3TestServer();
 * }</pre>
 *
 * <p>Or, without JUnit, {@code try (S3TestServer server = new S3TestServer().open())}. Meanwhile this JVM's default credentials are the server's. It
 * starts with its first bucket and ends with the JVM.
 */
public final class S3TestServer implements BeforeEachCallback, AfterEachCallback, AutoCloseable {
    public static final String ACCESS_KEY = "AKIAPENSTOCKTEST";
    public static final String SECRET_KEY = "not-a-secret-of-anybody/+";
    public static final String REGION = "us-east-1";

    /** What the keys of the store begin with. */
    public static final String PREFIX = "some/where";

    private static final String ACCESS_PROPERTY = SdkSystemSetting.AWS_ACCESS_KEY_ID.property();
    private static final String SECRET_PROPERTY = SdkSystemSetting.AWS_SECRET_ACCESS_KEY.property();

    private static final String SMALL_PARTS = "small-parts-";

    private static S3TestServer shared;

    private final String bucketPrefix;
    private String bucket;
    private String formerAccessKey;
    private String formerSecretKey;

    public S3TestServer() {
        this("test-");
    }

    private S3TestServer(String bucketPrefix) {
        this.bucketPrefix = bucketPrefix;
    }

    /** With buckets that take parts of uploads of any size, where S3 asks for 5 MiB. */
    public static S3TestServer ofSmallParts() {
        return new S3TestServer(SMALL_PARTS);
    }

    /** Makes the bucket, and the server's credentials this JVM's. */
    public S3TestServer open() {
        bucket = bucketPrefix + UUID.randomUUID();
        client().createBucket(request -> request.bucket(bucket)).join();
        formerAccessKey = System.getProperty(ACCESS_PROPERTY);
        formerSecretKey = System.getProperty(SECRET_PROPERTY);
        System.setProperty(ACCESS_PROPERTY, ACCESS_KEY);
        System.setProperty(SECRET_PROPERTY, SECRET_KEY);
        return this;
    }

    /** A bucket for tests that need only a prefix of their own; it ends with the JVM, whose default credentials are the server's from now on. */
    public static synchronized S3TestServer shared() {
        if (shared == null) {
            shared = new S3TestServer().open();
        }
        System.setProperty(ACCESS_PROPERTY, ACCESS_KEY);
        System.setProperty(SECRET_PROPERTY, SECRET_KEY);
        return shared;
    }

    public String bucket() {
        return bucket;
    }

    /** Of the server itself; {@link FaultyProxy} has another. */
    public URI endpoint() {
        return Running.SERVER.endpoint;
    }

    /** The server as whoever may do everything sees it, for tests to look and to meddle. */
    public S3AsyncClient client() {
        return Running.SERVER.client;
    }

    /** The store at {@link #PREFIX} of the bucket, with the smallest parts. */
    public S3Options options() {
        return options(endpoint());
    }

    public S3Options options(URI endpoint) {
        return options(endpoint, Duration.ofSeconds(20), 5);
    }

    public S3Options options(URI endpoint, Duration timeout, int retries) {
        return options(endpoint, 5 << 20, 1 << 20, timeout, retries);
    }

    /** The store at another prefix. */
    public S3Options optionsBelow(String prefix) {
        return options(prefix, endpoint(), 5 << 20, 1 << 20, Duration.ofSeconds(20), 5);
    }

    /** @param partBytes the server takes less than 5 MiB only {@link #ofSmallParts} */
    public S3Options options(URI endpoint, int partBytes, int readBytes, Duration timeout, int retries) {
        return options(PREFIX, endpoint, partBytes, readBytes, timeout, retries);
    }

    private S3Options options(
            String prefix, URI endpoint, int partBytes, int readBytes, Duration timeout, int retries) {
        return new S3Options(
                bucket,
                prefix,
                endpoint,
                REGION,
                true,
                S3Options.Credentials.DEFAULT,
                null,
                S3Options.Encryption.DEFAULT,
                null,
                true,
                partBytes,
                2,
                readBytes,
                4,
                timeout,
                retries,
                false);
    }

    /** The options for another JVM that give it the credentials. */
    public List<String> javaOptions() {
        return List.of("-D" + ACCESS_PROPERTY + "=" + ACCESS_KEY, "-D" + SECRET_PROPERTY + "=" + SECRET_KEY);
    }

    /** The key of the store's file {@code path}. */
    public static String key(String path) {
        return PREFIX + "/" + path;
    }

    /** The keys of all objects in the bucket, sorted. */
    public List<String> keys() {
        return client().listObjectsV2(request -> request.bucket(bucket)).join().contents().stream()
                .map(S3Object::key)
                .sorted()
                .toList();
    }

    /** The keys of all unfinished uploads in the bucket, sorted. */
    public List<String> uploads() {
        return client().listMultipartUploads(request -> request.bucket(bucket)).join().uploads().stream()
                .map(MultipartUpload::key)
                .sorted()
                .toList();
    }

    /** The bytes of the store's file {@code path}. */
    public byte[] content(String path) {
        return client().getObject(request -> request.bucket(bucket).key(key(path)), AsyncResponseTransformer.toBytes())
                .join()
                .asByteArray();
    }

    /** Puts a file into the store without asking it. */
    public void put(String path, byte[] content) {
        client().putObject(request -> request.bucket(bucket).key(key(path)), AsyncRequestBody.fromBytes(content))
                .join();
    }

    /** Begins an upload of a key, with a part, that nobody ends. */
    public void beginUpload(String key) {
        String id = client().createMultipartUpload(
                        request -> request.bucket(bucket).key(key))
                .join()
                .uploadId();
        client().uploadPart(
                        request -> request.bucket(bucket).key(key).uploadId(id).partNumber(1),
                        AsyncRequestBody.fromBytes(new byte[1]))
                .join();
    }

    /** Removes an object. */
    public void remove(String key) {
        client().deleteObject(request -> request.bucket(bucket).key(key)).join();
    }

    /** Fails unless the bucket has no unfinished upload and holds the files {@code paths} of the store and nothing else. */
    public void assertNothingLeft(String... paths) {
        assertNothingLeft(Arrays.asList(paths));
    }

    public void assertNothingLeft(List<String> paths) {
        assertEquals(List.of(), uploads(), "unfinished uploads");
        assertEquals(paths.stream().map(S3TestServer::key).sorted().toList(), keys(), "objects");
    }

    /** Removes the bucket with all that is in it. */
    @Override
    public void close() {
        restore(ACCESS_PROPERTY, formerAccessKey);
        restore(SECRET_PROPERTY, formerSecretKey);
        try {
            // Not by requests: an upload that broke off leaves directories in which the server finds nothing, and so
            // cannot remove.
            Running.removeTree(Running.SERVER.directory.resolve(bucket));
        } catch (IOException e) {
            // A request that nobody waits for still writes to it; it goes with the JVM.
            return;
        }
    }

    private static void restore(String property, String former) {
        if (former == null) {
            System.clearProperty(property);
        } else {
            System.setProperty(property, former);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        open();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        List<String> uploads = uploads();
        close();
        if (context.getExecutionException().isEmpty()) {
            assertEquals(List.of(), uploads, "unfinished uploads");
        }
    }

    /** The one server of this JVM. */
    private static final class Running {
        static final Running SERVER = new Running();

        final Path directory;
        final URI endpoint;
        final S3AsyncClient client;

        private Running() {
            try {
                directory = Files.createTempDirectory("penstock-s3-");
                S3Proxy proxy = S3Proxy.builder()
                        .blobStore(new SmallPartsStore(new FilesystemNio2BlobStore(directory.toString()), SMALL_PARTS))
                        .endpoint(URI.create("http://127.0.0.1:0"))
                        .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
                        .ignoreUnknownHeaders(true)
                        .v4MaxNonChunkedRequestSize(1L << 30)
                        .stopTimeout(0)
                        .build();
                proxy.start();
                endpoint = URI.create("http://127.0.0.1:" + proxy.getPort());
                Runtime.getRuntime().addShutdownHook(new Thread(() -> end(proxy, directory)));
            } catch (Exception e) {
                throw new AssertionError("the S3 server does not start", e);
            }
            client = S3AsyncClient.crtBuilder()
                    .endpointOverride(endpoint)
                    .region(Region.of(REGION))
                    .forcePathStyle(true)
                    .credentialsProvider(
                            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
                    .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                    .targetThroughputInGbps(1.0)
                    .build();
        }

        private static void end(S3Proxy proxy, Path directory) {
            try {
                proxy.stop();
                removeTree(directory);
            } catch (Exception e) {
                throw new AssertionError("the S3 server does not end", e);
            }
        }

        private static void removeTree(Path directory) throws IOException {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                    if (failure != null) {
                        throw failure;
                    }
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
    }
}

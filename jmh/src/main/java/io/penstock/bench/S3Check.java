package io.penstock.bench;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** A server that keeps what it is sent and checks signatures and checksums, in this JVM, to see that a contender's objects are right. */
final class S3Check implements Closeable {
    private final Path directory = Files.createTempDirectory("penstock-bench-s3-");
    private final S3Proxy proxy;
    private final S3Endpoint endpoint;

    /** @param signed whether requests must be */
    S3Check(boolean signed) throws IOException {
        S3Proxy.Builder builder = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(directory.toString()))
                .endpoint(URI.create("http://127.0.0.1:0"))
                .ignoreUnknownHeaders(true)
                .v4MaxNonChunkedRequestSize(1L << 30)
                .stopTimeout(0);
        if (signed) {
            builder.awsAuthentication(AuthenticationType.AWS_V4, S3Endpoint.ACCESS_KEY, S3Endpoint.SECRET_KEY);
        }
        proxy = builder.build();
        try {
            proxy.start();
        } catch (Exception e) {
            throw new IOException("s3proxy does not start", e);
        }
        endpoint = new S3Endpoint(URI.create("http://127.0.0.1:" + proxy.getPort()));
        try (S3Client client = endpoint.sync(UrlConnectionHttpClient.builder())) {
            client.createBucket(request -> request.bucket(S3Endpoint.BUCKET));
        }
    }

    S3Endpoint endpoint() {
        return endpoint;
    }

    /**
     * Reads an object back.
     *
     * @throws IllegalStateException if it has not {@code bytes} of the {@link SyntheticBytes}
     */
    void requireSameBytes(String contender, String key, long bytes) throws IOException {
        try (S3Client client = endpoint.sync(UrlConnectionHttpClient.builder());
                InputStream content = new BufferedInputStream(client.getObject(
                        request -> request.bucket(S3Endpoint.BUCKET).key(key)))) {
            long at = 0;
            for (int value = content.read(); value >= 0; value = content.read()) {
                if (at < bytes && (byte) value != SyntheticBytes.at(at)) {
                    throw new IllegalStateException(contender + ": byte " + at + " differs");
                }
                at++;
            }
            if (at != bytes) {
                throw new IllegalStateException(contender + " wrote " + at + " bytes of " + bytes);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IOException("s3proxy does not stop", e);
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

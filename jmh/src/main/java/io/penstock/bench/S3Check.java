package io.penstock.bench;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** A server in this JVM that keeps what it is sent, to see that a contender's objects are what they should be. */
final class S3Check implements Closeable {
    /** Several parts, and a last one of odd length. */
    private static final long BYTES = 3L * ObjectUpload.PART_BYTES + 12_345;

    private final S3Endpoint endpoint;
    private final Closeable server;

    private S3Check(URI endpoint, Closeable server) {
        this.endpoint = new S3Endpoint(endpoint);
        this.server = server;
    }

    /**
     * An s3proxy, which checks checksums.
     *
     * @param signed whether it asks for signatures and checks them
     */
    static S3Check s3proxy(boolean signed) throws IOException {
        Path directory = Files.createTempDirectory("penstock-bench-s3-");
        S3Proxy.Builder builder = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(directory.toString()))
                .endpoint(URI.create("http://127.0.0.1:0"))
                .ignoreUnknownHeaders(true)
                .v4MaxNonChunkedRequestSize(1L << 30)
                .stopTimeout(0);
        if (signed) {
            builder.awsAuthentication(AuthenticationType.AWS_V4, S3Endpoint.ACCESS_KEY, S3Endpoint.SECRET_KEY);
        }
        S3Proxy proxy = builder.build();
        try {
            proxy.start();
        } catch (Exception e) {
            throw new IOException("s3proxy does not start", e);
        }
        S3Check check = new S3Check(URI.create("http://127.0.0.1:" + proxy.getPort()), () -> stop(proxy, directory));
        try (S3Client client = check.endpoint.sync(UrlConnectionHttpClient.builder())) {
            client.createBucket(request -> request.bucket(S3Endpoint.BUCKET));
        }
        return check;
    }

    /** A {@link DiscardingServer} that keeps everything for once: it takes what s3proxy does not, and checks nothing. */
    static S3Check keeping() throws IOException {
        DiscardingServer server = new DiscardingServer(0, Integer.MAX_VALUE);
        return new S3Check(server.endpoint(), server);
    }

    S3Endpoint endpoint() {
        return endpoint;
    }

    /**
     * Puts an object with {@code upload}, and reads it back.
     *
     * @return its size
     * @throws IllegalStateException if it is not what was to be put
     */
    long requireSameBytes(String contender, ObjectUpload upload, ReadyBuffers source)
            throws IOException, InterruptedException {
        source.exact(true);
        upload.put("check", source, BYTES);
        source.exact(false);
        try (S3Client client = endpoint.sync(UrlConnectionHttpClient.builder());
                InputStream content = new BufferedInputStream(client.getObject(
                        request -> request.bucket(S3Endpoint.BUCKET).key("check")))) {
            long at = 0;
            for (int value = content.read(); value >= 0; value = content.read()) {
                if ((byte) value != SyntheticBytes.at(at)) {
                    throw new IllegalStateException(contender + ": byte " + at + " differs");
                }
                at++;
            }
            if (at != BYTES) {
                throw new IllegalStateException(contender + " wrote " + at + " bytes of " + BYTES);
            }
            return at;
        }
    }

    private static void stop(S3Proxy proxy, Path directory) throws IOException {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IOException("s3proxy does not stop", e);
        }
        TableStores.remove(directory);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

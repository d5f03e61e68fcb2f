package io.penstock.bench;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.s3.S3Client;

/** A store as {@link CopiedTable} has it: a file comes as one array, and replaces the one before. */
interface CopiedStore extends Closeable {
    /** Keeps {@code bytes}, which are its own from now on. */
    void replace(byte[] bytes) throws IOException;

    byte[] read() throws IOException;

    /** How often {@link #replace} copies each byte: to memory outside the heap, to the system, to where the store keeps it. */
    int copies();

    /** The JVM copies an array to memory outside its heap, and the system that into the file. */
    record OfFile(Path file) implements CopiedStore {
        @Override
        public void replace(byte[] bytes) throws IOException {
            try (FileOutputStream out = new FileOutputStream(file.toFile())) {
                out.write(bytes);
            }
        }

        @Override
        public byte[] read() throws IOException {
            return Files.readAllBytes(file);
        }

        @Override
        public int copies() {
            return 2;
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
        }
    }

    /** The array is the file. */
    final class OfMemory implements CopiedStore {
        private byte[] kept = {};

        @Override
        public void replace(byte[] bytes) {
            kept = bytes;
        }

        @Override
        public byte[] read() {
            return kept;
        }

        @Override
        public int copies() {
            return 0;
        }

        @Override
        public void close() {
            kept = new byte[0];
        }
    }

    /** One unsigned request for all of it, as over TLS. The SDK copies the array first; then it is as with a file. */
    record OfS3(S3Client client, String key) implements CopiedStore {
        static OfS3 on(S3Endpoint endpoint) {
            return new OfS3(
                    endpoint.sync(Apache5HttpClient.builder(), AnonymousCredentialsProvider.create()), "everything");
        }

        @Override
        public void replace(byte[] bytes) {
            client.putObject(request -> request.bucket(S3Endpoint.BUCKET).key(key), RequestBody.fromBytes(bytes));
        }

        @Override
        public byte[] read() {
            return client.getObjectAsBytes(
                            request -> request.bucket(S3Endpoint.BUCKET).key(key))
                    .asByteArray();
        }

        @Override
        public int copies() {
            return 3;
        }

        @Override
        public void close() {
            client.close();
        }
    }
}

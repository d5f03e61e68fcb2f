package io.penstock.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import software.amazon.awssdk.services.s3.S3Client;

/** The stream of one {@code getObject} of the SDK's synchronous client. */
final class SyncDownload implements ObjectDownload {
    private final S3Client client;
    private final byte[] run = new byte[RUN_BYTES];

    SyncDownload(S3Client client) {
        this.client = client;
    }

    @Override
    public void get(String key, Reader reader) throws IOException {
        try (InputStream stream =
                client.getObject(request -> request.bucket(S3Endpoint.BUCKET).key(key))) {
            for (int length = stream.read(run); length >= 0; length = stream.read(run)) {
                reader.take(ByteBuffer.wrap(run, 0, length));
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }
}

package io.penstock.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** {@code getObject} of the SDK's asynchronous client, which on the CRT splits it into ranges by itself: as a stream, or as one array. */
final class AsyncDownload implements ObjectDownload {
    private final S3AsyncClient client;
    private final boolean whole;
    private final byte[] run = new byte[RUN_BYTES];

    /** @param whole whether all bytes are collected in an array first */
    AsyncDownload(S3AsyncClient client, boolean whole) {
        this.client = client;
        this.whole = whole;
    }

    @Override
    public void get(String key, Reader reader) throws IOException {
        if (whole) {
            reader.take(client.getObject(
                            request -> request.bucket(S3Endpoint.BUCKET).key(key), AsyncResponseTransformer.toBytes())
                    .join()
                    .asByteBuffer());
            return;
        }
        try (InputStream stream = client.getObject(
                        request -> request.bucket(S3Endpoint.BUCKET).key(key),
                        AsyncResponseTransformer.toBlockingInputStream())
                .join()) {
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

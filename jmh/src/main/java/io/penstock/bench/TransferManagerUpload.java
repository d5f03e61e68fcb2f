package io.penstock.bench;

import io.penstock.buffer.PooledBuffer;
import java.io.IOException;
import java.io.OutputStream;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.BlockingOutputStreamAsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.transfer.s3.S3TransferManager;
import software.amazon.awssdk.transfer.s3.model.Upload;

/**
 * The SDK's transfer manager on the CRT, which makes the parts itself from a stream of unknown length. The stream takes byte arrays and keeps a
 * copy of each.
 */
final class TransferManagerUpload implements ObjectUpload {
    private final S3AsyncClient client;
    private final S3TransferManager manager;
    private final byte[] array = new byte[ReadyBuffers.BYTES];

    TransferManagerUpload(S3AsyncClient client) {
        this.client = client;
        this.manager = S3TransferManager.builder().s3Client(client).build();
    }

    @Override
    public void put(String key, ReadyBuffers source, long bytes) throws IOException {
        BlockingOutputStreamAsyncRequestBody body = AsyncRequestBody.forBlockingOutputStream(null);
        Upload upload = manager.upload(request -> request.requestBody(body)
                .putObjectRequest(object ->
                        object.bucket(S3Endpoint.BUCKET).key(key).checksumAlgorithm(ChecksumAlgorithm.CRC32_C)));
        try (OutputStream out = body.outputStream()) {
            for (long offset = 0; offset < bytes; offset += ReadyBuffers.BYTES) {
                PooledBuffer buffer = source.take(offset, bytes);
                int length = buffer.length();
                buffer.bytes().get(array, 0, length);
                buffer.release();
                out.write(array, 0, length);
            }
        }
        upload.completionFuture().join();
    }

    @Override
    public void close() {
        manager.close();
        client.close();
    }
}

package io.penstock.bench;

import io.penstock.buffer.PooledBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** One {@code uploadPart} of the SDK's asynchronous client for each part, over the pooled buffers as they are, with a CRC32C of one's own. */
final class AsyncPartUpload implements ObjectUpload {
    private final S3AsyncClient client;

    AsyncPartUpload(S3AsyncClient client) {
        this.client = client;
    }

    @Override
    public void put(String key, ReadyBuffers source, long bytes) {
        String id = client.createMultipartUpload(request ->
                        request.bucket(S3Endpoint.BUCKET).key(key).checksumAlgorithm(ChecksumAlgorithm.CRC32_C))
                .join()
                .uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        Deque<CompletableFuture<CompletedPart>> inFlight = new ArrayDeque<>();
        for (long from = 0; from < bytes; from += PART_BYTES) {
            if (inFlight.size() == IN_FLIGHT) {
                parts.add(inFlight.remove().join());
            }
            List<PooledBuffer> part = new ArrayList<>();
            for (long offset = from; offset < Math.min(bytes, from + PART_BYTES); offset += ReadyBuffers.BYTES) {
                part.add(source.take(offset, bytes));
            }
            inFlight.add(send(key, id, parts.size() + inFlight.size() + 1, part));
        }
        while (!inFlight.isEmpty()) {
            parts.add(inFlight.remove().join());
        }
        client.completeMultipartUpload(request -> request.bucket(S3Endpoint.BUCKET)
                        .key(key)
                        .uploadId(id)
                        .multipartUpload(upload -> upload.parts(parts)))
                .join();
    }

    private CompletableFuture<CompletedPart> send(String key, String id, int number, List<PooledBuffer> part) {
        ByteBuffer[] content = part.stream().map(PooledBuffer::bytes).toArray(ByteBuffer[]::new);
        CRC32C crc = new CRC32C();
        long length = 0;
        for (ByteBuffer run : content) {
            length += run.remaining();
            crc.update(run.duplicate());
        }
        String checksum = Checksum.base64(crc);
        long partBytes = length;
        return client.uploadPart(
                        request -> request.bucket(S3Endpoint.BUCKET)
                                .key(key)
                                .uploadId(id)
                                .partNumber(number)
                                .contentLength(partBytes)
                                .checksumCRC32C(checksum),
                        AsyncRequestBody.fromRemainingByteBuffersUnsafe(content))
                .whenComplete((reply, failure) -> part.forEach(PooledBuffer::release))
                .thenApply(reply -> CompletedPart.builder()
                        .partNumber(number)
                        .eTag(reply.eTag())
                        .checksumCRC32C(checksum)
                        .build());
    }

    @Override
    public void close() {
        client.close();
    }
}

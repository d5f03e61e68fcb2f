package io.penstock.bench;

import io.penstock.buffer.PooledBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * As the streams of table formats do it: bytes are collected in an array until a part is full, which a thread of a pool then sends with the
 * SDK's synchronous client. The arrays are used again, which is in its favour.
 */
final class SyncPartUpload implements ObjectUpload {
    private final S3Client client;
    private final boolean ownChecksum;
    private final ExecutorService threads = Executors.newFixedThreadPool(IN_FLIGHT);
    private final byte[][] arrays = new byte[IN_FLIGHT + 1][PART_BYTES];

    /** @param ownChecksum whether the client is given the CRC32C; it computes one itself otherwise */
    SyncPartUpload(S3Client client, boolean ownChecksum) {
        this.client = client;
        this.ownChecksum = ownChecksum;
    }

    @Override
    public void put(String key, ReadyBuffers source, long bytes) throws IOException, InterruptedException {
        String id = client.createMultipartUpload(request ->
                        request.bucket(S3Endpoint.BUCKET).key(key).checksumAlgorithm(ChecksumAlgorithm.CRC32_C))
                .uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        Deque<Future<CompletedPart>> inFlight = new ArrayDeque<>();
        for (long from = 0; from < bytes; from += PART_BYTES) {
            int number = parts.size() + inFlight.size() + 1;
            byte[] array = arrays[number % arrays.length];
            int length = collect(source, from, Math.min(bytes, from + PART_BYTES), array);
            if (inFlight.size() == IN_FLIGHT) {
                parts.add(done(inFlight.remove()));
            }
            inFlight.add(threads.submit(() -> send(key, id, number, array, length)));
        }
        while (!inFlight.isEmpty()) {
            parts.add(done(inFlight.remove()));
        }
        client.completeMultipartUpload(request ->
                request.bucket(S3Endpoint.BUCKET).key(key).uploadId(id).multipartUpload(upload -> upload.parts(parts)));
    }

    private static int collect(ReadyBuffers source, long from, long to, byte[] array) {
        int length = 0;
        for (long offset = from; offset < to; offset += ReadyBuffers.BYTES) {
            PooledBuffer buffer = source.take(offset, to);
            buffer.bytes().get(array, length, buffer.length());
            length += buffer.length();
            buffer.release();
        }
        return length;
    }

    private static CompletedPart done(Future<CompletedPart> part) throws IOException, InterruptedException {
        try {
            return part.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private CompletedPart send(String key, String id, int number, byte[] array, int length) {
        UploadPartRequest.Builder request = UploadPartRequest.builder()
                .bucket(S3Endpoint.BUCKET)
                .key(key)
                .uploadId(id)
                .partNumber(number);
        if (ownChecksum) {
            CRC32C crc = new CRC32C();
            crc.update(array, 0, length);
            request.checksumCRC32C(Checksum.base64(crc));
        } else {
            request.checksumAlgorithm(ChecksumAlgorithm.CRC32_C);
        }
        var reply = client.uploadPart(
                request.build(),
                RequestBody.fromContentProvider(
                        () -> new ByteArrayInputStream(array, 0, length), length, "application/octet-stream"));
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(reply.eTag())
                .checksumCRC32C(reply.checksumCRC32C())
                .build();
    }

    @Override
    public void close() {
        threads.shutdown();
        client.close();
    }
}

package io.penstock.cli;

import io.penstock.storage.StoragePath;
import io.penstock.storage.s3.S3FileSystem;
import io.penstock.storage.s3.S3Options;
import io.penstock.storage.s3.S3Options.Encryption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import software.amazon.awssdk.core.SdkServiceClientConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.transfer.s3.S3TransferManager;
import software.amazon.awssdk.transfer.s3.progress.TransferListener;

/**
 * Whole objects of one store on S3, from and to files of this machine, by the SDK's transfer manager. One thread. A transfer that fails, or is
 * interrupted, leaves no upload behind.
 */
final class S3Objects implements AutoCloseable {
    private static final long POLL_MILLIS = 50;

    /** How long the client may take to end an upload that was given up, before that is done for it. */
    private static final long LONGEST_END_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final S3FileSystem store;
    private final S3AsyncClient client;
    private final S3TransferManager transfers;
    private final Interruption interruption;

    S3Objects(S3FileSystem store, Interruption interruption) {
        this.store = store;
        this.client = store.client();
        this.transfers = S3TransferManager.builder().s3Client(client).build();
        this.interruption = interruption;
    }

    S3FileSystem store() {
        return store;
    }

    /**
     * Makes a file of the store.
     *
     * @param crc32c of the file, for the server to check; null for no check
     * @param sent is told how many bytes are over
     * @return the CRC32C that the server has found, as far as it says one
     * @throws IOException whose cause, if the server has refused the file, is an {@link S3Exception}
     */
    Integer upload(Path file, String path, Integer crc32c, LongConsumer sent) throws IOException {
        AtomicLong bytes = new AtomicLong();
        PutObjectRequest request = putRequest(path, crc32c);
        return crc32c(await(
                        "send",
                        path,
                        transfers
                                .uploadFile(upload -> upload.source(file)
                                        .putObjectRequest(request)
                                        .addTransferListener(counting(bytes)))
                                .completionFuture(),
                        () -> sent.accept(bytes.get()))
                .response()
                .checksumCRC32C());
    }

    private PutObjectRequest putRequest(String path, Integer crc32c) {
        S3Options options = store.options();
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(options.bucket())
                .key(store.key(path))
                .storageClass(options.storageClass())
                .overrideConfiguration(c -> c.addPlugin(S3Objects::sendAtOnce));
        if (options.encryption() == Encryption.S3) {
            request.serverSideEncryption(ServerSideEncryption.AES256);
        } else if (options.encryption() == Encryption.KMS) {
            request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(options.kmsKey());
        }
        if (crc32c != null && options.checksums()) {
            byte[] checksum = ByteBuffer.allocate(Integer.BYTES).putInt(crc32c).array();
            request.checksumCRC32C(Base64.getEncoder().encodeToString(checksum));
        }
        return request.build();
    }

    /**
     * The SDK asks the server to say that it is ready for a body (Expect, RFC 9110), and the CRT repeats that with the request that begins an
     * upload, which has none: some servers then answer with nothing else.
     */
    private static void sendAtOnce(SdkServiceClientConfiguration.Builder client) {
        client.overrideConfiguration(client.overrideConfiguration().toBuilder()
                .addExecutionInterceptor(new ExecutionInterceptor() {
                    @Override
                    public SdkHttpRequest modifyHttpRequest(
                            Context.ModifyHttpRequest request, ExecutionAttributes attributes) {
                        return request.httpRequest().toBuilder()
                                .removeHeader("Expect")
                                .build();
                    }
                })
                .build());
    }

    /** Brings a file of the store to {@code target}, which is overwritten. */
    void download(String path, Path target, LongConsumer received) throws IOException {
        AtomicLong bytes = new AtomicLong();
        await(
                "fetch",
                path,
                transfers
                        .downloadFile(download -> download.destination(target)
                                .getObjectRequest(get ->
                                        get.bucket(store.options().bucket()).key(store.key(path)))
                                .addTransferListener(counting(bytes)))
                        .completionFuture(),
                () -> received.accept(bytes.get()));
    }

    private static TransferListener counting(AtomicLong bytes) {
        return new TransferListener() {
            @Override
            public void bytesTransferred(Context.BytesTransferred transfer) {
                bytes.set(transfer.progressSnapshot().transferredBytes());
            }
        };
    }

    private <T> T await(String action, String path, CompletableFuture<T> transfer, Runnable progress)
            throws IOException {
        try {
            while (true) {
                try {
                    return transfer.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    interruption.check();
                    progress.run();
                }
            }
        } catch (ExecutionException e) {
            IOException failure = failure(action, path, e.getCause());
            end(path, failure);
            throw failure;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            transfer.cancel(true);
            IOException failure = new IOException("interrupted while it was to " + action + " '" + path + "'", e);
            end(path, failure);
            throw failure;
        } catch (RuntimeException | Error e) {
            transfer.cancel(true);
            end(path, e);
            throw e;
        }
    }

    /** Returns when there is no upload of that file any more. */
    private void end(String path, Throwable failure) {
        try {
            // The client does it by itself when the parts that are on their way have come to an end, and does not say
            // when.
            long deadline = System.nanoTime() + LONGEST_END_NANOS;
            do {
                Thread.sleep(POLL_MILLIS);
            } while (isUnfinished(path) && System.nanoTime() < deadline);
            store.discard(path);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure.addSuppressed(e);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private boolean isUnfinished(String path) throws IOException {
        return store.unfinished(StoragePath.parent(path)).contains(path);
    }

    private IOException failure(String action, String path, Throwable cause) {
        String what =
                cause instanceof SdkException || cause instanceof IOException ? cause.getMessage() : cause.toString();
        return new IOException("cannot " + action + " '" + path + "' (" + store + "): " + what, cause);
    }

    /** The CRC32C of a file of a store, as far as the server knows that of the whole. */
    static Integer crc32c(S3FileSystem store, String path) throws IOException {
        try {
            return crc32c(store.client()
                    .headObject(head -> head.bucket(store.options().bucket())
                            .key(store.key(path))
                            .checksumMode(ChecksumMode.ENABLED))
                    .join()
                    .checksumCRC32C());
        } catch (CompletionException e) {
            throw new IOException(
                    "cannot look for '" + path + "' in " + store + ": "
                            + e.getCause().getMessage(),
                    e);
        }
    }

    /** Null also for one of the checksums of parts, which ends in their number. */
    private static Integer crc32c(String text) {
        return text == null || text.indexOf('-') >= 0
                ? null
                : ByteBuffer.wrap(Base64.getDecoder().decode(text)).getInt();
    }

    @Override
    public void close() {
        transfers.close();
    }
}

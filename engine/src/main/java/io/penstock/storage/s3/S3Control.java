package io.penstock.storage.s3;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkInterruptedException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * The requests that move no bytes of objects, each waited for: the SDK repeats them within {@link S3Options#retries} and {@link
 * S3Options#timeout}. An interrupt disturbs none and stays set. Thread-safe.
 */
final class S3Control {
    private final S3Connection connection;
    private final S3AsyncClient sdk;
    private final S3Options options;

    S3Control(S3Connection connection) {
        this.connection = connection;
        this.sdk = connection.sdk();
        this.options = connection.options();
    }

    /**
     * An object.
     *
     * @param etag of its bytes, with its quotes
     * @param writeId of the write that made it; null if it was not one of Penstock's
     */
    record Head(long bytes, String etag, String writeId) {}

    /** An upload that is not over. */
    record Pending(String key, String uploadId, Instant initiated) {}

    /** What lies below a prefix: objects, and the common prefixes of those that lie deeper. */
    record Listing(List<S3Object> objects, List<String> prefixes) {}

    /** None if there is no such object. */
    Optional<Head> head(String key) throws IOException {
        try {
            HeadObjectResponse head = await(
                    "look for",
                    key,
                    () -> sdk.headObject(r -> r.bucket(options.bucket()).key(key)));
            return Optional.of(new Head(head.contentLength(), head.eTag(), writeId(head.metadata())));
        } catch (IOException e) {
            if (isMissing(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Headers have no case (RFC 9110, 5.1): servers in Go begin each word with a capital, and the SDK hands that on. */
    private static String writeId(Map<String, String> metadata) {
        return metadata.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(ObjectHeaders.WRITE))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** Everything below {@code prefix}, down to the next slash. */
    Listing list(String prefix) throws IOException {
        List<S3Object> objects = new ArrayList<>();
        List<String> prefixes = new ArrayList<>();
        ListObjectsV2Request.Builder request = ListObjectsV2Request.builder()
                .bucket(options.bucket())
                .prefix(prefix)
                .delimiter("/")
                // Keys of others may have characters that XML has not.
                .encodingType(EncodingType.URL);
        while (true) {
            ListObjectsV2Response page = await("list", prefix, () -> sdk.listObjectsV2(request.build()));
            objects.addAll(page.contents());
            page.commonPrefixes().stream().map(CommonPrefix::prefix).forEach(prefixes::add);
            if (!Boolean.TRUE.equals(page.isTruncated())) {
                return new Listing(objects, prefixes);
            }
            request.continuationToken(requireNext(page.nextContinuationToken(), prefix));
        }
    }

    /** Without it the same page would come for ever. */
    private String requireNext(String marker, String prefix) throws IOException {
        if (marker == null || marker.isEmpty()) {
            throw new IOException("the server says that it has more to list of " + connection.uri(prefix)
                    + ", and not where that begins");
        }
        return marker;
    }

    /** Whether the key of any object but {@code prefix} itself begins with {@code prefix}. */
    boolean isAnythingBelow(String prefix) throws IOException {
        return !firstBelow(prefix, key -> !key.equals(prefix)).isEmpty();
    }

    /** Whether the key of any object begins with {@code prefix}. */
    boolean isAnythingFrom(String prefix) throws IOException {
        return !firstBelow(prefix, key -> true).isEmpty();
    }

    private List<String> firstBelow(String prefix, Predicate<String> wanted) throws IOException {
        ListObjectsV2Response page = await(
                "list",
                prefix,
                () -> sdk.listObjectsV2(r ->
                        r.bucket(options.bucket()).prefix(prefix).maxKeys(2).encodingType(EncodingType.URL)));
        return page.contents().stream().map(S3Object::key).filter(wanted).toList();
    }

    /** Removes an object; one that is not there is no error. */
    void delete(String key) throws IOException {
        await(
                "remove",
                key,
                () -> sdk.deleteObject(r -> r.bucket(options.bucket()).key(key)));
    }

    /** Begins an upload; returns its id. */
    String createUpload(String key, String writeId) throws IOException {
        CreateMultipartUploadRequest.Builder request = CreateMultipartUploadRequest.builder()
                .bucket(options.bucket())
                .key(key)
                .metadata(Map.of(ObjectHeaders.WRITE, writeId))
                .storageClass(options.storageClass());
        if (options.checksums()) {
            request.checksumAlgorithm(ChecksumAlgorithm.CRC32_C);
        }
        switch (options.encryption()) {
            case DEFAULT -> {}
            case S3 -> request.serverSideEncryption(ServerSideEncryption.AES256);
            case KMS ->
                request.serverSideEncryption(ServerSideEncryption.AWS_KMS).ssekmsKeyId(options.kmsKey());
        }
        return await("begin an upload of", key, () -> sdk.createMultipartUpload(request.build()))
                .uploadId();
    }

    /** Makes the object of the parts, all that were uploaded, in their order. */
    void complete(String key, String uploadId, List<CompletedPart> parts) throws IOException {
        await(
                "complete the upload of",
                key,
                () -> sdk.completeMultipartUpload(r ->
                        r.bucket(options.bucket()).key(key).uploadId(uploadId).multipartUpload(u -> u.parts(parts))));
    }

    /** Removes an upload and its parts; false if it was gone. */
    boolean abort(String key, String uploadId) throws IOException {
        try {
            await(
                    "abort the upload of",
                    key,
                    () -> sdk.abortMultipartUpload(
                            r -> r.bucket(options.bucket()).key(key).uploadId(uploadId)));
            return true;
        } catch (IOException e) {
            if (isMissing(e)) {
                return false;
            }
            throw e;
        }
    }

    /** The uploads of exactly this key. */
    List<Pending> uploadsOf(String key) throws IOException {
        return uploads(key).stream().filter(upload -> upload.key().equals(key)).toList();
    }

    /** The uploads whose keys begin with {@code prefix}; of any depth, because not every server groups them. */
    List<Pending> uploads(String prefix) throws IOException {
        List<Pending> uploads = new ArrayList<>();
        String keyMarker = null;
        String uploadMarker = null;
        while (true) {
            String fromKey = keyMarker;
            String fromUpload = uploadMarker;
            ListMultipartUploadsResponse page = await(
                    "list the uploads of",
                    prefix,
                    () -> sdk.listMultipartUploads(r -> r.bucket(options.bucket())
                            .prefix(prefix)
                            .keyMarker(fromKey)
                            .uploadIdMarker(fromUpload)
                            .encodingType(EncodingType.URL)));
            for (MultipartUpload upload : page.uploads()) {
                uploads.add(new Pending(upload.key(), upload.uploadId(), upload.initiated()));
            }
            if (!Boolean.TRUE.equals(page.isTruncated())) {
                return uploads;
            }
            keyMarker = requireNext(page.nextKeyMarker(), prefix);
            uploadMarker = page.nextUploadIdMarker();
        }
    }

    /** When its latest part came, or it was begun if none has. */
    Instant lastTouched(Pending upload) throws IOException {
        Instant latest = null;
        Integer marker = null;
        while (true) {
            Integer from = marker;
            ListPartsResponse page;
            try {
                page = await(
                        "list the parts of",
                        upload.key(),
                        () -> sdk.listParts(r -> r.bucket(options.bucket())
                                .key(upload.key())
                                .uploadId(upload.uploadId())
                                .partNumberMarker(from)));
            } catch (IOException e) {
                if (isMissing(e)) {
                    return upload.initiated();
                }
                throw e;
            }
            for (var part : page.parts()) {
                if (part.lastModified() != null
                        && (latest == null || part.lastModified().isAfter(latest))) {
                    latest = part.lastModified();
                }
            }
            if (!Boolean.TRUE.equals(page.isTruncated()) || page.nextPartNumberMarker() == null) {
                return latest == null ? upload.initiated() : latest;
            }
            marker = page.nextPartNumberMarker();
        }
    }

    private static boolean isMissing(IOException e) {
        return e instanceof RequestException refused
                && refused.status() == 404
                && !refused.code().equals("NoSuchBucket");
    }

    /** Waits for a request, which ends by its own time-out. */
    private <T> T await(String action, String key, Supplier<CompletableFuture<T>> request) throws IOException {
        connection.countRequest();
        CompletableFuture<T> reply = request.get();
        if (isRefusedForAnInterrupt(reply)) {
            // The SDK sends nothing for a thread that was interrupted, and forgets the interrupt.
            Thread.currentThread().interrupt();
            reply = CompletableFuture.completedFuture(null)
                    .thenComposeAsync(nothing -> request.get(), S3Control::runInAThreadOfItsOwn);
        }
        return Waiting.on(reply.handle((done, thrown) -> {
            if (thrown != null) {
                throw new CompletionException(connection.failures().of(action, key, thrown));
            }
            return done;
        }));
    }

    private static boolean isRefusedForAnInterrupt(CompletableFuture<?> reply) {
        if (!reply.isCompletedExceptionally()) {
            return false;
        }
        Throwable thrown = reply.handle((done, failure) -> failure).join();
        while (thrown != null && !(thrown instanceof SdkInterruptedException)) {
            thrown = thrown.getCause();
        }
        return thrown != null;
    }

    private static void runInAThreadOfItsOwn(Runnable task) {
        Thread thread = new Thread(task, "penstock-s3-control");
        thread.setDaemon(true);
        thread.start();
    }
}

package io.penstock.storage.s3;

import java.net.URI;
import java.time.Duration;

/**
 * Which part of which bucket a store is, and how its server is talked to.
 *
 * @param bucket the name of the bucket, which exists
 * @param prefix what the keys of the store begin with, without a slash at its end; {@code ""} for the whole bucket
 * @param endpoint of the server; null for that of AWS in {@code region}, or what the environment says (AWS_ENDPOINT_URL_S3)
 * @param region to sign for; null for what the SDK finds in the environment
 * @param pathStyle whether the bucket is named in the path instead of in the host
 * @param credentials who asks
 * @param storageClass of the files that sinks write, for example {@code STANDARD_IA}; null for the bucket's default
 * @param encryption how the server encrypts what is written
 * @param kmsKey id of the key for {@link Encryption#KMS}; null for the account's default key
 * @param checksums whether a CRC32C goes with what is written, for the server to check
 * @param partBytes the size of an upload's parts, 5 MiB at least
 * @param partsInFlight how many parts of one file are on their way at a time
 * @param readBytes the most that one request reads
 * @param readsInFlight how many requests of one reader are on their way at a time
 * @param timeout how long an attempt of a request may stand still; the whole of it may take as long, and what its bytes take at 32 KiB/s
 * @param retries how often a request that may be repeated is repeated
 * @param singleWriter whether the user takes care that nobody else writes, so that the server need not honour conditional requests
 */
public record S3Options(
        String bucket,
        String prefix,
        URI endpoint,
        String region,
        boolean pathStyle,
        Credentials credentials,
        String storageClass,
        Encryption encryption,
        String kmsKey,
        boolean checksums,
        int partBytes,
        int partsInFlight,
        int readBytes,
        int readsInFlight,
        Duration timeout,
        int retries,
        boolean singleWriter) {
    /** Where the keys to sign with come from. */
    public enum Credentials {
        /** The SDK's default provider chain; where that has none, requests are not signed. */
        DEFAULT,
        /** Requests are not signed. */
        ANONYMOUS
    }

    /** How the server encrypts objects. */
    public enum Encryption {
        /** As the bucket says. */
        DEFAULT,
        /** With keys of the server's own, SSE-S3. */
        S3,
        /** With a key of the key management service, SSE-KMS. */
        KMS
    }
}

package io.penstock.storage.s3;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** What a request that makes an object says of it beside its bytes: for the requests that are sent without the SDK. */
final class ObjectHeaders {
    /** The metadata that tells which write an object is of, without {@code x-amz-meta-}: it settles what a lost reply was. */
    static final String WRITE = "penstock-write";

    static final String METADATA = "x-amz-meta-";
    static final String CRC32C = "x-amz-checksum-crc32c";

    private ObjectHeaders() {}

    /** Storage class, encryption and whose write it is: of a PUT, and not of parts. */
    static Map<String, String> of(S3Options options, String writeId) {
        Map<String, String> headers = ofSmall(options, writeId);
        if (options.storageClass() != null) {
            headers.put("x-amz-storage-class", options.storageClass());
        }
        return headers;
    }

    /** The same for small files that are read often: classes that are cheap to keep bytes in are dear, or slow, to read from. */
    static Map<String, String> ofSmall(S3Options options, String writeId) {
        Map<String, String> headers = new HashMap<>();
        headers.put(METADATA + WRITE, writeId);
        switch (options.encryption()) {
            case DEFAULT -> {}
            case S3 -> headers.put("x-amz-server-side-encryption", "AES256");
            case KMS -> {
                headers.put("x-amz-server-side-encryption", "aws:kms");
                if (options.kmsKey() != null) {
                    headers.put("x-amz-server-side-encryption-aws-kms-key-id", options.kmsKey());
                }
            }
        }
        return headers;
    }

    /** A CRC32C as S3 writes it. */
    static String text(int crc32c) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(4).putInt(crc32c).array());
    }
}

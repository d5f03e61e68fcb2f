package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.storage.s3.S3Options.Credentials;
import io.penstock.storage.s3.S3Options.Encryption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectHeadersTest {
    private static S3Options options(String storageClass, Encryption encryption, String kmsKey) {
        return new S3Options(
                "bucket",
                "",
                null,
                null,
                false,
                Credentials.DEFAULT,
                storageClass,
                encryption,
                kmsKey,
                true,
                5 << 20,
                2,
                1 << 20,
                4,
                Duration.ofSeconds(1),
                0,
                false);
    }

    @Test
    void plainObjectTellsOnlyWhoseItIs() {
        assertEquals(
                Map.of("x-amz-meta-penstock-write", "id"),
                ObjectHeaders.of(options(null, Encryption.DEFAULT, null), "id"));
    }

    @Test
    void classAndEncryptionGoWithDataAndOnlyEncryptionWithTheLog() {
        S3Options options = options("GLACIER_IR", Encryption.KMS, "key");
        Map<String, String> small = Map.of(
                "x-amz-meta-penstock-write",
                "id",
                "x-amz-server-side-encryption",
                "aws:kms",
                "x-amz-server-side-encryption-aws-kms-key-id",
                "key");
        assertEquals(small, ObjectHeaders.ofSmall(options, "id"));
        Map<String, String> data = ObjectHeaders.of(options, "id");
        assertEquals("GLACIER_IR", data.remove("x-amz-storage-class"));
        assertEquals(small, data);
        assertEquals(
                "AES256",
                ObjectHeaders.of(options(null, Encryption.S3, null), "id").get("x-amz-server-side-encryption"));
    }

    @Test
    void checksumIsWrittenHighByteFirst() {
        assertEquals("AAAAAQ==", ObjectHeaders.text(1));
    }
}

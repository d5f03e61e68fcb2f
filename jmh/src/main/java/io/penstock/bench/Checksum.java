package io.penstock.bench;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/** How S3 writes a CRC32C. */
final class Checksum {
    private Checksum() {}

    static String base64(CRC32C crc) {
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}

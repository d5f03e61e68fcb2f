package io.penstock;

/**
 * A data file that a commit published.
 *
 * @param path relative to the table's directory
 * @param rows in the file
 * @param bytes of the file
 * @param crc32c of all its bytes (RFC 3720)
 */
public record FileReceipt(String path, long rows, long bytes, int crc32c) {}

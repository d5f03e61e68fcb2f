package io.penstock.log;

/**
 * A data file of a table; the {@code add} action of its log.
 *
 * @param path relative to the table's directory
 * @param bytes its size
 * @param rows in it
 * @param crc32c of all its bytes (RFC 3720); null if another engine wrote it
 * @param statistics the JSON text of Delta's {@code stats}
 * @param modifiedMillis since the epoch
 */
public record DataFile(String path, long bytes, long rows, Integer crc32c, String statistics, long modifiedMillis) {}

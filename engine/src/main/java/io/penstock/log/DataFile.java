package io.penstock.log;

import io.penstock.storage.BlockChecksums;

/**
 * A data file of a table; the {@code add} action of its log.
 *
 * @param path relative to the table's directory
 * @param bytes its size
 * @param rows in it
 * @param checksums of its bytes; null if another engine wrote it
 * @param statistics the JSON text of Delta's {@code stats}
 * @param modifiedMillis since the epoch
 */
public record DataFile(
        String path, long bytes, long rows, BlockChecksums checksums, String statistics, long modifiedMillis) {}

package io.penstock;

import io.penstock.format.ColumnStatistics;
import java.util.List;

/**
 * What a commit has published.
 *
 * @param table the table
 * @param version the version that the commit made; the current one if there was nothing to publish
 * @param transactionId the caller's, or the one that the writer was given
 * @param replayed whether a commit with the caller's transaction id had been made before: {@code version} is that commit's, and
 *     nothing of this writer was published
 * @param rows published; 0 if replayed
 * @param batches that the rows came in, or were collected into
 * @param bytes of the files
 * @param files published
 * @param columns statistics of each column over all rows of this commit
 * @param encodeNanos spent turning batches into bytes, including {@code writeNanos}
 * @param writeNanos spent handing bytes to the store, waiting for it included
 * @param publishNanos from the call of commit to its return
 */
public record CommitReceipt(
        TableName table,
        long version,
        String transactionId,
        boolean replayed,
        long rows,
        long batches,
        long bytes,
        List<FileReceipt> files,
        List<ColumnStatistics> columns,
        long encodeNanos,
        long writeNanos,
        long publishNanos) {
    public CommitReceipt {
        files = List.copyOf(files);
        columns = List.copyOf(columns);
    }
}

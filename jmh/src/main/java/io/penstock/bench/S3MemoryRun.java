package io.penstock.bench;

import io.penstock.CommitReceipt;
import io.penstock.Penstock;
import io.penstock.Settings;
import io.penstock.TableFormat;
import io.penstock.TableSpec;
import io.penstock.TableWriter;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Writes many gigabytes of a table to a {@link DiscardingServer}, as one object where the format allows, and prints each second what memory that takes: heap, direct
 * buffers, Arrow's, the client's native memory, what of it is reserved, and the process as a whole. Fails if a writer holds more than it has
 * reserved, or the process grows.
 *
 * <p>Run it with {@code scripts/s3-memory}.
 */
public final class S3MemoryRun {
    private static final int ROWS = 8_000;
    private static final int BATCH_ROWS = 1_000;

    private S3MemoryRun() {}

    /** @param arguments gigabytes, and the format of the table */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        long bytes = Long.parseLong(arguments[0]) * 1_000_000_000;
        TableFormat format = TableFormat.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        try (DiscardingProcess server = DiscardingProcess.start();
                Penstock penstock = Penstock.open("s3://" + S3Endpoint.BUCKET + "/run", settings(server, format))) {
            penstock.prepareTableEnvironment(
                    "tpch", "lineitem", TableSpec.of(LineItems.SCHEMA).format(format));
            List<VectorSchemaRoot> batches = LineItems.batches(LineItems.rows(ROWS), BATCH_ROWS, penstock.allocator());
            try {
                write(penstock, batches, bytes);
            } finally {
                batches.forEach(VectorSchemaRoot::close);
            }
        }
    }

    private static Settings settings(DiscardingProcess server, TableFormat format) {
        Settings settings = Settings.defaults()
                .with("penstock.s3.endpoint", server.endpoint().toString())
                .with("penstock.s3.credentials", "anonymous");
        // A Parquet file's writer holds the index of all its pages.
        return format == TableFormat.PARQUET
                ? settings
                : settings.with("penstock.file.bytes", Long.toString(Long.MAX_VALUE));
    }

    private static void write(Penstock penstock, List<VectorSchemaRoot> batches, long bytes)
            throws IOException, InterruptedException {
        MemorySamples samples = new MemorySamples(penstock, System.out);
        try (TableWriter writer = penstock.openTableForWrite("tpch", "lineitem")) {
            while (writer.bytes() < bytes) {
                for (VectorSchemaRoot batch : batches) {
                    writer.append(batch);
                }
                samples.written(writer.bytes());
            }
            CommitReceipt receipt = writer.commit();
            samples.end();
            System.out.printf(
                    "%,d rows, %,d bytes in %d objects%n",
                    receipt.rows(), receipt.bytes(), receipt.files().size());
            samples.requireBounded();
        }
    }
}

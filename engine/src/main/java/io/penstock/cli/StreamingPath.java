package io.penstock.cli;

import io.penstock.Compression;
import io.penstock.JsonLayout;
import io.penstock.Penstock;
import io.penstock.Setting;
import io.penstock.TableFormat;
import io.penstock.TableName;
import io.penstock.TableReader;
import io.penstock.TableSpec;
import io.penstock.TableWriter;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;

/** Lineitem through Penstock: batch by batch into a table of one format, and back. */
final class StreamingPath {
    private static final long ROW_GROUP_BYTES = 16 << 20;
    private static final long MIN_ROW_GROUP_BYTES = 1 << 16;
    private static final long ROW_GROUP_SHARE = 8;

    /** What a table's files are. */
    enum Kind {
        JSON_BATCHES("JSON, batches", spec -> spec.format(TableFormat.JSON).layout(JsonLayout.BATCHES)),
        JSON_RECORDS("JSON, records", spec -> spec.format(TableFormat.JSON).layout(JsonLayout.RECORDS)),
        ARROW("Arrow", spec -> spec.format(TableFormat.ARROW)),
        PARQUET_SNAPPY(
                "Parquet, snappy", spec -> spec.format(TableFormat.PARQUET).compression(Compression.SNAPPY)),
        PARQUET_ZSTD("Parquet, zstd", spec -> spec.format(TableFormat.PARQUET).compression(Compression.ZSTD)),
        /** From the arrays of objects that the old path gets, which have to become vectors first. */
        JSON_FROM_ROWS("JSON, from rows", JSON_BATCHES.spec);

        private final String title;
        private final UnaryOperator<TableSpec> spec;

        Kind(String title, UnaryOperator<TableSpec> spec) {
            this.title = title;
            this.spec = spec;
        }

        /** Whether rows go in as arrays of objects, and not as Arrow batches. */
        boolean fromRows() {
            return this == JSON_FROM_ROWS;
        }

        String title() {
            return title;
        }

        private TableSpec spec() {
            return spec.apply(TableSpec.of(LineItems.schema()));
        }
    }

    private final Penstock penstock;
    private final Kind kind;
    private final String database;
    private final String table;
    private final Interruption interruption;
    private final Progress progress;

    StreamingPath(Penstock penstock, Kind kind, TableName table, Interruption interruption, Progress progress) {
        this.penstock = penstock;
        this.kind = kind;
        this.database = table.database();
        this.table = table.table();
        this.interruption = interruption;
        this.progress = progress;
    }

    /**
     * Makes the table and writes every row of lineitem, or the first {@code limit}.
     *
     * @param checksums that take the generated rows into account; null for none
     * @param meter what to measure with
     */
    Measurement write(double scale, long limit, ColumnChecksums checksums, Meter meter) throws IOException {
        long expectedRows = Math.min(limit, LineItems.count(scale));
        penstock.prepareTableEnvironment(database, table, fitting(kind.spec()));
        long before = requests();
        try (BufferAllocator allocator = penstock.allocator().newChildAllocator("lineitem", 0, Long.MAX_VALUE);
                LineItems items = new LineItems(scale, limit, allocator, checksums);
                TableWriter writer = penstock.openTableForWrite(database, table)) {
            while (kind.fromRows() ? items.nextRows() : items.nextBatch()) {
                interruption.check();
                meter.start();
                if (kind.fromRows()) {
                    writer.append(items.rows());
                } else {
                    writer.append(items.batch());
                }
                meter.stop();
                meter.at(items.generated());
                progress.at(items.generated(), expectedRows);
            }
            meter.start();
            long bytes = writer.commit().bytes();
            meter.stop();
            return meter.measurement(kind.title, items.generated(), bytes, requests() - before);
        }
    }

    /** With row groups that leave a small heap's memory room for all else that a writer reserves. */
    private TableSpec fitting(TableSpec spec) {
        long most = penstock.memoryBudget().totalBytes() / ROW_GROUP_SHARE;
        return spec.format() == TableFormat.PARQUET && most < ROW_GROUP_BYTES
                ? spec.setting(
                        Setting.PARQUET_ROW_GROUP_BYTES.property(), Long.toString(Math.max(most, MIN_ROW_GROUP_BYTES)))
                : spec;
    }

    /** Reads every row; {@code bytes} is what the table has. */
    Measurement read(long expectedRows, long bytes, ColumnChecksums checksums, Meter meter) throws IOException {
        long before = requests();
        meter.start();
        try (TableReader reader = penstock.openTableForRead(database, table)) {
            boolean more = reader.loadNextBatch();
            meter.stop();
            while (more) {
                interruption.check();
                checksums.add(reader.batch());
                meter.at(checksums.rows());
                progress.at(checksums.rows(), expectedRows);
                meter.start();
                more = reader.loadNextBatch();
                meter.stop();
            }
            return meter.measurement(kind.title, checksums.rows(), bytes, requests() - before);
        }
    }

    private long requests() {
        return penstock.fileSystem().requests();
    }

    void remove() throws IOException {
        penstock.removeTableEnvironment(database, table);
    }
}

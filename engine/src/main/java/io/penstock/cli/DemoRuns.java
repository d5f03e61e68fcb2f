package io.penstock.cli;

import io.penstock.Penstock;
import io.penstock.TableName;
import io.penstock.cli.StreamingPath.Kind;
import java.io.IOException;
import java.util.Locale;

/** The demo's runs through one store: each kind of table is written, read back and held against what was generated. */
final class DemoRuns {
    /** Enough for the compilers to be done with what is measured afterwards. */
    static final long WARM_UP_ROWS = 150_000;

    private final String database;
    private final double scale;
    private final long warmUpRows;
    private final boolean keep;
    private final Interruption interruption;
    private final DemoReport report;
    private final Progress progress;
    private ColumnChecksums generated;

    /**
     * @param database that has no tables
     * @param keep whether the tables stay
     */
    DemoRuns(
            String database,
            double scale,
            long warmUpRows,
            boolean keep,
            Interruption interruption,
            DemoReport report,
            Progress progress) {
        this.database = database;
        this.scale = scale;
        this.warmUpRows = warmUpRows;
        this.keep = keep;
        this.interruption = interruption;
        this.report = report;
        this.progress = progress;
    }

    /** How many rows there are; after the first {@link #run}. */
    long rows() {
        return generated.rows();
    }

    void run(Penstock penstock, Kind kind) throws IOException {
        warmUp(penstock, kind);
        stream(penstock, kind);
    }

    private void warmUp(Penstock penstock, Kind kind) throws IOException {
        progress.part("warming up");
        StreamingPath path = path(penstock, kind, "warm_up");
        try (Meter meter = new Meter(0)) {
            path.write(scale, warmUpRows, null, meter);
            path.read(warmUpRows, 0, new ColumnChecksums(), meter);
        }
        path.remove();
    }

    private void stream(Penstock penstock, Kind kind) throws IOException {
        StreamingPath path = path(penstock, kind, kind.name().toLowerCase(Locale.ROOT));
        progress.part("writing " + kind.title());
        ColumnChecksums expected = generated == null ? new ColumnChecksums() : null;
        Measurement written;
        try (Meter meter = new Meter(LineItems.count(scale))) {
            written = path.write(scale, Long.MAX_VALUE, expected, meter);
        }
        report.wrote(written);
        if (expected != null) {
            generated = expected;
        }
        progress.part("reading " + kind.title());
        ColumnChecksums read = new ColumnChecksums();
        try (Meter meter = new Meter(written.rows())) {
            Measurement back = path.read(written.rows(), written.bytes(), read, meter);
            if (!kind.fromRows()) {
                report.read(back);
            }
        }
        read.requireSame(generated, kind.title());
        if (!keep) {
            path.remove();
        }
    }

    private StreamingPath path(Penstock penstock, Kind kind, String table) {
        return new StreamingPath(penstock, kind, new TableName(database, table), interruption, progress);
    }

    /** Removes what an interrupted run has left of its tables. */
    void removeTables(Penstock penstock) throws IOException {
        for (TableName name : penstock.tables()) {
            if (name.database().equals(database)) {
                penstock.removeTableEnvironment(database, name.table());
            }
        }
        if (penstock.fileSystem().list(database).isEmpty()) {
            penstock.fileSystem().remove(database);
        }
    }
}

package io.penstock.interop;

import io.delta.kernel.Scan;
import io.delta.kernel.ScanBuilder;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Table;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Delta Kernel as a peer: it knows a table by the log alone, and reads the files by its own code. */
final class DeltaKernel {
    private final Engine engine = DefaultEngine.create(new LocalFileIO());
    private final Table table;

    DeltaKernel(Path directory) {
        this.table = Table.forPath(engine, directory.toString());
    }

    /** The table as it is now. */
    Snapshot latest() {
        return table.getLatestSnapshot(engine);
    }

    Snapshot at(long version) {
        return table.getSnapshotAsOfVersion(engine, version);
    }

    /** The rows of each data file, by its name. */
    Map<String, List<List<Object>>> files(Snapshot snapshot) throws IOException {
        return files(snapshot.getScanBuilder(), Optional.empty());
    }

    /** The data files that the statistics in the log leave of a table that is read for a predicate. */
    Set<String> kept(Snapshot snapshot, Predicate predicate) throws IOException {
        Scan scan = snapshot.getScanBuilder().withFilter(predicate).build();
        Set<String> kept = new HashSet<>();
        try (CloseableIterator<Row> found = Utils.intoRows(scan.getScanFiles(engine))) {
            while (found.hasNext()) {
                kept.add(name(InternalScanFileUtils.getAddFileStatus(found.next())));
            }
        }
        return kept;
    }

    private static String name(FileStatus file) {
        return Path.of(file.getPath()).getFileName().toString();
    }

    /**
     * The rows of these columns that a predicate selects of each file that the statistics in the log leave; row groups are pruned, too.
     */
    Map<String, List<List<Object>>> files(Snapshot snapshot, List<String> columns, Predicate predicate)
            throws IOException {
        StructType schema = new StructType();
        for (String column : columns) {
            schema = schema.add(snapshot.getSchema().get(column));
        }
        ScanBuilder builder = snapshot.getScanBuilder().withReadSchema(schema).withFilter(predicate);
        return files(builder, Optional.of(predicate));
    }

    private Map<String, List<List<Object>>> files(ScanBuilder builder, Optional<Predicate> predicate)
            throws IOException {
        Scan scan = builder.build();
        Row state = scan.getScanState(engine);
        Map<String, List<List<Object>>> files = new LinkedHashMap<>();
        try (CloseableIterator<Row> found = Utils.intoRows(scan.getScanFiles(engine))) {
            while (found.hasNext()) {
                Row file = found.next();
                FileStatus status = InternalScanFileUtils.getAddFileStatus(file);
                files.put(name(status), rows(state, file, status, predicate));
            }
        }
        return files;
    }

    private List<List<Object>> rows(Row state, Row file, FileStatus status, Optional<Predicate> predicate)
            throws IOException {
        StructType physical = ScanStateRow.getPhysicalDataReadSchema(state);
        List<List<Object>> rows = new ArrayList<>();
        try (CloseableIterator<FileReadResult> read = engine.getParquetHandler()
                        .readParquetFiles(Utils.singletonCloseableIterator(status), physical, predicate);
                CloseableIterator<FilteredColumnarBatch> batches =
                        Scan.transformPhysicalData(engine, state, file, read.map(FileReadResult::getData))) {
            while (batches.hasNext()) {
                ColumnarBatch batch = batches.next().getData();
                addRows(batch, predicate.map(wanted -> selected(batch, wanted)), rows);
            }
        }
        return rows;
    }

    private ColumnVector selected(ColumnarBatch batch, Predicate predicate) {
        return engine.getExpressionHandler()
                .getPredicateEvaluator(batch.getSchema(), predicate)
                .eval(batch, Optional.empty());
    }

    private static void addRows(ColumnarBatch batch, Optional<ColumnVector> selected, List<List<Object>> rows) {
        for (int row = 0; row < batch.getSize(); row++) {
            int at = row;
            if (selected.map(chosen -> !chosen.isNullAt(at) && chosen.getBoolean(at))
                    .orElse(true)) {
                List<Object> values = new ArrayList<>();
                for (int column = 0; column < batch.getSchema().length(); column++) {
                    values.add(KernelValues.value(batch.getColumnVector(column), row));
                }
                rows.add(values);
            }
        }
    }
}

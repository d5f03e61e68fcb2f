package io.penstock.bench;

import io.penstock.CommitReceipt;
import io.penstock.Penstock;
import io.penstock.Settings;
import io.penstock.TableFormat;
import io.penstock.TableSpec;
import io.penstock.TableWriter;
import io.penstock.buffer.ArrowMemory;
import io.penstock.storage.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What does it bring to stream batches to storage, instead of making bytes of all rows, copying these into the storage's buffer, and
 * writing that?
 *
 * <p>Each invocation inserts a million rows of TPC-H lineitem into an empty table, {@code rows} of them at a time, the same 100,000 again
 * and again, in memory before: {@code FromRows} as {@code Object[]}, {@code FromBatches} as Arrow batches of 1000. Stores are
 * {@code /dev/shm} where there is one, without asking for durability, this process's memory, and a {@link DiscardingServer} of S3's
 * protocol in another. The score is rows a second for one caller.
 *
 * <p>Inside what is measured, {@code copyEverything} ({@link CopiedTable}) pays for the bytes of each insert with the best library of
 * the format, an array that grows, two copies, and the store; each insert replaces the table. Penstock pays for all that a caller waits for: opening the
 * writer, checks, encoding, checksum, statistics, store, log entry, close; each insert adds to the table. Parquet is compressed with zstd
 * on both sides. Making and removing the table is outside.
 *
 * <p>Before a fork measures, its contender's file of 100,000 rows is read back and compared, and printed how often each of its bytes was
 * copied after an encoder had made it. Run it with {@code scripts/bench copy}, and what memory both take with {@code scripts/bench memory}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(CopyEverythingBenchmark.ROWS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "-Xms2g",
            "-Xmx2g",
            "-Xmn600m",
            // For arrow-java; Penstock needs no flag.
            "--add-opens=java.base/java.nio=ALL-UNNAMED"
        })
@State(Scope.Thread)
public class CopyEverythingBenchmark {
    static final int ROWS = 1_000_000;
    private static final int DISTINCT_ROWS = 100_000;
    private static final Settings SETTINGS = Settings.defaults().with("penstock.memory.bytes", "1GiB");

    @Param({"JSON", "ARROW", "PARQUET"})
    public TableFormat format;

    @Param({"file", "memory", "s3"})
    public String store;

    @Param({"10000", "100000", "1000000"})
    public int rows;

    private BufferAllocator allocator;
    private TableInput input;
    private List<Object[][]> inserts = List.of();
    private List<List<VectorSchemaRoot>> batchInserts = List.of();
    private TableStores stores;
    private CopiedTable copied;

    @Setup
    public void prepare(BenchmarkParams benchmark) throws IOException, SQLException {
        String name =
                benchmark.getBenchmark().substring(benchmark.getBenchmark().lastIndexOf('.') + 1);
        allocator = ArrowMemory.newRoot();
        input = TableInput.of(format, DISTINCT_ROWS, allocator);
        inserts = List.<Object[][]>of(input.rows());
        batchInserts = List.of(input.batches());
        check(name);
        int all = input.rows().length < DISTINCT_ROWS ? input.rows().length : ROWS;
        int each = Math.min(rows, all);
        if (name.endsWith("FromRows")) {
            inserts = IntStream.range(0, all / each)
                    .mapToObj(i -> input.rows(i, each))
                    .toList();
        } else {
            batchInserts = IntStream.range(0, all / each)
                    .mapToObj(i -> input.batches(i, each))
                    .toList();
        }
        use(TableStores.open(store, SETTINGS, false));
    }

    private void use(TableStores opened) {
        stores = opened;
        copied = new CopiedTable(format, stores.copied(), allocator);
    }

    private void check(String name) throws IOException, SQLException {
        use(TableStores.open(store, SETTINGS, true));
        try {
            newTable();
            CountedCopies counted = CountedCopies.of(store, stores.penstock().fileSystem());
            byte[] file;
            double copies;
            if (name.startsWith("penstock")) {
                try (Penstock counting = Penstock.open(counted, SETTINGS)) {
                    CommitReceipt receipt = name.endsWith("FromRows")
                            ? write(counting, input.rows())
                            : write(counting, input.batches());
                    file = read("tpch/lineitem/" + receipt.files().get(0).path());
                    // A store in memory has buffers of this engine.
                    counting.removeTableEnvironment("tpch", "lineitem");
                }
                copies = counted.copies();
            } else {
                write(name);
                file = stores.copied().read();
                copies = copied.copies();
            }
            input.requireSameRows(name, file, allocator);
            System.out.printf(
                    Locale.ROOT,
                    "%s, %s, %s: same %,d rows, %.2f bytes copied for each of %,d bytes%n",
                    name,
                    format,
                    store,
                    input.rows().length,
                    copies,
                    file.length);
        } finally {
            closeStores();
        }
    }

    private byte[] read(String path) throws IOException {
        try (Source source = stores.penstock().fileSystem().openForRead(path)) {
            ByteBuffer file = ByteBuffer.allocateDirect(Math.toIntExact(source.size()));
            source.read(0, file);
            byte[] bytes = new byte[file.flip().remaining()];
            file.get(bytes);
            return bytes;
        }
    }

    private void write(String contender) throws IOException {
        switch (contender) {
            case "copyEverythingFromRows" -> copyEverythingFromRows();
            case "copyEverythingFromBatches" -> copyEverythingFromBatches();
            default -> throw new IllegalArgumentException("contender '" + contender + "' has no check");
        }
    }

    @Setup(Level.Invocation)
    public void newTable() throws IOException {
        TableSpec spec = TableSpec.of(TableInput.schema(format)).format(format);
        stores.penstock()
                .prepareTableEnvironment(
                        "tpch",
                        "lineitem",
                        format == TableFormat.PARQUET
                                ? spec.option("compression", "zstd:" + HadoopFreeCodecs.ZSTD_LEVEL)
                                : spec);
    }

    @TearDown(Level.Invocation)
    public void removeTable() throws IOException {
        stores.penstock().removeTableEnvironment("tpch", "lineitem");
    }

    private void closeStores() throws IOException {
        copied.close();
        stores.close();
    }

    @TearDown
    public void close() throws IOException {
        closeStores();
        input.close();
        allocator.close();
    }

    private static CommitReceipt write(Penstock penstock, Object[][] rows) throws IOException {
        try (TableWriter writer = penstock.openTableForWrite("tpch", "lineitem")) {
            writer.append(rows);
            return writer.commit();
        }
    }

    private static CommitReceipt write(Penstock penstock, List<VectorSchemaRoot> batches) throws IOException {
        try (TableWriter writer = penstock.openTableForWrite("tpch", "lineitem")) {
            for (VectorSchemaRoot batch : batches) {
                writer.append(batch);
            }
            return writer.commit();
        }
    }

    @Benchmark
    public long penstockFromRows() throws IOException {
        long written = 0;
        for (Object[][] insert : inserts) {
            written += write(stores.penstock(), insert).rows();
        }
        return written;
    }

    @Benchmark
    public long penstockFromBatches() throws IOException {
        long written = 0;
        for (List<VectorSchemaRoot> insert : batchInserts) {
            written += write(stores.penstock(), insert).rows();
        }
        return written;
    }

    @Benchmark
    public long copyEverythingFromRows() throws IOException {
        long bytes = 0;
        for (Object[][] insert : inserts) {
            bytes += copied.insert(insert);
        }
        return bytes;
    }

    @Benchmark
    public long copyEverythingFromBatches() throws IOException {
        long bytes = 0;
        for (List<VectorSchemaRoot> insert : batchInserts) {
            bytes += copied.insert(insert);
        }
        return bytes;
    }
}

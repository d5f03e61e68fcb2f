package io.penstock;

import static io.penstock.TableFixture.DATABASE;
import static io.penstock.TableFixture.TABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.TableFixture.Store;
import io.penstock.buffer.MemoryExhaustedException;
import io.penstock.format.ColumnStatistics;
import io.penstock.testing.FaultyFileSystem.When;
import io.penstock.testing.InjectedFailure;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is promised of a writer holds with any number of threads, and its files are the same. */
class EncodeThreadsTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    private Path directory;

    /** The tables that are encoded by several threads. */
    enum Kind {
        PARQUET;

        TableSpec ofOrders() {
            return TableSpec.of(Schemas.ORDERS)
                    .format(TableFormat.PARQUET)
                    .setting("penstock.parquet.row.group.rows", "4000");
        }
    }

    private record Written(List<List<Object>> files, List<ColumnStatistics> columns, long rows, long batches) {
        static Written of(CommitReceipt receipt) {
            List<List<Object>> files = new ArrayList<>();
            for (FileReceipt file : receipt.files()) {
                files.add(List.of(file.rows(), file.bytes(), file.crc32c()));
            }
            return new Written(files, receipt.columns(), receipt.rows(), receipt.batches());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void filesAreTheSameForAnyNumberOfThreads(Kind kind) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 6; round++) {
            int[] sizes = random.ints(3 + random.nextInt(60), 0, round < 3 ? 300 : 2500)
                    .map(rows -> random.nextInt(4) == 0 ? Math.min(rows, 5) : rows)
                    .toArray();
            Settings settings = Settings.defaults()
                    .with("penstock.fs.sync", "none")
                    .with("penstock.buffer.bytes", round % 2 == 0 ? "4KiB" : "64KiB")
                    .with("penstock.file.rows", Long.toString(1 + random.nextInt(20_000)))
                    .with("penstock.file.bytes", Long.toString(1 + random.nextInt(4 << 20)));
            Written alone = null;
            for (int threads : new int[] {1, 2, 3, 8}) {
                Written written = write(kind, sizes, seed + round, settings, threads);
                alone = alone == null ? written : alone;
                assertEquals(alone, written, "seed " + seed + ", round " + round + ", " + threads + " threads");
            }
        }
    }

    /** Writes random batches, the same for the same seed, whose memory is overwritten as soon as they are appended. */
    private Written write(Kind kind, int[] sizes, long seed, Settings settings, int threads) throws IOException {
        try (Penstock penstock =
                        Penstock.open("memory:", settings.with("penstock.encode.threads", Integer.toString(threads)));
                RandomBatches batches = new RandomBatches(memory.allocator(), Schemas.ORDERS, seed)) {
            penstock.prepareTableEnvironment(DATABASE, TABLE, kind.ofOrders());
            try (TableWriter writer = penstock.openTableForWrite(DATABASE, TABLE)) {
                for (int rows : sizes) {
                    try (VectorSchemaRoot batch = batches.next(rows)) {
                        writer.append(batch, batches.dictionaries());
                        batch.getFieldVectors().forEach(EncodeThreadsTest::overwrite);
                    }
                }
                return Written.of(writer.commit());
            }
        }
    }

    private static void overwrite(FieldVector vector) {
        for (ArrowBuf buffer : vector.getBuffers(false)) {
            buffer.setOne(0, buffer.capacity());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void rowsAndBatchesKeepTheirOrder(Kind kind) throws Exception {
        Settings settings =
                Settings.defaults().with("penstock.batch.rows", "50").with("penstock.encode.threads", "3");
        try (TableFixture table = new TableFixture(Store.FILE, directory, settings).make(kind.ofOrders())) {
            long id = 0;
            try (TableWriter writer = table.writer()) {
                for (int round = 0; round < 30; round++) {
                    for (int i = 0; i < 70; i++) {
                        writer.append(TableFixture.order(id++));
                    }
                    long from = id;
                    id += 2000;
                    try (VectorSchemaRoot batch = Orders.batch(
                            memory.allocator(), LongStream.range(from, id).toArray())) {
                        writer.append(batch);
                    }
                }
                assertEquals(id, writer.rows());
                writer.commit();
            }
            assertEquals(LongStream.range(0, id).boxed().toList(), table.ids());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FILE", "MEMORY"})
    void failureOfAnyCallLeavesTheTableAsItWas(Store store) throws Exception {
        for (Kind kind : Kind.values()) {
            for (When when : When.values()) {
                long calls = Long.MAX_VALUE;
                long step = store == Store.S3 ? 7 : 1;
                for (long n = 0; n <= calls; n += n == 0 ? 1 : step) {
                    Path root = directory.resolve(kind + "-" + when + n);
                    Settings settings = Settings.defaults()
                            .with("penstock.encode.threads", "2")
                            .with("penstock.file.rows", "5000");
                    try (TableFixture table = new TableFixture(store, root, settings).make(kind.ofOrders())) {
                        table.commit(1, 2, 3);
                        Map<String, Long> before = table.tree();
                        table.store.reset();
                        if (n > 0) {
                            table.store.failOn(n, when);
                        }
                        boolean committed = writeAndCommit(table);
                        calls = n == 0 ? table.store.calls() : calls;
                        List<String> log = table.store.log();
                        table.store.reset();
                        String label = when + " " + n + "\n" + String.join("\n", log);
                        table.store.requireNothingOpen();
                        if (committed) {
                            assertEquals(3 + 14_000, table.ids().size(), label);
                        } else {
                            assertEquals(before, table.tree(), label);
                        }
                        assertEquals(0, table.penstock.memoryBudget().reservedBytes(), label);
                    }
                }
            }
        }
    }

    private boolean writeAndCommit(TableFixture table) {
        boolean committed = false;
        try (TableWriter writer = table.writer()) {
            appendBatches(writer, 14);
            writer.commit();
            committed = true;
        } catch (IOException e) {
            assertTrue(isInjected(e), () -> "not the injected failure: " + e);
        }
        return committed;
    }

    private void appendBatches(TableWriter writer, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            long from = 1000L * i;
            try (VectorSchemaRoot batch = Orders.batch(
                    memory.allocator(), LongStream.range(from, from + 1000).toArray())) {
                writer.append(batch);
            }
        }
    }

    private static boolean isInjected(Throwable e) {
        return e != null && (e instanceof InjectedFailure || isInjected(e.getCause()));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void closeInTheMiddleLeavesNothing(Kind kind) throws Exception {
        Settings settings = Settings.defaults().with("penstock.encode.threads", "4");
        try (TableFixture table = new TableFixture(Store.FILE, directory, settings).make(kind.ofOrders())) {
            table.commit(1, 2, 3);
            Map<String, Long> before = table.tree();
            for (int batches = 1; batches < 12; batches++) {
                try (TableWriter writer = table.writer()) {
                    appendBatches(writer, batches);
                }
                assertEquals(before, table.tree());
                assertEquals(0, table.penstock.memoryBudget().reservedBytes());
                assertEquals(0, table.penstock.bufferPool().outstanding());
            }
        }
    }

    @Test
    void engineThatIsClosedEndsItsWritersWork() throws Exception {
        Settings settings = Settings.defaults().with("penstock.encode.threads", "4");
        for (int batches = 1; batches < 12; batches++) {
            try (TableFixture table =
                    new TableFixture(Store.MEMORY, directory, settings).make(Kind.PARQUET.ofOrders())) {
                TableWriter writer = table.writer();
                appendBatches(writer, batches);
                table.penstock.close();
                assertThrows(IllegalStateException.class, () -> appendBatches(writer, 1));
                writer.close();
            }
        }
    }

    @Test
    void writerThatNobodyHoldsIsRolledBack() throws Exception {
        Settings settings = Settings.defaults().with("penstock.encode.threads", "2");
        try (TableFixture table = new TableFixture(Store.FILE, directory, settings).make(Kind.PARQUET.ofOrders())) {
            table.commit(1, 2, 3);
            Map<String, Long> before = table.tree();
            abandonWriter(table);
            while (table.penstock.memoryBudget().reservedBytes() > 0) {
                System.gc();
                Thread.sleep(5);
            }
            assertEquals(before, table.tree());
        }
    }

    private void abandonWriter(TableFixture table) throws IOException {
        appendBatches(table.writer(), 9);
    }

    @Test
    void failureInAnotherThreadIsThrownByALaterCallAndNamedByAllAfter() throws Exception {
        Settings settings = Settings.defaults().with("penstock.encode.threads", "2");
        try (TableFixture table = new TableFixture(Store.FILE, directory, settings).make(Kind.PARQUET.ofOrders())) {
            Map<String, Long> before = table.tree();
            try (TableWriter writer = table.writer()) {
                appendBatches(writer, 3);
                table.store.failFrom(1, When.BEFORE);
                IOException e = assertThrows(IOException.class, () -> {
                    appendBatches(writer, 50);
                    writer.commit();
                });
                assertTrue(isInjected(e), () -> "not the injected failure: " + e);
                table.store.reset();
                IllegalStateException after = assertThrows(IllegalStateException.class, () -> appendBatches(writer, 1));
                assertInstanceOf(IOException.class, after.getCause());
            }
            assertEquals(before, table.tree());
        }
    }

    @Test
    void interruptsLeaveWriterAndFilesAlone() throws Exception {
        Settings settings = Settings.defaults().with("penstock.encode.threads", "2");
        try (TableFixture table = new TableFixture(Store.FILE, directory, settings).make(Kind.PARQUET.ofOrders())) {
            try (TableWriter writer = table.writer()) {
                for (int i = 0; i < 10; i++) {
                    Thread.currentThread().interrupt();
                    appendBatches(writer, 1);
                    assertTrue(Thread.interrupted());
                }
                writer.commit();
            }
            assertEquals(10_000, table.ids().size());
        }
    }

    @Test
    void openingSaysWhatTheThreadsTakeWhereThereIsTooLittle() throws Exception {
        Settings settings = Settings.defaults()
                .with("penstock.memory.bytes", "64MiB")
                .with("penstock.memory.wait.millis", "1")
                .with("penstock.encode.threads", "64");
        try (Penstock penstock = Penstock.open("memory:", settings)) {
            penstock.prepareTableEnvironment(DATABASE, TABLE, Kind.PARQUET.ofOrders());
            MemoryExhaustedException e =
                    assertThrows(MemoryExhaustedException.class, () -> penstock.openTableForWrite(DATABASE, TABLE));
            assertTrue(e.getMessage().contains("penstock.encode.threads"), e.getMessage());
        }
    }

    @Test
    void manyWritersShareTheThreads() throws Exception {
        Settings settings = Settings.defaults().with("penstock.encode.threads", "3");
        ExecutorService callers = Executors.newFixedThreadPool(6);
        try (TableFixture table = new TableFixture(Store.MEMORY, directory, settings).make(Kind.PARQUET.ofOrders())) {
            List<Future<?>> writing = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                writing.add(callers.submit(() -> {
                    try (TableWriter writer = table.writer()) {
                        appendBatches(writer, 40);
                        writer.commit();
                    }
                    return null;
                }));
            }
            for (Future<?> one : writing) {
                one.get();
            }
            assertEquals(6 * 40_000, table.ids().size());
        } finally {
            callers.shutdownNow();
        }
    }
}

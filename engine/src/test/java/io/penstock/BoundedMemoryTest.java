package io.penstock;

import static io.penstock.TableFixture.DATABASE;
import static io.penstock.TableFixture.TABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.TableFixture.Store;
import io.penstock.buffer.MemoryExhaustedException;
import io.penstock.testing.LeakCheck;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory is reserved when a writer or reader opens, waited for only there, and O(batch) from then on. */
class BoundedMemoryTest {
    private static final int BATCH_ROWS = 1000;
    private static final int BATCHES = 200;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    private Path directory;

    private static Settings small() {
        return Settings.defaults()
                .with("penstock.buffer.bytes", "64KiB")
                .with("penstock.batch.bytes", "256KiB")
                .with("penstock.parquet.row.group.bytes", "256KiB")
                .with("penstock.memory.bytes", "4MiB")
                .with("penstock.memory.wait.millis", "20");
    }

    private TableFixture table(TableFormat format, Settings settings) throws IOException {
        return new TableFixture(Store.FILE, directory, settings)
                .make(TableSpec.of(Schemas.ORDERS).format(format));
    }

    @Test
    void openingFailsWithTheNumbersWhenOthersHoldTheMemory() throws Exception {
        try (TableFixture table = table(TableFormat.JSON, small())) {
            List<TableWriter> writers = new ArrayList<>();
            MemoryExhaustedException e = assertThrows(MemoryExhaustedException.class, () -> {
                while (true) {
                    writers.add(table.writer());
                }
            });
            assertTrue(writers.size() >= 2, writers.size() + " writers");
            assertTrue(e.getMessage().startsWith("the writer of shop.orders needs "), e.getMessage());
            for (TableWriter writer : writers) {
                writer.append(TableFixture.order(1));
                writer.commit();
                writer.close();
            }
            assertEquals(writers.size(), table.ids().size());
        }
    }

    @Test
    void manyWritersOnASmallBudgetAllComeToTheirTurn() throws Exception {
        Settings patient = small().with("penstock.memory.wait.millis", "60000").with("penstock.fs.sync", "none");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (TableFixture table = table(TableFormat.JSON, patient)) {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 10; i++) {
                        table.commit(LongStream.range(0, 100).toArray());
                    }
                    return null;
                }));
            }
            for (Future<?> future : done) {
                future.get();
            }
            assertEquals(8_000, table.ids().size());
            assertTrue(table.penstock.memoryBudget().peakBytes()
                    <= table.penstock.memoryBudget().totalBytes());
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void directMemoryStaysWithinTheReservation(TableFormat format) throws Exception {
        try (TableFixture table = table(format, small());
                TableWriter writer = table.writer()) {
            long reserved = table.penstock.memoryBudget().reservedBytes();
            for (int i = 0; i < 100_000; i++) {
                writer.append(TableFixture.order(i));
                if (i % 1000 == 0) {
                    long used = table.penstock.bufferPool().allocatedBytes()
                            + table.penstock.allocator().getAllocatedMemory();
                    assertTrue(used <= reserved, used + " of " + reserved + " bytes at row " + i);
                    assertEquals(reserved, table.penstock.memoryBudget().reservedBytes());
                }
            }
            writer.commit();
        }
    }

    @Test
    void parquetWriterThatFindsNoMemorySaysWhatMakesItSmaller() throws Exception {
        Settings tight = Settings.defaults().with("penstock.memory.bytes", "16MiB");
        try (TableFixture table = table(TableFormat.PARQUET, tight)) {
            MemoryExhaustedException e = assertThrows(MemoryExhaustedException.class, table::writer);
            assertTrue(e.getMessage().contains("penstock.parquet.row.group.bytes"), e.getMessage());
            assertTrue(e.getMessage().contains("penstock.memory.bytes"), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000_000, 20_000_000})
    void parquetTakesAsMuchMemoryForManyRowsAsForFew(int rows) throws Exception {
        int batchRows = 10_000;
        try (TableFixture table = table(TableFormat.PARQUET, Settings.defaults());
                VectorSchemaRoot batch = Orders.batch(
                        memory.allocator(), LongStream.range(0, batchRows).toArray());
                TableWriter writer = table.writer()) {
            long reserved = table.penstock.memoryBudget().reservedBytes();
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < rows / batchRows; i++) {
                if (i == rows / batchRows / 2) {
                    before = threads.getCurrentThreadAllocatedBytes();
                }
                writer.append(batch);
                long used = table.penstock.bufferPool().allocatedBytes()
                        + table.penstock.allocator().getAllocatedMemory();
                assertTrue(used <= reserved, used + " of " + reserved + " bytes in batch " + i);
                assertEquals(reserved, table.penstock.memoryBudget().reservedBytes());
            }
            double perRow = (threads.getCurrentThreadAllocatedBytes() - before) / (rows / 2.0);
            assertTrue(perRow <= 2, perRow + " bytes of heap a row");
            assertEquals(rows, writer.commit().rows());
        }
    }

    @Test
    void rowThatNoMemoryIsLeftForIsRefusedAndTheWriterGoesOn() throws Exception {
        try (TableFixture table = table(TableFormat.JSON, small())) {
            try (TableWriter writer = table.writer()) {
                writer.append(TableFixture.order(1));
                String huge = "x".repeat(4 << 20);
                MemoryExhaustedException e =
                        assertThrows(MemoryExhaustedException.class, () -> writer.append(new Object[] {2L, huge, 1.0}));
                assertTrue(e.getMessage().contains("penstock.memory.bytes"), e.getMessage());
                writer.append(TableFixture.order(3));
                writer.commit();
            }
            assertEquals(List.of(1L, 3L), table.ids());
        }
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void arrowBatchesCostAtMostTwoBytesOfHeapARow(TableFormat format) throws Exception {
        try (TableFixture table = table(format, Settings.defaults());
                VectorSchemaRoot batch = Orders.batch(
                        memory.allocator(), LongStream.range(0, BATCH_ROWS).toArray());
                TableWriter writer = table.writer()) {
            assertAllocation(() -> {
                for (int i = 0; i < BATCHES; i++) {
                    writer.append(batch);
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void typedRowsCostAtMostTwoBytesOfHeapARow(TableFormat format) throws Exception {
        try (TableFixture table = table(format, Settings.defaults());
                TableWriter writer = table.writer()) {
            assertAllocation(() -> {
                for (int i = 0; i < BATCHES * BATCH_ROWS; i++) {
                    writer.row()
                            .setLong(0, i)
                            .setString(1, "an item")
                            .setDouble(2, i * 0.25)
                            .endRow();
                }
            });
        }
    }

    /** A call that writes {@code BATCHES * BATCH_ROWS} rows. */
    @FunctionalInterface
    private interface Writing {
        void run() throws IOException;
    }

    /** Repeats until one pass is within the bound: what the compiler allocates meanwhile is not the writer's. */
    private static void assertAllocation(Writing writing) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double best = Double.MAX_VALUE;
        for (int pass = 0; pass < 20 && best > 2; pass++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            writing.run();
            best = Math.min(
                    best, (threads.getCurrentThreadAllocatedBytes() - before) / (double) (BATCHES * BATCH_ROWS));
        }
        assertTrue(best <= 2, best + " bytes a row");
    }

    @Test
    void readerIsCountedToo() throws Exception {
        try (TableFixture table = table(TableFormat.ARROW, small())) {
            table.commit(LongStream.range(0, 10).toArray());
            try (TableReader reader = table.penstock.openTableForRead(DATABASE, TABLE)) {
                assertTrue(reader.loadNextBatch());
                assertTrue(table.penstock.memoryBudget().reservedBytes() > 0);
            }
            assertEquals(0, table.penstock.memoryBudget().reservedBytes());
        }
    }
}

package io.penstock;

import static io.penstock.TableFixture.DATABASE;
import static io.penstock.TableFixture.TABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.TableFixture.Store;
import io.penstock.log.CommitOutcomeUnknownException;
import io.penstock.testing.FaultyFileSystem.When;
import io.penstock.testing.InjectedFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever ends a writer before its commit leaves the table, the store and the memory as they were. */
class RollbackTest {
    @TempDir
    private Path directory;

    private static TableSpec spec(TableFormat format) {
        return TableSpec.of(Schemas.ORDERS)
                .format(format)
                .setting("penstock.batch.rows", "10")
                .setting("penstock.file.rows", "20");
    }

    static Stream<Arguments> storesAndFormats() {
        return Arrays.stream(Store.values())
                .flatMap(store -> Arrays.stream(TableFormat.values()).map(format -> Arguments.of(store, format)));
    }

    private TableFixture committed(Store store, TableFormat format) throws IOException {
        TableFixture table = new TableFixture(store, directory).make(spec(format));
        table.commit(1, 2, 3);
        return table;
    }

    private static void appendRows(TableWriter writer, int rows) throws IOException {
        for (int i = 0; i < rows; i++) {
            writer.append(TableFixture.order(100 + i));
        }
    }

    @ParameterizedTest
    @MethodSource("storesAndFormats")
    void closeWithoutCommitLeavesNothing(Store store, TableFormat format) throws Exception {
        try (TableFixture table = committed(store, format)) {
            Map<String, Long> before = table.tree();
            try (TableWriter writer = table.writer()) {
                appendRows(writer, 55);
            }
            assertEquals(before, table.tree());
            assertEquals(List.of(1L, 2L, 3L), table.ids());
            assertEquals(0, table.penstock.memoryBudget().reservedBytes());
        }
    }

    @ParameterizedTest
    @MethodSource("storesAndFormats")
    void exceptionInTheCallersBlockPublishesNothing(Store store, TableFormat format) throws Exception {
        try (TableFixture table = committed(store, format)) {
            Map<String, Long> before = table.tree();
            assertThrows(ArithmeticException.class, () -> {
                try (TableWriter writer = table.writer()) {
                    appendRows(writer, 25);
                    throw new ArithmeticException("the caller's");
                }
            });
            assertEquals(before, table.tree());
        }
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void writerThatNobodyHoldsIsRolledBack(Store store) throws Exception {
        try (TableFixture table = committed(store, TableFormat.JSON)) {
            Map<String, Long> before = table.tree();
            abandonWriter(table);
            while (table.penstock.memoryBudget().reservedBytes() > 0) {
                System.gc();
                Thread.sleep(5);
            }
            assertEquals(before, table.tree());
            assertEquals(List.of(1L, 2L, 3L), table.ids());
        }
    }

    private static void abandonWriter(TableFixture table) throws IOException {
        TableWriter writer = table.writer();
        appendRows(writer, 25);
        writer.row().setLong(0, 7);
    }

    @ParameterizedTest
    @MethodSource("storesAndFormats")
    void failureOfAnyCallLeavesTheTableAsItWas(Store store, TableFormat format) throws Exception {
        for (When when : When.values()) {
            long calls = callsOf(store, format);
            assertTrue(calls > 15, "only " + calls + " calls");
            // The calls are the same for every format, and cost more on S3.
            long step = store != Store.S3 ? 1 : format == TableFormat.JSON ? 3 : 7;
            for (long n = 1; n <= calls; n += step) {
                Path root = directory.resolve(when + "-" + n);
                try (TableFixture table = new TableFixture(store, root).make(spec(format))) {
                    table.commit(1, 2, 3);
                    Map<String, Long> before = table.tree();
                    table.store.failOn(n, when);
                    boolean committed = writeAndCommit(table);
                    List<String> log = table.store.log();
                    table.store.reset();
                    String label = when + " " + log.get(log.size() - 1) + "\n" + String.join("\n", log);
                    table.store.requireNothingOpen();
                    if (committed) {
                        assertEquals(3 + 45, table.ids().size(), label);
                        assertEquals(List.of(), leftovers(table), label);
                    } else {
                        assertEquals(before, table.tree(), label);
                        assertEquals(List.of(1L, 2L, 3L), table.ids(), label);
                    }
                    assertEquals(0, table.penstock.memoryBudget().reservedBytes(), label);
                }
            }
        }
    }

    /** How many calls the writing run makes that is then repeated with a failure of each. */
    private long callsOf(Store store, TableFormat format) throws IOException {
        try (TableFixture table =
                new TableFixture(store, directory.resolve("count-" + System.nanoTime())).make(spec(format))) {
            table.commit(1, 2, 3);
            table.store.reset();
            assertTrue(writeAndCommit(table));
            return table.store.calls();
        }
    }

    private static boolean writeAndCommit(TableFixture table) {
        boolean committed = false;
        try (TableWriter writer = table.writer()) {
            appendRows(writer, 45);
            writer.commit();
            committed = true;
        } catch (IOException e) {
            assertTrue(injected(e), () -> "not the injected failure: " + e);
        }
        return committed;
    }

    private static boolean injected(Throwable e) {
        return e != null && (e instanceof InjectedFailure || injected(e.getCause()));
    }

    private static List<String> leftovers(TableFixture table) throws IOException {
        List<String> leftovers = new ArrayList<>();
        for (String path : table.tree().keySet()) {
            if (path.contains("unfinished") || path.contains("intent")) {
                leftovers.add(path);
            }
        }
        return leftovers;
    }

    @ParameterizedTest
    @MethodSource("storesAndFormats")
    void failureOfAnyCallOfAReaderIsThrownAndLeaksNothing(Store store, TableFormat format) throws Exception {
        try (TableFixture table = committed(store, format)) {
            assertEquals(3, table.ids().size());
            table.store.reset();
            assertEquals(3, table.ids().size());
            List<String> calls = table.store.log();
            for (int n = 1; n <= calls.size(); n++) {
                String call = calls.get(n - 1);
                table.store.failOn(n, When.BEFORE);
                String label = call + " of " + calls;
                assertThrows(IOException.class, table::ids, label);
                table.store.reset();
                table.store.requireNothingOpen();
                assertEquals(0, table.penstock.memoryBudget().reservedBytes(), label);
            }
            assertEquals(3, table.ids().size());
        }
    }

    @Test
    void afterAnErrorTheWriterRefusesFurtherUseAndNamesTheFirstCause() throws Exception {
        try (TableFixture table = committed(Store.FILE, TableFormat.JSON);
                TableWriter writer = table.writer()) {
            Map<String, Long> before = table.tree();
            table.store.failFrom(1, When.BEFORE);
            IOException first = assertThrows(IOException.class, () -> appendRows(writer, 25));
            table.store.reset();
            assertEquals(before, table.tree());
            for (int i = 0; i < 2; i++) {
                IllegalStateException e =
                        assertThrows(IllegalStateException.class, () -> writer.append(TableFixture.order(1)));
                assertSame(first, e.getCause());
                assertTrue(e.getMessage().contains("failed and was rolled back: " + first), e.getMessage());
            }
            assertThrows(IllegalStateException.class, writer::row);
            assertThrows(IllegalStateException.class, writer::commit);
        }
    }

    @Test
    void lostReplyOfTheCommitThatCannotBeSettledKeepsTheFiles() throws Exception {
        try (TableFixture table = committed(Store.FILE, TableFormat.JSON)) {
            table.store.reset();
            long createCall = callsUntilLogEntry(table);
            try (TableWriter writer = table.writer()) {
                table.store.failFrom(createCall, When.AFTER);
                appendRows(writer, 5);
                assertThrows(CommitOutcomeUnknownException.class, writer::commit);
                table.store.reset();
            }
            assertEquals(8 + 5, table.ids().size());
            assertEquals(1, table.penstock.recover().leftovers().size());
            assertEquals(8 + 5, table.ids().size());
            assertEquals(List.of(), leftovers(table));
        }
    }

    /** Commits five rows and tells which call, counted from after the writer was opened, made the version. */
    private static long callsUntilLogEntry(TableFixture table) throws IOException {
        try (TableWriter writer = table.writer()) {
            table.store.reset();
            appendRows(writer, 5);
            writer.commit();
        }
        List<String> log = table.store.log();
        for (int i = 0; i < log.size(); i++) {
            if (log.get(i).contains("createExclusive") && log.get(i).contains("_delta_log")) {
                return i + 1L;
            }
        }
        throw new AssertionError(log);
    }

    @Test
    void exceptionOfTheCallersIteratorRollsBack() throws Exception {
        try (TableFixture table = committed(Store.FILE, TableFormat.ARROW);
                TableWriter writer = table.writer()) {
            Map<String, Long> before = table.tree();
            Iterator<Object[]> failing = Stream.iterate(0L, i -> i + 1)
                    .map(i -> {
                        if (i == 25) {
                            throw new IllegalArgumentException("the iterator's own");
                        }
                        return TableFixture.order(i);
                    })
                    .iterator();
            assertEquals(
                    "the iterator's own",
                    assertThrows(IllegalArgumentException.class, () -> writer.append(failing))
                            .getMessage());
            assertThrows(IllegalStateException.class, writer::commit);
            assertEquals(before, table.tree());
        }
    }

    @Test
    void closingTheEngineRollsBackItsWritersAndSaysSo() throws Exception {
        TableFixture table = committed(Store.FILE, TableFormat.JSON);
        Map<String, Long> before = table.tree();
        TableWriter writer = table.writer();
        appendRows(writer, 25);
        TableReader reader = table.penstock.openTableForRead(DATABASE, TABLE);
        assertTrue(reader.loadNextBatch());
        table.close();
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> appendRows(writer, 1));
        assertTrue(
                e.getMessage().contains("the writer of shop.orders was rolled back because its Penstock was closed"),
                e.getMessage());
        assertThrows(IllegalStateException.class, reader::loadNextBatch);
        writer.close();
        reader.close();
        try (TableFixture again = new TableFixture(Store.FILE, directory)) {
            assertEquals(before, again.tree());
        }
        assertThrows(IllegalStateException.class, () -> table.penstock.tables());
    }

    @Test
    void closingTheEngineEndsACallInAnotherThread() throws Exception {
        TableFixture table = committed(Store.FILE, TableFormat.JSON);
        Map<String, Long> before = table.tree();
        CountDownLatch running = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try (TableWriter writer = table.writer()) {
                writer.append(Stream.generate(() -> {
                            running.countDown();
                            return TableFixture.order(1);
                        })
                        .iterator());
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        thread.start();
        running.await();
        table.close();
        thread.join();
        assertTrue(thrown.get() instanceof IllegalStateException, String.valueOf(thrown.get()));
        try (TableFixture again = new TableFixture(Store.FILE, directory)) {
            assertEquals(before, again.tree());
        }
    }

    @Test
    void twoThreadsAtOnceAreRefused() throws Exception {
        try (TableFixture table = committed(Store.FILE, TableFormat.JSON);
                TableWriter writer = table.writer()) {
            AtomicReference<Throwable> other = new AtomicReference<>();
            Iterator<Object[]> rows = new Iterator<>() {
                private boolean first = true;

                @Override
                public boolean hasNext() {
                    return first;
                }

                @Override
                public Object[] next() {
                    first = false;
                    other.set(thrownByAnotherThread(() -> writer.append(TableFixture.order(9))));
                    return TableFixture.order(4);
                }
            };
            writer.append(rows);
            assertTrue(other.get() instanceof IllegalStateException, String.valueOf(other.get()));
            assertTrue(
                    other.get().getMessage().contains("used by two threads at once: '"),
                    other.get().getMessage());
            writer.commit();
            assertEquals(List.of(1L, 2L, 3L, 4L), table.ids());
        }
    }

    private static Throwable thrownByAnotherThread(org.junit.jupiter.api.function.Executable call) {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                call.execute();
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return thrown.get();
    }

    @Test
    void writerAfterCommitAndAfterCloseSaysSo() throws Exception {
        try (TableFixture table = committed(Store.FILE, TableFormat.JSON)) {
            TableWriter writer = table.writer();
            appendRows(writer, 1);
            RowAppender row = writer.row();
            writer.commit();
            assertMessage("the writer of shop.orders has committed", () -> writer.append(TableFixture.order(1)));
            assertMessage("the writer of shop.orders has committed", writer::commit);
            assertThrows(IllegalStateException.class, () -> row.setLong(0, 1).endRow());
            writer.close();
            writer.close();
            TableWriter closed = table.writer();
            closed.close();
            assertMessage("the writer of shop.orders is closed", closed::commit);
            assertFalse(table.ids().isEmpty());
        }
    }

    private static void assertMessage(String expected, org.junit.jupiter.api.function.Executable call) {
        String message = assertThrows(IllegalStateException.class, call).getMessage();
        assertTrue(message.contains(expected), message);
    }
}

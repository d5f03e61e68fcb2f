package io.penstock;

import static io.penstock.TableFixture.DATABASE;
import static io.penstock.TableFixture.TABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.TableFixture.Store;
import io.penstock.log.Leftover;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several processes with one store. */
class ProcessesTest {
    private static final int PROCESSES = 8;
    private static final int COMMITS = 50;
    private static final TableSpec SPEC =
            TableSpec.of(Schemas.ORDERS).format(TableFormat.JSON).setting("penstock.file.rows", "1000");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(names = {"FILE", "S3"})
    void eightProcessesAppendFiftyTimesEachAndEveryRowIsThereOnce(Store store) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(SPEC)) {
            List<Process> processes = new ArrayList<>();
            for (int p = 0; p < PROCESSES; p++) {
                processes.add(
                        start(table, Appender.class, String.valueOf(p * COMMITS), String.valueOf((p + 1) * COMMITS)));
            }
            for (Process process : processes) {
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertEquals(0, process.waitFor(), output);
            }
            assertEquals(
                    PROCESSES * COMMITS,
                    table.penstock.describe(DATABASE, TABLE).version());
            List<Long> ids = table.ids();
            ids.sort(null);
            assertEquals(LongStream.range(0, PROCESSES * COMMITS).boxed().toList(), ids);
            assertEquals(List.of(), table.penstock.recoveryPlan().leftovers());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FILE", "S3"})
    void processKilledInTheMiddleOfAWriteIsCleanedUpAfter(Store store) throws Exception {
        try (TableFixture table = new TableFixture(store, directory).make(SPEC)) {
            table.commit(1, 2, 3);
            Map<String, Long> before = table.tree();
            kill(table, 5_500, 0);
            Map<String, Long> left = table.tree();

            List<Leftover> plan = table.penstock.recoveryPlan().leftovers();
            assertTrue(plan.stream().anyMatch(leftover -> leftover.kind() == Leftover.Kind.DATA_FILE), plan.toString());
            assertTrue(plan.stream().anyMatch(leftover -> leftover.kind() == Leftover.Kind.INTENT), plan.toString());
            assertEquals(left, table.tree());
            assertEquals(List.of(1L, 2L, 3L), table.ids());

            assertFalse(table.penstock.recover().leftovers().isEmpty());
            assertEquals(before, table.tree());
            assertEquals(List.of(1L, 2L, 3L), table.ids());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FILE", "S3"})
    void processKilledInTheMiddleOfAFileLeavesAnUnfinishedOne(Store store) throws Exception {
        TableSpec spec = TableSpec.of(Schemas.ORDERS).format(TableFormat.JSON);
        try (TableFixture table = new TableFixture(store, directory).make(spec)) {
            table.commit(1, 2, 3);
            Map<String, Long> before = table.tree();
            kill(table, 200, 100_000);

            List<Leftover> plan = table.penstock.recoveryPlan().leftovers();
            assertEquals(
                    List.of(Leftover.Kind.UNFINISHED, Leftover.Kind.INTENT),
                    plan.stream().map(Leftover::kind).toList());
            assertEquals(plan, table.penstock.recover().leftovers());
            assertEquals(before, table.tree());
            assertEquals(List.of(1L, 2L, 3L), table.ids());
        }
    }

    /** Kills a process that has written so many rows with so many more bytes each, and goes on. */
    private static void kill(TableFixture table, int rows, int moreBytes) throws Exception {
        Process process = start(table, EndlessWriter.class, String.valueOf(rows), String.valueOf(moreBytes));
        try (BufferedReader output = process.inputReader()) {
            // The JVM may say something of its own first.
            String line = output.readLine();
            while (line != null && !line.equals("writing")) {
                line = output.readLine();
            }
            assertEquals("writing", line);
            assertEquals(List.of(), table.penstock.recover().leftovers(), "its writer lives");
        } finally {
            process.destroyForcibly();
        }
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    }

    private static Process start(TableFixture table, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:MaxDirectMemorySize=160m",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(table.javaOptions());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), table.uri()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Commits one order at a time, with the ids from the second argument to below the third. */
    static final class Appender {
        public static void main(String[] arguments) throws IOException {
            try (Penstock penstock = Penstock.open(arguments[0])) {
                for (long id = Long.parseLong(arguments[1]); id < Long.parseLong(arguments[2]); id++) {
                    try (TableWriter writer = penstock.openTableForWrite(DATABASE, TABLE)) {
                        writer.append(TableFixture.order(id));
                        writer.commit();
                    }
                }
            }
        }
    }

    /** Appends until it is killed, and says when it has appended as many rows as the second argument says. */
    static final class EndlessWriter {
        public static void main(String[] arguments) throws IOException {
            try (Penstock penstock = Penstock.open(arguments[0]);
                    TableWriter writer = penstock.openTableForWrite(DATABASE, TABLE)) {
                long rows = Long.parseLong(arguments[1]);
                String more = "x".repeat(Integer.parseInt(arguments[2]));
                for (long id = 0; ; id++) {
                    writer.append(new Object[] {id, "item " + id + more, id / 4.0});
                    if (id == rows) {
                        System.out.println("writing");
                    }
                }
            }
        }
    }
}

package io.penstock;

import static io.penstock.TableFixture.DATABASE;
import static io.penstock.TableFixture.TABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.log.CommitOutcomeUnknownException;
import io.penstock.storage.OutcomeUnknownException;
import io.penstock.testing.Fault;
import io.penstock.testing.Fault.Moment;
import io.penstock.testing.FaultyProxy;
import io.penstock.testing.S3Request.Kind;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever becomes of any request, a table on S3 has all of a commit or nothing of it, and what is left is found by its intents. */
class S3RequestFailuresTest {
    /** With these, {@link #ROWS} rows are two parts. */
    private static final String PADDING = "x".repeat(200_000);

    private static final int ROWS = 30;

    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    private FaultyProxy proxy;
    private Penstock penstock;
    private List<String> before;

    @BeforeEach
    void open() throws IOException {
        proxy = new FaultyProxy(server.endpoint());
        penstock = Penstock.open(
                "s3://" + server.bucket() + "/" + S3TestServer.PREFIX,
                Settings.defaults()
                        .with("penstock.s3.endpoint", proxy.endpoint().toString())
                        .with("penstock.s3.region", S3TestServer.REGION)
                        .with("penstock.s3.part.bytes", "5MiB")
                        .with("penstock.s3.read.bytes", "64KiB")
                        .with("penstock.s3.timeout.millis", "3000")
                        .with("penstock.s3.retries", "1")
                        .with("penstock.debug.leaks", "true"));
        penstock.prepareTableEnvironment(
                DATABASE, TABLE, TableSpec.of(Schemas.ORDERS).format(TableFormat.JSON));
        commitSmall();
        before = server.keys();
    }

    @AfterEach
    void close() throws IOException {
        proxy.reset();
        penstock.close();
        assertEquals(0, penstock.memoryBudget().reservedBytes());
        proxy.close();
    }

    private void commitSmall() throws IOException {
        try (TableWriter writer = penstock.openTableForWrite(DATABASE, TABLE)) {
            writer.append(TableFixture.order(-1));
            writer.commit();
        }
    }

    private void commitLarge() throws IOException {
        try (TableWriter writer = penstock.openTableForWrite(DATABASE, TABLE)) {
            for (long id = 0; id < ROWS; id++) {
                writer.append(new Object[] {id, id + PADDING, id / 4.0});
            }
            writer.commit();
        }
    }

    /** How many large commits the log has. */
    private long largeCommits() throws IOException {
        long rows = penstock.describe(DATABASE, TABLE).rows() - 1;
        assertEquals(0, rows % ROWS);
        return rows / ROWS;
    }

    /** And that all their rows are there once. */
    private void requireRowsOf(long largeCommits) throws IOException {
        assertEquals(largeCommits, largeCommits());
        List<Long> ids = new ArrayList<>();
        try (TableReader reader =
                penstock.openTableForRead(DATABASE, TABLE, ReadOptions.all().columns("id"))) {
            while (reader.loadNextBatch()) {
                for (int row = 0; row < reader.batch().getRowCount(); row++) {
                    ids.add((Long) reader.batch().getVector("id").getObject(row));
                }
            }
        }
        ids.removeIf(id -> id < 0);
        ids.sort(null);
        assertEquals(
                LongStream.range(0, ROWS)
                        .boxed()
                        .flatMap(id -> LongStream.range(0, largeCommits).mapToObj(i -> id))
                        .toList(),
                ids);
    }

    static List<Fault> faultsOfAMoment() {
        return List.of(Fault.reset(Moment.BEFORE), Fault.reset(Moment.AFTER), Fault.errorAfter(500, "InternalError"));
    }

    @ParameterizedTest
    @MethodSource("faultsOfAMoment")
    void commitSurvivesAFailureOfAMomentOfAnyRequest(Fault fault) throws Exception {
        proxy.reset();
        commitLarge();
        long requests = proxy.requests();
        assertTrue(requests > 10, "only " + requests + " requests");
        List<Long> hit = new ArrayList<>();
        for (long n = 1; n <= requests; n++) {
            proxy.failOn(n, fault);
            commitLarge();
            hit.add(proxy.injected());
            proxy.reset();
        }
        assertTrue(hit.stream().allMatch(injected -> injected == 1), hit.toString());
        requireRowsOf(requests + 1);
        requireNothingButTheTable((int) requests + 1);
    }

    @Test
    void refusalOfAnyRequestLeavesTheTableAsItWasOrCommitted() throws Exception {
        proxy.reset();
        commitLarge();
        long requests = proxy.requests();
        int commits = 1;
        for (long n = 1; n <= requests; n++) {
            proxy.failOn(n, Fault.error(403, "AccessDenied"));
            String label = n + " of " + requests;
            try {
                commitLarge();
                commits++;
            } catch (IOException refused) {
                assertTrue(
                        refused.getMessage().contains("AccessDenied")
                                || refused.getMessage().contains("403"),
                        label + ": " + refused);
            }
            label += " " + proxy.log();
            proxy.reset();
            penstock.recover();
            assertEquals(List.of(), server.uploads(), label);
            assertEquals(commits, largeCommits(), label);
            requireNothingButTheTable(commits);
        }
        requireRowsOf(commits);
    }

    @Test
    void deathOfTheServerAtAnyRequestIsSettledByRecovery() throws Exception {
        proxy.reset();
        commitLarge();
        long requests = proxy.requests();
        long commits = 1;
        for (long n = 1; n <= requests; n++) {
            // It carries everything out, and answers nothing any more.
            proxy.failFrom(n, Fault.reset(Moment.AFTER), request -> true);
            String label = n + " of " + requests;
            boolean known = true;
            try {
                commitLarge();
                commits++;
            } catch (CommitOutcomeUnknownException unknown) {
                known = false;
            } catch (IOException refused) {
                assertTrue(refused.getMessage().contains("s3://"), label + ": " + refused);
            }
            label += " " + proxy.log();
            proxy.reset();
            penstock.recover();
            assertEquals(List.of(), penstock.recoveryPlan().leftovers(), label);
            assertEquals(List.of(), server.uploads(), label);
            long now = largeCommits();
            if (known) {
                assertEquals(commits, now, label);
            }
            commits = now;
            requireNothingButTheTable((int) commits);
        }
        requireRowsOf(commits);
    }

    @Test
    void commitThatMayHappenYetKeepsItsFiles() throws Exception {
        proxy.fail(
                request -> request.kind() == Kind.PUT && request.key().contains("_delta_log"),
                new Fault.Silence(false),
                0,
                Long.MAX_VALUE);
        CommitOutcomeUnknownException unknown = assertThrows(CommitOutcomeUnknownException.class, this::commitLarge);
        assertTrue(unknown.getCause() instanceof OutcomeUnknownException, unknown.toString());
        proxy.reset();
        assertEquals(before.size() + 2, server.keys().size(), "a data file and its intent");
        assertEquals(0, largeCommits());
        assertEquals(2, penstock.recover().leftovers().size());
        assertEquals(besideTheLog(before), besideTheLog(server.keys()));
    }

    @Test
    void fileThatMayAppearYetKeepsItsIntent() throws Exception {
        proxy.fail(
                request -> request.kind() == Kind.PUT
                        && request.key().endsWith(".json")
                        && request.key().contains("part-"),
                new Fault.Silence(false),
                0,
                Long.MAX_VALUE);
        IOException unknown = assertThrows(IOException.class, this::commitSmall);
        assertTrue(unknown.getMessage().contains("not known"), unknown.getMessage());
        proxy.reset();
        assertEquals(before.size() + 1, server.keys().size(), "the intent");
        assertEquals(1, penstock.recover().leftovers().size());
        assertEquals(before, server.keys());
    }

    @Test
    void missingTableIsMissingThroughEveryFailureOfAMoment() throws Exception {
        for (Fault fault : faultsOfAMoment()) {
            proxy.failOn(1, fault);
            assertThrows(NoSuchFileException.class, () -> penstock.openTableForRead(DATABASE, "none"));
            proxy.reset();
        }
    }

    /** A data file for each commit. The log has a version for each, and one of a recovery that had files to remove. */
    private void requireNothingButTheTable(int commits) {
        assertEquals(List.of(), server.uploads());
        assertEquals(
                besideTheLog(before).size() + commits,
                besideTheLog(server.keys()).size(),
                server.keys().toString());
    }

    private static List<String> besideTheLog(List<String> keys) {
        return keys.stream().filter(key -> !key.contains("/_delta_log/")).toList();
    }
}

package io.penstock;

import static io.penstock.S3TableFixture.ids;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.log.CommitOutcomeUnknownException;
import io.penstock.testing.Fault;
import io.penstock.testing.Fault.Moment;
import io.penstock.testing.S3Request;
import io.penstock.testing.S3Request.Kind;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that goes away in the middle of a write: what was committed stays, and recovery removes the rest. */
class S3TableOutagesTest {
    private static final long LAST = 3 + 25;

    /** An outage begins at each so many-th request. */
    private static final int STEP = 4;

    private static final Set<Kind> CLEANUP = EnumSet.of(Kind.DELETE, Kind.ABORT_UPLOAD, Kind.LIST_UPLOADS, Kind.HEAD);

    @RegisterExtension
    final S3TestServer server = S3TestServer.ofSmallParts();

    private S3TableFixture tables;

    @BeforeEach
    void open() throws IOException {
        // What does not come back need not be tried again.
        tables = new S3TableFixture(server, TableFormat.JSON, Duration.ofSeconds(1), 0);
        tables.newTable();
    }

    @AfterEach
    void close() throws IOException {
        tables.close();
    }

    static Stream<Fault> outages() {
        return Stream.of(
                Fault.reset(Moment.BEFORE),
                Fault.reset(Moment.AFTER),
                Fault.error(403, "ExpiredToken"),
                Fault.errorAfter(500, "InternalError"));
    }

    private boolean isWritten(String table) {
        try {
            tables.write(table, 4, LAST);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String label(Fault fault) {
        return fault + "\n" + String.join("\n", tables.proxy.log());
    }

    @ParameterizedTest
    @MethodSource("outages")
    void writerThatCanOnlyCleanUpLeavesNothing(Fault fault) throws Exception {
        for (long n = 1; ; n += STEP) {
            String table = tables.newTable();
            tables.proxy.failFrom(n, fault, request -> !CLEANUP.contains(request.kind()));
            boolean committed = isWritten(table);
            boolean untouched = tables.proxy.injected() == 0;
            String label = label(fault);
            tables.proxy.reset().awaitIdle();
            requireAllOrNothing(table, committed, label);
            if (!tables.penstock.recoveryPlan().leftovers().isEmpty()) {
                // What may have happened, and could not be looked for.
                tables.penstock.recover();
            }
            tables.assertNothingOutsideTheLogs(label);
            if (untouched) {
                assertTrue(committed);
                return;
            }
        }
    }

    @ParameterizedTest
    @MethodSource("outages")
    void recoveryRemovesWhatAWriterCouldNot(Fault fault) throws Exception {
        for (long n = 2; ; n += STEP) {
            String table = tables.newTable();
            tables.proxy.failFrom(n, fault, request -> true);
            boolean committed = isWritten(table);
            boolean untouched = tables.proxy.injected() == 0;
            String label = label(fault);
            tables.proxy.reset().awaitIdle();
            requireAllOrNothing(table, committed, label);
            tables.penstock.recover();
            tables.assertNothingOutsideTheLogs(label);
            requireAllOrNothing(table, committed, label);
            assertEquals(List.of(), tables.penstock.recoveryPlan().leftovers(), label);
            if (untouched) {
                assertTrue(committed);
                return;
            }
        }
    }

    private void requireAllOrNothing(String table, boolean committed, String label) throws IOException {
        List<Long> seen = tables.read(table);
        assertTrue(seen.equals(ids(LAST)) || !committed && seen.equals(ids(3)), () -> seen + " " + label);
    }

    @Test
    void commitWhoseRepliesAreAllLostIsFoundByLooking() throws Exception {
        String table = tables.newTable();
        tables.proxy.fail(S3TableOutagesTest::isCommit, Fault.reset(Moment.AFTER), 0, Long.MAX_VALUE);
        tables.write(table, 4, LAST);
        tables.assertNothingOutsideTheLogs("after it was found");
        assertEquals(ids(LAST), tables.read(table));
    }

    @ParameterizedTest
    @EnumSource(
            value = Moment.class,
            names = {"BEFORE", "AFTER"})
    void commitWithoutAnAnswerIsSaidNotToBeKnownAndSettledByRecovery(Moment moment) throws Exception {
        String table = tables.newTable();
        AtomicBoolean begun = new AtomicBoolean();
        Predicate<S3Request> fromTheCommitOn = request -> {
            begun.compareAndSet(false, isCommit(request));
            return begun.get();
        };
        tables.proxy.fail(fromTheCommitOn, Fault.reset(moment), 0, Long.MAX_VALUE);
        assertThrows(CommitOutcomeUnknownException.class, () -> tables.write(table, 4, LAST));
        tables.proxy.reset().awaitIdle();
        List<Long> expected = moment == Moment.AFTER ? ids(LAST) : ids(3);
        assertEquals(expected, tables.read(table));
        tables.penstock.recover();
        tables.assertNothingOutsideTheLogs("after recovery");
        assertEquals(expected, tables.read(table));
    }

    @Test
    void commitThatArrivesAfterItsFilesWereRecoveredLeavesTheTableReadable() throws Exception {
        String table = tables.newTable();
        AtomicBoolean recovering = new AtomicBoolean();
        tables.proxy.fail(request -> isCommit(request) && !recovering.get(), new Fault.Late(), 0, Long.MAX_VALUE);
        assertThrows(CommitOutcomeUnknownException.class, () -> tables.write(table, 4, LAST));
        recovering.set(true);
        tables.penstock.recover();
        tables.proxy.reset().deliver().awaitIdle();
        requireAllOrNothing(table, false, "after the commit has arrived");
        tables.assertNothingOutsideTheLogs("after the commit has arrived");
        tables.write(table, 4, LAST);
    }

    private static boolean isCommit(S3Request request) {
        return request.kind() == Kind.PUT && request.key().contains("/_delta_log/");
    }

    private static boolean isDataFile(S3Request request) {
        return request.kind() == Kind.PUT
                && request.key().endsWith(".json")
                && request.key().contains("/part-");
    }

    @Test
    void fileThatMayAppearYetKeepsItsIntent() throws Exception {
        String table = tables.newTable();
        List<String> before = server.keys();
        tables.proxy.fail(S3TableOutagesTest::isDataFile, new Fault.Silence(false), 0, Long.MAX_VALUE);
        IOException unknown = assertThrows(IOException.class, () -> tables.write(table, 4, 5));
        assertTrue(unknown.getMessage().contains("not known"), unknown.getMessage());
        tables.proxy.reset();
        assertEquals(before.size() + 1, server.keys().size(), "the intent");
        assertEquals(1, tables.penstock.recover().leftovers().size());
        assertEquals(before, server.keys());
    }

    @Test
    void fileThatArrivesAfterItsWriterHasGivenUpIsRecoverys() throws Exception {
        String table = tables.newTable();
        tables.proxy.fail(S3TableOutagesTest::isDataFile, new Fault.Late(), 0, Long.MAX_VALUE);
        assertThrows(IOException.class, () -> tables.write(table, 4, 5));
        tables.proxy.reset().deliver().awaitIdle();
        assertEquals(ids(3), tables.read(table));
        assertFalse(tables.penstock.recoveryPlan().leftovers().isEmpty());
        tables.penstock.recover();
        tables.assertNothingOutsideTheLogs("after recovery");
    }

    @Test
    void uploadThatBeginsAfterItsWriterHasGivenUpIsRecoverys() throws Exception {
        String table = tables.newTable();
        tables.proxy.fail(Kind.CREATE_UPLOAD, new Fault.Late());
        assertThrows(IOException.class, () -> tables.write(table, 4, LAST));
        tables.proxy.reset().deliver().awaitIdle();
        assertEquals(ids(3), tables.read(table));
        assertFalse(tables.penstock.recoveryPlan().leftovers().isEmpty());
        tables.penstock.recover();
        tables.assertNothingOutsideTheLogs("after recovery");
    }
}

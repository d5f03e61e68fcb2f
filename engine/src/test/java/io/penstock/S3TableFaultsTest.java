package io.penstock;

import static io.penstock.S3TableFixture.ids;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.Fault;
import io.penstock.testing.Fault.Moment;
import io.penstock.testing.S3Request;
import io.penstock.testing.S3Request.Kind;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Any one request of a write, or of a read, may fail in any way: no row is lost, and half a commit is never seen. */
class S3TableFaultsTest {
    /** A file and the beginning of another. */
    private static final long LAST = 3 + 25;

    /** Every request of a write meets that share of the faults, and every fault that share of the requests. */
    private static final int SHARE = 3;

    @RegisterExtension
    final S3TestServer server = S3TestServer.ofSmallParts();

    private S3TableFixture tables;

    @AfterEach
    void close() throws IOException {
        if (tables != null) {
            tables.close();
        }
    }

    static Stream<Fault> passing() {
        return Stream.of(
                Fault.reset(Moment.BEFORE),
                Fault.reset(Moment.MIDDLE),
                Fault.reset(Moment.AFTER),
                Fault.error(500, "InternalError"),
                Fault.errorAfter(503, "SlowDown"),
                new Fault.TruncatedReply());
    }

    static Stream<Fault> lasting() {
        return Stream.of(
                Fault.error(403, "AccessDenied"), Fault.error(400, "ExpiredToken"), Fault.error(404, "NoSuchBucket"));
    }

    private void open(TableFormat format) throws IOException {
        tables = new S3TableFixture(server, format);
        tables.newTable();
    }

    private String label(Fault fault) {
        return fault + "\n" + String.join("\n", tables.proxy.log());
    }

    static Stream<Fault> carriedOutButNotTold() {
        return Stream.of(Fault.reset(Moment.AFTER), Fault.errorAfter(500, "InternalError"));
    }

    @ParameterizedTest
    @MethodSource("carriedOutButNotTold")
    void replyOfAnyRequestOfAWriteMayBeLost(Fault fault) throws Exception {
        writeWithFaultAtEvery(1, 1, request -> true, fault);
    }

    @ParameterizedTest
    @MethodSource("passing")
    void anyRequestOfAWriteMayFailOnce(Fault fault) throws Exception {
        writeWithFaultAtEvery(1 + passing().toList().indexOf(fault) % SHARE, SHARE, request -> true, fault);
    }

    @Test
    void puttingPartsTogetherMayFailAfterTheReplyHasBegun() throws Exception {
        writeWithFaultAtEvery(
                1, 1, request -> request.kind() == Kind.COMPLETE_UPLOAD, new Fault.ErrorIn200("InternalError", true));
    }

    /** Writes a table for every {@code step}-th of those requests, which meets the fault. */
    private void writeWithFaultAtEvery(long first, long step, Predicate<S3Request> which, Fault fault)
            throws Exception {
        open(TableFormat.JSON);
        for (long n = first; ; n += step) {
            String table = tables.newTable();
            tables.proxy.fail(which, fault, n - 1, 1);
            tables.write(table, 4, LAST);
            boolean untouched = tables.proxy.injected() == 0;
            String label = label(fault);
            tables.assertNothingOutsideTheLogs(label);
            assertEquals(ids(LAST), tables.read(table), label);
            tables.drop(table);
            if (untouched) {
                assertTrue(n > step, "none of those requests was seen");
                return;
            }
        }
    }

    @Test
    void missingTableIsMissingThroughEveryFailureOfAMoment() throws Exception {
        open(TableFormat.JSON);
        for (Fault fault : passing().toList()) {
            tables.proxy.failOn(1, fault);
            assertThrows(NoSuchFileException.class, () -> tables.read("none"), label(fault));
            assertEquals(1, tables.proxy.injected());
        }
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void refusalOfAnyRequestOfAWriteIsToldOrHarmless(Fault fault) throws Exception {
        open(TableFormat.ARROW);
        for (long n = 1L + lasting().toList().indexOf(fault) % SHARE; ; n += SHARE) {
            String table = tables.newTable();
            tables.proxy.failOn(n, fault);
            boolean committed = isWritten(table);
            boolean untouched = tables.proxy.injected() == 0;
            settle(table, committed, label(fault));
            if (untouched) {
                assertTrue(committed);
                return;
            }
        }
    }

    /** Whether the writer says that it has committed. */
    private boolean isWritten(String table) {
        try {
            tables.write(table, 4, LAST);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void settle(String table, boolean committed, String label) throws Exception {
        tables.proxy.reset().awaitIdle();
        List<Long> seen = tables.read(table);
        if (committed) {
            assertEquals(ids(LAST), seen, label);
        } else {
            assertTrue(seen.equals(ids(3)) || seen.equals(ids(LAST)), () -> seen + " " + label);
        }
        if (!tables.penstock.recoveryPlan().leftovers().isEmpty()) {
            // Cleaning up is what failed, or nobody knew: then an intent stays.
            tables.penstock.recover();
        }
        tables.assertNothingOutsideTheLogs(label);
        tables.drop(table);
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void anyRequestOfAReadMayFailOnce(TableFormat format) throws Exception {
        open(format);
        String table = tables.newTable();
        tables.write(table, 4, LAST);
        for (Fault fault : passing().toList()) {
            for (long n = 1L + passing().toList().indexOf(fault) % SHARE; ; n += SHARE) {
                tables.proxy.failOn(n, fault);
                assertEquals(ids(LAST), tables.read(table), label(fault));
                if (tables.proxy.injected() == 0) {
                    assertTrue(n > 3, "only " + n + " requests");
                    break;
                }
            }
        }
        tables.assertNothingOutsideTheLogs("read");
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void refusalOfAnyRequestOfAReadIsTold(TableFormat format) throws Exception {
        open(format);
        String table = tables.newTable();
        tables.write(table, 4, LAST);
        for (Fault fault : lasting().toList()) {
            for (long n = 1; ; n++) {
                tables.proxy.failOn(n, fault);
                boolean told = false;
                try {
                    assertEquals(ids(LAST), tables.read(table), label(fault));
                } catch (IOException e) {
                    told = true;
                }
                if (tables.proxy.injected() == 0) {
                    break;
                }
                assertTrue(told, label(fault));
                tables.assertNothingOutsideTheLogs(label(fault));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void changedBytesAreNeverRows(TableFormat format) throws Exception {
        open(format);
        String table = tables.newTable();
        tables.write(table, 4, LAST);
        Predicate<S3Request> data =
                request -> request.kind() == Kind.GET && request.key().contains("/part-");
        for (long n = 0; ; n++) {
            tables.proxy.reset().fail(data, new Fault.CorruptReply(), n, 1);
            String label = "reply " + n;
            try {
                assertEquals(ids(LAST), tables.read(table), label);
                if (tables.proxy.injected() == 0) {
                    assertTrue(n > 0);
                    break;
                }
            } catch (IOException noticed) {
                assertEquals(1, tables.proxy.injected(), label);
            }
            tables.assertNothingOutsideTheLogs(label);
        }
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void bytesThatChangeOnTheirWayToTheServerAreNotCommitted(TableFormat format) throws Exception {
        open(format);
        for (long n = 0; ; n++) {
            String table = tables.newTable();
            tables.proxy.fail(request -> request.method().equals("PUT"), new Fault.CorruptRequest(), n, 1);
            boolean committed = isWritten(table);
            boolean untouched = tables.proxy.injected() == 0;
            String label = "PUT " + n + "\n" + label(new Fault.CorruptRequest());
            settle(table, committed, label);
            if (untouched) {
                assertTrue(n > 5);
                return;
            }
        }
    }
}

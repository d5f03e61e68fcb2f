package io.penstock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.storage.s3.S3FileSystem;
import io.penstock.storage.s3.S3Options;
import io.penstock.testing.Fault;
import io.penstock.testing.FaultyProxy;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.S3Request;
import io.penstock.testing.S3Request.Kind;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What reading a table asks of a server. */
class RemoteReadTest {
    private static final int COLUMNS = 16;
    private static final int ROWS = 200_000;
    private static final int FEW_ROWS = 20_000;
    private static final int ROWS_OF_GROUP = 100_000;
    private static final Schema SCHEMA = schema();

    @RegisterExtension
    final S3TestServer server = new S3TestServer();

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private static Schema schema() {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < COLUMNS; i++) {
            fields.add(Field.notNullable("c" + i, new ArrowType.Int(64, true)));
        }
        return new Schema(fields);
    }

    private Penstock open() throws IOException {
        return open(server.options());
    }

    private Penstock open(S3Options options) throws IOException {
        return Penstock.open(
                new S3FileSystem(options, memory.pool(), memory.budget()),
                Settings.defaults().with("penstock.debug.leaks", "true"));
    }

    /** The first column counts; the others are of such numbers as no encoding makes smaller. Returns the file's bytes. */
    private long write(Penstock penstock, TableFormat format) throws IOException {
        return write(penstock, format, ROWS);
    }

    private long write(Penstock penstock, TableFormat format, int rows) throws IOException {
        penstock.prepareTableEnvironment(
                "db",
                "numbers",
                TableSpec.of(SCHEMA)
                        .format(format)
                        .setting("penstock.parquet.row.group.rows", Integer.toString(ROWS_OF_GROUP)));
        try (TableWriter writer = penstock.openTableForWrite("db", "numbers")) {
            for (int row = 0; row < rows; row++) {
                RowAppender appender = writer.row().setLong(0, row);
                for (int column = 1; column < COLUMNS; column++) {
                    appender.setLong(column, value(row, column));
                }
                appender.endRow();
            }
            return writer.commit().bytes();
        }
    }

    private static long value(long row, int column) {
        return new SplittableRandom(row * COLUMNS + column).nextLong();
    }

    private static ReadReceipt read(Penstock penstock, ReadOptions options, long rows) throws IOException {
        try (TableReader reader = penstock.openTableForRead("db", "numbers", options)) {
            long row = 0;
            while (reader.loadNextBatch()) {
                VectorSchemaRoot batch = reader.batch();
                for (int i = 0; i < batch.getRowCount(); i++, row++) {
                    for (int c = 0; c < batch.getFieldVectors().size(); c++) {
                        BigIntVector vector = (BigIntVector) batch.getVector(c);
                        int column = Integer.parseInt(vector.getName().substring(1));
                        if (column > 0) {
                            assertEquals(value(row, column), vector.get(i));
                        } else {
                            row = vector.get(i);
                        }
                    }
                }
            }
            assertEquals(rows, reader.receipt().rows());
            return reader.receipt();
        }
    }

    @Test
    void twoColumnsOfSixteenTransferLessThanAQuarter() throws IOException {
        try (Penstock penstock = open()) {
            long bytes = write(penstock, TableFormat.PARQUET);
            ReadReceipt receipt = read(penstock, ReadOptions.all().columns("c3", "c9"), ROWS);
            assertTrue(receipt.bytesRead() < bytes / 4, receipt.bytesRead() + " of " + bytes + " bytes");
            // The end of the file, and of each row group one for each column.
            assertEquals(1 + 2 * ROWS / ROWS_OF_GROUP, receipt.requests());
        }
    }

    @Test
    void ofPrunedRowGroupsOnlyPagesWithWantedRowsAreFetched() throws IOException {
        try (Penstock penstock = open()) {
            long bytes = write(penstock, TableFormat.PARQUET);
            ReadReceipt receipt =
                    read(penstock, ReadOptions.all().where(io.penstock.format.Predicate.equal("c0", 123_456L)), 1);
            // Of each column one page, beside the end of the file.
            assertTrue(receipt.requests() <= 1 + COLUMNS, receipt.requests() + " requests");
            assertTrue(receipt.bytesRead() < bytes / 4, receipt.bytesRead() + " of " + bytes + " bytes");
        }
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void wholeTableIsFetchedOnce(TableFormat format) throws IOException {
        try (Penstock penstock = open()) {
            long bytes = write(penstock, format);
            ReadReceipt receipt = read(penstock, ReadOptions.all(), ROWS);
            assertTrue(receipt.bytesRead() <= bytes + bytes / 50, receipt.bytesRead() + " of " + bytes + " bytes");
        }
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void fewRowsTransferLittle(TableFormat format) throws IOException {
        try (Penstock penstock = open()) {
            long bytes = write(penstock, format);
            ReadReceipt receipt = read(penstock, ReadOptions.all().limit(10), 10);
            assertTrue(receipt.bytesRead() < 17 << 20, receipt.bytesRead() + " of " + bytes + " bytes");
        }
    }

    /** Of the requests for data files, which have others for the log between them. */
    private static Predicate<S3Request> everyThird() {
        AtomicInteger count = new AtomicInteger();
        return request -> isOfData(request) && count.getAndIncrement() % 3 == 1;
    }

    private static boolean isOfData(S3Request request) {
        return request.kind() == Kind.GET && request.key().contains("part-");
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void faultsThatPassAreSurvived(TableFormat format) throws IOException {
        try (FaultyProxy proxy = new FaultyProxy(server.endpoint());
                Penstock penstock = open(server.options(proxy.endpoint()))) {
            write(penstock, format, FEW_ROWS);
            for (Fault fault : List.of(
                    Fault.reset(Fault.Moment.BEFORE),
                    Fault.reset(Fault.Moment.MIDDLE),
                    new Fault.TruncatedReply(),
                    Fault.error(503, "SlowDown"),
                    Fault.error(500, "InternalError"))) {
                proxy.reset().fail(everyThird(), fault, 0, Long.MAX_VALUE);
                read(penstock, ReadOptions.all(), FEW_ROWS);
                assertTrue(proxy.injected() > 0, () -> "none of " + proxy.log());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void whatDoesNotPassIsAFailureThatNamesTheFile(TableFormat format) throws IOException {
        try (FaultyProxy proxy = new FaultyProxy(server.endpoint());
                Penstock penstock = open(server.options(proxy.endpoint()))) {
            write(penstock, format, FEW_ROWS);
            List<Fault> faults = List.of(
                    Fault.error(403, "AccessDenied"),
                    Fault.error(404, "NoSuchKey"),
                    Fault.error(412, "PreconditionFailed"),
                    new Fault.CorruptReply());
            for (Fault fault : faults) {
                proxy.reset().fail(RemoteReadTest::isOfData, fault, 1, Long.MAX_VALUE);
                IOException failure =
                        assertThrows(IOException.class, () -> read(penstock, ReadOptions.all(), FEW_ROWS));
                assertTrue(failure.getMessage().contains("part-"), failure::toString);
                penstock.bufferPool().requireNoneOutstanding();
                memory.pool().requireNoneOutstanding();
            }
            assertEquals(0, penstock.memoryBudget().reservedBytes());
        }
    }
}

package io.penstock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.MemoryBudget;
import io.penstock.storage.s3.S3FileSystem;
import io.penstock.testing.FaultyProxy;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** Tables on S3 behind a {@link FaultyProxy}: one engine, and a new table for each run of a test. */
final class S3TableFixture implements AutoCloseable {
    static final String DATABASE = "shop";

    private static final int BUFFER_BYTES = 4 << 10;

    /** A file of {@link #ROWS_PER_FILE} rows is an upload of several of them. */
    private static final int PART_BYTES = 16 << 10;

    private static final int ROWS_PER_FILE = 20;
    private static final int ITEM_BYTES = 2 << 10;
    private static final Pattern ADDED = Pattern.compile("\"add\":\\{\"path\":\"([^\"]+)\"");

    final S3TestServer server;
    final FaultyProxy proxy;
    final Penstock penstock;
    private final BufferPool pool = new BufferPool(BUFFER_BYTES, 16, true);
    private final MemoryBudget budget = new MemoryBudget(1 << 28, Duration.ZERO);
    private final TableFormat format;
    private int tables;

    S3TableFixture(S3TestServer server, TableFormat format) throws IOException {
        this(server, format, Duration.ofSeconds(1), 2);
    }

    S3TableFixture(S3TestServer server, TableFormat format, Duration timeout, int retries) throws IOException {
        this.server = server;
        this.format = format;
        this.proxy = new FaultyProxy(server.endpoint());
        Settings settings = Settings.defaults()
                .with("penstock.debug.leaks", "true")
                .with("penstock.buffer.bytes", Integer.toString(BUFFER_BYTES));
        this.penstock = Penstock.open(
                new S3FileSystem(
                        server.options(proxy.endpoint(), PART_BYTES, PART_BYTES, timeout, retries), pool, budget),
                settings);
    }

    /** Makes the next table, with the orders 1, 2 and 3, and lets all requests pass. */
    String newTable() throws IOException {
        proxy.reset();
        String table = "orders" + ++tables;
        penstock.prepareTableEnvironment(
                DATABASE,
                table,
                TableSpec.of(Schemas.ORDERS)
                        .format(format)
                        .setting("penstock.batch.rows", "10")
                        .setting("penstock.file.rows", Integer.toString(ROWS_PER_FILE)));
        write(table, 1, 3);
        proxy.reset();
        return table;
    }

    /** Commits the orders from {@code first} to {@code last}. */
    CommitReceipt write(String table, long first, long last) throws IOException {
        try (TableWriter writer = penstock.openTableForWrite(DATABASE, table)) {
            for (long id = first; id <= last; id++) {
                writer.append(new Object[] {id, item(id), id / 4.0});
            }
            return writer.commit();
        }
    }

    /** Long, and nothing that a codec could make short. */
    private static String item(long id) {
        byte[] letters = new byte[ITEM_BYTES];
        Random random = new Random(id);
        for (int i = 0; i < letters.length; i++) {
            letters[i] = (byte) (' ' + 1 + random.nextInt(90));
        }
        return new String(letters, StandardCharsets.US_ASCII);
    }

    /** The ids of the orders in the table, of which every other column is right. */
    List<Long> read(String table) throws IOException {
        List<Long> ids = new ArrayList<>();
        try (TableReader reader = penstock.openTableForRead(DATABASE, table)) {
            while (reader.loadNextBatch()) {
                for (int row = 0; row < reader.batch().getRowCount(); row++) {
                    long id = (long) reader.batch().getVector("id").getObject(row);
                    assertEquals(
                            item(id),
                            reader.batch().getVector("item").getObject(row).toString());
                    ids.add(id);
                }
            }
        }
        return ids;
    }

    static List<Long> ids(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    /** Fails unless the bucket holds the log of each table, the files that the log names, and nothing else, and no memory is out. */
    void assertNothingOutsideTheLogs(String label) throws InterruptedException {
        proxy.reset().awaitIdle();
        TreeSet<String> expected = new TreeSet<>();
        List<String> keys = server.keys();
        for (String key : keys) {
            int log = key.indexOf("/_delta_log/");
            if (log >= 0) {
                String path = key.substring(S3TestServer.PREFIX.length() + 1);
                expected.add(key);
                Matcher added = ADDED.matcher(new String(server.content(path), StandardCharsets.UTF_8));
                while (added.find()) {
                    expected.add(key.substring(0, log + 1) + added.group(1));
                }
            }
        }
        assertEquals(List.copyOf(expected), keys, label);
        assertEquals(List.of(), server.uploads(), label);
        assertEquals(0, penstock.memoryBudget().reservedBytes(), label);
        assertEquals(0, penstock.bufferPool().outstanding(), label);
        assertEquals(0, pool.outstanding(), label);
        assertEquals(0, budget.reservedBytes(), label);
    }

    /** Removes a table and all that a failure has left in it, so that the next run has a clean bucket. */
    void drop(String table) throws IOException {
        penstock.removeTableEnvironment(DATABASE, table);
    }

    @Override
    public void close() throws IOException {
        penstock.close();
        pool.close();
        proxy.close();
    }
}

package io.penstock;

import static io.penstock.TableFixture.DATABASE;
import static io.penstock.TableFixture.TABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.TableFixture.Store;
import io.penstock.format.CorruptFileException;
import io.penstock.format.Predicate;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Sink;
import io.penstock.storage.Source;
import io.penstock.storage.StoragePath;
import io.penstock.storage.file.LocalFileSystem;
import io.penstock.testing.InterposedStore;
import io.penstock.testing.WatchedSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A reader returns the rows that were written or says what is damaged, and reads little beside what it needs for that. */
class VerificationTest {
    private static final int BLOCK_BYTES = 64 << 10;
    private static final int NOTHING_SHOWN = 0;

    private static final Schema SCHEMA = new Schema(List.of(
            Field.notNullable("id", new ArrowType.Int(64, true)),
            Field.nullable("item", ArrowType.Utf8.INSTANCE),
            Field.nullable("price", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE))));

    @TempDir
    private Path directory;

    private static final List<ReadOptions> OPTIONS = List.of(
            ReadOptions.all(),
            ReadOptions.all().columns("price"),
            ReadOptions.all().columns("item", "id"),
            ReadOptions.all().columns("id").limit(5000),
            ReadOptions.all().columns("item").where(Predicate.greater("id", 15_000L)));

    @ParameterizedTest
    @EnumSource(Store.class)
    void everyFlippedBitIsFoundOrDoesNotMatter(Store kind) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (TableFixture table = new TableFixture(kind, directory)) {
            for (TableFormat format : TableFormat.values()) {
                table.make(small(format));
                String path = write(table.penstock, random, 20_000);
                byte[] good = content(table.store, path);
                assertTrue(good.length > 5 * BLOCK_BYTES, format + ": " + good.length);
                List<List<List<Object>>> expected = expected(table.penstock);
                for (int i = 0; i < 25; i++) {
                    int bit = place(random, good.length);
                    replace(table.store, path, flipped(good, bit));
                    requireRowsOrRefusal(
                            table.penstock, expected, i % OPTIONS.size(), format + ", bit " + bit + ", seed " + seed);
                }
                table.penstock.removeTableEnvironment(DATABASE, TABLE);
            }
        }
    }

    /** Such as a remote store, and such as one whose files lie in pieces. */
    @ParameterizedTest
    @CsvSource({"JSON,0", "ARROW,0", "PARQUET,0", "JSON,100000", "ARROW,100000", "PARQUET,100000"})
    void everyFlippedBitIsFoundWhateverOfTheFileIsShown(TableFormat format, int segmentBytes) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Watched watched = new Watched(segmentBytes);
        try (Penstock penstock = watched.open()) {
            penstock.prepareTableEnvironment(DATABASE, TABLE, small(format));
            byte[] good = content(penstock.fileSystem(), write(penstock, random, 20_000));
            List<List<List<Object>>> expected = expected(penstock);
            for (int i = 0; i < 60; i++) {
                int bit = place(random, good.length);
                watched.change = content -> flipped(content, bit);
                requireRowsOrRefusal(
                        penstock, expected, i % OPTIONS.size(), format + ", bit " + bit + ", seed " + seed);
            }
        }
    }

    /** Small row groups and batches, so that a file has many of them. */
    private static TableSpec small(TableFormat format) {
        TableSpec spec = TableSpec.of(SCHEMA).format(format).setting("penstock.batch.rows", "700");
        return format == TableFormat.PARQUET ? spec.setting("penstock.parquet.row.group.rows", "6000") : spec;
    }

    /** Often near the end, where footers are. */
    private static int place(Random random, int bytes) {
        int among = random.nextInt(4) == 0 ? Math.min(bytes, 2000) : bytes;
        return (bytes - among) * 8 + random.nextInt(among * 8);
    }

    private static byte[] flipped(byte[] good, int bit) {
        byte[] bad = good.clone();
        bad[bit / 8] ^= (byte) (1 << bit % 8);
        return bad;
    }

    private static void requireRowsOrRefusal(
            Penstock penstock, List<List<List<Object>>> expected, int option, String label) throws IOException {
        List<List<Object>> rows = new ArrayList<>();
        boolean refused = false;
        try (TableReader reader = penstock.openTableForRead(DATABASE, TABLE, OPTIONS.get(option))) {
            read(reader, rows);
        } catch (CorruptFileException e) {
            refused = true;
            assertTrue(e.getMessage().contains("checksum mismatch"), label + ": " + e.getMessage());
        }
        List<List<Object>> all = expected.get(option);
        assertTrue(rows.size() <= all.size(), label);
        assertEquals(refused ? all.subList(0, rows.size()) : all, rows, label);
        assertTrue(refused || option > 0, label + ": all is read, and nothing was found");
    }

    private static List<List<List<Object>>> expected(Penstock penstock) throws IOException {
        List<List<List<Object>>> expected = new ArrayList<>();
        for (ReadOptions options : OPTIONS) {
            List<List<Object>> rows = new ArrayList<>();
            try (TableReader reader = penstock.openTableForRead(DATABASE, TABLE, options)) {
                read(reader, rows);
            }
            expected.add(rows);
        }
        return expected;
    }

    private static void read(TableReader reader, List<List<Object>> rows) throws IOException {
        while (reader.loadNextBatch()) {
            for (int row = 0; row < reader.batch().getRowCount(); row++) {
                List<Object> values = new ArrayList<>();
                for (FieldVector vector : reader.batch().getFieldVectors()) {
                    Object value = vector.getObject(row);
                    values.add(value instanceof Number ? value : String.valueOf(value));
                }
                rows.add(values);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"JSON,0", "ARROW,0", "PARQUET,0", "JSON,2147483647", "ARROW,2147483647", "PARQUET,2147483647"})
    void whoStopsAfterTheFirstBatchHasNotReadTheEnd(TableFormat format, int segmentBytes) throws Exception {
        Watched watched = new Watched(segmentBytes);
        try (Penstock penstock = watched.open()) {
            TableSpec spec = small(format);
            penstock.prepareTableEnvironment(DATABASE, TABLE, spec);
            String path = write(penstock, new Random(1), 150_000);
            long bytes = content(penstock.fileSystem(), path).length;
            assertTrue(bytes >= 40 * BLOCK_BYTES, format + ": " + bytes);
            watched.sources.clear();
            try (TableReader reader = penstock.openTableForRead(DATABASE, TABLE)) {
                assertTrue(reader.loadNextBatch());
            }
            WatchedSource source = watched.sources.get(0);
            // The last blocks have the footers, of which only Parquet's grows with the row groups.
            long farthest = source.asked().stream()
                    .mapToLong(WatchedSource.Extent::to)
                    .filter(to -> to <= bytes - 2 * BLOCK_BYTES)
                    .max()
                    .orElseThrow();
            assertTrue(farthest < bytes / 4, format + ": " + farthest + " of " + bytes);
            long atTheEnd = source.asked().stream()
                    .filter(extent -> extent.to() > bytes - 2 * BLOCK_BYTES)
                    .mapToLong(WatchedSource.Extent::from)
                    .min()
                    .orElse(bytes);
            assertTrue(
                    format == TableFormat.JSON ? atTheEnd == bytes : atTheEnd >= bytes - 2 * BLOCK_BYTES,
                    format + ": " + atTheEnd + " of " + bytes);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TableFormat.class,
            names = {"JSON", "ARROW"})
    void aFileThatIsReadInARowIsFetchedOnce(TableFormat format) throws Exception {
        Watched watched = new Watched(NOTHING_SHOWN);
        try (Penstock penstock = watched.open()) {
            penstock.prepareTableEnvironment(DATABASE, TABLE, small(format));
            String path = write(penstock, new Random(2), 100_000);
            long bytes = content(penstock.fileSystem(), path).length;
            watched.sources.clear();
            try (TableReader reader = penstock.openTableForRead(DATABASE, TABLE)) {
                read(reader, new ArrayList<>());
            }
            WatchedSource source = watched.sources.get(0);
            // When Arrow's last batches come, the block with the footer behind them may have been given up.
            long again = format == TableFormat.ARROW ? BLOCK_BYTES : 0;
            assertTrue(
                    source.askedBytes() >= bytes - BLOCK_BYTES && source.askedBytes() <= bytes + again,
                    source.askedBytes() + " of " + bytes);
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "2147483647"})
    void twoOfSixteenParquetColumnsAreReadWithLittleElse(int segmentBytes) throws Exception {
        Watched watched = new Watched(segmentBytes);
        try (Penstock penstock = watched.open()) {
            List<Field> fields = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                fields.add(Field.notNullable("c" + i, new ArrowType.Int(64, true)));
            }
            penstock.prepareTableEnvironment(
                    DATABASE, TABLE, TableSpec.of(new Schema(fields)).format(TableFormat.PARQUET));
            String path;
            try (TableWriter writer = penstock.openTableForWrite(DATABASE, TABLE)) {
                Random random = new Random(3);
                for (int row = 0; row < 200_000; row++) {
                    RowAppender appender = writer.row();
                    for (int i = 0; i < 16; i++) {
                        appender.setLong(i, random.nextLong());
                    }
                    appender.endRow();
                }
                path = path(writer.commit());
            }
            long bytes = content(penstock.fileSystem(), path).length;
            watched.sources.clear();
            try (TableReader reader =
                    penstock.openTableForRead(DATABASE, TABLE, ReadOptions.all().columns("c3", "c11"))) {
                long rows = 0;
                while (reader.loadNextBatch()) {
                    rows += reader.batch().getRowCount();
                }
                assertEquals(200_000, rows);
            }
            WatchedSource source = watched.sources.get(0);
            boolean[] touched = new boolean[(int) (bytes / BLOCK_BYTES) + 1];
            long distinct = 0;
            for (WatchedSource.Extent extent : source.asked()) {
                for (long block = extent.from() / BLOCK_BYTES; block * BLOCK_BYTES < extent.to(); block++) {
                    distinct += touched[(int) block] ? 0 : BLOCK_BYTES;
                    touched[(int) block] = true;
                }
            }
            long read = segmentBytes == NOTHING_SHOWN ? source.askedBytes() : distinct;
            assertTrue(read < bytes * 0.16, read + " of " + bytes);
        }
    }

    private static String write(Penstock penstock, Random random, int rows) throws IOException {
        try (TableWriter writer = penstock.openTableForWrite(DATABASE, TABLE)) {
            for (int row = 0; row < rows; row++) {
                writer.append(new Object[] {
                    (long) row, random.nextInt(9) == 0 ? null : "item " + random.nextLong(), random.nextDouble()
                });
            }
            return path(writer.commit());
        }
    }

    private static String path(CommitReceipt receipt) {
        return StoragePath.resolve(
                DATABASE + "/" + TABLE, receipt.files().get(0).path());
    }

    private static byte[] content(FileSystem store, String path) throws IOException {
        try (Source source = store.openForRead(path)) {
            ByteBuffer all = ByteBuffer.allocate((int) source.size());
            source.read(0, all);
            return all.array();
        }
    }

    private static void replace(FileSystem store, String path, byte[] content) throws IOException {
        try (Sink sink = store.openForWrite(path)) {
            sink.write(ByteBuffer.wrap(content));
            sink.settle();
            sink.commit();
        }
    }

    /** A store that shows and changes of its data files what a test says, and tells what was asked of them. */
    private final class Watched {
        final int segmentBytes;
        final List<WatchedSource> sources = new ArrayList<>();
        UnaryOperator<byte[]> change = UnaryOperator.identity();

        Watched(int segmentBytes) {
            this.segmentBytes = segmentBytes;
        }

        Penstock open() throws IOException {
            Settings settings = Settings.defaults().with("penstock.debug.leaks", "true");
            FileSystem plain = new LocalFileSystem(directory, false);
            return Penstock.open(InterposedStore.of(plain, this::call), settings);
        }

        private Object call(String call, String path, java.util.concurrent.Callable<Object> store) throws Exception {
            if (!call.equals("openForRead") || !path.contains("/part-")) {
                return store.call();
            }
            try (Source source = (Source) store.call()) {
                ByteBuffer all = ByteBuffer.allocate((int) source.size());
                source.read(0, all);
                WatchedSource watched = new WatchedSource(path, change.apply(all.array()), segmentBytes);
                sources.add(watched);
                return watched;
            }
        }
    }
}

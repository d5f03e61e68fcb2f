package io.penstock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.Predicate;
import io.penstock.format.parquet.ParquetFormat;
import io.penstock.storage.FileSystem;
import io.penstock.storage.Source;
import io.penstock.storage.file.LocalFileSystem;
import io.penstock.testing.InterposedStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Readers of files that show no bytes keep to the memory they have reserved, and need no more than it. */
class FetchedTableTest {
    private static final int ROWS = 150_000;
    private static final long ROW_GROUP_BYTES = 16 << 20;

    @TempDir
    private Path directory;

    /** Tables of which the decoder holds much at a time. */
    private enum Shape {
        LONGS(16, new ArrowType.Int(64, true)),
        WIDE(80, new ArrowType.Int(32, true)),
        TEXTS(4, new ArrowType.Utf8()),
        ONE_TEXT(1, new ArrowType.Utf8());

        final Schema schema;

        Shape(int columns, ArrowType type) {
            List<Field> fields = new ArrayList<>();
            fields.add(Field.notNullable("row", new ArrowType.Int(32, true)));
            for (int i = 1; i < columns; i++) {
                fields.add(Field.nullable("c" + i, type));
            }
            schema = new Schema(fields);
        }
    }

    /** A file whose bytes have to be fetched. */
    private record Fetched(Source source) implements Source {
        @Override
        public String path() {
            return source.path();
        }

        @Override
        public long size() {
            return source.size();
        }

        @Override
        public void read(long offset, ByteBuffer target) throws IOException {
            source.read(offset, target);
        }

        @Override
        public Optional<View> view(long offset, long length) {
            return Optional.empty();
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }

    private FileSystem store() throws IOException {
        return InterposedStore.of(new LocalFileSystem(directory, false), (call, path, store) -> switch (call) {
            case "openForRead" -> new Fetched((Source) store.call());
            case "sourceBytes" -> 1L;
            default -> store.call();
        });
    }

    private static Settings memory(long bytes) {
        return Settings.defaults()
                .with("penstock.memory.bytes", Long.toString(bytes))
                .with("penstock.memory.wait.millis", "0");
    }

    /** The engine keeps an eighth for idle buffers. */
    private static Settings exactly(long bytes) {
        return memory((8 * bytes + 6) / 7);
    }

    private void write(Shape shape) throws IOException {
        try (Penstock penstock = Penstock.open(store(), memory(1 << 30))) {
            penstock.prepareTableEnvironment(
                    "db",
                    "t",
                    TableSpec.of(shape.schema)
                            .format(TableFormat.PARQUET)
                            .compression(Compression.ZSTD)
                            .setting("penstock.parquet.row.group.bytes", Long.toString(ROW_GROUP_BYTES)));
            SplittableRandom random = new SplittableRandom(1);
            try (TableWriter writer = penstock.openTableForWrite("db", "t")) {
                for (int row = 0; row < ROWS; row++) {
                    writer.append(row(shape, row, random));
                }
                writer.commit();
            }
        }
    }

    private static Object[] row(Shape shape, int row, SplittableRandom random) {
        Object[] values = new Object[shape.schema.getFields().size()];
        values[0] = row;
        for (int i = 1; i < values.length; i++) {
            values[i] = switch (shape) {
                case LONGS -> (Object) random.nextLong();
                case WIDE -> random.nextInt();
                case TEXTS, ONE_TEXT -> Long.toHexString(random.nextLong()).repeat(6);
            };
        }
        return values;
    }

    /** Reads all of it; returns what was reserved when it was open. */
    private long read(Settings settings, ReadOptions options, int rows) throws IOException {
        try (Penstock penstock = Penstock.open(store(), settings)) {
            long reserved;
            try (TableReader reader = penstock.openTableForRead("db", "t", options)) {
                reserved = penstock.memoryBudget().reservedBytes();
                while (reader.loadNextBatch()) {}
                assertEquals(rows, reader.receipt().rows());
            }
            long used = penstock.allocator().getPeakMemoryAllocation()
                    + penstock.bufferPool().allocatedBytes();
            long most = penstock.memoryBudget().peakBytes();
            assertTrue(used <= most, used + " bytes, of " + most + " that were reserved");
            return reserved;
        }
    }

    @ParameterizedTest
    @EnumSource(Shape.class)
    void tableIsReadInTheMemoryThatIsReservedForItAndNoMore(Shape shape) throws IOException {
        write(shape);
        long ahead = new ParquetFormat()
                .aheadBytes(shape.schema, Map.of(ParquetFormat.ROW_GROUP_BYTES, Long.toString(ROW_GROUP_BYTES)));
        ReadOptions some = ReadOptions.all().where(Predicate.greater("row", ROWS / 2));
        for (ReadOptions options : List.of(ReadOptions.all(), some)) {
            int rows = options == some ? ROWS - ROWS / 2 - 1 : ROWS;
            long reserved = read(memory(1 << 30), options, rows);
            // Exactly so much, and then without what reading ahead takes.
            read(exactly(reserved), options, rows);
            assertEquals(reserved - ahead, read(exactly(reserved - ahead), options, rows));
        }
    }
}

package io.penstock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.MemoryBudget;
import io.penstock.storage.FileEntry;
import io.penstock.storage.FileSystem;
import io.penstock.storage.StoragePath;
import io.penstock.storage.file.LocalFileSystem;
import io.penstock.storage.memory.MemoryFileSystem;
import io.penstock.storage.s3.S3FileSystem;
import io.penstock.storage.s3.S3Options;
import io.penstock.testing.FaultyFileSystem;
import io.penstock.testing.RandomSchemas;
import io.penstock.testing.S3TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The table {@code shop.orders} in a store that fails when told to, and what a test asks of it. */
final class TableFixture implements AutoCloseable {
    /** The stores that every promise is tested on. */
    enum Store {
        FILE,
        MEMORY,
        S3
    }

    static final String DATABASE = "shop";
    static final String TABLE = "orders";

    final FaultyFileSystem store;
    final Penstock penstock;
    private final Store kind;
    private final Path directory;
    private final BufferPool storePool;
    private final MemoryBudget storeBudget = new MemoryBudget(1 << 28, Duration.ZERO);

    TableFixture(Store kind, Path directory) throws IOException {
        this(kind, directory, Settings.defaults());
    }

    TableFixture(Store kind, Path directory, Settings settings) throws IOException {
        // What a store on S3 holds is counted in buffers of one size.
        this.storePool = new BufferPool(kind == Store.S3 ? settings.bufferBytes() : 1 << 12, 16, true);
        FileSystem plain = kind == Store.FILE
                ? new LocalFileSystem(directory, settings.sync())
                : newStore(kind, directory, storePool, storeBudget);
        this.kind = kind;
        this.directory = directory;
        this.store = new FaultyFileSystem(plain);
        this.penstock = Penstock.open(store, settings.with("penstock.debug.leaks", "true"));
    }

    static FileSystem newStore(Store kind, Path directory, BufferPool pool, MemoryBudget budget) throws IOException {
        return switch (kind) {
            case FILE -> new LocalFileSystem(directory, true);
            case MEMORY -> new MemoryFileSystem(pool, budget, "memory:");
            case S3 -> new S3FileSystem(s3Options(directory), pool, budget);
        };
    }

    /** A part of a bucket that is as much the test's own as its directory is. */
    private static S3Options s3Options(Path directory) {
        return S3TestServer.shared().optionsBelow(directory.toString().substring(1));
    }

    /** By which another process opens the store, with {@link #javaOptions}. */
    String uri() {
        return switch (kind) {
            case FILE -> directory.toString();
            case MEMORY -> throw new IllegalArgumentException("a store in memory is of one process");
            case S3 -> {
                S3Options options = s3Options(directory);
                yield "s3://" + options.bucket() + "/" + options.prefix();
            }
        };
    }

    /** What another JVM needs to open the store. */
    List<String> javaOptions() {
        List<String> options = new ArrayList<>();
        if (kind == Store.S3) {
            options.addAll(S3TestServer.shared().javaOptions());
            options.add("-Dpenstock.s3.endpoint=" + S3TestServer.shared().endpoint());
            options.add("-Dpenstock.s3.region=" + S3TestServer.REGION);
            options.add("-Dpenstock.s3.part.bytes=5MiB");
            options.add("-Dpenstock.memory.bytes=96MiB");
        }
        return options;
    }

    /** Leaves of a file of the table what a process does that dies while it writes it. */
    void leaveUnfinished(String name) throws IOException {
        String path = DATABASE + "/" + TABLE + "/" + name;
        switch (kind) {
            case FILE ->
                Files.write(
                        directory.resolve(DATABASE).resolve(TABLE).resolve("." + name + ".inprogress"), new byte[1]);
            case MEMORY -> throw new IllegalArgumentException("a store in memory ends with its process");
            case S3 -> S3TestServer.shared().beginUpload(s3Options(directory).prefix() + "/" + path);
        }
    }

    TableFixture make(TableSpec spec) throws IOException {
        penstock.prepareTableEnvironment(DATABASE, TABLE, spec);
        return this;
    }

    TableWriter writer() throws IOException {
        return penstock.openTableForWrite(DATABASE, TABLE);
    }

    /** Commits orders with these ids, in one transaction. */
    CommitReceipt commit(long... ids) throws IOException {
        try (TableWriter writer = writer()) {
            for (long id : ids) {
                writer.append(order(id));
            }
            return writer.commit();
        }
    }

    static Object[] order(long id) {
        return new Object[] {id, "item " + id, id / 4.0};
    }

    /** The ids of the orders in the table now, and that every other column agrees with them. */
    List<Long> ids() throws IOException {
        try (TableReader reader = penstock.openTableForRead(DATABASE, TABLE)) {
            return ids(reader);
        }
    }

    static List<Long> ids(TableReader reader) throws IOException {
        List<Long> ids = new ArrayList<>();
        while (reader.loadNextBatch()) {
            BigIntVector id = (BigIntVector) reader.batch().getVector("id");
            VarCharVector item = (VarCharVector) reader.batch().getVector("item");
            for (int row = 0; row < reader.batch().getRowCount(); row++) {
                ids.add(id.get(row));
                assertEquals("item " + id.get(row), item.getObject(row).toString());
            }
        }
        return ids;
    }

    /** A column of every type of which {@code format} holds every value. */
    static Schema held(TableFormat format) {
        List<Field> fields = new ArrayList<>();
        for (Field field : RandomSchemas.everything().getFields()) {
            try {
                format.check(TableSpec.of(new Schema(List.of(field))).format(format));
                // Parquet counts milliseconds, and refuses what those cannot express.
                boolean seconds = field.getType() instanceof ArrowType.Timestamp timestamp
                        && timestamp.getUnit() == TimeUnit.SECOND;
                if (format != TableFormat.PARQUET || !seconds) {
                    fields.add(field);
                }
            } catch (IllegalArgumentException refused) {
                continue;
            }
        }
        return new Schema(fields);
    }

    /** Every file of the store with its size, unfinished ones too. */
    Map<String, Long> tree() throws IOException {
        Map<String, Long> tree = new TreeMap<>();
        addTree("", tree);
        return tree;
    }

    private void addTree(String directory, Map<String, Long> tree) throws IOException {
        for (String unfinished : store.unfinished(directory)) {
            tree.put(unfinished + " (unfinished)", -1L);
        }
        for (FileEntry entry : store.list(directory)) {
            String path = StoragePath.resolve(directory, entry.name());
            if (entry.directory()) {
                addTree(path, tree);
            } else {
                tree.put(path, entry.sizeBytes());
            }
        }
    }

    /** Ends the engine, which fails if it has leaked a buffer, and checks what the store has open. */
    @Override
    public void close() throws IOException {
        penstock.close();
        assertEquals(0, penstock.memoryBudget().reservedBytes());
        storePool.close();
        assertEquals(0, storeBudget.reservedBytes());
        if (kind == Store.S3) {
            String prefix = s3Options(directory).prefix() + "/";
            assertEquals(
                    List.of(),
                    S3TestServer.shared().uploads().stream()
                            .filter(key -> key.startsWith(prefix))
                            .toList(),
                    "unfinished uploads");
        }
    }
}

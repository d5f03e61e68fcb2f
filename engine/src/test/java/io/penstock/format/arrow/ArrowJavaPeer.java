package io.penstock.format.arrow;

import io.penstock.buffer.ArrowMemory;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A JVM of its own in which arrow-java reads what Penstock wrote, and writes what Penstock shall read: its file reader and writer need
 * {@code --add-opens}, which the engine must not.
 */
final class ArrowJavaPeer {
    static final int SEEDS = 16;
    static final int[] ROWS = {100, 0, 1000, 7};

    private ArrowJavaPeer() {}

    /** How Penstock compresses the file of a seed. */
    static String compression(long seed) {
        return List.of("none", "zstd", "lz4", "zstd:1").get((int) (seed % 4));
    }

    /** What both sides agree on for a seed. */
    static Schema schema(long seed) {
        if (seed >= 4) {
            return RandomSchemas.random(seed, 10, 3);
        }
        return RandomSchemas.everything();
    }

    /** Reads {@code <seed>.arrow} and writes {@code <seed>.peer.arrow} and {@code <seed>.peer.arrows} in the directory. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        try (BufferAllocator allocator = ArrowMemory.newRoot()) {
            for (long seed = 0; seed < SEEDS; seed++) {
                read(directory.resolve(seed + ".arrow"), seed, allocator);
                write(directory.resolve(seed + ".peer.arrow"), seed, true, allocator);
                write(directory.resolve(seed + ".peer.arrows"), seed, false, allocator);
            }
        }
        System.out.println("read and wrote " + SEEDS);
    }

    private static void read(Path file, long seed, BufferAllocator allocator) throws IOException {
        try (RandomBatches batches = new RandomBatches(allocator, schema(seed), seed);
                FileChannel channel = FileChannel.open(file);
                ArrowFileReader reader = new ArrowFileReader(channel, allocator, CommonsCompressionFactory.INSTANCE)) {
            for (int rows : ROWS) {
                if (!reader.loadNextBatch()) {
                    throw new AssertionError(file + " has too few batches");
                }
                try (VectorSchemaRoot expected = batches.next(rows)) {
                    BatchAssert.assertEqual(
                            expected,
                            batches.dictionaries(),
                            reader.getVectorSchemaRoot(),
                            reader,
                            "arrow-java, seed " + seed);
                }
            }
            if (reader.loadNextBatch()) {
                throw new AssertionError(file + " has too many batches");
            }
        }
    }

    private static void write(Path file, long seed, boolean asFile, BufferAllocator allocator) throws IOException {
        try (RandomBatches batches = new RandomBatches(allocator, schema(seed), seed);
                FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                VectorSchemaRoot root = batches.next(0)) {
            List<Field> fields = new ArrayList<>(root.getSchema().getFields());
            VectorSchemaRoot empty = VectorSchemaRoot.create(new Schema(fields), allocator);
            try (empty;
                    ArrowWriter writer = asFile
                            ? new ArrowFileWriter(empty, batches.dictionaries(), channel)
                            : new ArrowStreamWriter(empty, batches.dictionaries(), channel)) {
                for (int rows : ROWS) {
                    try (VectorSchemaRoot batch = batches.next(rows);
                            var unloaded = new VectorUnloader(batch).getRecordBatch()) {
                        new VectorLoader(empty).load(unloaded);
                        writer.writeBatch();
                    }
                }
                writer.end();
            }
        }
    }
}

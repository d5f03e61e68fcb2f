package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.MemoryExhaustedException;
import io.penstock.format.CorruptFileException;
import io.penstock.format.ReadContext;
import io.penstock.testing.Corpus;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.MemoryInput.Views;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file holds, it is read or refused: no crash, no endless loop, no memory that the file cannot fill. */
class HostileFilesTest {
    private static final int MUTATIONS = Integer.getInteger("penstock.test.mutations", 40);
    private static final long SEED = Long.getLong("penstock.test.seed", 20261123);

    /** Far more than any of the files needs, far less than what their numbers can claim. */
    private static final long MEMORY = 64 << 20;

    /** A row group may well claim many rows that take no bytes; that is not what is tested here. */
    private static final int ROWS = 100_000;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    Path directory;

    @Test
    void mutatedFilesAreReadOrRefused() throws IOException, SQLException {
        int read = 0;
        int refused = 0;
        for (Path file : files()) {
            byte[] good = Files.readAllBytes(file);
            for (int i = 0; i < MUTATIONS; i++) {
                long seed = SEED + i;
                String label = file.getFileName() + ", seed " + seed;
                byte[] bad = mutate(good, new Random(seed));
                boolean wasRead = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> isRead(bad, label), label);
                read += wasRead ? 1 : 0;
                refused += wasRead ? 0 : 1;
            }
        }
        System.out.println("mutated Parquet files: " + read + " read, " + refused + " refused");
        assertTrue(refused > 0);
    }

    @Test
    void filesThatEndTooEarlyAreRefused() throws IOException, SQLException {
        Path file = files().get(0);
        byte[] good = Files.readAllBytes(file);
        for (int length = 0; length < good.length; length += 1 + length / 50) {
            byte[] bad = new byte[length];
            System.arraycopy(good, 0, bad, 0, length);
            assertEquals(false, isRead(bad, file + " of " + length + " bytes"), "length " + length);
        }
    }

    /** Every encoding and nesting that DuckDB writes, and the small files of the corpus, where it is there. */
    private List<Path> files() throws IOException, SQLException {
        List<Path> files = new ArrayList<>();
        try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckDb.createStatement()) {
            for (String options : List.of(
                    "COMPRESSION snappy",
                    "COMPRESSION zstd, PARQUET_VERSION V2",
                    "COMPRESSION gzip",
                    "COMPRESSION lz4_raw",
                    "COMPRESSION uncompressed, PARQUET_VERSION V2")) {
                Path file = directory.resolve(options.replaceAll("\\W+", "_") + ".parquet");
                statement.execute("COPY (SELECT i::INTEGER AS i, CASE WHEN i % 7 > 0 THEN i * 3 END AS l, "
                        + "i / 3.0 AS d, i % 3 = 0 AS b, 'text ' || (i % 10) AS s, 'other ' || i * i AS t, "
                        + "[i, NULL, i + 1] AS list, {'a': i, 'b': ['x' || i]} AS struct, "
                        + "MAP {i: 'v' || i} AS map, (i * 1.25)::DECIMAL(30, 2) AS decimal, "
                        + "TIMESTAMP '2024-01-01' + INTERVAL (i) MINUTE AS ts FROM range(3000) t(i)) TO '" + file
                        + "' (FORMAT parquet, ROW_GROUP_SIZE 2048, " + options + ")");
                files.add(file);
            }
        }
        Path corpus = Corpus.path("parquet-testing");
        if (Files.isDirectory(corpus)) {
            try (Stream<Path> all = Files.list(corpus)) {
                all.filter(file -> file.toString().endsWith(".parquet"))
                        .filter(file -> file.toFile().length() < 100_000)
                        .sorted()
                        .forEach(files::add);
            }
        }
        return files;
    }

    private static byte[] mutate(byte[] good, Random random) {
        byte[] bad = good.clone();
        int footer = good.length
                - 8
                - ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getInt(good.length - 8);
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int from = random.nextInt(3) == 0 ? footer : 4;
            int to = random.nextInt(3) == 0 ? bad.length : footer;
            int at = from + random.nextInt(Math.max(1, Math.max(to, from + 1) - from));
            at = Math.min(at, bad.length - 1);
            switch (random.nextInt(5)) {
                case 0 -> bad[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bad[at] = (byte) random.nextInt();
                case 2 -> bad[at] = (byte) 0xff;
                case 3 -> bad[at] = 0;
                default -> {
                    int length = Math.min(1 + random.nextInt(16), bad.length - at);
                    System.arraycopy(good, random.nextInt(good.length - length + 1), bad, at, length);
                }
            }
        }
        return bad;
    }

    private boolean isRead(byte[] bytes, String label) {
        MemoryInput input = new MemoryInput(bytes, label.hashCode() % 2 == 0 ? Views.ALL : Views.NONE);
        try (BufferAllocator allocator = memory.allocator().newChildAllocator("hostile", 0, MEMORY)) {
            ReadContext context =
                    new ReadContext("hostile.parquet", null, Map.of(), null, 1000, 4 << 20, allocator, memory.pool());
            try (ParquetDecoder decoder = ParquetDecoder.open(input, context)) {
                int rows = 0;
                while (rows < ROWS && decoder.loadNext()) {
                    rows += decoder.batch().getRowCount();
                }
            }
            return true;
        } catch (CorruptFileException | MemoryExhaustedException e) {
            assertTrue(e.getMessage().contains("hostile.parquet"), e.getMessage());
            return false;
        } catch (Exception | Error e) {
            throw new AssertionError(label, e);
        } finally {
            assertEquals(0, input.openViews(), label);
        }
    }
}

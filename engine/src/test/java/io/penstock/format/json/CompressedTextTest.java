package io.penstock.format.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Input;
import io.penstock.buffer.OutputBuffer;
import io.penstock.format.BatchDecoder;
import io.penstock.format.CorruptFileException;
import io.penstock.format.ReadContext;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed files: a frame for each batch, which other tools read, and which a reader takes as it comes. */
class CompressedTextTest {
    private static final Schema SCHEMA = new Schema(List.of(
            RandomSchemas.required("id", new ArrowType.Int(64, true)),
            RandomSchemas.nullable("name", ArrowType.Utf8.INSTANCE)));

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    private Path directory;

    private static Map<String, String> options(String compression, Map<String, String> layout) {
        Map<String, String> options = new HashMap<>(layout);
        options.put("compression", compression);
        return options;
    }

    private VectorSchemaRoot batch(int first, int rows) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, memory.allocator());
        for (int row = 0; row < rows; row++) {
            int id = first + row;
            ((BigIntVector) batch.getVector(0)).setSafe(row, id);
            String name = "name " + id * 7919L % 1009 + " of " + id;
            ((VarCharVector) batch.getVector(1)).setSafe(row, name.getBytes(StandardCharsets.UTF_8));
        }
        batch.setRowCount(rows);
        return batch;
    }

    private byte[] write(Map<String, String> options, BufferPool pool, VectorSchemaRoot... batches) {
        return JsonFiles.write(memory, pool, SCHEMA, options, 1000, JsonFiles.NO_DICTIONARIES, List.of(batches));
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "zstd:1", "zstd:19", "gzip", "gzip:1", "gzip:9"})
    void everyTypeComesBackExactly(String compression) throws IOException {
        Schema schema = RandomSchemas.everything();
        for (int bufferBytes : new int[] {1 << 10, 1 << 14, 1 << 17}) {
            BufferPool pool = memory.newPool(bufferBytes);
            Map<String, String> options =
                    options(compression, bufferBytes == 1 << 14 ? JsonFiles.RECORDS : JsonFiles.BATCHES);
            try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 5);
                    VectorSchemaRoot batch = source.next(300)) {
                byte[] file = JsonFiles.write(
                        memory, pool, schema, options, 100, source.dictionaries(), List.of(batch, batch));
                try (BatchDecoder decoder = JsonFiles.read(memory, pool, file, schema, options, null, 300)) {
                    for (int i = 0; i < 2; i++) {
                        assertTrue(decoder.loadNext());
                        BatchAssert.assertEqual(
                                batch, source.dictionaries(), decoder.batch(), decoder.dictionaries(), source.label());
                    }
                    assertFalse(decoder.loadNext());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "zstd:9", "gzip"})
    void aFrameDoesNotDependOnThoseBeforeIt(String compression) {
        Map<String, String> options = options(compression, JsonFiles.BATCHES);
        for (int bufferBytes : new int[] {1 << 12, 1 << 16}) {
            BufferPool pool = memory.newPool(bufferBytes);
            try (VectorSchemaRoot a = batch(0, 1);
                    VectorSchemaRoot b = batch(1, 20_000);
                    VectorSchemaRoot c = batch(20_001, 700)) {
                ByteArrayOutputStream apart = new ByteArrayOutputStream();
                for (VectorSchemaRoot each : List.of(a, c, b, c)) {
                    apart.writeBytes(write(options, pool, each));
                }
                assertArrayEquals(apart.toByteArray(), write(options, pool, a, c, b, c));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "gzip"})
    void aFrameThatWasNotEndedLeavesNothing(String compression) throws IOException {
        JsonOptions options = JsonOptions.of(Map.of("compression", compression));
        byte[] text = "[[1,\"a\"]]\n".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (OutputBuffer out = new OutputBuffer(memory.pool(), JsonFiles.to(file));
                TextFrames frames = new TextFrames(TextCompressor.of(options), memory.pool())) {
            frames.begin(out).putBytes(text);
            frames.end();
            frames.begin(out).putBytes(new byte[10]);
            frames.begin(out).putBytes(text);
            frames.end();
            out.flush();
        }
        assertEquals("[[1,\"a\"]]\n[[1,\"a\"]]\n", plain(compression, file.toByteArray()));
    }

    private static String plain(String compression, byte[] file) throws IOException {
        try (InputStream in = compression.equals("zstd")
                ? new ZstdInputStream(new ByteArrayInputStream(file))
                : new GZIPInputStream(new ByteArrayInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "gzip"})
    void otherToolsReadTheSameText(String compression) throws Exception {
        for (Map<String, String> layout : List.of(JsonFiles.BATCHES, JsonFiles.RECORDS)) {
            try (VectorSchemaRoot a = batch(0, 3000);
                    VectorSchemaRoot b = batch(3000, 2)) {
                String text = new String(write(layout, memory.pool(), a, b), StandardCharsets.UTF_8);
                byte[] file = write(options(compression, layout), memory.pool(), a, b);
                assertTrue(file.length < text.length() / 2, file.length + " of " + text.length());
                assertEquals(text, plain(compression, file));
                Path path = directory.resolve("t.json" + (compression.equals("zstd") ? ".zst" : ".gz"));
                Files.write(path, file);
                Optional<String> tool = commandLine(compression, path);
                assertEquals(text, tool.orElse(text));
                if (layout == JsonFiles.RECORDS) {
                    assertEquals("3002 rows, 4504501", duckDb(path));
                }
            }
        }
    }

    /** What the tool of that name makes of a file, if there is one. */
    private static Optional<String> commandLine(String tool, Path file) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(tool, "-dc", file.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return Optional.empty();
        }
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        return Optional.of(text);
    }

    private static String duckDb(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT count(name) || ' rows, ' || sum(id) FROM read_json('" + file + "')")) {
            assertTrue(result.next());
            return result.getString(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "gzip"})
    void aFileThatEndsWithinAFrameIsRefused(String compression) throws IOException {
        Map<String, String> options = options(compression, JsonFiles.BATCHES);
        try (VectorSchemaRoot a = batch(0, 40);
                VectorSchemaRoot b = batch(40, 1)) {
            int firstFrame = write(options, memory.pool(), a).length;
            byte[] file = write(options, memory.pool(), a, b);
            for (int length = 0; length < file.length; length++) {
                byte[] cut = Arrays.copyOf(file, length);
                if (length == 0 || length == firstFrame) {
                    assertEquals(length == 0 ? 0 : 40, ids(cut, options).size());
                } else {
                    CorruptFileException e = assertThrows(CorruptFileException.class, () -> ids(cut, options));
                    String message = e.getMessage();
                    assertTrue(
                            message.startsWith("file.json: byte " + length + ": the file ends within a")
                                    && message.contains(compression),
                            message);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "gzip"})
    void everyFlippedBitIsFoundOrDoesNotMatter(String compression) throws IOException {
        Map<String, String> options = options(compression, JsonFiles.BATCHES);
        try (VectorSchemaRoot a = batch(0, 30);
                VectorSchemaRoot b = batch(30, 30)) {
            byte[] file = write(options, memory.pool(), a, b);
            List<Long> expected = ids(file, options);
            assertEquals(60, expected.size());
            int found = 0;
            for (int bit = 0; bit < 8 * file.length; bit++) {
                byte[] bad = file.clone();
                bad[bit / 8] ^= (byte) (1 << bit % 8);
                try {
                    assertEquals(expected, ids(bad, options), "bit " + bit);
                } catch (CorruptFileException e) {
                    found++;
                }
            }
            // Nobody needs the time and the system in a member's header.
            assertTrue(found > 8 * file.length * 9 / 10, found + " of " + 8 * file.length);
        }
    }

    private List<Long> ids(byte[] file, Map<String, String> options) throws IOException {
        List<Long> ids = new ArrayList<>();
        try (BatchDecoder decoder = JsonFiles.read(memory, file, SCHEMA, options, 7)) {
            while (decoder.loadNext()) {
                BigIntVector vector = (BigIntVector) decoder.batch().getVector(0);
                for (int row = 0; row < vector.getValueCount(); row++) {
                    ids.add(vector.get(row));
                }
            }
        }
        return ids;
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "gzip"})
    void whatIsNoFrameIsRefusedWithItsPlace(String compression) throws IOException {
        Map<String, String> options = options(compression, JsonFiles.BATCHES);
        byte[] plain = "[[1,\"a\"],[2,\"b\"],[3,\"c\"]]\n".getBytes(StandardCharsets.UTF_8);
        String nothing = assertThrows(CorruptFileException.class, () -> ids(plain, options))
                .getMessage();
        assertTrue(nothing.startsWith("file.json: byte 0: "), nothing);
        try (VectorSchemaRoot batch = batch(0, 10)) {
            byte[] file = write(options, memory.pool(), batch);
            ByteArrayOutputStream more = new ByteArrayOutputStream();
            more.writeBytes(file);
            more.writeBytes(plain);
            String message = assertThrows(CorruptFileException.class, () -> ids(more.toByteArray(), options))
                    .getMessage();
            assertTrue(message.startsWith("file.json: byte " + file.length + ": "), message);
        }
    }

    @Test
    void placesInTheTextAreCalledThat() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ZstdOutputStream out = new ZstdOutputStream(file)) {
            out.write("[[1,\"a\"],[x,\"b\"]]\n".getBytes(StandardCharsets.UTF_8));
        }
        Map<String, String> options = options("zstd", JsonFiles.BATCHES);
        CorruptFileException e = assertThrows(CorruptFileException.class, () -> ids(file.toByteArray(), options));
        assertTrue(
                e.getMessage().contains("line 1, row 2, column 'id', byte of the text 10: expected"), e.getMessage());
    }

    @Test
    void aFrameThatNeedsMoreMemoryThanIsReservedIsRefused() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ZstdOutputStream out = new ZstdOutputStream(file, 19).setLong(27)) {
            for (int i = 0; i < 100_000; i++) {
                out.write(("[[" + i + ",\"a\"]]\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        Map<String, String> options = options("zstd", JsonFiles.BATCHES);
        CorruptFileException e = assertThrows(CorruptFileException.class, () -> ids(file.toByteArray(), options));
        assertTrue(e.getMessage().contains("memory"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"zstd", "gzip"})
    void theFirstBatchNeedsOnlyTheBeginningOfTheFile(String compression) throws IOException {
        Map<String, String> options = options(compression, JsonFiles.BATCHES);
        BufferPool pool = memory.newPool(1 << 14);
        List<VectorSchemaRoot> batches = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            batches.add(batch(1000 * i, 1000));
        }
        Watched file = new Watched(write(options, pool, batches.toArray(VectorSchemaRoot[]::new)));
        batches.forEach(VectorSchemaRoot::close);
        assertTrue(file.bytes.length > 10 * (1 << 14), file.bytes.length + " bytes");
        ReadContext context = new ReadContext("file", SCHEMA, options, null, 500, 1 << 20, memory.allocator(), pool);
        try (BatchDecoder decoder = new JsonFormat().decoder(file, context)) {
            long before = memory.allocator().getAllocatedMemory();
            assertTrue(decoder.loadNext());
            assertTrue(file.end <= 2 * (1 << 14), file.end + " bytes");
            int rows = decoder.batch().getRowCount();
            while (decoder.loadNext()) {
                rows += decoder.batch().getRowCount();
                assertTrue(memory.allocator().getAllocatedMemory() < before + (1 << 20));
                assertEquals(2, pool.outstanding());
            }
            assertEquals(40_000, rows);
        }
    }

    /** How far somebody has read. */
    private static final class Watched implements Input {
        private final byte[] bytes;
        private long end;

        Watched(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void read(long offset, ByteBuffer target) {
            end = Math.max(end, offset + target.remaining());
            target.put(bytes, (int) offset, target.remaining());
        }

        @Override
        public Optional<View> view(long offset, long length) {
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "brotli", "zstd:0", "zstd:23", "gzip:10", "gzip:x", "none:1", "ZSTD", "zstd:"})
    void whatIsNoCompressionIsRefusedWithTheChoices(String compression) {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> JsonFormat.checkOptions(Map.of("compression", compression)));
        assertTrue(e.getMessage().startsWith("the option compression='" + compression + "' is refused: expected "));
    }

    @Test
    void namesEndAsToolsExpect() {
        JsonFormat format = new JsonFormat();
        assertEquals("json", format.extension(Map.of()));
        assertEquals("json.zst", format.extension(Map.of("compression", "zstd:9")));
        assertEquals("json.gz", format.extension(Map.of("compression", "gzip")));
    }
}

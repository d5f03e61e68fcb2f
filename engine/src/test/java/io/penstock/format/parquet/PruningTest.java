package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.CorruptFileException;
import io.penstock.format.Predicate;
import io.penstock.format.Pruned;
import io.penstock.format.ReadContext;
import io.penstock.format.RowTest;
import io.penstock.testing.Corpus;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.MemoryInput.Views;
import io.penstock.testing.NaiveFilter;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomPredicates;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ArrowTypeID;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Row groups and pages are passed over only if none of their rows pass. */
class PruningTest {
    private static final DictionaryProvider NONE = new DictionaryProvider.MapDictionaryProvider();

    @TempDir
    private Path directory;

    /** Larger files are read too often for a test. */
    private static final int MAX_ROWS = 10_000;

    /** What bloom filters are made of. */
    private static final Set<ArrowTypeID> BLOOMING = EnumSet.of(
            ArrowTypeID.Int,
            ArrowTypeID.FloatingPoint,
            ArrowTypeID.Decimal,
            ArrowTypeID.Utf8,
            ArrowTypeID.Binary,
            ArrowTypeID.FixedSizeBinary,
            ArrowTypeID.Date,
            ArrowTypeID.Timestamp);

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void nothingThatPassesIsPrunedFromTheFilesOfManyWriters() throws IOException {
        Path corpus = Corpus.directory("parquet-testing");
        long seed = System.nanoTime();
        Pruned pruned = Pruned.NONE;
        int files = 0;
        try (Stream<Path> all = Files.list(corpus)) {
            for (Path file : all.sorted().toList()) {
                if (file.getFileName().toString().endsWith(".parquet")
                        && !file.toString().contains("large_string_map")) {
                    byte[] bytes = Files.readAllBytes(file);
                    try {
                        pruned = pruned.plus(
                                requireSame(bytes, file.getFileName().toString(), seed, 5));
                        files++;
                    } catch (CorruptFileException refused) {
                        continue;
                    }
                }
            }
        }
        System.out.println("files of parquet-testing with random predicates: " + files + ", pruned " + pruned);
        assertTrue(pruned.rows() > 0, pruned.toString());
    }

    @Test
    void nothingThatPassesIsPrunedFromOurOwnFiles() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Field> fields = new ArrayList<>(RandomSchemas.flat());
        fields.add(RandomSchemas.nested().get(0));
        fields.removeIf(field -> !isHeld(field));
        Map<String, String> options = new HashMap<>(Map.of("row.group.rows", "40", "row.group.bytes", "1048576"));
        for (Field field : fields) {
            if (BLOOMING.contains(field.getType().getTypeID()) && random.nextBoolean()) {
                options.put("column." + field.getName() + ".bloom", "0.01");
            }
        }
        Schema schema = new Schema(fields);
        Pruned pruned = Pruned.NONE;
        for (int i = 0; i < 4; i++) {
            byte[] file;
            try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed + i);
                    VectorSchemaRoot one = EncodedFiles.next(batches, 150, RandomBatches.Nulls.MIXED);
                    VectorSchemaRoot other = EncodedFiles.next(batches, 5, RandomBatches.Nulls.RUNS)) {
                file = EncodedFiles.write(memory, schema, options, NONE, List.of(one, other));
            }
            pruned = pruned.plus(requireSame(file, "ours, " + options, seed, 60));
        }
        assertTrue(pruned.rowGroups() > 0, pruned.toString());
    }

    private static boolean isHeld(Field field) {
        try {
            SchemaToParquet.of(new Schema(List.of(field)));
            return true;
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }

    @Test
    void filtersOfDuckDbAreAskedForSingleValues() throws Exception {
        String query =
                "select (i * 7 % 1000 * 2)::bigint b, (i * 7 % 1000 * 2)::integer i, (i * 7 % 1000 * 2)::double d, "
                        + "(i * 7 % 1000 * 2)::float f, 'v' || (i * 7 % 1000 * 2) s, (i * 7 % 1000 * 2)::decimal(12,2) c "
                        + "from range(20000) t(i)";
        long filtered = 0;
        byte[] file = duckDb(query, ", row_group_size 10000");
        for (int value = 1; value < 100; value += 9) {
            Map<String, Object> equal = Map.of(
                    "b", value, "i", value, "d", (double) value, "f", (float) value, "s", "v" + value, "c", value);
            for (Map.Entry<String, Object> column : equal.entrySet()) {
                Predicate where = Predicate.equal(column.getKey(), column.getValue());
                try (ParquetDecoder decoder = open(file, "duck", RowTest.of(where, schema(file)), 4096, Views.NONE)) {
                    long selected = 0;
                    while (decoder.loadNext()) {
                        List<String> rows = new ArrayList<>();
                        addSelected(decoder.batch(), where, rows);
                        selected += rows.size();
                    }
                    assertEquals(value % 2 == 0 ? 20 : 0, selected, where.toString());
                    if (value % 2 == 0) {
                        assertEquals(0, decoder.pruned().rows(), where.toString());
                    }
                    filtered += decoder.pruned().rowGroups();
                }
            }
        }
        assertTrue(filtered > 20, filtered + " row groups");
    }

    private Schema schema(byte[] file) throws IOException {
        return Footer.read(new MemoryInput(file, Views.ALL), "file", null)
                .schema()
                .schema();
    }

    private byte[] duckDb(String query, String options) throws IOException, SQLException {
        Path file = directory.resolve("duck.parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("copy (" + query + ") to '" + file + "' (format parquet" + options + ")");
        }
        return Files.readAllBytes(file);
    }

    @Test
    void rowGroupsAndPagesOfOurOwnAreCounted() throws IOException {
        Schema schema = new Schema(List.of(
                Field.notNullable("n", new ArrowType.Int(32, true)), Field.nullable("s", ArrowType.Utf8.INSTANCE)));
        byte[] file;
        try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator())) {
            IntVector n = (IntVector) batch.getVector(0);
            VarCharVector s = (VarCharVector) batch.getVector(1);
            for (int row = 0; row < 200_000; row++) {
                n.setSafe(row, row);
                s.setSafe(row, ("text " + row / 1000 * 2).getBytes(StandardCharsets.US_ASCII));
            }
            batch.setRowCount(200_000);
            Map<String, String> options = Map.of("row.group.rows", "100000", "column.s.bloom", "0.001");
            file = EncodedFiles.write(memory, schema, options, NONE, List.of(batch));
        }
        assertEquals(2, pruned(file, Predicate.less("n", 0)).rowGroups());
        assertEquals(2, pruned(file, Predicate.isNull("n")).rowGroups());
        assertEquals(new Pruned(100_000, 1, 0), pruned(file, Predicate.less("n", 100_000)));
        Pruned some = pruned(file, Predicate.in("n", 5, 150_000));
        assertEquals(0, some.rowGroups());
        assertTrue(some.pages() >= 8 && some.rows() >= 150_000, some.toString());
        // Between the bounds, and not there.
        assertEquals(2, pruned(file, Predicate.equal("s", "text 37")).rowGroups());
        assertEquals(
                1,
                pruned(file, Predicate.equal("s", "text 37").or(Predicate.equal("n", 7)))
                        .rowGroups());
    }

    private Pruned pruned(byte[] file, Predicate where) throws IOException {
        try (ParquetDecoder decoder = open(file, "file", RowTest.of(where, schema(file)), 10_000, Views.NONE)) {
            while (decoder.loadNext()) {
                assertTrue(decoder.batch().getRowCount() > 0);
            }
            return decoder.pruned();
        }
    }

    /** Reads a file with random predicates and without, and returns what was pruned. */
    private Pruned requireSame(byte[] file, String name, long seed, int predicates) throws IOException {
        Pruned pruned = Pruned.NONE;
        try (ParquetDecoder whole = open(file, name, null, MAX_ROWS, Views.ALL)) {
            if (!whole.loadNext() || whole.batch().getRowCount() >= MAX_ROWS) {
                return Pruned.NONE;
            }
            VectorSchemaRoot all = whole.batch();
            RandomPredicates random = new RandomPredicates(all.getSchema(), seed);
            for (int i = 0; i < predicates; i++) {
                Predicate where = random.next(all, NONE);
                String label = name + ", seed " + seed + ": " + where;
                List<String> expected = new ArrayList<>();
                addSelected(all, where, expected);
                List<String> actual = new ArrayList<>();
                long read = 0;
                // In place, by windows, and fetched ahead.
                Views views = i % 3 == 0 ? Views.ALL : Views.NONE;
                long ahead = i % 3 == 1 ? 0 : 64 << 20;
                try (ParquetDecoder decoder = open(file, name, RowTest.of(where, all.getSchema()), 500, views, ahead)) {
                    while (decoder.loadNext()) {
                        read += decoder.batch().getRowCount();
                        addSelected(decoder.batch(), where, actual);
                    }
                    assertEquals(expected, actual, label);
                    assertEquals(all.getRowCount(), read + decoder.pruned().rows(), label);
                    pruned = pruned.plus(decoder.pruned());
                }
            }
        }
        return pruned;
    }

    private ParquetDecoder open(byte[] file, String name, RowTest test, int batchRows, Views views) throws IOException {
        return open(file, name, test, batchRows, views, 0);
    }

    private ParquetDecoder open(byte[] file, String name, RowTest test, int batchRows, Views views, long aheadBytes)
            throws IOException {
        return ParquetDecoder.open(
                new MemoryInput(file, views),
                new ReadContext(
                        name,
                        null,
                        Map.of(),
                        null,
                        batchRows,
                        64 << 20,
                        memory.allocator(),
                        memory.pool(),
                        test,
                        aheadBytes));
    }

    private static void addSelected(VectorSchemaRoot batch, Predicate where, List<String> selected) {
        for (int row = 0; row < batch.getRowCount(); row++) {
            if (NaiveFilter.selects(where, batch, NONE, row)) {
                List<Object> values = new ArrayList<>();
                for (FieldVector vector : batch.getFieldVectors()) {
                    values.add(vector instanceof DurationVector ? vector.getObject(row) : PlainValues.of(vector, row));
                }
                selected.add(text(values));
            }
        }
    }

    private static String text(List<Object> values) {
        StringBuilder text = new StringBuilder();
        for (Object value : values) {
            text.append(value instanceof byte[] bytes ? java.util.Arrays.toString(bytes) : String.valueOf(value))
                    .append('|');
        }
        return text.toString();
    }
}

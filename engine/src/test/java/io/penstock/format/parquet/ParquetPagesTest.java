package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.BatchDecoder;
import io.penstock.format.BatchEncoder;
import io.penstock.format.ReadContext;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.CollectedOutput;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How columns are cut into pages and encoded. */
class ParquetPagesTest {
    private static final int PAGE = LeafWriter.PAGE_ROWS;
    private static final ArrowType TEXT = ArrowType.Utf8.INSTANCE;
    private static final ArrowType LONG = new ArrowType.Int(64, true);
    private static final ArrowType DOUBLE = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    Path directory;

    /** A file of one column; a null of {@code values} is null, others are of the class that the vector has. */
    private WrittenFile write(ArrowType type, int rows, Map<String, String> options, IntFunction<Object> values)
            throws IOException {
        Schema schema = new Schema(List.of(new Field("c", FieldType.nullable(type), null)));
        try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator())) {
            FieldVector vector = batch.getVector(0);
            vector.setInitialCapacity(rows);
            vector.allocateNew();
            for (int i = 0; i < rows; i++) {
                Object value = values.apply(i);
                if (value instanceof byte[] bytes) {
                    ((VarCharVector) vector).setSafe(i, bytes);
                } else if (value instanceof Long number) {
                    ((BigIntVector) vector).setSafe(i, number);
                } else if (value instanceof Integer number) {
                    ((IntVector) vector).setSafe(i, number);
                } else if (value instanceof Double number) {
                    ((Float8Vector) vector).setSafe(i, number);
                } else if (value instanceof Boolean bit) {
                    ((BitVector) vector).setSafe(i, bit ? 1 : 0);
                }
            }
            batch.setRowCount(rows);
            byte[] file = EncodedFiles.write(memory, schema, options, null, List.of(batch));
            requireEqual(batch, file);
            return WrittenFile.of(file);
        }
    }

    private void requireEqual(VectorSchemaRoot expected, byte[] file) throws IOException {
        ReadContext context = new ReadContext(
                "test.parquet",
                expected.getSchema(),
                Map.of(),
                null,
                Math.max(1, expected.getRowCount()),
                1L << 30,
                memory.allocator(),
                memory.pool());
        try (BatchDecoder decoder = ParquetDecoder.open(new MemoryInput(file, MemoryInput.Views.ALL), context)) {
            int at = 0;
            while (decoder.loadNext()) {
                int rows = decoder.batch().getRowCount();
                try (VectorSchemaRoot part = expected.slice(at, rows)) {
                    BatchAssert.assertEqual(part, decoder.batch(), "from row " + at);
                }
                at += rows;
            }
            assertEquals(expected.getRowCount(), at);
        }
    }

    private static List<PageHeader> dataPages(WrittenFile file, int rowGroup) throws IOException {
        return file.pages(file.chunk(rowGroup, 0)).stream()
                .map(WrittenFile.Page::header)
                .filter(header -> header.getType() != PageType.DICTIONARY_PAGE)
                .toList();
    }

    private static List<Integer> pageRows(WrittenFile file) throws IOException {
        return dataPages(file, 0).stream()
                .map(header -> header.isSetData_page_header()
                        ? header.getData_page_header().getNum_values()
                        : header.getData_page_header_v2().getNum_rows())
                .toList();
    }

    @Test
    void pagesHaveSoManyRowsAndNoMore() throws IOException {
        for (int rows : new int[] {1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, 2 * PAGE + 1}) {
            for (String version : List.of("1", "2")) {
                Map<String, String> options = Map.of("page.version", version);
                WrittenFile file = write(LONG, rows, options, i -> i % 3 == 0 ? null : (Object) (long) (i % 50));
                int full = rows / PAGE;
                List<Integer> expected = new ArrayList<>(Collections.nCopies(full, PAGE));
                if (rows % PAGE > 0) {
                    expected.add(rows % PAGE);
                }
                assertEquals(expected, pageRows(file), rows + " rows");
            }
        }
    }

    @Test
    void rowGroupsHaveSoManyRowsAndNoMore() throws IOException {
        for (int rows : new int[] {0, 1, 99, 100, 101, 200, 201}) {
            WrittenFile file = write(LONG, rows, Map.of("row.group.rows", "100"), i -> (long) i);
            assertEquals((rows + 99) / 100, file.metadata().getRow_groupsSize(), rows + " rows");
            assertEquals(rows, file.metadata().getNum_rows());
        }
    }

    @Test
    void longValuesMakeShorterPagesAndHugeOnesPagesOfTheirOwn() throws IOException {
        Map<String, String> options =
                Map.of("compression", "none", "column.c.encoding", "plain", "row.group.bytes", "8000000");
        WrittenFile file = write(TEXT, 3000, options, i -> new byte[i == 1500 ? 3_000_000 : 1000]);
        List<PageHeader> pages = dataPages(file, 0);
        long large = pages.stream()
                .filter(page -> page.getUncompressed_page_size() > 1_100_000)
                .count();
        assertEquals(1, large);
        PageHeader alone = pages.stream()
                .filter(page -> page.getUncompressed_page_size() > 1_100_000)
                .findFirst()
                .orElseThrow();
        assertEquals(1, alone.getData_page_header().getNum_values());
    }

    @Test
    void fewDistinctValuesGoThroughADictionaryAndManyDoNot() throws IOException {
        WrittenFile few = write(TEXT, 50_000, Map.of(), i -> ("value " + i % 100).getBytes(StandardCharsets.UTF_8));
        ColumnMetaData chunk = few.chunk(0, 0).getMeta_data();
        assertTrue(chunk.isSetDictionary_page_offset());
        assertEquals(100, chunk.getStatistics().getDistinct_count());
        assertEquals(List.of(Encoding.RLE_DICTIONARY), encodings(few));
        Random random = new Random(1);
        WrittenFile many = write(DOUBLE, 50_000, Map.of(), i -> random.nextDouble());
        assertFalse(many.chunk(0, 0).getMeta_data().isSetDictionary_page_offset());
        assertEquals(List.of(Encoding.PLAIN), encodings(many));
    }

    @Test
    void aDictionaryThatFillsUpIsLeftForValues() throws IOException {
        Random random = new Random(2);
        WrittenFile file = write(TEXT, 120_000, Map.of("row.group.bytes", "400000", "row.group.rows", "1000000"), i -> {
            int distinct = i < 30_000 ? 100 : 1_000_000;
            return ("a value of some length " + random.nextInt(distinct)).getBytes(StandardCharsets.UTF_8);
        });
        assertTrue(file.chunk(0, 0).getMeta_data().isSetDictionary_page_offset());
    }

    @Test
    void dictionaryVectorsBecomeDictionaryPagesAcrossBatchesAndRowGroups() throws Exception {
        Schema schema = new Schema(RandomSchemas.dictionaries());
        for (String rows : List.of("70", "1000000")) {
            Map<String, String> options = Map.of("row.group.rows", rows);
            try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 5);
                    BatchEncoder encoder = EncodedFiles.encoder(memory, source.schema(), options);
                    CollectedOutput output = new CollectedOutput(memory.pool())) {
                List<List<String>> expected = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    source.redrawDictionaries();
                    try (VectorSchemaRoot batch = EncodedFiles.next(source, 100, Nulls.RANDOM)) {
                        encoder.encode(batch, source.dictionaries(), output.out());
                        expected.add(decoded(batch, source));
                    }
                }
                encoder.finish(output.out());
                byte[] file = output.bytes();
                WrittenFile written = WrittenFile.of(file);
                assertTrue(written.chunk(0, 0).getMeta_data().isSetDictionary_page_offset());
                requireTexts(expected, file, schema);
            }
        }
    }

    /** The texts of the first column. */
    private static List<String> decoded(VectorSchemaRoot batch, RandomBatches source) {
        try (FieldVector values = (FieldVector) DictionaryEncoder.decode(
                batch.getVector(0), source.dictionaries().lookup(0))) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < batch.getRowCount(); i++) {
                texts.add(String.valueOf(values.getObject(i)));
            }
            return texts;
        }
    }

    private void requireTexts(List<List<String>> expected, byte[] file, Schema schema) throws IOException {
        ReadContext context = new ReadContext(
                "test.parquet", schema, Map.of(), null, 100, 1L << 30, memory.allocator(), memory.pool());
        List<String> texts = new ArrayList<>();
        try (BatchDecoder decoder = ParquetDecoder.open(new MemoryInput(file, MemoryInput.Views.ALL), context)) {
            while (decoder.loadNext()) {
                for (int i = 0; i < decoder.batch().getRowCount(); i++) {
                    texts.add(String.valueOf(decoder.batch().getVector(0).getObject(i)));
                }
            }
        }
        assertEquals(expected.stream().flatMap(List::stream).toList(), texts);
    }

    @Test
    void sortedNumbersAreWrittenAsDifferences() throws IOException {
        WrittenFile file = write(LONG, 50_000, Map.of(), i -> 1_000_000_007L * i);
        assertEquals(List.of(Encoding.DELTA_BINARY_PACKED), encodings(file));
    }

    @Test
    void stringsWithSharedBeginningsAreWrittenAsTheirEnds() throws IOException {
        WrittenFile file = write(
                TEXT, 30_000, Map.of(), i -> ("https://example.com/some/path/" + i).getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(Encoding.DELTA_BYTE_ARRAY), encodings(file));
    }

    @Test
    void steadyFloatsAreSplitOnlyForACodecThatGainsByIt() throws IOException {
        IntFunction<Object> values = i -> 100 + Math.sin(i / 1000.0);
        assertEquals(List.of(Encoding.PLAIN), encodings(write(DOUBLE, 30_000, Map.of(), values)));
        WrittenFile split = write(DOUBLE, 30_000, Map.of("compression", "zstd"), values);
        assertEquals(List.of(Encoding.BYTE_STREAM_SPLIT), encodings(split));
    }

    @Test
    void runsOfBooleansAreWrittenAsRuns() throws IOException {
        assertEquals(
                List.of(Encoding.RLE), encodings(write(ArrowType.Bool.INSTANCE, 9000, Map.of(), i -> i / 3000 == 1)));
        Random random = new Random(3);
        assertEquals(
                List.of(Encoding.PLAIN),
                encodings(write(ArrowType.Bool.INSTANCE, 9001, Map.of(), i -> random.nextBoolean())));
    }

    private static List<Encoding> encodings(WrittenFile file) throws IOException {
        return dataPages(file, 0).stream()
                .map(header -> header.getData_page_header().getEncoding())
                .distinct()
                .toList();
    }

    @Test
    void whatDoesNotCompressStaysAsItIsInVersionTwo() throws IOException {
        Random random = new Random(4);
        Map<String, String> options = Map.of("page.version", "2", "column.c.encoding", "plain");
        WrittenFile file = write(LONG, 1000, options, i -> i % 7 == 0 ? null : (Object) random.nextLong());
        PageHeader header = dataPages(file, 0).get(0);
        assertFalse(header.getData_page_header_v2().isIs_compressed());
        assertEquals(header.getUncompressed_page_size(), header.getCompressed_page_size());
        assertEquals(143, header.getData_page_header_v2().getNum_nulls());
    }

    @Test
    void everyEncodingThatCanBeForcedHoldsTheSameValues() throws Exception {
        Map<String, List<String>> choices = new HashMap<>();
        choices.put("bool", List.of("plain", "rle"));
        choices.put("int_32_true", List.of("plain", "dictionary", "delta", "split"));
        choices.put("int_64_true", List.of("plain", "dictionary", "delta", "split"));
        choices.put("floatingpoint_double", List.of("plain", "dictionary", "split"));
        choices.put("utf8", List.of("plain", "dictionary", "delta.length", "delta.bytes"));
        choices.put("binaryview", List.of("plain", "dictionary", "delta.length", "delta.bytes"));
        choices.put("fixedsizebinary_7", List.of("plain", "dictionary", "delta.bytes", "split"));
        choices.put("decimal_38_10_128", List.of("plain", "dictionary", "delta.bytes", "split"));
        Schema schema = new Schema(RandomSchemas.flat().stream()
                .filter(field -> choices.containsKey(field.getName()))
                .toList());
        assertEquals(choices.size(), schema.getFields().size());
        for (int choice = 0; choice < 4; choice++) {
            Map<String, String> options = new HashMap<>();
            for (Map.Entry<String, List<String>> each : choices.entrySet()) {
                String encoding =
                        each.getValue().get(Math.min(choice, each.getValue().size() - 1));
                options.put("column." + each.getKey() + ".encoding", encoding);
            }
            for (Nulls nulls : List.of(Nulls.NONE, Nulls.RANDOM, Nulls.RUNS, Nulls.ALL)) {
                try (RandomBatches source = new RandomBatches(memory.allocator(), schema, choice);
                        VectorSchemaRoot batch = EncodedFiles.next(source, 3000, nulls)) {
                    requireEqual(batch, EncodedFiles.write(memory, schema, options, null, List.of(batch)));
                }
            }
        }
    }

    @Test
    void duckDbSeesCodecsEncodingsAndStatisticsAsAskedFor() throws Exception {
        Map<String, String> options = Map.of("compression", "zstd", "column.c.encoding", "delta");
        WrittenFile file = write(LONG, 10_000, options, i -> i % 10 == 0 ? null : (Object) (long) (i - 5000));
        Path path = Files.write(directory.resolve("a.parquet"), file.bytes());
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "select compression, encodings, stats_min_value, stats_max_value, stats_null_count from parquet_metadata('"
                                + path + "')")) {
            assertTrue(result.next());
            assertEquals("ZSTD", result.getString(1));
            assertTrue(result.getString(2).contains("DELTA_BINARY_PACKED"), result.getString(2));
            assertEquals("-4999", result.getString(3));
            assertEquals("4999", result.getString(4));
            assertEquals(1000, result.getLong(5));
        }
    }
}

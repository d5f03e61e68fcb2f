package io.penstock.interop;

import io.penstock.testing.Compared;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Values go from Penstock to parquet-java and DuckDB, each of which writes them again, and back to Penstock, and are compared at every
 * station: Penstock's file is read by the three of them, and the others' files by Penstock.
 */
class RelayTest {
    private static final long SEEDS = Long.getLong("interop.seeds", 12);
    private static final List<String> CODECS = List.of("none", "snappy", "zstd:3", "lz4", "gzip:6");

    private static DuckDb duckDb;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    Path directory;

    @BeforeAll
    static void openDuckDb() throws SQLException {
        duckDb = new DuckDb();
    }

    @AfterAll
    static void closeDuckDb() throws SQLException {
        duckDb.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyFlatTypeWithNullsOfEveryKind(Nulls nulls) throws IOException, SQLException {
        relay("flat types, nulls " + nulls, RandomSchemas.flat(), Map.of("row.group.rows", "200"), nulls, 250, 250);
    }

    @ParameterizedTest
    @EnumSource
    void everyNestedTypeWithNullsOfEveryKind(Nulls nulls) throws IOException, SQLException {
        relay("nested types, nulls " + nulls, RandomSchemas.nested(), Map.of("row.group.rows", "70"), nulls, 40, 60);
    }

    @Test
    void viewsAndRunsAndDictionariesAreWrittenAsWhatTheyStandFor() throws IOException, SQLException {
        relay("list views, runs", RandomSchemas.exotic(), Map.of(), Nulls.MIXED, 100);
        relay("dictionaries", RandomSchemas.dictionaries(), Map.of("row.group.rows", "150"), Nulls.MIXED, 100, 100);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 31, 32, 33, 127, 128, 129, 499, 500, 501, 999, 1000, 1001})
    void everyNumberOfRowsAroundABoundary(int rows) throws IOException, SQLException {
        List<Field> fields = new ArrayList<>(few());
        fields.addAll(RandomSchemas.nested().subList(0, 1));
        relay(rows + " rows in groups of 500", fields, Map.of("row.group.rows", "500"), Nulls.RANDOM, batches(rows));
    }

    @Test
    void pagesEndWithinRowGroups() throws IOException, SQLException {
        Map<String, String> small = Map.of("row.group.bytes", "65536", "compression", "zstd:3");
        relay("pages of some KiB", few(), small, Nulls.RANDOM, 3000, 3000);
    }

    private static List<Field> few() {
        return RandomSchemas.flat().stream()
                .filter(field -> List.of("int_32_true", "int_64_true", "utf8", "bool", "floatingpoint_double")
                        .contains(field.getName()))
                .toList();
    }

    private static int[] batches(int rows) {
        return IntStream.concat(IntStream.generate(() -> 100).limit(rows / 100), IntStream.of(rows % 100))
                .toArray();
    }

    static List<Map<String, String>> codecsAndPageVersions() {
        return CODECS.stream()
                .flatMap(codec -> List.of("1", "2").stream()
                        .map(version -> Map.of("compression", codec, "page.version", version)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("codecsAndPageVersions")
    void everyCodecInPagesOfBothVersions(Map<String, String> options) throws IOException, SQLException {
        List<Field> fields = new ArrayList<>(RandomSchemas.flat());
        fields.addAll(RandomSchemas.nested());
        String what = options.get("compression") + ", pages v" + options.get("page.version");
        Path file = relay(what, fields, options, Nulls.MIXED, 150);
        String codec = switch (options.get("compression")) {
            case "none" -> "UNCOMPRESSED";
            case "lz4" -> "LZ4_RAW";
            default -> options.get("compression").replaceAll(":.*", "").toUpperCase(Locale.ROOT);
        };
        List<String> said = duckDb.column("SELECT DISTINCT compression FROM parquet_metadata('" + file + "')");
        if (!said.equals(List.of(codec))) {
            throw new AssertionError("asked for " + codec + ", and DuckDB found " + said);
        }
        Compared.held("codec", "Penstock > DuckDB", what);
    }

    static IntStream seeds() {
        return IntStream.range(0, (int) SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomSchemas(int seed) throws IOException, SQLException {
        Random random = new Random(seed);
        List<Field> fields =
                RandomSchemas.random(seed, 1 + random.nextInt(8), 4).getFields();
        Map<String, String> options = Map.of(
                "compression", CODECS.get(random.nextInt(CODECS.size())),
                "page.version", "" + (1 + random.nextInt(2)),
                "row.group.rows", "" + (1 + random.nextInt(300)));
        relay("random schema, seed " + seed, fields, options, Nulls.MIXED, random.nextInt(200), random.nextInt(200));
    }

    /** Returns Penstock's file. */
    private Path relay(String what, List<Field> fields, Map<String, String> options, Nulls nulls, int... batches)
            throws IOException, SQLException {
        Schema schema = ParquetFiles.accepted(fields);
        if (schema.getFields().isEmpty()) {
            return null;
        }
        Path file = directory.resolve("penstock.parquet");
        List<List<Object>> expected;
        try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 20261123)) {
            expected = ParquetFiles.write(memory, file, source, options, nulls, batches);
        }
        Compared.rows("Penstock > Penstock", what, expected, ParquetFiles.rows(memory, file));
        Compared.rows("Penstock > parquet-java", what, expected, ParquetJava.rows(file));
        throughParquetJava(what, file, expected);
        throughDuckDb(what, file, schema, expected);
        return file;
    }

    private void throughParquetJava(String what, Path file, List<List<Object>> expected) throws IOException {
        Path again = directory.resolve("parquet-java.parquet");
        UnaryOperator<ExampleParquetWriter.Builder> settings =
                VARIANTS.get(Math.floorMod(what.hashCode(), VARIANTS.size()));
        ParquetJava.write(again, ParquetJava.schema(file), ParquetJava.groups(file), settings);
        Compared.rows("parquet-java > Penstock", what, expected, ParquetFiles.rows(memory, again));
    }

    private static final List<UnaryOperator<ExampleParquetWriter.Builder>> VARIANTS = List.of(
            builder -> builder.withCompressionCodec(CompressionCodecName.SNAPPY),
            builder -> builder.withWriterVersion(WriterVersion.PARQUET_2_0)
                    .withCompressionCodec(CompressionCodecName.ZSTD)
                    .withRowGroupRowCountLimit(130),
            builder -> builder.withWriterVersion(WriterVersion.PARQUET_2_0)
                    .withDictionaryEncoding(false)
                    .withPageRowCountLimit(50)
                    .withCompressionCodec(CompressionCodecName.GZIP),
            builder -> builder.withDictionaryEncoding(false)
                    .withByteStreamSplitEncoding(true)
                    .withPageRowCountLimit(64)
                    .withCompressionCodec(CompressionCodecName.LZ4_RAW));

    private void throughDuckDb(String what, Path file, Schema schema, List<List<Object>> expected)
            throws IOException, SQLException {
        List<Integer> kept = IntStream.range(0, schema.getFields().size())
                .filter(column -> holds(schema.getFields().get(column)))
                .boxed()
                .toList();
        if (kept.isEmpty()) {
            return;
        }
        String names = kept.stream()
                .map(column -> DuckDb.name(schema.getFields().get(column).getName()))
                .collect(Collectors.joining(", "));
        List<List<Object>> values = expected.stream()
                .map(row -> kept.stream().map(row::get).collect(Collectors.toCollection(ArrayList::new)))
                .collect(Collectors.toCollection(ArrayList::new));
        Path again = directory.resolve("duckdb.parquet");
        boolean second = Math.floorMod(what.hashCode(), 2) == 1;
        duckDb.execute("COPY (SELECT " + names + " FROM " + DuckDb.read(file) + ") TO '" + again
                + "' (FORMAT parquet, PARQUET_VERSION " + (second ? "v2" : "v1") + ", COMPRESSION "
                + (second ? "zstd" : "snappy") + ")");
        Compared.rows("Penstock > DuckDB", what, values, ParquetJava.rows(again));
        Compared.rows("DuckDB > Penstock", what, values, ParquetFiles.rows(memory, again));
    }

    /** Whether DuckDB has a type for all values of a column. */
    private static boolean holds(Field field) {
        ArrowType type = field.getType();
        boolean itself = !(type instanceof ArrowType.Decimal decimal && decimal.getPrecision() > 38)
                && !(type instanceof ArrowType.Timestamp timestamp
                        && timestamp.getUnit() == TimeUnit.NANOSECOND
                        && timestamp.getTimezone() != null);
        return itself && field.getChildren().stream().allMatch(RelayTest::holds);
    }
}

package io.penstock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.Predicate;
import io.penstock.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Holds the README against the code. Tests run in the module's directory, one below the README. */
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path THIS = Path.of("src/test/java/io/penstock/ReadmeTest.java");

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    private Path directory;

    @Test
    void exampleRunsAsItStands() throws Exception {
        try (VectorSchemaRoot batch = orders()) {
            example(directory.toUri().toString(), batch, new Object[][] {{2L, "y"}, {3L, null}});
        }
        try (Penstock penstock = Penstock.open(directory.toString())) {
            assertEquals(4, penstock.describe("sales", "orders").rows());
        }
    }

    private VectorSchemaRoot orders() {
        VectorSchemaRoot batch = VectorSchemaRoot.create(
                new Schema(List.of(
                        Schemas.required("id", new ArrowType.Int(64, true)),
                        Field.nullable("item", ArrowType.Utf8.INSTANCE))),
                memory.allocator());
        ((BigIntVector) batch.getVector(0)).setSafe(0, 1);
        batch.getVector(1).setNull(0);
        batch.setRowCount(1);
        return batch;
    }

    private static void example(String uri, VectorSchemaRoot batch, Object[][] rows) throws IOException {
        // begin
        Schema schema = new Schema(List.of(
                new Field("id", FieldType.notNullable(new ArrowType.Int(64, true)), null),
                Field.nullable("item", ArrowType.Utf8.INSTANCE)));

        try (Penstock penstock = Penstock.open(uri)) { // file:///var/data, a path, s3://bucket/prefix, or memory:
            penstock.prepareTableEnvironment(
                    "sales",
                    "orders",
                    TableSpec.of(schema).format(TableFormat.JSON).layout(JsonLayout.RECORDS));

            try (TableWriter writer = penstock.openTableForWrite("sales", "orders")) {
                writer.append(batch); // an Arrow batch,
                writer.append(rows); // or Object[] rows, as an array, an Iterable, an Iterator or a ResultSet
                writer.row().setLong(0, 42).setString(1, "x").endRow(); // or typed values, no garbage
                CommitReceipt receipt = writer.commit(); // files, rows, bytes, checksums, statistics, time spent
                System.out.println(receipt.rows() + " rows are version " + receipt.version());
            }

            ReadOptions options = ReadOptions.all().columns("item").where(Predicate.greater("id", 1));
            try (TableReader reader = penstock.openTableForRead("sales", "orders", options)) {
                while (reader.loadNextBatch()) {
                    System.out.print(reader.batch().contentToTSVString()); // Arrow batches, in bounded memory
                }
            }
        }
        // end
    }

    @Test
    void choicesOfAParquetTableAreTaken() throws IOException {
        Schema schema = new Schema(List.of(
                Schemas.required("id", new ArrowType.Int(64, true)), Field.nullable("item", ArrowType.Utf8.INSTANCE)));
        // begin
        TableSpec spec = TableSpec.of(schema)
                .format(TableFormat.PARQUET)
                .compression(Compression.ZSTD, 9)
                .column("item", ColumnOptions.none().encoding(ColumnEncoding.PLAIN))
                .column("id", ColumnOptions.none().bloomFilter(0.01));
        // end
        try (Penstock penstock = Penstock.open("memory:")) {
            penstock.prepareTableEnvironment("sales", "orders", spec);
            assertEquals(spec.options(), penstock.describe("sales", "orders").options());
        }
    }

    @Test
    void exampleIsTheCodeThatRan() throws Exception {
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(README));
        Matcher code =
                Pattern.compile("// begin\n(.*?) *// end\n", Pattern.DOTALL).matcher(Files.readString(THIS));
        int blocks = 0;
        for (; block.find(); blocks++) {
            assertTrue(code.find());
            String indented = code.group(1)
                    .lines()
                    .map(line -> line.isEmpty() ? line : line.substring(8))
                    .collect(Collectors.joining("\n", "", "\n"));
            assertEquals(indented, block.group(1));
        }
        assertEquals(2, blocks);
    }

    @Test
    void everySettingIsInTheTableAsItIsInTheCode() throws Exception {
        String expected = Arrays.stream(Setting.values())
                .map(setting -> "| `" + setting.property() + "` | "
                        + (setting.defaultValue().isEmpty() ? "" : "`" + setting.defaultValue() + "`") + " | "
                        + (setting.ofTable() ? "table" : "") + " | " + setting.description() + " |\n")
                .collect(Collectors.joining(
                        "", "| property | default | of a | what it does |\n|---|---|---|---|\n", ""));
        assertTrue(Files.readString(README).contains(expected), () -> "the README's table should be\n" + expected);
    }
}

package io.penstock.interop;

import static io.penstock.testing.RandomSchemas.map;
import static io.penstock.testing.RandomSchemas.nullable;
import static io.penstock.testing.RandomSchemas.required;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.delta.kernel.Snapshot;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.ByteType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.ShortType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampNTZType;
import io.delta.kernel.types.TimestampType;
import io.penstock.FileReceipt;
import io.penstock.Penstock;
import io.penstock.Settings;
import io.penstock.TableFormat;
import io.penstock.TableSpec;
import io.penstock.TableWriter;
import io.penstock.testing.Compared;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Delta Kernel, which knows nothing of Penstock, opens its Parquet tables by their log, and refuses what is not for it. */
class DeltaKernelTest {
    private static final String WAY = "Penstock > Delta Kernel";
    private static final String TABLE = "t";

    private static final ArrowType INTEGER = new ArrowType.Int(32, true);
    private static final Schema COMPARABLE = new Schema(List.of(
            nullable("i8", new ArrowType.Int(8, true)),
            nullable("i16", new ArrowType.Int(16, true)),
            nullable("i32", INTEGER),
            nullable("i64", new ArrowType.Int(64, true)),
            nullable("f32", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
            nullable("f64", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            nullable("money", new ArrowType.Decimal(12, 2, 128)),
            nullable("huge", new ArrowType.Decimal(38, 10, 128)),
            nullable("text", ArrowType.Utf8.INSTANCE),
            nullable("day", new ArrowType.Date(DateUnit.DAY)),
            nullable("instant", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            nullable("local", new ArrowType.Timestamp(TimeUnit.MICROSECOND, null))));

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    Path directory;

    private Penstock penstock;

    @BeforeEach
    void open() throws IOException {
        penstock = Penstock.open(directory.toString(), Settings.defaults().with("penstock.fs.sync", "none"));
    }

    @AfterEach
    void close() throws IOException {
        penstock.close();
    }

    @Test
    void everyTypeOfDeltaReadsBackAtEveryVersion() throws IOException {
        Schema schema = schema(true);
        DeltaKernel kernel = prepare("d", TableFormat.PARQUET, schema);
        List<List<Object>> rows = new ArrayList<>();
        List<FileReceipt> files = new ArrayList<>();
        List<Integer> fileCounts = new ArrayList<>(List.of(0));
        try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 20261123)) {
            for (Nulls nulls : Nulls.values()) {
                files.addAll(commit("d", source, nulls, rows, 50, 1, 70));
                fileCounts.add(files.size());
                assertEquals(fileCounts.size() - 1, kernel.latest().getVersion());
            }
        }
        assertTrue(files.size() > Nulls.values().length, "some commits rolled");
        for (int version = 0; version < fileCounts.size() - 1; version++) {
            compare(kernel, kernel.at(version), files.subList(0, fileCounts.get(version)), rows);
        }
        assertEquals(rows.size(), files.stream().mapToLong(FileReceipt::rows).sum());
        compare(kernel, kernel.latest(), files, rows);
    }

    private static void compare(DeltaKernel kernel, Snapshot snapshot, List<FileReceipt> files, List<List<Object>> all)
            throws IOException {
        Map<String, List<List<Object>>> read = kernel.files(snapshot);
        assertEquals(files.size(), read.size());
        List<List<Object>> rows = new ArrayList<>();
        for (FileReceipt file : files) {
            assertEquals(file.rows(), read.get(file.path()).size());
            rows.addAll(read.get(file.path()));
        }
        String what = "version " + snapshot.getVersion() + ", " + files.size() + " files";
        Compared.rows(WAY, what, all.subList(0, rows.size()), rows);
    }

    @Test
    void typesThatDeltaDoesNotHaveAreRefused() throws IOException {
        List<Field> others = schema(false).getFields();
        for (Field field : others) {
            DeltaKernel kernel = prepare("refused_" + field.getName(), TableFormat.PARQUET, new Schema(List.of(field)));
            assertRefused(kernel, "penstockTypes");
        }
        assertFalse(others.isEmpty());
        Compared.held("refusals", WAY, others.size() + " types that Delta does not have");
    }

    @Test
    void tablesOfOtherFormatsAreRefused() throws IOException {
        Schema schema = new Schema(List.of(nullable("a", INTEGER)));
        for (TableFormat format : List.of(TableFormat.JSON, TableFormat.ARROW)) {
            DeltaKernel kernel = prepare(format.toString(), format, schema);
            assertRefused(kernel, "penstockFormats");
            Compared.held("refusals", WAY, "a table of " + format);
        }
    }

    private static void assertRefused(DeltaKernel kernel, String feature) {
        String message = assertThrows(KernelException.class, kernel::latest).getMessage();
        assertTrue(message.contains(feature), message);
    }

    @Test
    void typesAreWhatDeltaCallsThem() throws IOException {
        Field item = nullable("item", ArrowType.Utf8.INSTANCE);
        List<Field> fields = new ArrayList<>(COMPARABLE.getFields());
        fields.add(required("bool", ArrowType.Bool.INSTANCE));
        fields.add(required("bytes", ArrowType.Binary.INSTANCE));
        fields.add(nullable("list", ArrowType.List.INSTANCE, item));
        fields.add(nullable("struct", ArrowType.Struct.INSTANCE, required("a", INTEGER), item));
        fields.add(map("map", required("value", INTEGER)));
        StructType struct =
                new StructType().add("a", IntegerType.INTEGER, false).add("item", StringType.STRING);
        StructType expected = new StructType()
                .add("i8", ByteType.BYTE)
                .add("i16", ShortType.SHORT)
                .add("i32", IntegerType.INTEGER)
                .add("i64", LongType.LONG)
                .add("f32", FloatType.FLOAT)
                .add("f64", DoubleType.DOUBLE)
                .add("money", new DecimalType(12, 2))
                .add("huge", new DecimalType(38, 10))
                .add("text", StringType.STRING)
                .add("day", DateType.DATE)
                .add("instant", TimestampType.TIMESTAMP)
                .add("local", TimestampNTZType.TIMESTAMP_NTZ)
                .add("bool", BooleanType.BOOLEAN, false)
                .add("bytes", BinaryType.BINARY, false)
                .add("list", new ArrayType(StringType.STRING, true))
                .add("struct", struct)
                .add("map", new MapType(StringType.STRING, IntegerType.INTEGER, false));
        Snapshot snapshot =
                prepare("d", TableFormat.PARQUET, new Schema(fields)).latest();
        assertEquals(expected, snapshot.getSchema());
        assertEquals(List.of(), snapshot.getPartitionColumnNames());
        Compared.held("schema", WAY, fields.size() + " columns");
    }

    @Test
    void skippedFilesHaveNoRowOfTheAnswer() throws IOException {
        DeltaKernel kernel = prepare("d", TableFormat.PARQUET, COMPARABLE);
        List<List<Object>> rows = new ArrayList<>();
        try (RandomBatches source = new RandomBatches(memory.allocator(), COMPARABLE, 31)) {
            for (Nulls nulls : Nulls.values()) {
                commit("d", source, nulls, rows, 8, 8, 8, 8, 8, 8);
            }
        }
        Snapshot snapshot = kernel.latest();
        Map<String, List<List<Object>>> files = kernel.files(snapshot);
        int skipped = 0;
        int compared = 0;
        for (int column = 0; column < COMPARABLE.getFields().size(); column++) {
            int skippedByColumn = 0;
            List<KernelQuestion> questions =
                    KernelQuestion.of(COMPARABLE.getFields().get(column), column, rows);
            for (KernelQuestion question : questions) {
                Set<String> kept = kernel.kept(snapshot, question.predicate());
                for (Map.Entry<String, List<List<Object>>> file : files.entrySet()) {
                    if (!kept.contains(file.getKey())) {
                        skippedByColumn++;
                        assertTrue(file.getValue().stream().noneMatch(question::holds), question::toString);
                    }
                }
                compared++;
            }
            assertTrue(skippedByColumn > 0, "column " + column);
            skipped += skippedByColumn;
            readWithPruning(kernel, snapshot, questions.get(questions.size() - 1), rows);
        }
        Compared.held("skipping", WAY, compared + " predicates, " + skipped + " times a file");
    }

    /** Reads and evaluates all by Delta Kernel's own code. */
    private static void readWithPruning(
            DeltaKernel kernel, Snapshot snapshot, KernelQuestion question, List<List<Object>> rows)
            throws IOException {
        long found = 0;
        for (List<List<Object>> selected : kernel.files(snapshot, List.of(question.column()), question.predicate())
                .values()) {
            found += selected.size();
        }
        assertEquals(rows.stream().filter(question::holds).count(), found, question::toString);
        assertTrue(found > 0, question::toString);
    }

    /** All columns of types that Delta has, or all that it does not have. */
    private Schema schema(boolean ofDelta) throws IOException {
        List<Field> fields = new ArrayList<>();
        for (Field field :
                ParquetFiles.accepted(RandomSchemas.everything().getFields()).getFields()) {
            String database = "each_" + field.getName();
            prepare(database, TableFormat.PARQUET, new Schema(List.of(field)));
            Path created = directory.resolve(database).resolve(TABLE).resolve("_delta_log/00000000000000000000.json");
            if (ofDelta != Files.readString(created).contains("penstockTypes")) {
                fields.add(field);
            }
        }
        return new Schema(fields);
    }

    private DeltaKernel prepare(String database, TableFormat format, Schema schema) throws IOException {
        TableSpec spec = TableSpec.of(schema).format(format).setting("penstock.file.rows", "8");
        penstock.prepareTableEnvironment(database, TABLE, spec);
        return new DeltaKernel(directory.resolve(database).resolve(TABLE));
    }

    private List<FileReceipt> commit(
            String database, RandomBatches source, Nulls nulls, List<List<Object>> rows, int... batches)
            throws IOException {
        try (TableWriter writer = penstock.openTableForWrite(database, TABLE)) {
            for (int count : batches) {
                try (VectorSchemaRoot batch = source.next(count, nulls)) {
                    ParquetFiles.bound(batch);
                    rows.addAll(ArrowValues.rows(batch, source.dictionaries()));
                    writer.append(batch, source.dictionaries());
                }
            }
            return writer.commit().files();
        }
    }
}

package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.BatchEncoder;
import io.penstock.testing.CollectedOutput;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.RowGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ParquetEncoderTest {
    private static final List<Map<String, String>> VERSIONS = List.of(
            Map.of(),
            Map.of("page.version", "2", "compression", "zstd"),
            Map.of("row.group.rows", "100", "compression", "none"));

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    Path directory;

    @Test
    void duckDbFindsEveryRowAndEveryNullOfEveryType() throws Exception {
        Schema schema = new Schema(holdable());
        for (int rows : new int[] {0, 1, 8, 9, 64, 100, 101, 1000}) {
            for (Map<String, String> options : VERSIONS) {
                try (RandomBatches source = new RandomBatches(memory.allocator(), schema, rows);
                        VectorSchemaRoot first = EncodedFiles.next(source, rows, Nulls.MIXED);
                        VectorSchemaRoot second = EncodedFiles.next(source, rows / 2, Nulls.MIXED)) {
                    List<VectorSchemaRoot> batches = List.of(first, second);
                    byte[] file = EncodedFiles.write(memory, schema, options, source.dictionaries(), batches);
                    String label = rows + " rows, " + options + ", " + source.label();
                    requireSoundPages(file);
                    requireCounts(file, schema, batches, source.dictionaries(), label);
                }
            }
        }
    }

    @Test
    void refusedBatchLeavesTheFileAsItWas() throws Exception {
        ArrowType seconds = new ArrowType.Timestamp(TimeUnit.SECOND, null);
        Schema schema = new Schema(List.of(
                RandomSchemas.nullable("first", new ArrowType.Int(32, true)),
                RandomSchemas.nullable("d", new ArrowType.Decimal(9, 2, 128)),
                RandomSchemas.nullable("l", ArrowType.List.INSTANCE, RandomSchemas.nullable("item", seconds))));
        for (boolean decimal : new boolean[] {true, false}) {
            try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator());
                    BatchEncoder encoder = EncodedFiles.encoder(memory, schema, Map.of());
                    CollectedOutput output = new CollectedOutput(memory.pool())) {
                fill(batch, 1, 1);
                encoder.encode(batch, null, output.out());
                fill(batch, decimal ? 1L << 40 : 1, decimal ? 1 : Long.MAX_VALUE / 999);
                IllegalArgumentException refusal =
                        assertThrows(IllegalArgumentException.class, () -> encoder.encode(batch, null, output.out()));
                assertTrue(
                        refusal.getMessage().contains(decimal ? "'d'" : "'l.list.element'")
                                && refusal.getMessage().contains("row 2"),
                        refusal.getMessage());
                fill(batch, 2, 2);
                encoder.encode(batch, null, output.out());
                encoder.finish(output.out());
                byte[] file = output.bytes();
                requireSoundPages(file);
                assertEquals(6, WrittenFile.of(file).metadata().getNum_rows());
                assertEquals(6, WrittenFile.of(file).chunk(0, 1).getMeta_data().getNum_values());
            }
        }
    }

    @Test
    @Timeout(60)
    void aRowOfMoreValuesThanCanBeCountedIsRefused() {
        int many = 70_000;
        Field inner = RandomSchemas.nullable(
                "inner", ArrowType.ListView.INSTANCE, RandomSchemas.nullable("item", new ArrowType.Int(32, true)));
        Schema schema = new Schema(List.of(RandomSchemas.nullable("outer", ArrowType.ListView.INSTANCE, inner)));
        try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator());
                BatchEncoder encoder = EncodedFiles.encoder(memory, schema, Map.of());
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            ListViewVector outers = (ListViewVector) batch.getVector(0);
            ListViewVector inners = (ListViewVector) outers.getDataVector();
            outers.setInitialCapacity(1);
            outers.allocateNew();
            inners.setInitialCapacity(many);
            inners.allocateNew();
            ((IntVector) inners.getDataVector()).allocateNew(many);
            inners.getDataVector().setValueCount(many);
            for (int i = 0; i < many; i++) {
                shareAll(inners, i, many);
            }
            inners.setValueCount(many);
            shareAll(outers, 0, many);
            outers.setValueCount(1);
            batch.setRowCount(1);
            IllegalStateException refusal =
                    assertThrows(IllegalStateException.class, () -> encoder.encode(batch, null, output.out()));
            assertTrue(refusal.getMessage().contains("row 0"), refusal.getMessage());
        }
    }

    private static void shareAll(ListViewVector lists, int index, int items) {
        lists.setOffset(index, 0);
        lists.setSize(index, items);
        lists.setValidity(index, 1);
    }

    /** Three rows, the last with the given values; what could not be held stands under nulls, too. */
    private static void fill(VectorSchemaRoot batch, long unscaled, long seconds) {
        batch.clear();
        DecimalVector decimals = (DecimalVector) batch.getVector("d");
        decimals.setSafe(0, Long.MAX_VALUE);
        decimals.setNull(0);
        decimals.setSafe(2, unscaled);
        UnionListWriter lists = ((ListVector) batch.getVector("l")).getWriter();
        for (int row = 0; row < 3; row++) {
            lists.setPosition(row);
            lists.startList();
            lists.writeTimeStampSec(row);
            lists.writeTimeStampSec(row == 2 ? seconds : row);
            lists.endList();
        }
        batch.setRowCount(3);
    }

    /** The columns of all types that Parquet can hold. */
    static List<Field> holdable() {
        List<Field> all = new ArrayList<>(RandomSchemas.flat());
        all.addAll(RandomSchemas.nested());
        all.addAll(RandomSchemas.exotic());
        all.addAll(RandomSchemas.dictionaries());
        List<Field> holdable = new ArrayList<>();
        for (Field field : all) {
            try {
                SchemaToParquet.of(new Schema(List.of(field)));
                holdable.add(field);
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().contains(field.getName()), e.getMessage());
            }
        }
        return holdable;
    }

    private static void requireSoundPages(byte[] file) throws IOException {
        WrittenFile written = WrittenFile.of(file);
        for (RowGroup rowGroup : written.metadata().getRow_groups()) {
            for (ColumnChunk chunk : rowGroup.getColumns()) {
                written.pages(chunk);
            }
        }
    }

    private void requireCounts(
            byte[] file, Schema schema, List<VectorSchemaRoot> batches, DictionaryProvider dictionaries, String label)
            throws IOException, SQLException {
        Path path = Files.write(directory.resolve("test.parquet"), file);
        long rows = batches.stream().mapToLong(VectorSchemaRoot::getRowCount).sum();
        StringBuilder query = new StringBuilder("select count(*)");
        for (Field field : schema.getFields()) {
            query.append(", count(\"").append(field.getName()).append("\")");
        }
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query + " from '" + path + "'")) {
            assertTrue(result.next());
            assertEquals(rows, result.getLong(1), label);
            for (int i = 0; i < schema.getFields().size(); i++) {
                int column = i;
                long values = batches.stream()
                        .mapToLong(batch -> values(batch.getVector(column), dictionaries))
                        .sum();
                assertEquals(
                        values,
                        result.getLong(i + 2),
                        label + ": " + schema.getFields().get(i));
            }
        }
    }

    private static long values(FieldVector vector, DictionaryProvider dictionaries) {
        DictionaryEncoding encoding = vector.getField().getDictionary();
        long values = 0;
        for (int row = 0; row < vector.getValueCount(); row++) {
            Object value = vector.getObject(row);
            if (value != null && encoding != null) {
                int index = (int) ((BaseIntVector) vector).getValueAsLong(row);
                value = dictionaries.lookup(encoding.getId()).getVector().getObject(index);
            }
            values += value == null ? 0 : 1;
        }
        return values;
    }
}

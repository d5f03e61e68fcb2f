package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.Predicate;
import io.penstock.format.ReadContext;
import io.penstock.format.RowTest;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.MemoryInput.Views;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lists and maps go on where they are to when rows before them are passed over, whole pages or parts of them. */
class SkippedPagesTest {
    private static final int ROWS = 12_000;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void rowsBehindSkippedPagesAreWhatTheyAreWithoutSkipping() throws IOException {
        long seed = System.nanoTime();
        List<Field> fields = new ArrayList<>();
        fields.add(Field.notNullable("key", new ArrowType.Int(32, true)));
        for (Field field : RandomSchemas.nested()) {
            try {
                SchemaToParquet.of(new Schema(List.of(field)));
                fields.add(field);
            } catch (IllegalArgumentException refused) {
                // Not a type of Parquet.
            }
        }
        Schema schema = new Schema(fields);
        for (String version : List.of("1", "2")) {
            Map<String, String> options = Map.of("page.version", version, "row.group.bytes", "1048576");
            byte[] file;
            try (RandomBatches source = new RandomBatches(memory.allocator(), schema, seed);
                    VectorSchemaRoot batch = EncodedFiles.next(source, ROWS, Nulls.MIXED)) {
                IntVector key = (IntVector) batch.getVector(0);
                for (int i = 0; i < ROWS; i++) {
                    key.set(i, i);
                }
                file = EncodedFiles.write(memory, schema, options, source.dictionaries(), List.of(batch));
            }
            MemoryInput shown = new MemoryInput(file, Views.ALL);
            Map<Integer, String> all = rows(shown, null);
            assertEquals(ROWS, all.size());
            Schema read = SchemaToParquet.decoded(schema);
            List<Predicate> tests = List.of(
                    Predicate.greater("key", 9000),
                    Predicate.or(
                            Predicate.equal("key", 700),
                            Predicate.equal("key", 5500),
                            Predicate.greater("key", 11_990)),
                    Predicate.less("key", 5));
            for (Predicate test : tests) {
                for (Views views : List.of(Views.ALL, Views.NONE)) {
                    MemoryInput input = new MemoryInput(file, views);
                    Map<Integer, String> some = rows(input, RowTest.of(test, read));
                    assertTrue(some.size() > 0 && some.size() < ROWS, () -> some.size() + " rows");
                    some.forEach((row, text) -> assertEquals(all.get(row), text, "row " + row + ", seed " + seed));
                }
            }
        }
    }

    private Map<Integer, String> rows(MemoryInput input, RowTest test) throws IOException {
        Map<Integer, String> rows = new HashMap<>();
        ReadContext context = new ReadContext(
                "f", null, Map.of(), null, 97, 1 << 20, memory.allocator(), memory.pool(), test, 64 << 20);
        try (ParquetDecoder decoder = ParquetDecoder.open(input, context)) {
            while (decoder.loadNext()) {
                VectorSchemaRoot batch = decoder.batch();
                for (int row = 0; row < batch.getRowCount(); row++) {
                    StringBuilder text = new StringBuilder();
                    for (FieldVector vector : batch.getFieldVectors()) {
                        text.append(text(vector.getObject(row))).append(';');
                    }
                    rows.put(((IntVector) batch.getVector(0)).get(row), text.toString());
                }
            }
        }
        return rows;
    }

    private static String text(Object value) {
        if (value instanceof byte[] bytes) {
            return java.util.Arrays.toString(bytes);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(SkippedPagesTest::text).toList().toString();
        }
        if (value instanceof Map<?, ?> map) {
            StringBuilder all = new StringBuilder("{");
            map.forEach((k, v) -> all.append(k).append('=').append(text(v)).append(','));
            return all.append('}').toString();
        }
        return String.valueOf(value);
    }
}

package io.penstock;

import static io.penstock.testing.RandomSchemas.encoded;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DictionaryRowsTest {
    private static final ArrowType.Int INT8 = new ArrowType.Int(8, true);
    private static final ArrowType.Int INT32 = new ArrowType.Int(32, true);

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void aDictionaryOnlyGrowsFromBatchToBatch() throws IOException {
        try (RowBatch batch = batch(1 << 20, encoded("c", ArrowType.Utf8.INSTANCE, 7, INT32))) {
            append(batch, "red", "green", "red", null);
            assertEquals("[0, 1, 0, null]", indices(batch).toString());
            assertEquals("[red, green]", dictionary(batch, 7).toString());
            batch.reset();
            append(batch, "blue", "green");
            assertEquals("[2, 1]", indices(batch).toString());
            assertEquals("[red, green, blue]", dictionary(batch, 7).toString());
        }
    }

    @Test
    void whatADroppedRowAddedGoesWithIt() throws IOException {
        try (RowBatch batch =
                batch(1 << 20, encoded("c", ArrowType.Utf8.INSTANCE, 7, INT32), RandomSchemas.nullable("n", INT8))) {
            batch.row().setString(0, "red").endRow();
            for (int i = 0; i < 200; i++) {
                batch.row().setString(0, "lost " + i);
            }
            for (int i = 0; i < 200; i++) {
                Object[] bad = {"lost " + i, 1000};
                assertThrows(IllegalArgumentException.class, () -> batch.append(bad));
            }
            batch.append(new Object[] {"green", null});
            batch.append(new Object[] {"red", null});
            assertEquals("[0, 1, 0]", indices(batch).toString());
            assertEquals("[red, green]", dictionary(batch, 7).toString());
        }
    }

    @Test
    void aBatchIsFullBeforeItsDictionaryIs() throws IOException {
        List<Integer> rows = new ArrayList<>();
        Field field = encoded("c", ArrowType.Utf8.INSTANCE, 7, INT8);
        try (RowBatch batch = new RowBatch(new Schema(List.of(field)), memory.allocator(), 1000, 1 << 20, full -> {
            rows.add(full.vectors().getRowCount());
            assertEquals(128, dictionary(full, 7).size());
            full.reset();
        })) {
            for (int i = 0; i < 300; i++) {
                batch.append(new Object[] {"value " + i});
            }
            assertEquals(List.of(128, 128), rows);
            assertEquals(300 - 256, dictionary(batch, 7).size());
        }
    }

    @Test
    void aDictionaryThatOutgrowsABatchBeginsAnew() throws IOException {
        try (RowBatch batch = batch(1000, encoded("c", ArrowType.Utf8.INSTANCE, 7, INT32))) {
            append(batch, "x".repeat(600));
            batch.vectors();
            batch.reset();
            append(batch, "y".repeat(600));
            assertEquals(2, dictionary(batch, 7).size());
            batch.reset();
            append(batch, "z");
            assertEquals("[z]", dictionary(batch, 7).toString());
        }
    }

    @Test
    void columnsShareADictionary() throws IOException {
        try (RowBatch batch = batch(
                1 << 20,
                encoded("from", ArrowType.Utf8.INSTANCE, 7, INT32),
                encoded("to", ArrowType.Utf8.INSTANCE, 7, INT32))) {
            batch.append(new Object[] {"a", "b"});
            batch.append(new Object[] {"b", "a"});
            assertEquals("[0, 1]", indices(batch).toString());
            assertEquals("[a, b]", dictionary(batch, 7).toString());
        }
    }

    @Test
    void onlyMoreValuesInOneRowThanAnIndexCanCountAreRefused() throws IOException {
        Field list =
                RandomSchemas.nullable("l", ArrowType.List.INSTANCE, encoded("item", ArrowType.Utf8.INSTANCE, 7, INT8));
        try (RowBatch batch = batch(1 << 20, list)) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < 129; i++) {
                values.add("value " + i);
            }
            assertEquals(
                    "Column 'l[]' takes 128 distinct values a batch and row 0 gives it another",
                    assertThrows(IllegalArgumentException.class, () -> batch.append(new Object[] {values}))
                            .getMessage());
            batch.append(new Object[] {values.subList(1, 129)});
            assertTrue(batch.isFull());
            assertEquals("value 1", dictionary(batch, 7).get(0));
        }
    }

    @Test
    void aDictionaryOfListsIsRefusedAtOnce() {
        Field field = new Field(
                "d",
                new org.apache.arrow.vector.types.pojo.FieldType(
                        true,
                        ArrowType.List.INSTANCE,
                        new org.apache.arrow.vector.types.pojo.DictionaryEncoding(1, false, INT8)),
                List.of(RandomSchemas.nullable("item", INT8)));
        assertEquals(
                "Column 'd' is a dictionary of List, which rows cannot fill: append Arrow batches",
                assertThrows(IllegalArgumentException.class, () -> batch(1 << 20, field))
                        .getMessage());
    }

    private RowBatch batch(long maxBytes, Field... fields) {
        return new RowBatch(new Schema(List.of(fields)), memory.allocator(), 1000, maxBytes, full -> {});
    }

    private static void append(RowBatch batch, String... values) throws IOException {
        for (String value : values) {
            batch.append(new Object[] {value});
        }
    }

    private static List<Object> indices(RowBatch batch) {
        BaseIntVector vector = (BaseIntVector) batch.vectors().getVector(0);
        List<Object> indices = new ArrayList<>();
        for (int i = 0; i < batch.rows(); i++) {
            indices.add(vector.isNull(i) ? null : vector.getValueAsLong(i));
        }
        return indices;
    }

    private static List<String> dictionary(RowBatch batch, long id) {
        batch.vectors();
        FieldVector vector = batch.dictionaries().lookup(id).getVector();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < vector.getValueCount(); i++) {
            values.add(vector.getObject(i).toString());
        }
        return values;
    }
}

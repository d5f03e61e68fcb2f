package io.penstock.testing;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.testing.RandomBatches.Nulls;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RandomBatchesTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void sameSeedMakesEqualBatchesOfEveryType() {
        for (int rows : new int[] {0, 1, 7, 8, 9, 1000}) {
            try (RandomBatches one = new RandomBatches(memory.allocator(), RandomSchemas.everything(), 1);
                    RandomBatches other = new RandomBatches(memory.allocator(), RandomSchemas.everything(), 1);
                    VectorSchemaRoot a = one.next(rows);
                    VectorSchemaRoot b = other.next(rows)) {
                BatchAssert.assertEqual(a, b, one.label());
                BatchAssert.assertEqual(a, one.dictionaries(), b, other.dictionaries(), one.label());
            }
        }
    }

    @Test
    void anotherSeedMakesOtherBatches() {
        try (RandomBatches one = new RandomBatches(memory.allocator(), RandomSchemas.random(3, 5, 2), 1);
                RandomBatches other = new RandomBatches(memory.allocator(), RandomSchemas.random(3, 5, 2), 2);
                VectorSchemaRoot a = one.next(100);
                VectorSchemaRoot b = other.next(100)) {
            assertThrows(AssertionError.class, () -> BatchAssert.assertEqual(a, b, one.label()));
        }
    }

    @Test
    void everyValueIsReadableByArrow() {
        try (RandomBatches batches = new RandomBatches(memory.allocator(), RandomSchemas.everything(), 5);
                VectorSchemaRoot batch = batches.next(50)) {
            for (FieldVector column : batch.getFieldVectors()) {
                for (int row = 0; row < 50; row++) {
                    int at = row;
                    assertDoesNotThrow(() -> column.getObject(at), column.getField() + " row " + row);
                }
            }
        }
    }

    @Test
    void nullsAreWhereThePatternSays() {
        try (RandomBatches batches = new RandomBatches(memory.allocator(), RandomSchemas.random(9, 20, 1), 5);
                VectorSchemaRoot none = batches.next(100, Nulls.NONE);
                VectorSchemaRoot all = batches.next(100, Nulls.ALL)) {
            for (FieldVector column : none.getFieldVectors()) {
                boolean typeOfNulls = column instanceof NullVector;
                assertEquals(
                        typeOfNulls ? 100 : 0,
                        column.getNullCount(),
                        column.getField().toString());
            }
            for (FieldVector column : all.getFieldVectors()) {
                assertEquals(
                        column.getField().isNullable() ? 100 : 0,
                        column.getNullCount(),
                        column.getField().toString());
            }
        }
    }
}

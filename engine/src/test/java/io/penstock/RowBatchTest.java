package io.penstock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.BatchCheck;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RowBatchTest {
    private static final RowBatch.Drain NO_DRAIN = full -> {};

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void everyTypeComesOutOfRowsAsItWentIn() throws IOException {
        List<Field> fields = new ArrayList<>(RandomSchemas.flat());
        fields.addAll(RandomSchemas.nested());
        fields.addAll(RandomSchemas.exotic().subList(0, 2));
        roundTrip(new Schema(fields), 42);
    }

    @Test
    void everyDictionaryComesOutOfRowsAsItWentIn() throws IOException {
        List<Field> fields = RandomSchemas.dictionaries();
        roundTrip(new Schema(fields.subList(0, fields.size() - 1)), 43);
    }

    @Test
    void everyRandomSchemaComesOutOfRowsAsItWentIn() throws IOException {
        for (long seed = 0; seed < 100; seed++) {
            roundTrip(RandomSchemas.random(seed, 6, 3), seed);
        }
    }

    /** Through rows of objects and typed rows, with rows that are refused or abandoned half-way in between. */
    private void roundTrip(Schema schema, long seed) throws IOException {
        try {
            appendAndCompare(schema, seed);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private void appendAndCompare(Schema schema, long seed) throws IOException {
        Random random = new Random(seed);
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed);
                RowBatch batch = new RowBatch(schema, memory.allocator(), 1000, 1 << 30, NO_DRAIN)) {
            for (int rows : new int[] {0, 1, 7, 8, 9, 100, 300}) {
                try (VectorSchemaRoot expected = batches.next(rows)) {
                    for (int i = 0; i < rows; i++) {
                        Object[] row = RowValues.row(expected, batches.dictionaries(), i);
                        disturb(batch, row, random);
                        if (random.nextBoolean()) {
                            batch.append(row);
                        } else {
                            setAll(batch.row(), row, random).endRow();
                        }
                    }
                    disturb(
                            batch,
                            expected.getFieldVectors().stream().map(v -> null).toArray(),
                            random);
                    assertEquals(rows, batch.rows());
                    VectorSchemaRoot actual = batch.vectors();
                    new BatchCheck(schema).require(actual, batch.dictionaries());
                    BatchAssert.assertEqual(
                            expected, batches.dictionaries(), actual, batch.dictionaries(), batches.label());
                    batch.reset();
                }
            }
        }
    }

    private static void disturb(RowBatch batch, Object[] row, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> setSome(batch.row(), row, random.nextInt(row.length + 1));
            case 1 -> {
                Object[] bad = row.clone();
                bad[random.nextInt(row.length)] = new Object();
                assertThrows(IllegalArgumentException.class, () -> batch.append(bad));
            }
            default -> {}
        }
    }

    private static void setSome(RowAppender appender, Object[] row, int columns) {
        try {
            for (int i = 0; i < columns; i++) {
                appender.setObject(i, row[i]);
            }
        } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().contains("is required"), e.getMessage());
        }
    }

    private static RowAppender setAll(RowAppender appender, Object[] row, Random random) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, row.length).boxed().toList());
        Collections.shuffle(order, random);
        for (int i : order) {
            Object value = row[i];
            if (value instanceof Long v) {
                appender.setLong(i, v);
            } else if (value instanceof Float v) {
                appender.setFloat(i, v);
            } else if (value instanceof Double v) {
                appender.setDouble(i, v);
            } else if (value instanceof Boolean v) {
                appender.setBoolean(i, v);
            } else if (value instanceof BigDecimal v) {
                appender.setDecimal(i, v);
            } else if (value instanceof byte[] v) {
                appender.setBinary(i, v, 0, v.length);
            } else if (value instanceof Text v && random.nextBoolean()) {
                appender.setUtf8(i, v.getBytes(), 0, (int) v.getLength());
            } else if (value instanceof Text v) {
                appender.setString(i, v.toString());
            } else if (value != null) {
                appender.setObject(i, value);
            } else if (random.nextBoolean()) {
                appender.setNull(i);
            }
        }
        return appender;
    }

    @Test
    void typedRowsObjectRowsAndArrowVectorsGiveTheSameBytes() throws IOException {
        Schema schema = new Schema(List.of(
                RandomSchemas.nullable("id", new ArrowType.Int(64, true)),
                RandomSchemas.nullable("flag", ArrowType.Bool.INSTANCE),
                RandomSchemas.nullable("name", ArrowType.Utf8.INSTANCE),
                RandomSchemas.nullable("price", new ArrowType.Decimal(12, 2, 128))));
        int rows = 1003;
        try (RowBatch objects = new RowBatch(schema, memory.allocator(), 2000, 1 << 20, NO_DRAIN);
                RowBatch typed = new RowBatch(schema, memory.allocator(), 2000, 1 << 20, NO_DRAIN);
                VectorSchemaRoot expected = VectorSchemaRoot.create(schema, memory.allocator())) {
            for (int i = 0; i < rows; i++) {
                Object[] row = row(i);
                objects.append(row);
                setAll(typed.row(), row, new Random(i)).endRow();
                fill(expected, i, row);
            }
            expected.setRowCount(rows);
            for (int column = 0; column < schema.getFields().size(); column++) {
                byte[][] bytes = bytes(expected.getVector(column));
                assertArrayEquals(bytes, bytes(objects.vectors().getVector(column)), "column " + column);
                assertArrayEquals(bytes, bytes(typed.vectors().getVector(column)), "column " + column);
            }
        }
    }

    private static Object[] row(int i) {
        return new Object[] {
            i % 5 == 0 ? null : i * 1_000_003L,
            i % 7 == 0 ? null : i % 3 == 0,
            i % 11 == 0 ? null : "name " + "é".repeat(i % 4) + i,
            i % 13 == 0 ? null : BigDecimal.valueOf(i * 37L - 5_000, 2)
        };
    }

    private static void fill(VectorSchemaRoot batch, int i, Object[] row) {
        if (row[0] != null) {
            ((BigIntVector) batch.getVector(0)).setSafe(i, (long) row[0]);
        }
        if (row[1] != null) {
            ((BitVector) batch.getVector(1)).setSafe(i, (boolean) row[1] ? 1 : 0);
        }
        if (row[2] != null) {
            ((VarCharVector) batch.getVector(2)).setSafe(i, ((String) row[2]).getBytes(StandardCharsets.UTF_8));
        }
        if (row[3] != null) {
            ((DecimalVector) batch.getVector(3)).setSafe(i, (BigDecimal) row[3]);
        }
    }

    private static byte[][] bytes(FieldVector vector) {
        return vector.getFieldBuffers().stream()
                .map(buffer -> {
                    byte[] bytes = new byte[(int) buffer.writerIndex()];
                    buffer.getBytes(0, bytes);
                    return bytes;
                })
                .toArray(byte[][]::new);
    }
}

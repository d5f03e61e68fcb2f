package io.penstock.format.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.buffer.BufferPool;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are written together have the text that each has alone, which is never written by columns. */
class RowBlockTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @ParameterizedTest
    @ValueSource(ints = {64, 1000, 4096, 10_000, 1 << 16})
    void rowsTogetherAreTheSameBytesAsEachAlone(int bufferBytes) {
        List<Field> fields = new ArrayList<>(RandomSchemas.flat());
        fields.addAll(RandomSchemas.nested());
        BufferPool pool = memory.newPool(bufferBytes);
        for (int seed = 0; seed < 10; seed++) {
            Collections.shuffle(fields, new Random(seed));
            Schema schema = new Schema(fields.subList(0, 4 + 2 * seed));
            try (RandomBatches source = new RandomBatches(memory.allocator(), schema, seed);
                    VectorSchemaRoot batch = source.next(8 + 37 * seed)) {
                requireSameAsEachAlone(batch, pool, source.label());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8, 9, 16, 17, 32, 33, 48, 49, 64, 65, 96, 256, 257, 1100, 5000})
    void stringsOfAnyLengthAreWhole(int longest) {
        String[] characters = {"x", "\"", "\u00e9", "x\u0001", "\ud83d\ude00"};
        for (int seed = 0; seed < characters.length; seed++) {
            Random random = new Random(seed);
            try (VectorSchemaRoot batch = texts(100)) {
                VarCharVector narrow = (VarCharVector) batch.getVector("narrow");
                LargeVarCharVector large = (LargeVarCharVector) batch.getVector("large");
                for (int i = 0; i < 100; i++) {
                    int length = i % 7 == 0 ? longest : random.nextInt(longest + 1);
                    byte[] text = characters[seed].repeat(length).getBytes(StandardCharsets.UTF_8);
                    narrow.setSafe(i, text);
                    if (i % 5 != 0) {
                        large.setSafe(i, text);
                    }
                }
                narrow.setValueCount(100);
                large.setValueCount(100);
                requireSameAsEachAlone(batch, memory.pool(), "seed " + seed);
            }
        }
    }

    /** So long a string does not fit into a block, and its neighbours are written without it. */
    @Test
    void oneLongStringAmongShortOnesIsWhole() {
        for (int row : new int[] {0, 7, 63, 64, 65, 199}) {
            try (VectorSchemaRoot batch = texts(200)) {
                VarCharVector narrow = (VarCharVector) batch.getVector("narrow");
                for (int i = 0; i < 200; i++) {
                    narrow.setSafe(i, "y".repeat(i == row ? 300_000 : i % 10).getBytes(StandardCharsets.UTF_8));
                }
                narrow.setValueCount(200);
                requireSameAsEachAlone(batch, memory.pool(), "row " + row);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 63, 64, 65, 71, 72, 128, 200})
    void linesEndWhereTheyShouldWhateverTheBlocks(int rowsPerLine) {
        try (VectorSchemaRoot batch = texts(200)) {
            StringBuilder expected = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                ((IntVector) batch.getVector("number")).setSafe(i, i);
                expected.append(i % rowsPerLine == 0 ? "[" : ",")
                        .append("[" + i + ",null,null,null]")
                        .append((i + 1) % rowsPerLine == 0 || i == 199 ? "]\n" : "");
            }
            String text = new String(
                    JsonFiles.write(
                            memory,
                            memory.pool(),
                            batch.getSchema(),
                            JsonFiles.BATCHES,
                            rowsPerLine,
                            JsonFiles.NO_DICTIONARIES,
                            List.of(batch)),
                    StandardCharsets.UTF_8);
            assertEquals(expected.toString(), text);
        }
    }

    private VectorSchemaRoot texts(int rows) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(
                new Schema(List.of(
                        Field.nullable("number", new ArrowType.Int(32, true)),
                        Field.nullable("narrow", ArrowType.Utf8.INSTANCE),
                        Field.nullable("large", ArrowType.LargeUtf8.INSTANCE),
                        Field.nullable("a name of more than one word", ArrowType.Bool.INSTANCE))),
                memory.allocator());
        batch.setRowCount(rows);
        return batch;
    }

    private void requireSameAsEachAlone(VectorSchemaRoot batch, BufferPool pool, String label) {
        List<VectorSchemaRoot> single = new ArrayList<>();
        for (int i = 0; i < batch.getRowCount(); i++) {
            single.add(batch.slice(i, 1));
        }
        for (Map<String, String> options : List.of(JsonFiles.BATCHES, JsonFiles.RECORDS)) {
            byte[] expected = write(options, pool, single);
            byte[] actual = write(options, pool, List.of(batch));
            if (options.equals(JsonFiles.BATCHES)) {
                expected = new String(expected, StandardCharsets.UTF_8)
                        .replace("]]\n[[", "],[")
                        .getBytes(StandardCharsets.UTF_8);
            }
            assertArrayEquals(expected, actual, label + ", " + options);
        }
        single.forEach(VectorSchemaRoot::close);
    }

    private byte[] write(Map<String, String> options, BufferPool pool, List<VectorSchemaRoot> batches) {
        return JsonFiles.write(
                memory, pool, batches.get(0).getSchema(), options, 1000, JsonFiles.NO_DICTIONARIES, batches);
    }
}

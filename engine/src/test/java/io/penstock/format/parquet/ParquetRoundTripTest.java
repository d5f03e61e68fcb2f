package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.penstock.format.BatchDecoder;
import io.penstock.format.ReadContext;
import io.penstock.testing.BatchAssert;
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
import java.util.Random;
import java.util.stream.Stream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What was written comes back, in batches of any size, of the types that it had. */
class ParquetRoundTripTest {
    private static final long SEED = Long.getLong("penstock.test.seed", 20261123);
    private static final DictionaryProvider NO_DICTIONARIES = new DictionaryProvider.MapDictionaryProvider();

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void everyTypeComesBack() throws IOException {
        Schema schema = new Schema(Stream.of(
                        RandomSchemas.flat(),
                        RandomSchemas.nested(),
                        RandomSchemas.exotic(),
                        RandomSchemas.dictionaries())
                .flatMap(List::stream)
                .filter(ParquetRoundTripTest::isWritable)
                .toList());
        for (Nulls nulls : Nulls.values()) {
            roundTrip(schema, SEED, nulls, Map.of(), List.of(0, 1, 7, 8, 9, 127, 300), 64);
        }
    }

    @Test
    void randomSchemasComeBackWhateverTheFileIsLike() throws IOException {
        for (int i = 0; i < 40; i++) {
            Random random = new Random(SEED + i);
            Schema schema = new Schema(
                    RandomSchemas.random(SEED + i, 1 + random.nextInt(6), random.nextInt(4)).getFields().stream()
                            .filter(ParquetRoundTripTest::isWritable)
                            .toList());
            List<Integer> sizes = new ArrayList<>();
            for (int batch = random.nextInt(4); batch >= 0; batch--) {
                sizes.add(random.nextInt(random.nextBoolean() ? 40 : 4000));
            }
            Nulls nulls = Nulls.values()[random.nextInt(Nulls.values().length)];
            roundTrip(
                    schema,
                    SEED + i,
                    nulls,
                    options(random),
                    sizes,
                    1 + random.nextInt(random.nextBoolean() ? 10 : 5000));
        }
    }

    private static Map<String, String> options(Random random) {
        Map<String, String> options = new HashMap<>();
        options.put("page.version", random.nextBoolean() ? "1" : "2");
        options.put(
                "compression", List.of("none", "snappy", "zstd", "lz4", "gzip").get(random.nextInt(5)));
        options.put("row.group.rows", List.of("1", "100", "1000", "131072").get(random.nextInt(4)));
        return options;
    }

    /** Run-end-encoded values come back as the values that they are, which cannot be compared with them here. */
    private static boolean isWritable(Field field) {
        if (field.getType() instanceof ArrowType.RunEndEncoded) {
            return false;
        }
        try {
            SchemaToParquet.of(new Schema(List.of(field)));
            return true;
        } catch (IllegalArgumentException refusal) {
            return false;
        }
    }

    private void roundTrip(
            Schema schema, long seed, Nulls nulls, Map<String, String> options, List<Integer> sizes, int batchRows)
            throws IOException {
        String label =
                "seed " + seed + ", " + nulls + ", " + options + ", batches of " + sizes + " read by " + batchRows;
        try (RandomBatches source = new RandomBatches(memory.allocator(), schema, seed)) {
            List<VectorSchemaRoot> batches = new ArrayList<>();
            try {
                for (int size : sizes) {
                    batches.add(EncodedFiles.next(source, size, nulls));
                }
                byte[] file = EncodedFiles.write(memory, schema, options, source.dictionaries(), batches);
                for (Views views : Views.values()) {
                    MemoryInput input = new MemoryInput(file, views);
                    ReadContext context = new ReadContext(
                            "test.parquet",
                            views == Views.ALL ? schema : null,
                            options,
                            null,
                            batchRows,
                            1 << 20,
                            memory.allocator(),
                            memory.pool());
                    try (BatchDecoder decoder = ParquetDecoder.open(input, context)) {
                        compare(batches, source.dictionaries(), decoder, batchRows, label);
                    } catch (IOException | RuntimeException e) {
                        throw new AssertionError(label, e);
                    }
                    assertEquals(0, input.openViews());
                }
            } finally {
                batches.forEach(VectorSchemaRoot::close);
            }
        }
    }

    private static void compare(
            List<VectorSchemaRoot> expected,
            DictionaryProvider dictionaries,
            BatchDecoder decoder,
            int batchRows,
            String label)
            throws IOException {
        VectorSchemaRoot actual = decoder.batch();
        int at = 0;
        for (VectorSchemaRoot batch : expected) {
            for (int row = 0; row < batch.getRowCount(); row++) {
                if (at == actual.getRowCount()) {
                    assertEquals(true, decoder.loadNext(), label);
                    assertEquals(true, actual == decoder.batch() && actual.getRowCount() <= batchRows, label);
                    at = 0;
                }
                BatchAssert.assertEqualRow(
                        batch, dictionaries, row, actual, NO_DICTIONARIES, at++, label + ", row " + row);
            }
        }
        assertEquals(actual.getRowCount(), at, label);
        assertFalse(decoder.loadNext(), label);
    }
}

package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.format.CorruptFileException;
import io.penstock.format.Predicate;
import io.penstock.format.Pruned;
import io.penstock.format.ReadContext;
import io.penstock.format.RowTest;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.MemoryInput.Views;
import io.penstock.testing.NaiveFilter;
import io.penstock.testing.RandomPredicates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Row groups and pages are passed over only if none of their rows pass. */
class PruningTest {
    private static final DictionaryProvider NONE = new DictionaryProvider.MapDictionaryProvider();

    /** Larger files are read too often for a test. */
    private static final int MAX_ROWS = 20_000;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void nothingThatPassesIsPrunedFromTheFilesOfManyWriters() throws IOException {
        Path corpus = ParquetTestingCorpusTest.corpus();
        assumeTrue(Files.isDirectory(corpus), () -> "no Parquet files: " + corpus + " is not there");
        long seed = System.nanoTime();
        Pruned pruned = Pruned.NONE;
        int files = 0;
        try (Stream<Path> all = Files.list(corpus)) {
            for (Path file : all.sorted().toList()) {
                if (file.getFileName().toString().endsWith(".parquet")
                        && !file.toString().contains("large_string_map")) {
                    byte[] bytes = Files.readAllBytes(file);
                    try {
                        pruned = pruned.plus(
                                requireSame(bytes, file.getFileName().toString(), seed, 12));
                        files++;
                    } catch (CorruptFileException refused) {
                        continue;
                    }
                }
            }
        }
        System.out.println("files of parquet-testing with random predicates: " + files + ", pruned " + pruned);
        assertTrue(pruned.rowGroups() > 0 && pruned.pages() > 0, pruned.toString());
    }

    /** Reads a file with random predicates and without, and returns what was pruned. */
    private Pruned requireSame(byte[] file, String name, long seed, int predicates) throws IOException {
        Pruned pruned = Pruned.NONE;
        try (ParquetDecoder whole = open(file, name, null, MAX_ROWS, Views.ALL)) {
            if (!whole.loadNext() || whole.batch().getRowCount() >= MAX_ROWS) {
                return Pruned.NONE;
            }
            VectorSchemaRoot all = whole.batch();
            RandomPredicates random = new RandomPredicates(all.getSchema(), seed);
            for (int i = 0; i < predicates; i++) {
                Predicate where = random.next(all, NONE);
                String label = name + ", seed " + seed + ": " + where;
                List<String> expected = new ArrayList<>();
                addSelected(all, where, expected);
                List<String> actual = new ArrayList<>();
                long read = 0;
                try (ParquetDecoder decoder = open(
                        file, name, RowTest.of(where, all.getSchema()), 500, i % 2 == 0 ? Views.ALL : Views.NONE)) {
                    while (decoder.loadNext()) {
                        read += decoder.batch().getRowCount();
                        addSelected(decoder.batch(), where, actual);
                    }
                    assertEquals(expected, actual, label);
                    assertEquals(all.getRowCount(), read + decoder.pruned().rows(), label);
                    pruned = pruned.plus(decoder.pruned());
                }
            }
        }
        return pruned;
    }

    private ParquetDecoder open(byte[] file, String name, RowTest test, int batchRows, Views views) throws IOException {
        return ParquetDecoder.open(
                new MemoryInput(file, views),
                new ReadContext(
                        name, null, Map.of(), null, batchRows, 64 << 20, memory.allocator(), memory.pool(), test));
    }

    private static void addSelected(VectorSchemaRoot batch, Predicate where, List<String> selected) {
        for (int row = 0; row < batch.getRowCount(); row++) {
            if (NaiveFilter.selects(where, batch, NONE, row)) {
                List<Object> values = new ArrayList<>();
                for (FieldVector vector : batch.getFieldVectors()) {
                    values.add(PlainValues.of(vector, row));
                }
                selected.add(text(values));
            }
        }
    }

    private static String text(List<Object> values) {
        StringBuilder text = new StringBuilder();
        for (Object value : values) {
            text.append(value instanceof byte[] bytes ? java.util.Arrays.toString(bytes) : String.valueOf(value))
                    .append('|');
        }
        return text.toString();
    }
}

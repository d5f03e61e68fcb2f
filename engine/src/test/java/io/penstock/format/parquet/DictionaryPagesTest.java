package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.BatchEncoder;
import io.penstock.testing.CollectedOutput;
import io.penstock.testing.LeakCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DictionaryPagesTest {
    private static final int ROWS = 131_072;
    private static final int PAGE_ROWS = LeafWriter.PAGE_ROWS;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void boundsOfAPageAreThoseOfItsOwnValues() throws IOException {
        Random random = new Random(1);
        List<TreeSet<String>> expected = new ArrayList<>();
        ColumnChunkOf written = write(ArrowType.Utf8.INSTANCE, vector -> row -> {
            int page = row / PAGE_ROWS;
            String value = page % 3 == 2 ? "" : "value-" + "x".repeat(page) + (char) ('a' + page + random.nextInt(9));
            while (expected.size() <= page) {
                expected.add(new TreeSet<>());
            }
            expected.get(page).add(value);
            ((VarCharVector) vector).setSafe(row, value.getBytes(StandardCharsets.UTF_8));
        });
        assertTrue(written.chunk().getMeta_data().isSetDictionary_page_offset());
        ColumnIndex index = written.file().columnIndex(written.chunk());
        assertEquals(expected.size(), index.getMin_valuesSize());
        for (int page = 0; page < expected.size(); page++) {
            assertEquals(expected.get(page).first(), text(index.getMin_values().get(page)), "page " + page);
            assertEquals(expected.get(page).last(), text(index.getMax_values().get(page)), "page " + page);
        }
    }

    @Test
    void aDictionaryIsTakenForValuesOfWhichTheChunkHasEachSeveralTimes() throws IOException {
        Random random = new Random(2);
        ColumnChunkOf written = write(
                new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
                vector -> row -> ((Float8Vector) vector).setSafe(row, random.nextInt(10_000) / 100.0));
        assertTrue(written.chunk().getMeta_data().getEncodings().contains(Encoding.RLE_DICTIONARY));
        assertTrue(written.chunk().getMeta_data().getTotal_compressed_size() < 3 * ROWS);
    }

    @Test
    void noDictionaryIsTakenForValuesThatDoNotRepeat() throws IOException {
        Random random = new Random(3);
        ColumnChunkOf written = write(
                new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
                vector -> row -> ((Float8Vector) vector).setSafe(row, random.nextDouble()));
        assertFalse(written.chunk().getMeta_data().isSetDictionary_page_offset());
    }

    @Test
    void entriesOfABatchsDictionaryThatNoRowHasAreNotCountedAsDistinct() throws IOException {
        DictionaryEncoding encoding = new DictionaryEncoding(1, false, new ArrowType.Int(32, true));
        Schema schema =
                new Schema(List.of(new Field("column", new FieldType(true, ArrowType.Utf8.INSTANCE, encoding), null)));
        Field indices = new Field("column", new FieldType(true, new ArrowType.Int(32, true), encoding), null);
        try (VarCharVector entries = entries(70_000);
                VectorSchemaRoot batch = VectorSchemaRoot.create(new Schema(List.of(indices)), memory.allocator());
                BatchEncoder encoder = EncodedFiles.encoder(memory, schema, Map.of());
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            MapDictionaryProvider dictionaries = new MapDictionaryProvider(new Dictionary(entries, encoding));
            // More entries than are worth looking up for the first, and more than a dictionary page takes for the
            // second.
            for (int rows : new int[] {25_000, 40_000}) {
                IntVector column = (IntVector) batch.getVector(0);
                column.allocateNew(rows);
                for (int row = 0; row < rows; row++) {
                    column.set(row, row % 10);
                }
                batch.setRowCount(rows);
                encoder.encode(batch, dictionaries, output.out());
            }
            encoder.finish(output.out());
            Statistics statistics = WrittenFile.of(output.bytes()).statistics(0, 0);
            assertTrue(
                    !statistics.isSetDistinct_count() || statistics.getDistinct_count() == 10,
                    () -> "distinct: " + statistics.getDistinct_count());
        }
    }

    private VarCharVector entries(int count) {
        VarCharVector entries = new VarCharVector("entries", memory.allocator());
        for (int i = 0; i < count; i++) {
            entries.setSafe(i, String.format("entry-%06d", i).getBytes(StandardCharsets.UTF_8));
        }
        entries.setValueCount(count);
        return entries;
    }

    private record ColumnChunkOf(WrittenFile file, ColumnChunk chunk) {}

    private interface Filling {
        IntConsumer of(FieldVector vector);
    }

    private ColumnChunkOf write(ArrowType type, Filling filling) throws IOException {
        Schema schema = new Schema(List.of(Field.nullable("column", type)));
        try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator())) {
            IntConsumer fill = filling.of(batch.getVector(0));
            for (int row = 0; row < ROWS; row++) {
                fill.accept(row);
            }
            batch.setRowCount(ROWS);
            WrittenFile file = WrittenFile.of(EncodedFiles.write(
                    memory, schema, Map.of("compression", "none"), new MapDictionaryProvider(), List.of(batch)));
            assertEquals(1, file.metadata().getRow_groupsSize());
            return new ColumnChunkOf(file, file.chunk(0, 0));
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}

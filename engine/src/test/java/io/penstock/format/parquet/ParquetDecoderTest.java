package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.MemoryExhaustedException;
import io.penstock.format.CorruptFileException;
import io.penstock.format.ReadContext;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.MemoryInput.Views;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.TransferPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ParquetDecoderTest {
    private static final Schema SCHEMA = new Schema(List.of(
            Field.nullable("number", new ArrowType.Int(64, true)), Field.nullable("text", ArrowType.Utf8.INSTANCE)));

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void batchIsOneObjectWhoseMemoryIsUsedAgain() throws IOException {
        MemoryInput input = new MemoryInput(numbers(100, 10), Views.ALL);
        try (ParquetDecoder decoder = open(input, null, 30, 1 << 20, memory.allocator())) {
            VectorSchemaRoot batch = decoder.batch();
            assertTrue(decoder.loadNext());
            long address = batch.getVector(0).getDataBufferAddress();
            int rows = batch.getRowCount();
            while (decoder.loadNext()) {
                assertSame(batch, decoder.batch());
                assertEquals(address, batch.getVector(0).getDataBufferAddress());
                rows += batch.getRowCount();
            }
            assertEquals(100, rows);
            assertEquals(0, batch.getRowCount());
        }
    }

    @Test
    void whatIsKeptOfABatchIsNotOverwritten() throws IOException {
        MemoryInput input = new MemoryInput(numbers(100, 10), Views.NONE);
        try (ParquetDecoder decoder = open(input, null, 40, 1 << 20, memory.allocator())) {
            assertTrue(decoder.loadNext());
            TransferPair pair = decoder.batch().getVector(0).getTransferPair(memory.allocator());
            pair.splitAndTransfer(0, 40);
            try (BigIntVector kept = (BigIntVector) pair.getTo()) {
                assertTrue(decoder.loadNext());
                assertEquals(40, ((BigIntVector) decoder.batch().getVector(0)).get(0));
                for (int i = 0; i < 40; i++) {
                    assertEquals(i, kept.get(i));
                }
            }
        }
    }

    @Test
    void batchesEndAtAboutTheirBytes() throws IOException {
        MemoryInput input = new MemoryInput(numbers(2000, 1000), Views.ALL);
        try (ParquetDecoder decoder = open(input, null, 2000, 100_000, memory.allocator())) {
            int rows = 0;
            for (int batches = 0; decoder.loadNext(); batches++) {
                VarCharVector text = (VarCharVector) decoder.batch().getVector(1);
                int count = decoder.batch().getRowCount();
                int bytes = text.getOffsetBuffer().getInt(4L * count);
                assertTrue(bytes < 150_000, () -> "a batch of " + bytes + " bytes");
                assertTrue(batches < 100);
                rows += count;
            }
            assertEquals(2000, rows);
        }
    }

    @Test
    void longValuesThatDictionariesSayInAByteMakeSmallBatches() throws IOException {
        byte[] file = write(3000, row -> "x".repeat(10_000) + row % 3, Map.of());
        assertTrue(file.length < 100_000);
        try (ParquetDecoder decoder =
                open(new MemoryInput(file, Views.ALL), List.of("text"), 3000, 1 << 20, memory.allocator())) {
            int rows = 0;
            while (decoder.loadNext()) {
                assertTrue(decoder.batch().getRowCount() <= 120);
                rows += decoder.batch().getRowCount();
            }
            assertEquals(3000, rows);
        }
    }

    @Test
    void longValuesBehindShortOnesMakeSmallBatches() throws IOException {
        byte[] file = write(
                2100, row -> row < 2000 ? "x" : row + "-".repeat(100_000), Map.of("column.text.dictionary", "false"));
        try (ParquetDecoder decoder = open(new MemoryInput(file, Views.ALL), null, 4000, 1 << 20, memory.allocator())) {
            int rows = 0;
            while (decoder.loadNext()) {
                VarCharVector text = (VarCharVector) decoder.batch().getVector(1);
                int count = decoder.batch().getRowCount();
                int bytes = text.getOffsetBuffer().getInt(4L * count);
                assertTrue(bytes < 3 << 20, () -> "a batch of " + bytes + " bytes");
                assertEquals(rows, ((BigIntVector) decoder.batch().getVector(0)).get(0));
                rows += count;
            }
            assertEquals(2100, rows);
        }
    }

    @Test
    void longListsBehindShortOnesMakeSmallBatches() throws IOException {
        Field item = Field.nullable("item", new ArrowType.Int(64, true));
        Schema schema =
                new Schema(List.of(new Field("list", FieldType.nullable(ArrowType.List.INSTANCE), List.of(item))));
        byte[] file;
        try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator())) {
            ListVector lists = (ListVector) batch.getVector(0);
            BigIntVector items = (BigIntVector) lists.getDataVector();
            int end = 0;
            for (int row = 0; row < 50_020; row++) {
                lists.startNewValue(row);
                int size = row < 50_000 ? 1 : 50_000;
                lists.endValue(row, size);
                end += size;
            }
            items.allocateNew(end);
            for (int i = 0; i < end; i++) {
                items.set(i, i);
            }
            items.setValueCount(end);
            batch.setRowCount(50_020);
            file = EncodedFiles.write(
                    memory, schema, Map.of(), new DictionaryProvider.MapDictionaryProvider(), List.of(batch));
        }
        try (ParquetDecoder decoder =
                open(new MemoryInput(file, Views.ALL), null, 40_000, 1 << 20, memory.allocator())) {
            int rows = 0;
            long next = 0;
            while (decoder.loadNext()) {
                BigIntVector items =
                        (BigIntVector) ((ListVector) decoder.batch().getVector(0)).getDataVector();
                assertTrue(items.getValueCount() < 400_000, () -> "a batch of " + items.getValueCount() + " items");
                assertEquals(next, items.get(0));
                next += items.getValueCount();
                rows += decoder.batch().getRowCount();
            }
            assertEquals(50_020, rows);
            assertEquals(1_050_000, next);
        }
    }

    @Test
    void columnsThatAreNotWantedAreNotRead() throws IOException {
        byte[] file = numbers(5000, 200);
        MemoryInput input = new MemoryInput(file, Views.PARTS);
        try (ParquetDecoder decoder = open(input, List.of("number"), 1000, 1 << 20, memory.allocator())) {
            assertEquals(1, decoder.batch().getFieldVectors().size());
            long sum = 0;
            while (decoder.loadNext()) {
                BigIntVector numbers = (BigIntVector) decoder.batch().getVector(0);
                for (int i = 0; i < numbers.getValueCount(); i++) {
                    sum += numbers.get(i);
                }
            }
            assertEquals(4999L * 5000 / 2, sum);
        }
        assertTrue(input.bytesTouched() < file.length / 10, () -> input.bytesTouched() + " of " + file.length);
    }

    @Test
    void columnsComeInTheOrderThatIsAskedForAndOthersAreRefused() throws IOException {
        MemoryInput input = new MemoryInput(numbers(3, 5), Views.ALL);
        try (ParquetDecoder decoder = open(input, List.of("text", "number"), 10, 1 << 20, memory.allocator())) {
            assertTrue(decoder.loadNext());
            assertEquals("text", decoder.batch().getVector(0).getName());
            assertEquals(2, ((BigIntVector) decoder.batch().getVector(1)).get(2));
        }
        IllegalArgumentException missing = assertThrows(
                IllegalArgumentException.class,
                () -> open(input, List.of("price"), 10, 1 << 20, memory.allocator())
                        .close());
        assertTrue(missing.getMessage().contains("'price'"), missing.getMessage());
        assertTrue(missing.getMessage().contains("number"), missing.getMessage());
    }

    @Test
    void rowsOfNoColumnsAreCounted() throws IOException {
        MemoryInput input = new MemoryInput(numbers(2500, 5), Views.ALL);
        try (ParquetDecoder decoder = open(input, List.of(), 1000, 1 << 20, memory.allocator())) {
            int rows = 0;
            while (decoder.loadNext()) {
                rows += decoder.batch().getRowCount();
            }
            assertEquals(2500, rows);
        }
    }

    @Test
    void brokenPageIsNamedWithFileRowGroupColumnAndOffset() throws IOException {
        byte[] file = write(3000, row -> "text " + row, Map.of("row.group.rows", "1000", "compression", "none"));
        long offset = Footer.read(new MemoryInput(file, Views.ALL), "t", null)
                .rowGroups()
                .get(1)
                .getColumns()
                .get(1)
                .getMeta_data()
                .getData_page_offset();
        file[(int) offset + 200] ^= 1;
        try (ParquetDecoder decoder =
                open(new MemoryInput(file, Views.NONE), null, 1000, 1 << 20, memory.allocator())) {
            assertTrue(decoder.loadNext());
            CorruptFileException refusal = assertThrows(CorruptFileException.class, decoder::loadNext);
            assertTrue(
                    refusal.getMessage()
                            .startsWith("test.parquet: row group 1, column text, page at offset " + offset
                                    + ": its checksum is "),
                    refusal.getMessage());
            assertEquals(0, decoder.batch().getRowCount());
        }
    }

    @Test
    void fileOfAnotherSchemaThanItsTableIsRefused() {
        Schema table = new Schema(List.of(
                Field.nullable("number", new ArrowType.Int(32, true)),
                Field.nullable("text", ArrowType.Utf8.INSTANCE)));
        MemoryInput input = new MemoryInput(numbers(3, 5), Views.ALL);
        CorruptFileException refusal = assertThrows(
                CorruptFileException.class,
                () -> ParquetDecoder.open(
                                input,
                                new ReadContext(
                                        "test.parquet",
                                        table,
                                        Map.of(),
                                        null,
                                        10,
                                        1000,
                                        memory.allocator(),
                                        memory.pool()))
                        .close());
        assertEquals(
                "test.parquet: it has the column number: Int(64, true) where the table has number: Int(32, true)",
                refusal.getMessage());
    }

    @Test
    void memoryThatIsNotThereIsNamed() throws IOException {
        byte[] file = numbers(2000, 1000);
        try (BufferAllocator small = memory.allocator().newChildAllocator("small", 0, 200_000);
                ParquetDecoder decoder = open(new MemoryInput(file, Views.ALL), null, 2000, 1 << 30, small)) {
            MemoryExhaustedException refusal = assertThrows(MemoryExhaustedException.class, decoder::loadNext);
            assertTrue(refusal.getMessage().contains("column text"), refusal.getMessage());
        }
    }

    /** Rows of their own number and a text, all different, of so many bytes. */
    private byte[] numbers(int rows, int textBytes) {
        return write(rows, row -> (row + "-".repeat(textBytes)).substring(0, textBytes), Map.of("compression", "none"));
    }

    private interface Texts {
        String of(int row);
    }

    private byte[] write(int rows, Texts texts, Map<String, String> options) {
        try (VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, memory.allocator())) {
            BigIntVector numbers = (BigIntVector) batch.getVector(0);
            VarCharVector text = (VarCharVector) batch.getVector(1);
            for (int i = 0; i < rows; i++) {
                numbers.setSafe(i, i);
                text.setSafe(i, texts.of(i).getBytes(StandardCharsets.UTF_8));
            }
            batch.setRowCount(rows);
            return EncodedFiles.write(
                    memory, SCHEMA, options, new DictionaryProvider.MapDictionaryProvider(), List.of(batch));
        }
    }

    private ParquetDecoder open(
            MemoryInput input, List<String> columns, int rows, long bytes, BufferAllocator allocator)
            throws IOException {
        return ParquetDecoder.open(
                input, new ReadContext("test.parquet", null, Map.of(), columns, rows, bytes, allocator, memory.pool()));
    }
}

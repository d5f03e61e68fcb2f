package io.penstock.format.arrow;

import static io.penstock.testing.RandomSchemas.encoded;
import static io.penstock.testing.RandomSchemas.nullable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.BatchDecoder;
import io.penstock.format.CorruptFileException;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.CollectedOutput;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.MemoryInput.Views;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a stream may do with a dictionary between two batches. */
class ArrowDictionaryStreamTest {
    private static final long ID = 3;
    private static final ArrowType.Int INDEX = new ArrowType.Int(16, true);

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    static Stream<Field> columns() {
        List<Field> fields = new ArrayList<>();
        for (Field field : RandomSchemas.flat()) {
            fields.add(encoded(field.getName(), field.getType(), ID, INDEX));
        }
        Field text = nullable("item", ArrowType.Utf8.INSTANCE);
        DictionaryEncoding encoding = new DictionaryEncoding(ID, false, INDEX);
        fields.add(new Field("list", new FieldType(true, ArrowType.List.INSTANCE, encoding), List.of(text)));
        fields.add(new Field("fixed", new FieldType(true, new ArrowType.FixedSizeList(2), encoding), List.of(text)));
        fields.add(new Field(
                "struct",
                new FieldType(true, ArrowType.Struct.INSTANCE, encoding),
                List.of(nullable("a", ArrowType.Bool.INSTANCE), nullable("b", ArrowType.Utf8.INSTANCE))));
        return fields.stream();
    }

    @ParameterizedTest
    @MethodSource("columns")
    void valuesAreAppendedAndReplaced(Field column) throws IOException {
        Schema schema = new Schema(List.of(column));
        try (RandomBatches first = new RandomBatches(memory.allocator(), schema, 1);
                RandomBatches second = new RandomBatches(memory.allocator(), schema, 2);
                VectorSchemaRoot one = first.next(30, Nulls.RANDOM);
                VectorSchemaRoot shifted = second.next(30, Nulls.RANDOM);
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            FieldVector before = first.dictionaries().lookup(ID).getVector();
            FieldVector added = second.dictionaries().lookup(ID).getVector();
            MessageWriter messages = new MessageWriter(schema);
            messages.begin(output.out());
            put(messages, before, false, output);
            put(messages, one, output);
            put(messages, added, true, output);
            FieldVector indices = shifted.getVector(0);
            shift(indices, before.getValueCount());
            put(messages, shifted, output);
            put(messages, one, output);
            shift(indices, -before.getValueCount());
            put(messages, added, false, output);
            put(messages, shifted, output);
            messages.end(output.out());
            byte[] file = output.bytes();
            byte[] stream = Arrays.copyOfRange(file, Ipc.FILE_HEADER_BYTES, file.length);
            for (Views views : Views.values()) {
                MemoryInput input = new MemoryInput(stream, views);
                try (BatchDecoder decoder = ArrowFiles.open(input, null, null, memory.allocator())) {
                    next(decoder, one, first);
                    next(decoder, shifted, second);
                    next(decoder, one, first);
                    next(decoder, shifted, second);
                    assertFalse(decoder.loadNext());
                }
                assertEquals(0, input.openViews());
            }
            CorruptFileException refusal = assertThrows(CorruptFileException.class, () -> {
                try (BatchDecoder decoder =
                        ArrowFiles.open(new MemoryInput(file, Views.ALL), null, null, memory.allocator())) {
                    decoder.loadNext();
                }
            });
            assertTrue(refusal.getMessage().contains("dictionary 3 once more"), refusal.getMessage());
        }
    }

    /** The batch as it is compared has indices from 0, whichever dictionary they were written for. */
    private void next(BatchDecoder decoder, VectorSchemaRoot batch, RandomBatches batches) throws IOException {
        assertTrue(decoder.loadNext());
        BatchAssert.assertEqual(
                batch, batches.dictionaries(), decoder.batch(), decoder.dictionaries(), batches.label());
    }

    private static void shift(FieldVector indices, int by) {
        for (int i = 0; i < indices.getValueCount(); i++) {
            int index = indices.getDataBuffer().getShort(2L * i);
            indices.getDataBuffer().setShort(2L * i, index + by);
        }
    }

    private static void put(MessageWriter messages, FieldVector dictionary, boolean delta, CollectedOutput output) {
        BatchBody body = new BatchBody();
        body.add(dictionary);
        messages.putDictionary(ID, delta, body, dictionary.getValueCount(), output.out());
    }

    private static void put(MessageWriter messages, VectorSchemaRoot batch, CollectedOutput output) {
        BatchBody body = new BatchBody();
        batch.getFieldVectors().forEach(body::add);
        messages.putBatch(body, batch.getRowCount(), output.out());
    }

    @Test
    void dictionaryThatNeverCameIsRefusedOnlyIfItIsNeeded() throws IOException {
        Schema schema = new Schema(List.of(encoded("d", ArrowType.Utf8.INSTANCE, ID, INDEX)));
        for (Nulls nulls : new Nulls[] {Nulls.ALL, Nulls.NONE}) {
            try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, 1);
                    VectorSchemaRoot batch = batches.next(10, nulls);
                    CollectedOutput output = new CollectedOutput(memory.pool())) {
                MessageWriter messages = new MessageWriter(schema);
                messages.begin(output.out());
                put(messages, batch, output);
                messages.end(output.out());
                try (BatchDecoder decoder =
                        ArrowFiles.open(new MemoryInput(output.bytes(), Views.ALL), null, null, memory.allocator())) {
                    if (nulls == Nulls.ALL) {
                        assertTrue(decoder.loadNext());
                        assertEquals(10, decoder.batch().getVector(0).getNullCount());
                    } else {
                        CorruptFileException refusal = assertThrows(CorruptFileException.class, decoder::loadNext);
                        assertTrue(refusal.getMessage().contains("into a dictionary of 0"), refusal.getMessage());
                    }
                }
            }
        }
    }

    @Test
    void oneIdForTwoKindsOfValuesIsRefused() {
        Schema schema = new Schema(List.of(
                encoded("a", ArrowType.Utf8.INSTANCE, ID, INDEX), encoded("b", ArrowType.Binary.INSTANCE, ID, INDEX)));
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> new ArrowFormat().check(schema));
        assertTrue(refusal.getMessage().startsWith("Column 'b' has the dictionary 3 of "), refusal.getMessage());
    }

    @Test
    void columnsMayShareADictionary() throws IOException {
        Schema schema = new Schema(List.of(
                encoded("a", ArrowType.Utf8.INSTANCE, ID, INDEX), encoded("b", ArrowType.Utf8.INSTANCE, ID, INDEX)));
        byte[] file;
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, 1)) {
            file = ArrowFiles.write(batches, memory.allocator(), memory.pool(), 10);
        }
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, 1);
                VectorSchemaRoot expected = batches.next(10);
                BatchDecoder decoder =
                        ArrowFiles.open(new MemoryInput(file, Views.NONE), schema, List.of("b"), memory.allocator())) {
            assertTrue(decoder.loadNext());
            DictionaryProvider dictionaries = decoder.dictionaries();
            Dictionary dictionary = dictionaries.lookup(ID);
            assertEquals(
                    batches.dictionaries().lookup(ID).getVector().getValueCount(),
                    dictionary.getVector().getValueCount());
            VectorSchemaRoot b = VectorSchemaRoot.of(expected.getVector("b"));
            BatchAssert.assertEqual(b, batches.dictionaries(), decoder.batch(), dictionaries, "shared");
        }
    }
}

package io.penstock.format;

import static io.penstock.testing.RandomSchemas.encoded;
import static io.penstock.testing.RandomSchemas.nullable;
import static io.penstock.testing.RandomSchemas.required;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import io.penstock.testing.RandomSchemas;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BatchCheckTest {
    private static final ArrowType INT = new ArrowType.Int(32, true);
    private static final ArrowType LONG = new ArrowType.Int(64, true);

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void legalBatchesOfEveryTypePass() {
        Schema schema = RandomSchemas.everything();
        BatchCheck check = new BatchCheck(schema);
        for (int rows : new int[] {0, 1, 7, 8, 9, 64, 65, 1000}) {
            try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, rows);
                    VectorSchemaRoot batch = batches.next(rows)) {
                check.require(batch, batches.dictionaries());
                check.require(batch, batches.dictionaries());
            }
        }
    }

    @Test
    void legalBatchesOfRandomSchemasPass() {
        for (int seed = 0; seed < 60; seed++) {
            Schema schema = RandomSchemas.random(seed, 6, 3);
            try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed);
                    VectorSchemaRoot batch = batches.next(100)) {
                new BatchCheck(schema).require(batch, batches.dictionaries());
            }
        }
    }

    @Test
    void batchFilledByArrowsOwnSettersPasses() {
        try (IntVector ints = new IntVector("i", memory.allocator());
                VarCharVector strings = new VarCharVector("s", memory.allocator())) {
            for (int row = 0; row < 100; row++) {
                ints.setSafe(row, row);
                if (row % 3 == 0) {
                    strings.setSafe(row, ("row " + row).getBytes(StandardCharsets.UTF_8));
                }
            }
            ints.setValueCount(100);
            strings.setValueCount(100);
            VectorSchemaRoot batch = VectorSchemaRoot.of(ints, strings);
            new BatchCheck(batch.getSchema()).require(batch, null);
        }
    }

    @Test
    void whatPassesIsReadWithinItsBuffers() {
        Schema schema = RandomSchemas.everything();
        int refused = 0;
        int passed = 0;
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed);
                    VectorSchemaRoot batch = batches.next(20)) {
                FieldVector column =
                        batch.getVector(random.nextInt(schema.getFields().size()));
                scribble(column, random);
                try {
                    new BatchCheck(schema).require(batch, batches.dictionaries());
                    passed++;
                } catch (IllegalArgumentException refusal) {
                    refused++;
                    continue;
                }
                BatchAssert.assertEqual(batch, batches.dictionaries(), batch, batches.dictionaries(), "seed " + seed);
            }
        }
        assertTrue(passed > 50 && refused > 50, passed + " passed and " + refused + " were refused");
    }

    /** Overwrites a few bytes in a buffer of the vector or of one below it. */
    private static void scribble(FieldVector column, Random random) {
        List<ArrowBuf> buffers = new ArrayList<>();
        collect(column, buffers);
        buffers.removeIf(buffer -> buffer.capacity() == 0);
        if (buffers.isEmpty()) {
            return;
        }
        ArrowBuf buffer = buffers.get(random.nextInt(buffers.size()));
        for (int k = random.nextInt(3); k >= 0; k--) {
            buffer.setByte((long) (random.nextDouble() * buffer.capacity()), random.nextInt());
        }
    }

    private static void collect(FieldVector vector, List<ArrowBuf> buffers) {
        buffers.addAll(vector.getFieldBuffers());
        vector.getChildrenFromFields().forEach(child -> collect(child, buffers));
    }

    @Test
    void bufferOneByteShortIsRefused() {
        Schema schema = new Schema(RandomSchemas.flat());
        BatchCheck check = new BatchCheck(schema);
        for (int column = 0; column < schema.getFields().size(); column++) {
            try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, column);
                    VectorSchemaRoot batch = batches.next(10, Nulls.NONE)) {
                FieldVector vector = batch.getVector(column);
                List<ArrowBuf> buffers = new ArrayList<>(vector.getFieldBuffers());
                for (int k = 0; k < buffers.size(); k++) {
                    List<ArrowBuf> shortened = new ArrayList<>(buffers);
                    ArrowBuf whole = buffers.get(k);
                    shortened.set(k, whole.slice(0, whole.capacity() - 1));
                    shortened.forEach(buffer -> buffer.getReferenceManager().retain());
                    vector.loadFieldBuffers(new ArrowFieldNode(10, 0), shortened);
                    shortened.forEach(buffer -> buffer.getReferenceManager().release());
                    String message = refusal(check, batch, batches.dictionaries());
                    assertTrue(message.contains("Column '" + vector.getName() + "'"), message);
                    buffers.forEach(buffer -> buffer.getReferenceManager().retain());
                    vector.loadFieldBuffers(new ArrowFieldNode(10, 0), buffers);
                    buffers.forEach(buffer -> buffer.getReferenceManager().release());
                }
            }
        }
    }

    @Test
    void anotherTypeIsToldWithBothTypes() {
        Schema schema = new Schema(List.of(nullable("price", new ArrowType.Decimal(12, 2, 128))));
        assertEquals(
                "Column 'price': expected Decimal(12, 2, 128) and got Utf8",
                refusalOf(schema, new Schema(List.of(nullable("price", ArrowType.Utf8.INSTANCE)))));
        assertEquals(
                "Column 'price': expected Decimal(12, 2, 128) and got Decimal(12, 3, 128)",
                refusalOf(schema, new Schema(List.of(nullable("price", new ArrowType.Decimal(12, 3, 128))))));
    }

    @Test
    void anotherTypeDeepInsideIsToldWithItsPath() {
        Field expected =
                nullable("a", ArrowType.List.INSTANCE, nullable("item", ArrowType.Struct.INSTANCE, nullable("b", INT)));
        Field actual = nullable(
                "a", ArrowType.List.INSTANCE, nullable("item", ArrowType.Struct.INSTANCE, nullable("b", LONG)));
        Field renamed =
                nullable("a", ArrowType.List.INSTANCE, nullable("item", ArrowType.Struct.INSTANCE, nullable("c", INT)));
        Schema schema = new Schema(List.of(expected));
        assertEquals(
                "Column 'a.item.b': expected Int(32, true) and got Int(64, true)",
                refusalOf(schema, new Schema(List.of(actual))));
        assertEquals(
                "Column 'a.item' has a field 'c' where 'b' was expected",
                refusalOf(schema, new Schema(List.of(renamed))));
    }

    @Test
    void otherColumnsAreTold() {
        Schema schema = new Schema(List.of(nullable("a", INT), nullable("b", INT)));
        assertEquals(
                "Column 0: expected 'a' and got 'b'",
                refusalOf(schema, new Schema(List.of(nullable("b", INT), nullable("a", INT)))));
        assertEquals(
                "the batch has 1 columns [a] and the table has 2: [a, b]",
                refusalOf(schema, new Schema(List.of(nullable("a", INT)))));
    }

    @Test
    void nameOfListItemDoesNotMatter() {
        Schema schema = new Schema(List.of(nullable("a", ArrowType.List.INSTANCE, nullable("item", INT))));
        Schema other = new Schema(List.of(nullable("a", ArrowType.List.INSTANCE, nullable("$data$", INT))));
        try (RandomBatches batches = new RandomBatches(memory.allocator(), other, 1);
                VectorSchemaRoot batch = batches.next(10)) {
            new BatchCheck(schema).require(batch, null);
        }
    }

    @Test
    void requiredColumnTakesNoNullButNullableFieldWithoutNulls() {
        Schema schema = new Schema(List.of(required("price", INT)));
        Schema nullable = new Schema(List.of(nullable("price", INT)));
        BatchCheck check = new BatchCheck(schema);
        try (RandomBatches batches = new RandomBatches(memory.allocator(), nullable, 1);
                VectorSchemaRoot batch = batches.next(100, Nulls.NONE)) {
            check.require(batch, null);
            BitVectorHelper.unsetBit(batch.getVector(0).getValidityBuffer(), 17);
            assertEquals("Column 'price' is required but row 17 is null", refusal(check, batch, null));
            new BatchCheck(nullable).require(batch, null);
            check.requireSound(batch.getFieldVectors(), 100, null);
        }
    }

    @Test
    void requiredFieldMayBeNullOnlyUnderNull() {
        Field optional = nullable("s", ArrowType.Struct.INSTANCE, nullable("x", INT));
        Field strict = nullable("s", ArrowType.Struct.INSTANCE, required("x", INT));
        BatchCheck check = new BatchCheck(new Schema(List.of(strict)));
        try (RandomBatches batches = new RandomBatches(memory.allocator(), new Schema(List.of(optional)), 1);
                VectorSchemaRoot batch = batches.next(50, Nulls.NONE)) {
            FieldVector struct = batch.getVector(0);
            BitVectorHelper.unsetBit(struct.getChildrenFromFields().get(0).getValidityBuffer(), 30);
            assertEquals("Column 's.x' is required but row 30 has a null there", refusal(check, batch, null));
            BitVectorHelper.unsetBit(struct.getValidityBuffer(), 30);
            check.require(batch, null);
        }
    }

    @Test
    void requiredItemsAreFoundInListsOfEveryKind() {
        List<ArrowType> types = List.of(
                ArrowType.List.INSTANCE,
                ArrowType.LargeList.INSTANCE,
                new ArrowType.FixedSizeList(3),
                ArrowType.ListView.INSTANCE,
                ArrowType.LargeListView.INSTANCE);
        for (ArrowType type : types) {
            Field optional = nullable("l", type, nullable("item", INT));
            Field strict = nullable("l", type, required("item", INT));
            try (RandomBatches batches = new RandomBatches(memory.allocator(), new Schema(List.of(optional)), 1);
                    VectorSchemaRoot batch = batches.next(50, Nulls.NONE)) {
                BatchCheck check = new BatchCheck(new Schema(List.of(strict)));
                check.require(batch, null);
                FieldVector items = batch.getVector(0).getChildrenFromFields().get(0);
                for (int i = 0; i < items.getValueCount(); i++) {
                    BitVectorHelper.unsetBit(items.getValidityBuffer(), i);
                }
                String message = refusal(check, batch, null);
                assertTrue(message.startsWith("Column 'l.item' is required but row "), message);
            }
        }
    }

    @Test
    void dictionaryMustBeThereAndTheSame() {
        Field encoded = encoded("d", ArrowType.Utf8.INSTANCE, 3, new ArrowType.Int(8, true));
        Schema schema = new Schema(List.of(encoded));
        assertEquals(
                "Column 'd': expected indices into dictionary 3 (Int(8, true)) and got plain Utf8",
                refusalOf(schema, new Schema(List.of(nullable("d", ArrowType.Utf8.INSTANCE)))));
        assertEquals(
                "Column 'd': expected Utf8 without a dictionary and got indices into dictionary 3",
                refusalOf(new Schema(List.of(nullable("d", ArrowType.Utf8.INSTANCE))), schema));
        assertEquals(
                "Column 'd': expected indices into dictionary 3 and got indices into dictionary 4",
                refusalOf(
                        schema,
                        new Schema(List.of(encoded("d", ArrowType.Utf8.INSTANCE, 4, new ArrowType.Int(8, true))))));
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, 1);
                VectorSchemaRoot batch = batches.next(10, Nulls.NONE)) {
            BatchCheck check = new BatchCheck(schema);
            String without = "Column 'd' is encoded by dictionary 3, which the batch does not bring";
            assertEquals(without, refusal(check, batch, null));
            assertEquals(without, refusal(check, batch, new DictionaryProvider.MapDictionaryProvider()));
            check.require(batch, batches.dictionaries());
            batch.getVector(0).getDataBuffer().setByte(4, 100);
            String beyond = refusal(check, batch, batches.dictionaries());
            assertTrue(beyond.startsWith("Column 'd' has the index 100 in row 4, into a dictionary of "), beyond);
            BitVectorHelper.unsetBit(batch.getVector(0).getValidityBuffer(), 4);
            check.require(batch, batches.dictionaries());
        }
    }

    @Test
    void nullInDictionaryCountsAsNull() {
        DictionaryEncoding encoding = new DictionaryEncoding(1, false, new ArrowType.Int(32, true));
        Field field = new Field("d", new FieldType(false, ArrowType.Utf8.INSTANCE, encoding), null);
        FieldType indexType = new FieldType(false, INT, encoding);
        try (VarCharVector values = new VarCharVector("values", memory.allocator());
                IntVector indices = new IntVector("d", indexType, memory.allocator())) {
            values.setSafe(0, new byte[] {'a'});
            values.setValueCount(2);
            indices.setSafe(0, 0);
            indices.setSafe(1, 0);
            indices.setValueCount(2);
            DictionaryProvider dictionaries =
                    new DictionaryProvider.MapDictionaryProvider(new Dictionary(values, encoding));
            VectorSchemaRoot batch = VectorSchemaRoot.of(indices);
            BatchCheck check = new BatchCheck(new Schema(List.of(field)));
            check.require(batch, dictionaries);
            indices.set(1, 1);
            assertEquals("Column 'd' is required but row 1 is null", refusal(check, batch, dictionaries));
        }
    }

    @Test
    void columnOfAnotherLengthIsRefused() {
        try (BigIntVector one = new BigIntVector("a", memory.allocator());
                BigIntVector other = new BigIntVector("b", memory.allocator())) {
            one.setSafe(9, 1);
            one.setValueCount(10);
            VectorSchemaRoot batch = new VectorSchemaRoot(List.of(one, other));
            batch = new VectorSchemaRoot(batch.getSchema(), List.of(one, other), 10);
            assertEquals(
                    "Column 'b' has 0 values in a batch of 10 rows",
                    refusal(new BatchCheck(batch.getSchema()), batch, null));
        }
    }

    @Test
    void decimalThatArrowCannotHoldIsRefusedWithTheSchema() {
        Schema schema = new Schema(List.of(nullable("d", new ArrowType.Decimal(9, 2, 32))));
        String message = assertThrows(IllegalArgumentException.class, () -> new BatchCheck(schema))
                .getMessage();
        assertTrue(message.startsWith("Column 'd' is Decimal(9, 2, 32), which Arrow for Java cannot hold"), message);
    }

    @Test
    void checkingAllocatesNextToNothing() {
        List<Field> fields = new ArrayList<>(RandomSchemas.flat());
        fields.addAll(RandomSchemas.dictionaries().subList(0, 8));
        Schema schema = new Schema(fields);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, 1);
                VectorSchemaRoot batch = batches.next(1000)) {
            BatchCheck check = new BatchCheck(schema);
            DictionaryProvider dictionaries = batches.dictionaries();
            long perBatch = Long.MAX_VALUE;
            // Until the JVM has compiled it, which may take its time.
            for (int pass = 0; pass < 40 && perBatch > 512; pass++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 100; i++) {
                    check.require(batch, dictionaries);
                }
                perBatch = (threads.getCurrentThreadAllocatedBytes() - before) / 100;
            }
            assertTrue(perBatch <= 512, perBatch + " bytes of heap a batch");
        }
    }

    private String refusalOf(Schema expected, Schema actual) {
        try (RandomBatches batches = new RandomBatches(memory.allocator(), actual, 1);
                VectorSchemaRoot batch = batches.next(10)) {
            return refusal(new BatchCheck(expected), batch, batches.dictionaries());
        }
    }

    private static String refusal(BatchCheck check, VectorSchemaRoot batch, DictionaryProvider dictionaries) {
        return assertThrows(
                        IllegalArgumentException.class,
                        () -> check.require(batch, dictionaries),
                        () -> batch.getSchema().getFields().stream()
                                .map(Field::toString)
                                .collect(Collectors.joining(", ")))
                .getMessage();
    }
}

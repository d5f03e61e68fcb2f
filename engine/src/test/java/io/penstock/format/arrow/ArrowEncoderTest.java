package io.penstock.format.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.buffer.BufferPool;
import io.penstock.buffer.OutputBuffer;
import io.penstock.buffer.PooledBuffer;
import io.penstock.format.BatchCheck;
import io.penstock.format.BatchDecoder;
import io.penstock.format.BatchEncoder;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.CollectedOutput;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.MemoryInput;
import io.penstock.testing.MemoryInput.Views;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ArrowEncoderTest {
    private static final int ROWS = 1000;

    private static final DictionaryEncoding ENCODING = new DictionaryEncoding(7, false, new ArrowType.Int(32, true));
    private static final Schema ENCODED =
            new Schema(List.of(RandomSchemas.encoded("d", ArrowType.Utf8.INSTANCE, 7, new ArrowType.Int(32, true))));

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void bodyBeginsAndEveryBufferLiesAligned() {
        Schema schema = new Schema(RandomSchemas.flat());
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, 1)) {
            byte[] file = ArrowFiles.write(batches, memory.allocator(), memory.pool(), 33, 33);
            assertEquals("ARROW1\0\0", new String(file, 0, 8, StandardCharsets.US_ASCII));
            assertEquals("ARROW1", new String(file, file.length - 6, 6, StandardCharsets.US_ASCII));
        }
    }

    @Test
    void largeBodiesAreLentAndSmallOnesCopied() {
        Schema schema = new Schema(List.of(RandomSchemas.nullable("a", new ArrowType.Int(64, true))));
        for (int rows : new int[] {1000, 100_000}) {
            try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, 1);
                    VectorSchemaRoot batch = batches.next(rows, Nulls.NONE);
                    BatchEncoder encoder = ArrowFiles.encoder(schema, memory.allocator());
                    CollectedOutput output = new CollectedOutput(memory.pool())) {
                encoder.encode(batch, batches.dictionaries(), output.out());
                long lent = output.lentBytes();
                assertEquals(rows == 1000 ? 0 : 8L * rows, lent, rows + " rows");
                output.settle();
            }
        }
    }

    @Test
    void steadyStateAllocatesAtMostTwoBytesOfHeapARow() {
        List<Field> fields = new ArrayList<>(RandomSchemas.flat());
        fields.addAll(RandomSchemas.dictionaries().subList(0, 4));
        for (String compression : List.of("none", "zstd", "lz4")) {
            for (int columns : new int[] {3, fields.size()}) {
                Schema schema = new Schema(fields.subList(0, columns));
                double most = 2 + libraryHeapBytesARow(schema, compression);
                double perRow = heapBytesARow(schema, compression, most);
                assertTrue(perRow <= most, perRow + " bytes of heap a row of " + columns + " columns, " + compression);
            }
        }
    }

    /** From JDK 22 on zstd-jni goes through java.lang.foreign, and makes about 110 bytes of objects at each call: one for each buffer. */
    private static double libraryHeapBytesARow(Schema schema, String compression) {
        if (!compression.equals("zstd") || Runtime.version().feature() < 22) {
            return 0;
        }
        int buffers = schema.getFields().stream()
                .mapToInt(field -> TypeLayout.getTypeBufferCount(field.getType()))
                .sum();
        return 160.0 * buffers / ROWS;
    }

    private double heapBytesARow(Schema schema, String compression, double enough) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, 1);
                VectorSchemaRoot batch = batches.next(ROWS);
                BatchEncoder encoder = ArrowFiles.encoder(schema, compression, memory.allocator());
                BufferPool untraced = new BufferPool(64 << 10, 4, false);
                OutputBuffer out = new OutputBuffer(untraced, new Discarded())) {
            BatchCheck check = new BatchCheck(schema);
            DictionaryProvider dictionaries = batches.dictionaries();
            double least = Double.MAX_VALUE;
            // Until the JVM has compiled it, which may take its time.
            for (int pass = 0; pass < 40 && least > enough; pass++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 100; i++) {
                    check.require(batch, dictionaries);
                    assertTrue(encoder.accepts(batch, dictionaries));
                    encoder.encode(batch, dictionaries, out);
                }
                least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / (100.0 * ROWS));
            }
            return least;
        }
    }

    private static final class Discarded implements OutputBuffer.Outlet {
        @Override
        public void take(PooledBuffer buffer) {
            buffer.release();
        }

        @Override
        public void borrow(long address, long length) {}
    }

    @Test
    void viewsUnderNullsThatLeadNowhereAreWrittenEmpty() throws IOException {
        for (int rows : new int[] {100, 50_000}) {
            try (ViewVarCharVector views = new ViewVarCharVector("v", memory.allocator())) {
                for (int row = 0; row < rows; row++) {
                    views.setSafe(row, ("a value that is not inline " + row).getBytes(StandardCharsets.UTF_8));
                }
                views.setValueCount(rows);
                BitVectorHelper.unsetBit(views.getValidityBuffer(), 3);
                views.getDataBuffer().setInt(3 * 16 + 8, 12345);
                VectorSchemaRoot batch = VectorSchemaRoot.of(views);
                new BatchCheck(batch.getSchema()).require(batch, null);
                byte[] file = encode(batch.getSchema(), List.of(batch), List.of(provider()));
                try (BatchDecoder decoder =
                        ArrowFiles.open(new MemoryInput(file, Views.ALL), null, null, memory.allocator())) {
                    assertTrue(decoder.loadNext());
                    BatchAssert.assertEqual(batch, decoder.batch(), rows + " rows");
                    FieldVector read = decoder.batch().getVector(0);
                    assertEquals(0, read.getDataBuffer().getLong(3 * 16 + 8));
                    long data =
                            ((ViewVarCharVector) read).getDataBuffers().get(0).capacity();
                    assertTrue(data < 40L * rows, data + " bytes of data");
                }
            }
        }
    }

    @Test
    void dictionaryIsWrittenOnceForAllBatches() throws IOException {
        try (VarCharVector values = values("a", "b", null);
                VarCharVector same = values("a", "b", null);
                IntVector one = indices(0, 1, 2);
                IntVector other = indices(2, 2, 0)) {
            requireComesBack(1, List.of(one, other), List.of(values, same));
        }
    }

    @Test
    void dictionaryThatGrewIsAppendedTo() throws IOException {
        try (VarCharVector values = values("a", "b");
                VarCharVector grown = values("a", "b", "c", null, "e");
                VarCharVector less = values("a");
                IntVector one = indices(0, 1, 1);
                IntVector other = indices(4, 2, 3);
                IntVector third = indices(0)) {
            requireComesBack(2, List.of(one, other, third), List.of(values, grown, less));
        }
    }

    @Test
    void dictionaryThatChangedBeginsAnotherFile() {
        try (VarCharVector values = values("a", "b");
                VarCharVector changed = values("a", "x", "c");
                VarCharVector nulled = values("a", null);
                IntVector indices = indices(0, 1);
                BatchEncoder encoder = ArrowFiles.encoder(ENCODED, memory.allocator());
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            VectorSchemaRoot batch = VectorSchemaRoot.of(indices);
            assertTrue(encoder.accepts(batch, provider(values)));
            encoder.encode(batch, provider(values), output.out());
            assertTrue(encoder.accepts(batch, provider(values)));
            assertFalse(encoder.accepts(batch, provider(changed)));
            assertFalse(encoder.accepts(batch, provider(nulled)));
            assertThrows(IllegalStateException.class, () -> encoder.encode(batch, provider(changed), output.out()));
        }
    }

    @Test
    void dictionaryChangedInPlaceIsNoticed() {
        try (VarCharVector values = values("a", "b");
                IntVector indices = indices(0, 1);
                BatchEncoder encoder = ArrowFiles.encoder(ENCODED, memory.allocator());
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            VectorSchemaRoot batch = VectorSchemaRoot.of(indices);
            encoder.encode(batch, provider(values), output.out());
            values.getDataBuffer().setByte(1, 'x');
            assertFalse(encoder.accepts(batch, provider(values)));
        }
    }

    @Test
    void garbageUnderNullsOfADictionaryIsNoChange() {
        try (VarCharVector values = values("a", "bb", "c");
                VarCharVector same = values("a", null, "c");
                IntVector indices = indices(0, 1);
                BatchEncoder encoder = ArrowFiles.encoder(ENCODED, memory.allocator());
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            BitVectorHelper.unsetBit(values.getValidityBuffer(), 1);
            VectorSchemaRoot batch = VectorSchemaRoot.of(indices);
            encoder.encode(batch, provider(values), output.out());
            assertTrue(encoder.accepts(batch, provider(same)));
        }
    }

    @Test
    void dictionariesOfEveryTypeGrow() throws IOException {
        long id = 0;
        List<Field> fields = new ArrayList<>();
        List<Field> types = new ArrayList<>(RandomSchemas.flat());
        types.addAll(RandomSchemas.nested());
        for (Field field : types) {
            DictionaryEncoding encoding = new DictionaryEncoding(id++, false, new ArrowType.Int(32, true));
            FieldType type = new FieldType(true, field.getType(), encoding);
            fields.add(new Field(field.getName(), type, field.getChildren()));
        }
        Schema schema = new Schema(fields);
        for (long seed = 0; seed < 3; seed++) {
            try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed);
                    BatchEncoder encoder = ArrowFiles.encoder(schema, memory.allocator());
                    CollectedOutput output = new CollectedOutput(memory.pool());
                    VectorSchemaRoot first = batches.next(20)) {
                encoder.encode(first, prefixes(batches.dictionaries(), fields), output.out());
                assertTrue(encoder.accepts(first, batches.dictionaries()));
                encoder.encode(first, batches.dictionaries(), output.out());
                encoder.finish(output.out());
                MemoryInput input = new MemoryInput(output.bytes(), Views.ALL);
                try (BatchDecoder decoder = ArrowFiles.open(input, schema, null, memory.allocator())) {
                    for (int batch = 0; batch < 2; batch++) {
                        assertTrue(decoder.loadNext());
                        BatchAssert.assertEqual(
                                first, batches.dictionaries(), decoder.batch(), decoder.dictionaries(), "seed " + seed);
                    }
                }
            } finally {
                cut.forEach(FieldVector::close);
                cut.clear();
            }
        }
    }

    private final List<FieldVector> cut = new ArrayList<>();

    /** The first half of every dictionary; the indices of the first batch may well lead beyond it, which the encoder does not mind. */
    private DictionaryProvider prefixes(DictionaryProvider dictionaries, List<Field> fields) {
        DictionaryProvider.MapDictionaryProvider halves = new DictionaryProvider.MapDictionaryProvider();
        for (Field field : fields) {
            Dictionary dictionary = dictionaries.lookup(field.getDictionary().getId());
            var transfer = dictionary.getVector().getTransferPair(memory.allocator());
            transfer.splitAndTransfer(0, dictionary.getVector().getValueCount() / 2);
            cut.add((FieldVector) transfer.getTo());
            halves.put(new Dictionary((FieldVector) transfer.getTo(), dictionary.getEncoding()));
        }
        return halves;
    }

    private void requireComesBack(int dictionaryBatches, List<IntVector> indices, List<VarCharVector> values)
            throws IOException {
        List<VectorSchemaRoot> batches =
                indices.stream().map(VectorSchemaRoot::of).toList();
        List<DictionaryProvider> providers = values.stream()
                .<DictionaryProvider>map(ArrowEncoderTest::provider)
                .toList();
        byte[] file = encode(ENCODED, batches, providers);
        MemoryInput input = new MemoryInput(file, Views.ALL);
        try (BatchDecoder decoder = ArrowFiles.open(input, ENCODED, null, memory.allocator())) {
            for (int batch = 0; batch < batches.size(); batch++) {
                assertTrue(decoder.loadNext());
                BatchAssert.assertEqual(
                        batches.get(batch),
                        providers.get(batch),
                        decoder.batch(),
                        decoder.dictionaries(),
                        "batch " + batch);
            }
            assertFalse(decoder.loadNext());
        }
        try (InputBytes bytes = new InputBytes(input, memory.allocator())) {
            Messages messages = Messages.open(bytes, "test.arrow");
            int count = 0;
            while (messages.next()) {
                count++;
            }
            assertEquals(dictionaryBatches + batches.size(), count);
        }
    }

    private byte[] encode(Schema schema, List<VectorSchemaRoot> batches, List<DictionaryProvider> providers) {
        try (BatchEncoder encoder = ArrowFiles.encoder(schema, memory.allocator());
                CollectedOutput output = new CollectedOutput(memory.pool())) {
            for (int batch = 0; batch < batches.size(); batch++) {
                assertTrue(encoder.accepts(batches.get(batch), providers.get(batch)));
                encoder.encode(batches.get(batch), providers.get(batch), output.out());
            }
            encoder.finish(output.out());
            return output.bytes();
        }
    }

    private VarCharVector values(String... values) {
        VarCharVector vector = new VarCharVector("values", memory.allocator());
        for (int i = 0; i < values.length; i++) {
            if (values[i] != null) {
                vector.setSafe(i, values[i].getBytes(StandardCharsets.UTF_8));
            }
        }
        vector.setValueCount(values.length);
        return vector;
    }

    private IntVector indices(int... indices) {
        FieldType type = new FieldType(true, new ArrowType.Int(32, true), ENCODING);
        IntVector vector = new IntVector("d", type, memory.allocator());
        for (int i = 0; i < indices.length; i++) {
            vector.setSafe(i, indices[i]);
        }
        vector.setValueCount(indices.length);
        return vector;
    }

    private static DictionaryProvider provider(FieldVector... values) {
        DictionaryProvider.MapDictionaryProvider provider = new DictionaryProvider.MapDictionaryProvider();
        for (FieldVector vector : values) {
            provider.put(new Dictionary(vector, ENCODING));
        }
        return provider;
    }
}

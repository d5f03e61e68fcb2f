package io.penstock.format.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.OutputBuffer;
import io.penstock.buffer.PooledBuffer;
import io.penstock.format.BatchDecoder;
import io.penstock.format.BatchEncoder;
import io.penstock.format.WriteContext;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What lines look like, and what is refused before a line is written. */
class JsonLayoutTest {
    private static final ArrowType INT64 = new ArrowType.Int(64, true);
    private static final ArrowType UTF8 = ArrowType.Utf8.INSTANCE;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private VectorSchemaRoot idsAndNames(int rows) {
        Schema schema = new Schema(List.of(RandomSchemas.nullable("id", INT64), RandomSchemas.nullable("name", UTF8)));
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator());
        for (int row = 0; row < rows; row++) {
            ((BigIntVector) batch.getVector(0)).setSafe(row, row + 1);
            if (row % 3 != 2) {
                ((VarCharVector) batch.getVector(1)).setSafe(row, ("n" + row).getBytes(StandardCharsets.UTF_8));
            }
        }
        batch.setRowCount(rows);
        return batch;
    }

    private String write(Map<String, String> options, int batchRows, VectorSchemaRoot... batches) {
        byte[] file = JsonFiles.write(
                memory,
                memory.pool(),
                batches[0].getSchema(),
                options,
                batchRows,
                JsonFiles.NO_DICTIONARIES,
                Arrays.asList(batches));
        return new String(file, StandardCharsets.UTF_8);
    }

    @Test
    void aBatchIsALineOfRowArrays() {
        try (VectorSchemaRoot batch = idsAndNames(3)) {
            assertEquals("[[1,\"n0\"],[2,\"n1\"],[3,null]]\n", write(Map.of("layout", "batches"), 1000, batch));
        }
    }

    @Test
    void aLargeBatchMakesSeveralLinesAndSmallOnesAreNotMerged() {
        try (VectorSchemaRoot five = idsAndNames(5);
                VectorSchemaRoot one = idsAndNames(1)) {
            assertEquals(
                    "[[1,\"n0\"],[2,\"n1\"]]\n[[3,null],[4,\"n3\"]]\n[[5,\"n4\"]]\n[[1,\"n0\"]]\n[[1,\"n0\"]]\n",
                    write(Map.of(), 2, five, one, one));
        }
    }

    @Test
    void aRecordIsALineWithAMemberForEachColumn() {
        try (VectorSchemaRoot batch = idsAndNames(3)) {
            assertEquals(
                    "{\"id\":1,\"name\":\"n0\"}\n{\"id\":2,\"name\":\"n1\"}\n{\"id\":3,\"name\":null}\n",
                    write(JsonFiles.RECORDS, 2, batch));
        }
    }

    @Test
    void aBatchWithoutRowsWritesNothing() {
        try (VectorSchemaRoot batch = idsAndNames(0)) {
            assertEquals("", write(Map.of(), 1000, batch));
            assertEquals("", write(JsonFiles.RECORDS, 1000, batch, batch));
        }
    }

    @Test
    void namesThatNeedEscapesAndLongNamesAreKeysToo() throws IOException {
        String[] names = {
            "",
            "a\"b\\c",
            "new\nline",
            "\u20ac",
            "seven77",
            "eight888",
            "nine99999",
            "x".repeat(12),
            "x".repeat(13),
            "x".repeat(14),
            "x".repeat(15),
            "x".repeat(16),
            "x".repeat(5000),
            "\ud83d\ude00"
        };
        List<Field> fields = new ArrayList<>();
        for (String name : names) {
            fields.add(RandomSchemas.nullable(name, INT64));
        }
        Schema schema = new Schema(fields);
        new JsonFormat().check(schema);
        try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator())) {
            for (int i = 0; i < names.length; i++) {
                ((BigIntVector) batch.getVector(i)).setSafe(0, i);
                ((BigIntVector) batch.getVector(i)).setSafe(1, 10 * i);
            }
            batch.setRowCount(2);
            byte[] file = write(JsonFiles.RECORDS, 1000, batch).getBytes(StandardCharsets.UTF_8);
            try (BatchDecoder decoder = JsonFiles.read(memory, file, schema, JsonFiles.RECORDS, 1000)) {
                assertTrue(decoder.loadNext());
                for (int i = 0; i < names.length; i++) {
                    assertEquals(10 * i, ((BigIntVector) decoder.batch().getVector(i)).get(1));
                }
            }
        }
    }

    @Test
    void aTableWithoutColumnsHasRows() throws IOException {
        for (Map<String, String> options : List.of(JsonFiles.BATCHES, JsonFiles.RECORDS)) {
            try (VectorSchemaRoot batch = new VectorSchemaRoot(List.of(), List.of(), 3)) {
                String text = write(options, 1000, batch);
                assertEquals(options.isEmpty() ? "[[],[],[]]\n" : "{}\n{}\n{}\n", text);
                byte[] file = text.getBytes(StandardCharsets.UTF_8);
                try (BatchDecoder decoder = JsonFiles.read(memory, file, batch.getSchema(), options, 2)) {
                    assertTrue(decoder.loadNext());
                    assertEquals(2, decoder.batch().getRowCount());
                    assertTrue(decoder.loadNext());
                    assertFalse(decoder.loadNext());
                }
            }
        }
    }

    @Test
    void unknownOptionsAndLayoutsAreRefusedWithTheChoices() {
        IllegalArgumentException layout =
                assertThrows(IllegalArgumentException.class, () -> JsonFormat.checkOptions(Map.of("layout", "rows")));
        assertEquals("Option 'layout' is 'rows', but can be 'batches' or 'records'", layout.getMessage());
        IllegalArgumentException option =
                assertThrows(IllegalArgumentException.class, () -> JsonFormat.checkOptions(Map.of("indent", "2")));
        assertEquals("The format json has no option 'indent', only 'layout' and 'compression'", option.getMessage());
    }

    @Test
    void namesThatComeTwiceAreRefused() {
        Field a = RandomSchemas.nullable("a", INT64);
        IllegalArgumentException column =
                assertThrows(IllegalArgumentException.class, () -> new JsonFormat().check(new Schema(List.of(a, a))));
        assertTrue(column.getMessage().startsWith("Column 'a' is there twice"), column.getMessage());
        Field struct = RandomSchemas.nullable("s", ArrowType.Struct.INSTANCE, a, a);
        Field list = RandomSchemas.nullable("l", ArrowType.List.INSTANCE, struct);
        IllegalArgumentException field =
                assertThrows(IllegalArgumentException.class, () -> new JsonFormat().check(new Schema(List.of(list))));
        assertTrue(field.getMessage().startsWith("Field of 's' 'a' is there twice"), field.getMessage());
        Schema half = new Schema(List.of(RandomSchemas.nullable("\ud800", INT64)));
        assertThrows(IllegalArgumentException.class, () -> new JsonFormat().check(half));
    }

    @Test
    void aStringThatIsNotUtf8IsRefusedBeforeAnythingIsPut() {
        byte[][] invalid = {
            {(byte) 0x80},
            {'a', (byte) 0xc3},
            {(byte) 0xc0, (byte) 0x80},
            {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
            {(byte) 0xe2, (byte) 0x82},
            "twelve bytes\377".getBytes(StandardCharsets.ISO_8859_1)
        };
        for (ArrowType type : List.of(UTF8, ArrowType.LargeUtf8.INSTANCE, ArrowType.Utf8View.INSTANCE)) {
            for (byte[] value : invalid) {
                VarCharOrView text = new VarCharOrView(type);
                requireRefused(text.batch("ok", value), "Column 'c', row 1: the value is not UTF-8: byte 0x");
                requireRefused(text.batch("\u20ac", value), "Column 'c', row 1: the value is not UTF-8: byte 0x");
            }
        }
    }

    /** Makes batches of two strings, the second of any bytes, followed by a valid one that completes a cut character. */
    private final class VarCharOrView {
        private final ArrowType type;

        VarCharOrView(ArrowType type) {
            this.type = type;
        }

        VectorSchemaRoot batch(String first, byte[] second) {
            Field field = RandomSchemas.nullable("c", type);
            FieldVector vector = field.createVector(memory.allocator());
            vector.allocateNew();
            byte[] one = first.getBytes(StandardCharsets.UTF_8);
            if (vector instanceof VarCharVector v) {
                v.setSafe(0, one);
                v.setSafe(1, second);
            } else if (vector instanceof LargeVarCharVector v) {
                v.setSafe(0, one);
                v.setSafe(1, second);
            } else {
                ((ViewVarCharVector) vector).setSafe(0, one);
                ((ViewVarCharVector) vector).setSafe(1, second);
            }
            vector.setValueCount(2);
            return new VectorSchemaRoot(List.of(field), List.of(vector), 2);
        }
    }

    @Test
    void aCharacterThatTwoStringsShareIsRefused() {
        Field field = RandomSchemas.nullable("c", UTF8);
        VarCharVector vector = (VarCharVector) field.createVector(memory.allocator());
        vector.setSafe(0, new byte[] {'x', (byte) 0xc3});
        vector.setSafe(1, new byte[] {(byte) 0xa9, 'y'});
        vector.setValueCount(2);
        requireRefused(
                new VectorSchemaRoot(List.of(field), List.of(vector), 2),
                "Column 'c', row 0: the value is not UTF-8: byte 0xc3 at offset 1");
    }

    @Test
    void invalidBytesUnderANullDoNotMatter() {
        Field field = RandomSchemas.nullable("c", UTF8);
        VarCharVector vector = (VarCharVector) field.createVector(memory.allocator());
        vector.setSafe(0, new byte[] {(byte) 0xff, (byte) 0xfe});
        vector.setSafe(1, new byte[] {'y'});
        vector.setValueCount(2);
        vector.getValidityBuffer().setByte(0, 2);
        try (VectorSchemaRoot batch = new VectorSchemaRoot(List.of(field), List.of(vector), 2)) {
            assertEquals("[[null],[\"y\"]]\n", write(Map.of(), 1000, batch));
        }
    }

    @Test
    void invalidTextWithinAListIsRefusedWithItsPlace() {
        Field field = RandomSchemas.nullable("l", ArrowType.List.INSTANCE, RandomSchemas.nullable("item", UTF8));
        ListVector list = (ListVector) field.createVector(memory.allocator());
        VarCharVector items = (VarCharVector) list.getDataVector();
        list.allocateNew();
        list.startNewValue(0);
        items.setSafe(0, new byte[] {'a'});
        items.setSafe(1, new byte[] {'b'});
        list.endValue(0, 2);
        list.startNewValue(1);
        items.setSafe(2, new byte[] {'c'});
        items.setSafe(3, new byte[] {(byte) 0xfd});
        list.endValue(1, 2);
        list.setValueCount(2);
        requireRefused(
                new VectorSchemaRoot(List.of(field), List.of(list), 2),
                "Column 'l', row 1: the value element 1 is not UTF-8: byte 0xfd at offset 0");
    }

    @Test
    void aDecimalBeyondItsPrecisionIsRefused() {
        Field field = RandomSchemas.nullable("d", new ArrowType.Decimal(5, 2, 128));
        DecimalVector vector = (DecimalVector) field.createVector(memory.allocator());
        vector.allocateNew(2);
        vector.set(0, 99_999);
        vector.set(1, -100_000);
        vector.setValueCount(2);
        requireRefused(
                new VectorSchemaRoot(List.of(field), List.of(vector), 2),
                "Column 'd', row 1: the value has more than the 5 digits of its type");
    }

    private void requireRefused(VectorSchemaRoot refused, String message) {
        WriteContext context = new WriteContext(refused.getSchema(), Map.of(), 1000, memory.allocator(), memory.pool());
        try (refused;
                OutputBuffer out = new OutputBuffer(memory.pool(), new Untouched());
                BatchEncoder encoder = new JsonFormat().encoder(context)) {
            IllegalArgumentException e = assertThrows(
                    IllegalArgumentException.class, () -> encoder.encode(refused, JsonFiles.NO_DICTIONARIES, out));
            assertTrue(e.getMessage().startsWith(message), e.getMessage());
            assertEquals(0, out.position());
        }
    }

    private static final class Untouched implements OutputBuffer.Outlet {
        @Override
        public void take(PooledBuffer buffer) {
            throw new AssertionError("something was put");
        }

        @Override
        public void borrow(long address, long length) {
            throw new AssertionError("something was put");
        }
    }
}

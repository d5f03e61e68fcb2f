package io.penstock.format.parquet;

import static io.penstock.testing.RandomSchemas.nullable;
import static io.penstock.testing.RandomSchemas.required;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.Test;

class SchemaTest {
    private static final Field INT = nullable("i", new ArrowType.Int(32, true));

    @Test
    void everyTypeComesBackWithTheHintOfTheFile() {
        for (Field field : everyField()) {
            Schema schema = new Schema(List.of(field), Map.of("of", "the schema"));
            FileSchema written = SchemaToParquet.of(schema);
            Schema decoded = SchemaToParquet.decoded(schema);
            Schema hint = ArrowSchema.of(List.of(ArrowSchema.entry(decoded)));
            assertEquals(decoded, hint);
            FileSchema read = SchemaFromParquet.of(written.elements(), hint);
            assertEquals(decoded, read.schema());
            requireSameLevels(written.columns(), read.columns());
        }
    }

    @Test
    void withoutTheHintTheTypesAreTheNearest() {
        for (Field field : everyField()) {
            FileSchema written = SchemaToParquet.of(new Schema(List.of(field)));
            FileSchema read = SchemaFromParquet.of(written.elements(), null);
            requireSameLevels(written.columns(), read.columns());
            // What was read without a hint needs none when it is written again.
            assertEquals(written.elements(), SchemaToParquet.of(read.schema()).elements());
        }
    }

    @Test
    void aHintThatDoesNotFitIsIgnored() {
        List<Field> fields = everyField();
        for (Field field : fields) {
            FileSchema written = SchemaToParquet.of(new Schema(List.of(field)));
            for (Field other : fields) {
                Field renamed = new Field(field.getName(), other.getFieldType(), other.getChildren());
                Schema hint = SchemaToParquet.decoded(new Schema(List.of(renamed)));
                FileSchema read = SchemaFromParquet.of(written.elements(), hint);
                requireSameLevels(written.columns(), read.columns());
            }
        }
    }

    @Test
    void aHintThatMakesNullsHugeIsIgnored() {
        Field sane = nullable("sane", new ArrowType.FixedSizeList(1 << 20), INT);
        Field huge = nullable("huge", new ArrowType.FixedSizeList(Integer.MAX_VALUE), INT);
        Field nested = nullable(
                "nested",
                new ArrowType.FixedSizeList(1 << 20),
                nullable("item", ArrowType.List.INSTANCE, nullable("item", new ArrowType.FixedSizeList(1 << 20), INT)));
        Field negative = nullable("negative", new ArrowType.FixedSizeList(-1), INT);
        Schema schema = new Schema(List.of(sane, huge, nested, negative));
        Schema hint = ArrowSchema.of(List.of(ArrowSchema.entry(schema)));
        assertEquals(List.of(sane), hint.getFields());
        FileSchema read = SchemaFromParquet.of(SchemaToParquet.of(schema).elements(), hint);
        assertEquals(ArrowType.List.INSTANCE, read.schema().findField("huge").getType());
    }

    @Test
    void parquetJavaSeesTheSameColumnsAndLevels() throws IOException {
        for (long seed = 0; seed < 200; seed++) {
            Schema schema = writable(RandomSchemas.random(seed, 6, 4));
            FileSchema written = SchemaToParquet.of(schema);
            MessageType theirs = new ParquetMetadataConverter()
                    .fromParquetMetadata(new FileMetaData(1, written.elements(), 0, List.of()))
                    .getFileMetaData()
                    .getSchema();
            List<ColumnDescriptor> columns = theirs.getColumns();
            List<Node.Leaf> leaves = written.leaves();
            assertEquals(columns.size(), leaves.size(), "seed " + seed);
            for (Node.Leaf leaf : leaves) {
                ColumnDescriptor column = columns.get(leaf.index());
                String place = "seed " + seed + ", " + column;
                assertEquals(Arrays.asList(column.getPath()), leaf.path(), place);
                assertEquals(column.getMaxDefinitionLevel(), leaf.definition(), place);
                assertEquals(column.getMaxRepetitionLevel(), leaf.repetition(), place);
            }
        }
    }

    @Test
    void decimalsTakeTheSmallestPhysicalType() {
        assertEquals("INT32 0", physical(new ArrowType.Decimal(9, 2, 128)));
        assertEquals("INT64 0", physical(new ArrowType.Decimal(10, 2, 128)));
        assertEquals("INT64 0", physical(new ArrowType.Decimal(18, 18, 256)));
        assertEquals("FIXED_LEN_BYTE_ARRAY 9", physical(new ArrowType.Decimal(19, 0, 128)));
        assertEquals("FIXED_LEN_BYTE_ARRAY 16", physical(new ArrowType.Decimal(38, 0, 128)));
        assertEquals("FIXED_LEN_BYTE_ARRAY 32", physical(new ArrowType.Decimal(76, 3, 256)));
    }

    @Test
    void fieldIdsGoBothWays() {
        Field item = new Field(
                "item",
                new FieldType(true, ArrowType.Utf8.INSTANCE, null, Map.of(SchemaToParquet.FIELD_ID, "7")),
                null);
        Field list = new Field(
                "l",
                new FieldType(true, ArrowType.List.INSTANCE, null, Map.of(SchemaToParquet.FIELD_ID, "-2")),
                List.of(item));
        FileSchema written = SchemaToParquet.of(new Schema(List.of(list)));
        assertEquals(-2, written.elements().get(1).getField_id());
        assertEquals(7, written.elements().get(3).getField_id());
        Field read = SchemaFromParquet.of(written.elements(), null).schema().findField("l");
        assertEquals("-2", read.getMetadata().get(SchemaToParquet.FIELD_ID));
        assertEquals("7", read.getChildren().get(0).getMetadata().get(SchemaToParquet.FIELD_ID));
    }

    @Test
    void uuidsAreMarkedWithoutAHint() {
        Field uuid = new Field(
                "u", new FieldType(true, new ArrowType.FixedSizeBinary(16), null, ParquetTypes.uuidMetadata()), null);
        FileSchema written = SchemaToParquet.of(new Schema(List.of(uuid)));
        assertTrue(written.elements().get(1).getLogicalType().isSetUUID());
        assertEquals(
                uuid, SchemaFromParquet.of(written.elements(), null).schema().findField("u"));
    }

    @Test
    void whatParquetCannotHoldIsRefusedWithTheChoices() {
        refused(
                "Column 's.e' is Struct, which Parquet cannot hold; it can hold structs with at least one member",
                nullable("s", ArrowType.Struct.INSTANCE, nullable("e", ArrowType.Struct.INSTANCE)));
        refused(
                "Column 'd' is Decimal(10, -2, 128), which Parquet cannot hold; it can hold decimals with a scale from 0 to the precision",
                nullable("d", new ArrowType.Decimal(10, -2, 128)));
        refused(
                "Column 'b' is FixedSizeBinary(0), which Parquet cannot hold; it can hold values of at least one byte",
                nullable("b", new ArrowType.FixedSizeBinary(0)));
        for (Field field : RandomSchemas.exotic()) {
            if (field.getType() instanceof ArrowType.Union) {
                assertThrows(IllegalArgumentException.class, () -> SchemaToParquet.of(new Schema(List.of(field))));
            }
        }
        refused(
                "Column 'f' has the PARQUET:field_id 'x', which is no whole number of 32 bits",
                new Field("f", new FieldType(true, INT.getType(), null, Map.of(SchemaToParquet.FIELD_ID, "x")), null));
    }

    @Test
    void levelsThatFitIntoAByteAreTheLimit() {
        assertThrows(IllegalArgumentException.class, () -> SchemaToParquet.of(lists(64)));
        FileSchema deepest = SchemaToParquet.of(lists(63));
        assertEquals(127, deepest.leaves().get(0).definition());
        assertEquals(63, deepest.leaves().get(0).repetition());
        FileSchema read = SchemaFromParquet.of(deepest.elements(), null);
        requireSameLevels(deepest.columns(), read.columns());
    }

    @Test
    void convertedTypesOfOldFilesCount() {
        assertEquals(ArrowType.Utf8.INSTANCE, converted(Type.BYTE_ARRAY, ConvertedType.UTF8));
        assertEquals(ArrowType.Utf8.INSTANCE, converted(Type.BYTE_ARRAY, ConvertedType.ENUM));
        assertEquals(new ArrowType.Int(8, false), converted(Type.INT32, ConvertedType.UINT_8));
        assertEquals(new ArrowType.Int(64, false), converted(Type.INT64, ConvertedType.UINT_64));
        assertEquals(
                new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"),
                converted(Type.INT64, ConvertedType.TIMESTAMP_MICROS));
        assertEquals(new ArrowType.Time(TimeUnit.MILLISECOND, 32), converted(Type.INT32, ConvertedType.TIME_MILLIS));
        assertEquals(new ArrowType.Timestamp(TimeUnit.NANOSECOND, null), converted(Type.INT96, null));
        // What does not go together is read as it lies there.
        assertEquals(new ArrowType.Int(64, true), converted(Type.INT64, ConvertedType.UINT_8));
        assertEquals(new ArrowType.Int(32, true), converted(Type.INT32, ConvertedType.UTF8));
    }

    private static ArrowType converted(Type type, ConvertedType converted) {
        SchemaElement element = new SchemaElement("x")
                .setRepetition_type(FieldRepetitionType.REQUIRED)
                .setType(type)
                .setConverted_type(converted);
        return SchemaFromParquet.of(List.of(new SchemaElement("root").setNum_children(1), element), null)
                .schema()
                .findField("x")
                .getType();
    }

    private static void requireSameLevels(List<Node> expected, List<Node> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            Node one = expected.get(i);
            Node other = actual.get(i);
            assertEquals(one.nullable(), other.nullable());
            assertEquals(one.definition(), other.definition());
            assertEquals(one.repetition(), other.repetition());
            if (one instanceof Node.Leaf leaf) {
                assertEquals(leaf.path(), ((Node.Leaf) other).path());
                assertEquals(leaf.index(), ((Node.Leaf) other).index());
            } else if (one instanceof Node.Struct struct) {
                requireSameLevels(struct.members(), ((Node.Struct) other).members());
            } else {
                requireSameLevels(List.of(((Node.Repeated) one).element()), List.of(((Node.Repeated) other).element()));
            }
        }
    }

    private static List<Field> everyField() {
        List<Field> fields = new ArrayList<>();
        for (Field field : RandomSchemas.everything().getFields()) {
            try {
                SchemaToParquet.of(new Schema(List.of(field)));
                fields.add(field);
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().contains("which Parquet cannot hold; it can hold"), e.getMessage());
            }
        }
        assertTrue(fields.size() > 70, () -> "only " + fields.size());
        return fields;
    }

    private static Schema writable(Schema schema) {
        List<Field> fields = new ArrayList<>();
        for (Field field : schema.getFields()) {
            try {
                SchemaToParquet.of(new Schema(List.of(field)));
                fields.add(field);
            } catch (IllegalArgumentException e) {
                // One that Parquet does not have.
                continue;
            }
        }
        return new Schema(fields);
    }

    private static Schema lists(int depth) {
        Field field = INT;
        for (int i = 0; i < depth; i++) {
            field = nullable("l", ArrowType.List.INSTANCE, field);
        }
        return new Schema(List.of(field));
    }

    private static String physical(ArrowType type) {
        SchemaElement element = SchemaToParquet.of(new Schema(List.of(required("x", type))))
                .elements()
                .get(1);
        return element.getType() + " " + element.getType_length();
    }

    private static void refused(String message, Field field) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> SchemaToParquet.of(new Schema(List.of(field))));
        assertEquals(message, e.getMessage());
    }
}

package io.penstock.format.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;

/** Lists and maps as writers have written them in the course of time; the examples are those of the specification. */
class LegacySchemaTest {
    @Test
    void listsOfThreeLevels() {
        assertReadAs(
                "l: List<element: Utf8 not null>",
                "optional group l (LIST) { repeated group list { required binary element (STRING); } }");
        assertReadAs(
                "l: List<element: Utf8> not null",
                "required group l (LIST) { repeated group list { optional binary element (STRING); } }");
        assertReadAs(
                "l: List<str: Utf8 not null>",
                "optional group l (LIST) { repeated group element { required binary str (STRING); } }");
        assertReadAs(
                "l: List<element: List<element: Int(32, true) not null> not null>",
                "optional group l (LIST) { repeated group list { required group element (LIST) { repeated group list { required int32 element; } } } }");
    }

    @Test
    void listsOfTwoLevels() {
        assertReadAs("l: List<element: Int(32, true) not null>", "optional group l (LIST) { repeated int32 element; }");
        assertReadAs(
                "l: List<element: Struct<str: Utf8 not null, num: Int(32, true) not null> not null>",
                "optional group l (LIST) { repeated group element { required binary str (STRING); required int32 num; } }");
        assertReadAs(
                "l: List<array: Struct<str: Utf8 not null> not null>",
                "optional group l (LIST) { repeated group array { required binary str (STRING); } }");
        assertReadAs(
                "l: List<l_tuple: Struct<str: Utf8 not null> not null>",
                "optional group l (LIST) { repeated group l_tuple { required binary str (STRING); } }");
        assertReadAs(
                "l: List<array: List<array: Int(32, true) not null> not null>",
                "optional group l (LIST) { repeated group array (LIST) { repeated int32 array; } }");
    }

    @Test
    void repeatedFieldsWithoutAnnotation() {
        assertReadAs("n: List<n: Int(32, true) not null> not null", "repeated int32 n;");
        assertReadAs(
                "l: List<l: Struct<num: Int(32, true) not null, str: Utf8> not null> not null",
                "repeated group l { required int32 num; optional binary str (STRING); }");
        assertReadAs(
                "s: Struct<n: List<n: Int(64, true) not null> not null>", "optional group s { repeated int64 n; }");
    }

    @Test
    void mapsOfOddNames() {
        assertReadAs(
                "m: Map(false)<entries: Struct<key: Utf8 not null, value: Int(32, true)> not null>",
                "optional group m (MAP) { repeated group key_value { required binary key (STRING); optional int32 value; } }");
        assertReadAs(
                "m: Map(false)<entries: Struct<str: Utf8 not null, num: Int(32, true) not null> not null>",
                "optional group m (MAP) { repeated group map { required binary str (STRING); required int32 num; } }");
        assertReadAs(
                "m: Map(false)<entries: Struct<key: Utf8 not null, value: Int(32, true)> not null>",
                "optional group m (MAP_KEY_VALUE) { repeated group map { required binary key (STRING); optional int32 value; } }");
        // Arrow's keys are never null.
        assertReadAs(
                "m: Map(false)<entries: Struct<key: Utf8 not null, value: Int(32, true)> not null>",
                "optional group m (MAP) { repeated group map { optional binary key (STRING); optional int32 value; } }");
    }

    @Test
    void aMapWithoutValuesIsAListOfItsKeys() {
        assertReadAs(
                "m: List<key: Int(32, true) not null> not null",
                "required group m (MAP) { repeated group key_value { required int32 key; } }");
    }

    @Test
    void groupsThatAreNotWhatTheySayAreRefused() {
        refused("is annotated as LIST", "optional group l (LIST) { optional int32 element; }");
        refused("is annotated as LIST", "optional group l (LIST) { repeated int32 a; repeated int32 b; }");
        refused("is annotated as MAP", "optional group m (MAP) { required int32 key; optional int32 value; }");
        refused(
                "have 3 members",
                "optional group m (MAP) { repeated group kv { required int32 a; optional int32 b; optional int32 c; } }");
    }

    @Test
    void elementsThatAreNoTreeAreRefused() {
        refused("has no root", List.of());
        refused("3 children where 1 elements are left", List.of(group("r", 3), leaf("a")));
        refused("2147483647 children", List.of(group("r", Integer.MAX_VALUE), leaf("a")));
        refused("-1 children", List.of(group("r", -1), leaf("a")));
        refused("complete after 2", List.of(group("r", 1), leaf("a"), leaf("b")));
        refused("neither a known type nor members", List.of(group("r", 1), group("a", 0)));
        refused("a type and members", List.of(group("r", 1), group("a", 1).setType(Type.INT32), leaf("b")));
        refused("no repetition", List.of(group("r", 1), new SchemaElement("a").setType(Type.INT32)));
        refused(
                "values of fixed length, of 0 bytes",
                List.of(group("r", 1), leaf("a").setType(Type.FIXED_LEN_BYTE_ARRAY)));
        refused("two members 'a'", List.of(group("r", 1), group("g", 2), leaf("a"), leaf("a")));
    }

    @Test
    void nestingWithoutEndIsRefused() {
        List<SchemaElement> elements = new ArrayList<>();
        elements.add(group("r", 1));
        for (int depth = 0; depth < 100_000; depth++) {
            elements.add(group("g", 1));
        }
        elements.add(leaf("a"));
        refused("nested deeper than 256", elements);
        List<SchemaElement> optional = new ArrayList<>();
        optional.add(group("r", 1));
        for (int depth = 0; depth < 128; depth++) {
            optional.add(group("g", 1).setRepetition_type(FieldRepetitionType.OPTIONAL));
        }
        optional.add(leaf("a"));
        refused("nested deeper than 127 definition levels", optional);
    }

    private static void assertReadAs(String expected, String fields) {
        MessageType theirs = MessageTypeParser.parseMessageType("message m { " + fields + " }");
        FileSchema schema = SchemaFromParquet.of(elements(theirs), null);
        assertEquals(
                new Schema(schema.schema().getFields()).toString(),
                schema.schema().toString());
        String text = schema.schema().getFields().get(0).toString();
        assertEquals(expected, text);
        for (Node.Leaf leaf : schema.leaves()) {
            ColumnDescriptor column = theirs.getColumns().get(leaf.index());
            assertEquals(Arrays.asList(column.getPath()), leaf.path());
            assertEquals(column.getMaxDefinitionLevel(), leaf.definition(), column.toString());
            assertEquals(column.getMaxRepetitionLevel(), leaf.repetition(), column.toString());
        }
    }

    private static void refused(String message, String fields) {
        refused(message, elements(MessageTypeParser.parseMessageType("message m { " + fields + " }")));
    }

    private static void refused(String message, List<SchemaElement> elements) {
        MalformedPageException e =
                assertThrows(MalformedPageException.class, () -> SchemaFromParquet.of(elements, null));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private static List<SchemaElement> elements(MessageType type) {
        ParquetMetadata metadata = new ParquetMetadata(new FileMetaData(type, java.util.Map.of(), "a test"), List.of());
        return new ParquetMetadataConverter().toParquetMetadata(1, metadata).getSchema();
    }

    private static SchemaElement group(String name, int children) {
        return new SchemaElement(name)
                .setRepetition_type(FieldRepetitionType.REQUIRED)
                .setNum_children(children);
    }

    private static SchemaElement leaf(String name) {
        return new SchemaElement(name)
                .setRepetition_type(FieldRepetitionType.REQUIRED)
                .setType(Type.INT32);
    }
}

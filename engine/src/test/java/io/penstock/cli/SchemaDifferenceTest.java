package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

class SchemaDifferenceTest {
    private static Schema of(ArrowType type, String column, String child) {
        Field below = Field.nullable(child, ArrowType.Utf8.INSTANCE);
        return new Schema(List.of(new Field(column, FieldType.nullable(type), List.of(below))));
    }

    @Test
    void whatAWriterCallsTheItemsOfAListMakesNoDifference() {
        ArrowType list = ArrowType.List.INSTANCE;
        SchemaDifference.require("a file", of(list, "tags", "element"), of(list, "tags", "item"));
    }

    @Test
    void theNameOfAColumnOrOfAMemberMakesADifference() {
        ArrowType struct = ArrowType.Struct.INSTANCE;
        assertEquals(
                "a file does not fit the table: its column 1 is at:struct<path:utf8>, the table's is at:struct<place:utf8>",
                refusal(of(struct, "at", "path"), of(struct, "at", "place")));
        assertEquals(
                "a file does not fit the table: its column 1 is at:struct<path:utf8>, the table's is on:struct<path:utf8>",
                refusal(of(struct, "at", "path"), of(struct, "on", "path")));
    }

    private static String refusal(Schema own, Schema table) {
        return assertThrows(IllegalArgumentException.class, () -> SchemaDifference.require("a file", own, table))
                .getMessage();
    }
}

package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaTextTest {
    @Test
    void columnsHaveNamesTypesAndMayBeRequired() {
        Schema schema =
                SchemaText.parse(" id : int64 ! , \"a \"\"b\"\"\":utf8 not null,c.d:timestamp[ us , Europe/Zurich ]");
        assertEquals("id:int64!,\"a \"\"b\"\"\":utf8!,c.d:timestamp[us,Europe/Zurich]", TypeText.of(schema));
    }

    @Test
    void namesMayBeInAnyScript() {
        assertEquals("größe:int32,名:utf8", TypeText.of(SchemaText.parse("größe:int32,名:utf8")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|expected a column name at position 1 and got the end",
                "a|expected ':' at position 2 and got the end",
                "a:int64,|expected a column name at position 9 and got the end",
                "a:int64 b:utf8|expected ',' or the end at position 9 and got 'b:utf8'",
                "a:decimal(39,2)|expected a precision from 1 to 38 at position 11 and got '39,2)'",
                "a:decimal(5,39)|expected a scale from -38 to 38 at position 13 and got '39)'",
                "a:decimal|expected '(' at position 10 and got the end",
                "a:timestamp[m]|expected one of s, ms, us, ns at position 13 and got 'm]'",
                "a:timestamp[s,Moon]|expected a time zone such as UTC, Europe/Zurich or +02:00 at position 15 and got 'Moon]'",
                "a:time32[us]|expected one of s, ms at position 10 and got 'us]'",
                "a:list<int8|expected '>' at position 12 and got the end",
                "a:int64 not nul|expected 'not null' at position 13 and got 'nul'",
                "a:dictionary<utf8,utf8>|expected an integer type for the index at position 14 and got 'utf8,utf8>'"
            })
    void aMistakeIsNamedWithItsPosition(String text, String message) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> SchemaText.parse(text));
        assertEquals("schema '" + text + "': " + message, refused.getMessage());
    }

    @Test
    void twoColumnsOfOneNameAreRefused() {
        assertEquals(
                "schema 'a:int8,a:int8': column 'a' at position 8 was there before; give each column its own name",
                assertThrows(IllegalArgumentException.class, () -> SchemaText.parse("a:int8,a:int8"))
                        .getMessage());
    }
}

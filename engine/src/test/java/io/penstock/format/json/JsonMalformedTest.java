package io.penstock.format.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.BufferPool;
import io.penstock.format.BatchDecoder;
import io.penstock.format.CorruptFileException;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are not what they should be: each is an error that says where and why, and nothing else. */
class JsonMalformedTest {
    private static final ArrowType INT64 = new ArrowType.Int(64, true);

    private static final Schema SCHEMA = new Schema(List.of(
            RandomSchemas.required("id", INT64),
            RandomSchemas.nullable("name", ArrowType.Utf8.INSTANCE),
            RandomSchemas.nullable("price", new ArrowType.Decimal(6, 2, 128))));

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[[1,\"a\",1.5]                   | line 1, row 1, byte 12: expected ',' or ']' after a row but found the end of the file",
                "[[1,\"a\",1.5                    | column 'price', byte 11: expected ']' but found the end of the file",
                "[[1,\"a                          | column 'name', byte 4: the file ends within a string",
                "[[1,\"a\\                        | column 'name', byte 6: expected one of the escapes",
                "[[1,                             | column 'name', byte 4: expected a string but found the end of the file",
                "[                                | byte 1: expected a row that begins with '['",
                "[[1,\"a\",1.5],]                 | row 2, byte 13: expected a row that begins with '[' but found `]`",
                "[[1,\"a\",1.5,]]                 | byte 11: the row has more values than the 3 columns",
                "[[1,\"a\",]]                     | line 1, row 1, column 'price', byte 8: the row ends after 2 of 3 values",
                "[[1,\"a\"]]                      | column 'price', byte 7: the row ends after 2 of 3 values",
                "[[]]                             | column 'id', byte 2: the row ends after 0 of 3 values",
                "[[1,\"a\",1.5,2]]                | byte 11: the row has more values than the 3 columns",
                "[[1 \"a\",1.5]]                  | column 'id', byte 4: expected ',' or ']' but found `\"a\",1.5]]`",
                "[1,\"a\",1.5]                    | byte 1: expected a row that begins with '['",
                "{\"id\":1}                       | byte 0: expected a line that begins with '['",
                "[[1,\"a\",1.5]] x                | line 1, byte 14: expected the end of the line but found `x`",
                "[[1,\"a\",1.5]][[2,\"b\",1]]     | line 1, byte 13: expected the end of the line",
                "[[\"1\",\"a\",1.5]]              | column 'id', byte 2: expected a whole number but found `\"1\",\"a\",1.5]]`",
                "[[1.5,\"a\",1.5]]                | column 'id', byte 2: expected a whole number but found `1.5,",
                "[[9223372036854775808,null,1]]   | expected a whole number from -9223372036854775808 to 9223372036854775807",
                "[[-9223372036854775809,null,1]]  | expected a whole number from -9223372036854775808 to 9223372036854775807",
                "[[1e19,null,1]]                  | expected a whole number from",
                "[[99999999999999999999999,null,1]] | expected a whole number from",
                "[[01,\"a\",1.5]]                 | byte 2: expected a number without leading zeros",
                "[[-01,\"a\",1.5]]                | expected a number without leading zeros",
                "[[+1,\"a\",1.5]]                 | expected a whole number but found `+1,",
                "[[-,\"a\",1.5]]                  | expected a whole number but found `-,",
                "[[NaN,\"a\",1.5]]                | expected a whole number but found `NaN,",
                "[[true,\"a\",1.5]]               | expected a whole number but found `true,",
                "[[null,\"a\",1.5]]               | column 'id', byte 2: is required but null",
                "[[nul,\"a\",1.5]]                | column 'id', byte 2: expected a whole number but found `nul,",
                "[[1,a,1.5]]                      | column 'name', byte 4: expected a string but found `a,1.5]]`",
                "[[1,\"\\x\",1.5]]                | column 'name', byte 5: expected one of the escapes",
                "[[1,\"\\u12g4\",1.5]]            | expected four hexadecimal digits in an escape",
                "[[1,\"\\ud83d\",1.5]]            | column 'name', byte 5: expected a pair of surrogates",
                "[[1,\"\\ud83dx\",1.5]]           | expected a pair of surrogates",
                "[[1,\"\\ude00\",1.5]]            | expected a pair of surrogates",
                "[[1,\"\\ud83d\\ud83d\",1.5]]     | expected a pair of surrogates",
                "[[1,\"a\",1.555]]                | column 'price', byte 8: expected a number with at most 2 digits after its point",
                "[[1,\"a\",12345]]                | column 'price', byte 8: expected a number with at most 4 digits before its point",
                "[[1,\"a\",1e999999999]]          | expected a number with at most 4 digits before its point",
                "[[1,\"a\",1.]]                   | expected a number with a digit after its point",
                "[[1,\"a\",1.e5]]                 | expected a number with a digit after its point",
                "[[1,\"a\",.5]]                   | column 'price', byte 8: expected a number but found `.5]]`",
                "[[1,\"a\",1e]]                   | expected a number with a digit in its exponent",
                "[[1,\"a\",0x10]]                 | expected ']' but found `x10]]`",
                "[[1,\"a\",\"1.5\"]]              | column 'price', byte 8: expected a number but found `\"1.5\"]]`",
                "[[1,\"a\",[1]]]                  | expected a number but found `[1]]]`",
                "/* */                            | expected a line that begins with '['",
            })
    void aBrokenFileIsAnErrorThatSaysWhere(String file, String message) {
        CorruptFileException e = refused(file.getBytes(StandardCharsets.UTF_8), SCHEMA, JsonFiles.BATCHES);
        assertTrue(e.getMessage().startsWith("file.json: line 1, "), e.getMessage());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"id\":1,\"nam\":\"a\"}             | row 1, byte 8: unknown column 'nam'",
                "{\"id\":1,\"id\":2}                  | row 1, byte 8: column 'id' comes twice",
                "{\"name\":\"a\"}                     | row 1, column 'id', byte 12: is required but missing",
                "{}                                   | column 'id', byte 2: is required but missing",
                "{\"id\":1,}                          | byte 8: expected a key but found `}`",
                "{\"id\" 1}                           | byte 6: expected ':' but found `1}`",
                "{\"id\":1                            | expected ',' or '}' but found the end of the file",
                "{\"id\":1}{\"id\":2}                 | byte 8: expected the end of the line",
                "{\"id\":1},                          | expected the end of the line",
                "[[1,\"a\",1.5]]                      | expected a row that begins with '{'",
                "{id:1}                               | expected a key but found `id:1}`",
                "{\"id\":1,\"price\":\"x\"}           | column 'price', byte 16: expected a number",
                "{\"\\q\":1}                          | expected one of the escapes",
            })
    void aBrokenRecordIsAnErrorThatSaysWhere(String file, String message) {
        CorruptFileException e = refused(file.getBytes(StandardCharsets.UTF_8), SCHEMA, JsonFiles.RECORDS);
        assertTrue(e.getMessage().startsWith("file.json: line 1, "), e.getMessage());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void theMessageNamesFileLineRowColumnAndByte() {
        String batches = "[[1,\"a\",1]]\n\r\n[[2,\"b\",1],\n [3,\"c\",false]]\n";
        assertEquals(
                "file.json: line 4, row 2, column 'price', byte 34: expected a number but found `false]]`",
                refused(batches.getBytes(StandardCharsets.UTF_8), SCHEMA, JsonFiles.BATCHES)
                        .getMessage());
        String records = "{\"id\":1}\n{\"id\":2}\n\n{\"id\":3,\"name\":4}\n";
        assertEquals(
                "file.json: line 4, row 3, column 'name', byte 34: expected a string but found `4}`",
                refused(records.getBytes(StandardCharsets.UTF_8), SCHEMA, JsonFiles.RECORDS)
                        .getMessage());
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] file = "[[1,\"aaaaaaaaaaaa?\",1]]".getBytes(StandardCharsets.ISO_8859_1);
        file[17] = (byte) 0xe9;
        assertTrue(refused(file, SCHEMA, JsonFiles.BATCHES)
                .getMessage()
                .contains("column 'name', byte 4: a string that is not UTF-8: byte 0xe9 at offset 12"));
        file[17] = '\n';
        assertTrue(refused(file, SCHEMA, JsonFiles.BATCHES)
                .getMessage()
                .contains("column 'name', byte 17: expected a string without a bare control character"));
    }

    @Test
    void valuesThatTheirTypeCannotHoldAreRefused() {
        requireRefused(new ArrowType.Int(8, true), "128", "from -128 to 127");
        requireRefused(new ArrowType.Int(8, true), "-129", "from -128 to 127");
        requireRefused(new ArrowType.Int(8, false), "256", "from 0 to 255");
        requireRefused(new ArrowType.Int(8, false), "-1", "from 0 to 255");
        requireRefused(new ArrowType.Int(32, true), "2147483648", "from -2147483648 to 2147483647");
        requireRefused(new ArrowType.Int(64, false), "18446744073709551616", "from 0 to 18446744073709551615");
        requireRefused(new ArrowType.Int(64, false), "-1", "from 0 to 18446744073709551615");
        requireRefused(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), "1e309", "that fits its type");
        requireRefused(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), "3.5e38", "that fits its type");
        requireRefused(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF), "65520", "that fits its type");
        requireRefused(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), "\"nan\"", "\"NaN\"");
        requireRefused(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), "NaN", "\"NaN\"");
        requireRefused(ArrowType.Bool.INSTANCE, "1", "true or false");
        requireRefused(ArrowType.Bool.INSTANCE, "\"true\"", "true or false");
        requireRefused(ArrowType.Bool.INSTANCE, "tru", "true or false");
        requireRefused(ArrowType.Binary.INSTANCE, "\"AAE\"", "base64");
        requireRefused(ArrowType.Binary.INSTANCE, "\"AA==AA==\"", "base64");
        requireRefused(ArrowType.Binary.INSTANCE, "\"AB==\"", "base64");
        requireRefused(ArrowType.Binary.INSTANCE, "\"A===\"", "base64");
        requireRefused(ArrowType.Binary.INSTANCE, "\"AA-_\"", "base64");
        requireRefused(new ArrowType.FixedSizeBinary(2), "\"AAEC\"", "expected 2 bytes but found 3");
        requireRefused(new ArrowType.Date(DateUnit.DAY), "\"2023-02-29\"", "a date");
        requireRefused(new ArrowType.Date(DateUnit.DAY), "\"2023-13-01\"", "a date");
        requireRefused(new ArrowType.Date(DateUnit.DAY), "\"2023-1-01\"", "a date");
        requireRefused(new ArrowType.Date(DateUnit.DAY), "\"+9999999999-01-01\"", "a date");
        requireRefused(new ArrowType.Date(DateUnit.DAY), "19000", "a date");
        requireRefused(new ArrowType.Time(TimeUnit.SECOND, 32), "\"24:00:00\"", "a time");
        requireRefused(new ArrowType.Time(TimeUnit.SECOND, 32), "\"23:00:00.5\"", "a time");
        requireRefused(new ArrowType.Time(TimeUnit.SECOND, 32), "2147483648", "a time");
        requireRefused(
                new ArrowType.Timestamp(TimeUnit.MILLISECOND, null), "\"2023-01-01T00:00:00Z\"", "without a zone");
        requireRefused(new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC"), "\"2023-01-01T00:00:00\"", "with a zone");
        requireRefused(new ArrowType.Timestamp(TimeUnit.NANOSECOND, null), "\"2300-01-01T00:00:00\"", "a timestamp");
        requireRefused(
                new ArrowType.Timestamp(TimeUnit.MILLISECOND, null), "\"2023-01-01T00:00:00.0001\"", "a timestamp");
        requireRefused(new ArrowType.Duration(TimeUnit.SECOND), "\"PT9223372036854775808S\"", "a duration");
        requireRefused(
                new ArrowType.FixedSizeList(2), "[1]", "',' and 1 more values", RandomSchemas.nullable("i", INT64));
        requireRefused(
                new ArrowType.FixedSizeList(2), "[1,2,3]", "']' after 2 values", RandomSchemas.nullable("i", INT64));
        requireRefused(ArrowType.List.INSTANCE, "[1,]", "a whole number", RandomSchemas.nullable("i", INT64));
        requireRefused(ArrowType.List.INSTANCE, "[null]", "is required but null", RandomSchemas.required("i", INT64));
        requireRefused(ArrowType.Struct.INSTANCE, "{\"j\":1}", "unknown field 'j'", RandomSchemas.nullable("i", INT64));
        requireRefused(ArrowType.Null.INSTANCE, "0", "expected null");
    }

    private void requireRefused(ArrowType type, String value, String message, Field... children) {
        Schema schema = new Schema(List.of(RandomSchemas.nullable("c", type, children)));
        byte[] file = ("{\"c\":" + value + "}\n").getBytes(StandardCharsets.UTF_8);
        String actual = refused(file, schema, JsonFiles.RECORDS).getMessage();
        assertTrue(actual.contains(message) && actual.contains("'c"), actual);
    }

    @Test
    void whiteSpaceIsTakenWhereJsonAllowsIt() throws IOException {
        String batches = " \t\r\n[ [ 1 ,\n \"a\" , 1.5 ] ,\r\n\t[2,null,null]\n]\r\n\r\n[]\n[ ]\n[[3,\"c\",0]]\r\n  ";
        assertEquals(3, rows(batches, JsonFiles.BATCHES));
        String records = "\r\n{ \"price\" :\n 1 , \"id\" : 1 }\r\n\r\n  {\"id\":2}\n\n{\"id\":3}\n \n";
        assertEquals(3, rows(records, JsonFiles.RECORDS));
        assertEquals(1, rows("[[1,null,null]]", JsonFiles.BATCHES));
        assertEquals(1, rows("\ufeff{\"id\":1}", JsonFiles.RECORDS));
        assertEquals(0, rows("", JsonFiles.BATCHES));
        assertEquals(0, rows(" \n ", JsonFiles.RECORDS));
    }

    @Test
    void keysComeInAnyOrderAndSpelling() throws IOException {
        String records = "{\"name\":\"a\",\"\\u0069d\":7,\"price\":1}\n{\"price\":1,\"name\":\"a\",\"id\":7}\n"
                + "{\"id\" : 7, \"name\"\t:\"a\"}\n{\"id\":7}\n";
        try (BatchDecoder decoder =
                JsonFiles.read(memory, records.getBytes(StandardCharsets.UTF_8), SCHEMA, JsonFiles.RECORDS, 10)) {
            assertTrue(decoder.loadNext());
            for (int row = 0; row < 4; row++) {
                assertEquals(7, ((BigIntVector) decoder.batch().getVector("id")).get(row));
                assertEquals(row == 3, decoder.batch().getVector("name").isNull(row));
            }
        }
    }

    @Test
    void aKeyWithoutItsColonIsRefused() {
        for (String record : List.of("{\"id\"", "{\"id\"7", "{\"id\" 7", "{\"id\",", "{\"id\"=7", "{\"id\"}")) {
            String message = refused(record.getBytes(StandardCharsets.UTF_8), SCHEMA, JsonFiles.RECORDS)
                    .getMessage();
            assertTrue(message.contains("expected ':' but found"), message);
        }
    }

    @Test
    void doublesOfEveryLengthAreTheJdksAndNothingElseIsTaken() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Schema schema = new Schema(
                List.of(RandomSchemas.nullable("d", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE))));
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            String whole = Long.toString(random.nextLong() >>> 1 + random.nextInt(63));
            String fraction = Long.toString(random.nextLong() >>> 1 + random.nextInt(63));
            String exponent = random.nextInt(8) == 0 ? "e" + (random.nextInt(20) - 10) : "";
            texts.add((random.nextBoolean() ? "-" : "") + whole + "." + "0".repeat(random.nextInt(3)) + fraction
                    + exponent);
        }
        String file = "[[" + String.join("],[", texts) + "]]\n";
        try (BatchDecoder decoder = JsonFiles.read(
                memory, file.getBytes(StandardCharsets.UTF_8), schema, JsonFiles.BATCHES, texts.size())) {
            assertTrue(decoder.loadNext());
            Float8Vector vector = (Float8Vector) decoder.batch().getVector(0);
            for (int row = 0; row < texts.size(); row++) {
                assertEquals(Double.parseDouble(texts.get(row)), vector.get(row), texts.get(row) + ", seed " + seed);
            }
        }
        for (String wrong :
                List.of("01.5", "-01.5", "00.5", "1.", "1.e5", ".5", "-.5", "1.5.5", "1.5e", "--1.5", "1,5", "1.5x")) {
            String line = "[[" + wrong + "]]";
            refused(line.getBytes(StandardCharsets.UTF_8), schema, JsonFiles.BATCHES);
        }
    }

    @Test
    void numbersThatAreWrittenOtherwiseAreTheSameNumbers() throws IOException {
        String records = "{\"id\":1.0e2,\"price\":1e3}\n{\"id\":100.000,\"price\":1000.00000000000000000000000}\n"
                + "{\"id\":10000e-2,\"price\":100000000000000000000000000e-23}\n{\"id\":0.0000000000000000000001E24}\n";
        try (BatchDecoder decoder =
                JsonFiles.read(memory, records.getBytes(StandardCharsets.UTF_8), SCHEMA, JsonFiles.RECORDS, 10)) {
            assertTrue(decoder.loadNext());
            for (int row = 0; row < 4; row++) {
                assertEquals(100, ((BigIntVector) decoder.batch().getVector("id")).get(row));
                assertEquals(
                        row == 3 ? "null" : "1000.00",
                        String.valueOf(decoder.batch().getVector("price").getObject(row)));
            }
        }
    }

    private int rows(String text, Map<String, String> options) throws IOException {
        int rows = 0;
        try (BatchDecoder decoder =
                JsonFiles.read(memory, text.getBytes(StandardCharsets.UTF_8), SCHEMA, options, 1000)) {
            while (decoder.loadNext()) {
                rows += decoder.batch().getRowCount();
            }
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":"})
    void aNestingBombIsRefusedWhereverItStands(String level) {
        String bomb = level.repeat(200_000);
        refused(bomb.getBytes(StandardCharsets.UTF_8), SCHEMA, JsonFiles.BATCHES);
        byte[] file = ("{\"id\":1,\"name\":" + bomb).getBytes(StandardCharsets.UTF_8);
        refused(file, SCHEMA, JsonFiles.RECORDS);
        CorruptFileException e = assertThrows(CorruptFileException.class, () -> {
            try (BatchDecoder decoder =
                    JsonFiles.read(memory, memory.pool(), file, SCHEMA, JsonFiles.RECORDS, List.of("id"), 1000)) {
                decoder.loadNext();
            }
        });
        assertTrue(e.getMessage().contains("at most 512 levels"), e.getMessage());
    }

    @Test
    void aColumnThatIsNotReadMustBeWellFormedAllTheSame() throws IOException {
        String[] good = {
            "1",
            "-1.5e+10",
            "\"a\\n\\u1234\"",
            "true",
            "false",
            "null",
            "[]",
            "{}",
            "[1,[2,{\"a\":[ ]}] , {}]",
            "{ \"a\" : 1 }"
        };
        String[] bad = {
            "",
            "01",
            "1.",
            "\"\\q\"",
            "\"\\u12\"",
            "tru",
            "falsy",
            "nil",
            "[1,]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "{,}",
            "]",
            "[}",
            "{\"a\":1,}",
            "\"\n\"",
            "[1",
            "\""
        };
        for (String value : good) {
            byte[] file = ("[[1," + value + ",2]]").getBytes(StandardCharsets.UTF_8);
            try (BatchDecoder decoder = JsonFiles.read(
                    memory, memory.pool(), file, SCHEMA, JsonFiles.BATCHES, List.of("price", "id"), 1000)) {
                assertTrue(decoder.loadNext());
                assertEquals(1, ((BigIntVector) decoder.batch().getVector("id")).get(0));
                assertFalse(decoder.loadNext());
            }
        }
        for (String value : bad) {
            byte[] file = ("[[1," + value + ",2]]").getBytes(StandardCharsets.UTF_8);
            assertThrows(
                    CorruptFileException.class,
                    () -> {
                        try (BatchDecoder decoder = JsonFiles.read(
                                memory, memory.pool(), file, SCHEMA, JsonFiles.BATCHES, List.of("price", "id"), 1000)) {
                            while (decoder.loadNext()) {
                                assertEquals(1, decoder.batch().getRowCount());
                            }
                        }
                    },
                    value);
        }
    }

    @Test
    void columnsThatDoNotExistOrComeTwiceAreRefused() {
        byte[] file = "[[1,null,null]]".getBytes(StandardCharsets.UTF_8);
        for (List<String> columns : List.of(List.of("idx"), List.of("id", "id"))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> JsonFiles.read(memory, memory.pool(), file, SCHEMA, JsonFiles.BATCHES, columns, 1000)
                            .close());
        }
    }

    @Test
    void aFileThatIsCutAnywhereIsAnErrorOrEndsAtARow() throws IOException {
        Schema schema = RandomSchemas.everything();
        try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 7);
                VectorSchemaRoot batch = source.next(2)) {
            for (Map<String, String> options : List.of(JsonFiles.BATCHES, JsonFiles.RECORDS)) {
                byte[] file = JsonFiles.write(
                        memory, memory.pool(), schema, options, 1, source.dictionaries(), List.of(batch));
                for (int length = 0; length < file.length; length += 1 + length % 7) {
                    byte[] cut = Arrays.copyOf(file, length);
                    int rows = readAll(cut, schema, options);
                    boolean atLine = length == 0 || file[length] == '\n' || file[length - 1] == '\n';
                    assertEquals(atLine, rows >= 0, "cut to " + length + " of " + file.length);
                }
            }
        }
    }

    @Test
    void mutatedFilesAreReadOrRefusedAndNothingElse() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Field> fields = new ArrayList<>(RandomSchemas.everything().getFields());
        long end = System.nanoTime() + 2_000_000_000L;
        for (int i = 0; System.nanoTime() < end; i++) {
            Collections.shuffle(fields, random);
            Schema schema = new Schema(fields.subList(0, 1 + random.nextInt(20)));
            Map<String, String> options = random.nextBoolean() ? JsonFiles.BATCHES : JsonFiles.RECORDS;
            byte[] file;
            try (RandomBatches source = new RandomBatches(memory.allocator(), schema, random.nextLong());
                    VectorSchemaRoot batch = source.next(1 + random.nextInt(20))) {
                file = JsonFiles.write(
                        memory, memory.pool(), schema, options, 7, source.dictionaries(), List.of(batch));
            }
            for (int k = 0; k < 40; k++) {
                byte[] mutated = mutate(file, random);
                try {
                    readAll(mutated, schema, options);
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(
                            "seed " + seed + ", file " + i + ": " + new String(mutated, StandardCharsets.UTF_8), e);
                }
            }
        }
    }

    private static byte[] mutate(byte[] file, Random random) {
        byte[] mutated = file.clone();
        String alphabet = "[]{},:\"\\0123456789.eE+-tfnu \n\u0000\u007f\u0080\u00ff";
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(5)) {
                case 0 -> mutated[at] = (byte) random.nextInt(256);
                case 1 -> mutated[at] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
                case 2 -> {
                    byte[] shorter = Arrays.copyOf(mutated, mutated.length - 1);
                    System.arraycopy(mutated, at + 1, shorter, at, shorter.length - at);
                    mutated = shorter.length == 0 ? mutated : shorter;
                }
                case 3 -> {
                    int from = random.nextInt(mutated.length);
                    int length = Math.min(random.nextInt(30), mutated.length - Math.max(from, at));
                    System.arraycopy(mutated.clone(), from, mutated, at, length);
                }
                default -> mutated = Arrays.copyOf(mutated, Math.max(1, at));
            }
        }
        return mutated;
    }

    /** The number of rows, or -1 if the file is broken. */
    private int readAll(byte[] file, Schema schema, Map<String, String> options) throws IOException {
        BufferPool pool = memory.pool();
        try (BatchDecoder decoder = JsonFiles.read(memory, pool, file, schema, options, null, 3)) {
            int rows = 0;
            while (decoder.loadNext()) {
                rows += decoder.batch().getRowCount();
            }
            return rows;
        } catch (CorruptFileException e) {
            assertTrue(e.getMessage().startsWith("file.json: line "), e.getMessage());
            return -1;
        }
    }

    private CorruptFileException refused(byte[] file, Schema schema, Map<String, String> options) {
        return assertThrows(
                CorruptFileException.class,
                () -> {
                    try (BatchDecoder decoder = JsonFiles.read(memory, file, schema, options, 1000)) {
                        while (decoder.loadNext()) {
                            assertTrue(decoder.batch().getRowCount() > 0);
                        }
                    }
                },
                () -> new String(file, 0, Math.min(200, file.length), StandardCharsets.UTF_8));
    }
}

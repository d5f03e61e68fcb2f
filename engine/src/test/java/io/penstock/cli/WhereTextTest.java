package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.Predicate;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhereTextTest {
    private static final Schema SCHEMA = SchemaText.parse(
            "id:int64, price:decimal(12,2), f:float32, d:float64, ok:bool, name:utf8, raw:binary, key:fixed_binary(16), day:date32, "
                    + "at:time64[us], ts:timestamp[us], tz:timestamp[ms,Europe/Berlin], took:duration[ns], list:list<int32>, "
                    + "\"in\":int32, \"a b\":int32, day-of-year:int16");

    @TempDir
    Path directory;

    private static String parsed(String text) {
        return WhereText.parse(text, SCHEMA).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "id=1 | id = 1",
                "id != -1.5e3 | id <> -1.5E+3",
                "id<>2|id <> 2",
                "price >= .25 | price >= 0.25",
                "f = 0.1 | f = 0.1",
                "d < -Infinity | d < -Infinity",
                "ok = TRUE | ok = true",
                "name <= 'O''Neil' | name <= 'O''Neil'",
                "raw = x'00FF' | raw = x'00ff'",
                "key > 123e4567-e89b-12d3-a456-426614174000 | key > '123e4567-e89b-12d3-a456-426614174000'",
                "day >= 1998-09-01 | day >= '1998-09-01'",
                "day = '1998-09-01' | day = '1998-09-01'",
                "at < 13:45:10.5 | at < '13:45:10.500'",
                "ts > '1998-09-01 13:00:00' | ts > '1998-09-01T13:00'",
                "ts > 1998-09-01 | ts > '1998-09-01T00:00'",
                "tz > 1998-09-01T13:00:00+05:30 | tz > '1998-09-01T13:00+05:30'",
                "tz > 1998-09-01T13:00 | tz > '1998-09-01T13:00+02:00[Europe/Berlin]'",
                "took < PT1.5S | took < 'PT1.5S'",
                "list is null | list is null",
                "name IS NOT NULL | name is not null",
                "\"in\" in (1,2 , 3) | in in (1, 2, 3)",
                "\"a b\" = 1 | a b = 1",
                "day-of-year = 5 | day-of-year = 5",
                "id not in (1) | not (id in (1))",
                "id between 1 and 5 and ok = true | ((id >= 1 and id <= 5) and ok = true)",
                "id = 1 or id = 2 and id = 3 | (id = 1 or (id = 2 and id = 3))",
                "(id = 1 or id = 2) and id = 3 | ((id = 1 or id = 2) and id = 3)",
                "not id = 1 and id = 2 | (not (id = 1) and id = 2)",
                "not not (id = 1) | id = 1",
            })
    void textIsReadAsSqlReadsIt(String text, String predicate) {
        assertEquals(predicate, parsed(text));
    }

    @Test
    void floatsAreRoundedAsTheColumnRoundsThem() {
        Predicate.Comparison comparison = (Predicate.Comparison) WhereText.parse("f = 0.1", SCHEMA);
        assertEquals(0.1f, comparison.value());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "|expected a column name|0",
                "id|expected =, <>, <, <=, >, >=, 'in', 'between' or 'is'|2",
                "id <|expected a number|4",
                "id < five|expected a number|5",
                "id < 'five'|expected a number|5",
                "id < \u0661|expected a number|5",
                "id = 1 id = 2|expected 'and', 'or' or the end|7",
                "ids = 1|no column 'ids'; penstock describe shows those there are|0",
                "(id = 1|expected ')'|7",
                "id in 1|expected '('|6",
                "id in (1|expected ')'|8",
                "id in ()|expected a number|7",
                "id is not|expected 'null'|9",
                "id not 5|expected 'in' or 'between'|7",
                "id between 1 or 2|expected 'and'|13",
                "id = null|expected a number|5",
                "name = A|expected a text in single quotes|7",
                "name = 'A|expected a text that ends with a single quote|7",
                "name = \"A\"|expected a text in single quotes|7",
                "\"id = 1|expected a name that ends with a double quote|0",
                "raw = x'0'|expected bytes such as x'00ff'|6",
                "key = x'00'|expected bytes such as x'00ff', 16 of them|6",
                "day = 1998-13-01|expected a date such as 1998-09-01|6",
                "ts = 1998-09-01T10:00Z|expected a timestamp such as 1998-09-01T13:45:10.123|5",
                "took = 5|expected a duration such as PT1.5S|7",
                "ok = 1|expected true or false|5",
                "list = 1|expected 'is null' or 'is not null', which are all a column of this type takes|7",
                "and = 1|expected a column name|0",
            })
    void whatIsWrongIsPointedAt(String text, String problem, int position) {
        String given = text == null ? "" : text;
        WhereException e = assertThrows(WhereException.class, () -> parsed(given));
        assertEquals("--where: " + problem, e.getMessage());
        assertEquals("  " + given + "\n" + " ".repeat(position + 2) + "^", e.shown());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 37, 38, 39, 75, 76, 77, 150, 293, 294, 300})
    void ofALongTextThePartIsShownThatIsPointedAt(int blanks) {
        String text = " ".repeat(blanks) + "@" + " ".repeat(300 - blanks);
        WhereException e = assertThrows(WhereException.class, () -> parsed(text));
        List<String> lines = e.shown().lines().toList();
        assertTrue(lines.get(0).length() <= 80, lines.get(0));
        assertEquals(lines.get(0).indexOf('@'), lines.get(1).indexOf('^'));
    }

    @Test
    void nestingEndsBeforeTheStack() {
        String text = "(".repeat(100_000);
        assertTrue(assertThrows(WhereException.class, () -> parsed(text))
                .getMessage()
                .contains("nested deeper"));
    }

    @Test
    void readWritesTheRowsForWhichItIsTrue() {
        String store = directory.resolve("store").toString();
        Cli.done("write", "--store", store, "--table", "a.b", "--quiet", "tpch:nation:1");
        String[] read = {"read", "--store", store, "--table", "a.b", "--columns", "n_name"};
        assertEquals(
                "n_name\nFRANCE\nGERMANY\n",
                Cli.done(with(read, "--where", "n_regionkey = 3 and n_name between 'F' and 'H'")));
        assertEquals("n_name\nALGERIA\n", Cli.done(with(read, "--where", "n_nationkey < 100", "--limit", "1")));
        assertEquals("n_name\n", Cli.done(with(read, "--where", "n_name is null")));
    }

    @Test
    void aMistakeIsWrongUsageWithTheExpressionAndACaret() {
        String store = directory.resolve("store").toString();
        Cli.done("write", "--store", store, "--table", "a.b", "--quiet", "tpch:nation:1");
        Cli.Result result = Cli.run(
                new byte[0], "read", "--store", store, "--table", "a.b", "--where", "n_regionkey = 3 and n_name = 5");
        assertEquals(2, result.status());
        assertEquals("", result.out());
        assertEquals("""
                penstock: --where: expected a text in single quotes
                  n_regionkey = 3 and n_name = 5
                                               ^
                """, result.err());
    }

    private static String[] with(String[] args, String... more) {
        String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return all;
    }
}

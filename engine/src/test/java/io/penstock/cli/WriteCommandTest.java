package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriteCommandTest {
    @TempDir
    Path directory;

    private String store;

    @BeforeEach
    void nameStore() {
        store = directory.resolve("store").toString();
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }

    private String write(String table, String... more) {
        return Cli.done(args("write", table, more));
    }

    private String refused(String table, String... more) throws IOException {
        List<String> before = filesOfStore();
        String line = Cli.failed(args("write", table, more));
        assertEquals(before, filesOfStore(), "what a refused write left");
        return line;
    }

    private String[] args(String command, String table, String... more) {
        List<String> args = new ArrayList<>(List.of(command, "--store", store, "--table", table));
        args.addAll(List.of(more));
        return args.toArray(String[]::new);
    }

    private String csv(String table) {
        return Cli.done(args("read", table));
    }

    private String schema(String table) throws IOException {
        JsonNode described = new ObjectMapper().readTree(Cli.done(args("describe", table, "--json")));
        List<String> columns = new ArrayList<>();
        described
                .get("schema")
                .forEach(column -> columns.add(
                        column.get("name").asText() + ":" + column.get("type").asText()));
        return String.join(",", columns);
    }

    private List<String> filesOfStore() throws IOException {
        Path root = Path.of(store);
        if (Files.notExists(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(path -> !path.equals(root))
                    .map(path -> root.relativize(path).toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @CsvSource({"json,batches", "json,records", "arrow,", "parquet,"})
    void csvComesBackAsItWas(String format, String layout) throws IOException {
        String rows = """
                id,name,price,ok,day,at,utc,code
                1,"Ann ""A"", Zürich",1.5,true,2024-02-29,2024-02-29T10:00:00,2024-02-29T10:00:00Z,007
                2,,-2.0,false,1969-12-31,1969-12-31T23:59:59.999999,0001-01-01T00:00:00Z,008
                -9223372036854775808,"",,,,,,
                9223372036854775807,"two
                lines 😀",-0.0,,,,,x
                """;
        String input = file("rows.csv", rows);
        if (layout == null) {
            write("t.rows", "--format", format, input);
        } else {
            write("t.rows", "--format", format, "--layout", layout, input);
        }
        assertEquals(
                "id:int64,name:utf8,price:float64,ok:bool,day:date32,at:timestamp[us],utc:timestamp[us,UTC],code:utf8",
                schema("t.rows"));
        assertEquals(rows, csv("t.rows"));
    }

    @ParameterizedTest
    @CsvSource({"batches,zstd,.json.zst", "records,zstd:9,.json.zst", "batches,gzip:1,.json.gz", "records,gzip,.json.gz"
    })
    void compressedJsonComesBackAsItWas(String layout, String compression, String suffix) throws IOException {
        write("t.plain", "tpch:customer:0.01");
        String[] said = {"--format", "json", "--layout", layout, "--compression", compression};
        write("t.rows", said[0], said[1], said[2], said[3], said[4], said[5], "tpch:customer:0.01");
        assertEquals(csv("t.plain"), csv("t.rows"));
        assertTrue(
                filesOfStore().stream().anyMatch(file -> file.endsWith(suffix)),
                filesOfStore().toString());
        assertTrue(Cli.done(args("describe", "t.rows")).contains(compression));
        String line = refused("t.rows", "--format", "json", "--compression", "none", "tpch:customer:0.01");
        assertTrue(line.contains("its compression is " + compression), line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"arrow", "parquet"})
    void everyFlatTypeCanBeFilledFromCsv(String format) throws IOException {
        String schema = "b:bool,i8:int8,i16:int16,i32:int32,i64:int64,u8:uint8,u16:uint16,u32:uint32,u64:uint64,"
                + "f16:float16,f32:float32,f64:float64,d:decimal(10,2),d256:decimal256(50,1),s:utf8,ls:large_utf8,"
                + "sv:utf8_view,x:binary,lx:large_binary,xv:binary_view,fx:fixed_binary(3),date:date32,date64:date64,"
                + "t32:time32[ms],t64:time64[ns],ts:timestamp[s],tz:timestamp[ns,Europe/Zurich],du:duration[us]";
        String names = schema.replaceAll("[,\\[(]\\w+[\\])]|\\(\\d+,\\d+\\)|\\[ns,Europe/Zurich\\]", "")
                .replaceAll(":[^,]*", "");
        String row = "true,-128,-32768,-2147483648,-9223372036854775808,255,65535,4294967295,18446744073709551615,"
                + "0.5,0.1,1.0E-300,12345678.90,1234567890123456789012345678901234567890123456789.5,a,b,"
                + "a longer text than a view holds inline,AP8=,AA==,aGVsbG8gd29ybGQsIGhlbGxv,AQID,"
                + "2024-02-29,1970-01-01,23:59:59.999,00:00:00.000000001,1970-01-01T00:00:01,"
                + "2024-07-01T10:00:00.000000001Z,PT1.000001S";
        String input = file("types.csv", names + "\n" + row + "\n" + ",".repeat(27) + "\n");
        write("t.types", "--schema", schema, "--format", format, input);
        assertEquals(schema, schema("t.types"));
        List<String> lines = csv("t.types").lines().toList();
        assertEquals(row, lines.get(1));
        assertEquals(",".repeat(27), lines.get(2));
    }

    @Test
    void tsvIsSeparatedByTabs() throws IOException {
        write("t.tabs", file("rows.tsv", "a\tb\n1\tx,y\n2\t\"a\tb\"\n"));
        assertEquals("a,b\n1,\"x,y\"\n2,a\tb\n", csv("t.tabs"));
    }

    @Test
    void aByteOrderMarkCarriageReturnsAndAMissingLastLineFeedDoNoHarm() throws IOException {
        write("t.windows", file("rows.csv", "\ufeffa,b\r\n1,x\r\n\r\n2,y"));
        assertEquals("a,b\n1,x\n2,y\n", csv("t.windows"));
    }

    @Test
    void nullsInATableOfOneColumnAreEmptyLines() throws IOException {
        write("t.one", file("rows.csv", "a\n1\n\n3\n"));
        assertEquals("a\n1\n\"\"\n3\n".replace("\"\"", ""), csv("t.one"));
    }

    @Test
    void aMismatchNamesFileLineColumnTypeAndValueAndLeavesNothing() throws IOException {
        String input = file("rows.csv", "id,name\n1,\"a\nb\"\n2x,c\n");
        String line = refused("t.rows", "--schema", "id:int64,name:utf8", input);
        assertTrue(line.startsWith(input + " line 4, column 'id': expected int64 and got '2x'"), line);
        assertEquals("", Cli.done("tables", "--store", store));
    }

    @Test
    void aMismatchBeyondTheSampleNamesItsLine() throws IOException {
        StringBuilder rows = new StringBuilder("id,name\n");
        for (int i = 0; i < 5000; i++) {
            rows.append(i).append(",x\n");
        }
        String input = file("rows.csv", rows + "many,x\n");
        String line = refused("t.rows", input);
        assertTrue(line.startsWith(input + " line 5002, column 'id': expected int64 and got 'many'"), line);
        assertTrue(line.contains("--schema"), line);
    }

    @Test
    void aMismatchLeavesATableAsItWas() throws IOException {
        write("t.rows", file("rows.csv", "id,name\n1,a\n"));
        String line = refused("t.rows", file("more.csv", "id,name\n2,b\n3.5,c\n"));
        assertTrue(line.contains("more.csv line 3, column 'id'"), line);
        assertEquals("id,name\n1,a\n", csv("t.rows"));
    }

    @Test
    void brokenCsvIsRefused() throws IOException {
        assertTrue(refused("t.rows", file("a.csv", "")).contains("is empty"));
        assertTrue(refused("t.rows", file("b.csv", "a,b\n1,2,3\n")).contains("b.csv line 2: 3 fields"));
        assertTrue(
                refused("t.rows", file("c.csv", "a,b\n1\n")).contains("c.csv line 2: 1 field where the header has 2"));
        assertTrue(refused("t.rows", file("d.csv", "a,\n1,2\n")).contains("column 2 has no name"));
        assertTrue(refused("t.rows", file("e.csv", "a,a\n1,2\n")).contains("two columns 'a'"));
        Path latin =
                Files.write(directory.resolve("f.csv"), "a,b\n1,Z\u00fcrich\n".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(refused("t.rows", latin.toString()).startsWith(latin + " line 2 is not UTF-8"));
        assertTrue(refused("t.rows", directory.resolve("g.csv").toString()).contains("no such file"));
        assertTrue(
                refused("t.rows", "--input-format", "csv", directory.toString()).contains("is a directory"));
    }

    @Test
    void nullInARequiredColumnIsRefused() throws IOException {
        String line = refused("t.rows", "--schema", "a:int64!,b:utf8", file("a.csv", "a,b\n1,x\n,y\n"));
        assertTrue(line.contains("a.csv line 3, column 'a': it is required"), line);
        assertTrue(refused("t.rows", "--schema", "a:int64!,b:utf8", file("b.csv", "b\nx\n"))
                .contains("no column 'a', which the table requires"));
    }

    @Test
    void columnsAreMatchedByName() throws IOException {
        write("t.rows", "--schema", "a:int64,b:utf8,c:bool", file("a.csv", "b,a\nx,1\n"));
        assertEquals("a,b,c\n1,x,\n", csv("t.rows"));
        assertTrue(refused("t.rows", file("b.csv", "a,d\n1,2\n")).contains("has a column 'd' and the table has not"));
    }

    @Test
    void severalInputsAreOneCommit() throws IOException {
        String out = write(
                "t.rows",
                "--json",
                file("a.csv", "a,b\n1,x\n"),
                file("b.jsonl", "{\"a\":2,\"b\":\"y\"}\n"),
                file("c.tsv", "b\ta\nz\t3\n"));
        JsonNode json = new ObjectMapper().readTree(out);
        assertEquals(1, json.get("version").asInt());
        assertEquals(3, json.get("rows").asInt());
        assertEquals("a,b\n1,x\n2,y\n3,z\n", csv("t.rows"));
    }

    @Test
    void anInputThatDoesNotFitTheOthersIsNamedAndNothingIsWritten() throws IOException {
        String line = refused("t.rows", file("a.csv", "a,b\n1,x\n"), file("b.csv", "a,c\n1,x\n"));
        assertTrue(line.contains("b.csv has a column 'c'"), line);
        line = refused("t.rows", file("a.csv", "r_regionkey\n1\n"), "tpch:region:1");
        assertTrue(line.startsWith("tpch:region:1 does not fit the table"), line);
    }

    @Test
    void jsonSaysWhatWasCommitted() throws IOException {
        JsonNode json = new ObjectMapper()
                .readTree(write("t.rows", "--json", "--format", "json", "--batch-rows", "10", "tpch:nation:1"));
        List<String> names = new ArrayList<>();
        json.fieldNames().forEachRemaining(names::add);
        assertEquals(
                List.of(
                        "rows",
                        "batches",
                        "files",
                        "bytes",
                        "seconds",
                        "rowsPerSecond",
                        "megabytesPerSecond",
                        "peakHeapBytes",
                        "peakDirectBytes",
                        "version"),
                names);
        assertEquals(25, json.get("rows").asInt());
        assertEquals(3, json.get("batches").asInt());
        assertEquals(1, json.get("files").asInt());
        assertEquals(1, json.get("version").asInt());
        assertTrue(json.get("bytes").asLong() > 0);
        assertTrue(json.get("peakHeapBytes").asLong() > 0);
        assertTrue(json.get("peakDirectBytes").asLong() > 0);
        JsonNode described = new ObjectMapper().readTree(Cli.done(args("describe", "t.rows", "--json")));
        assertEquals(json.get("bytes"), described.get("bytes"));
    }

    @Test
    void quietPrintsNothing() {
        assertEquals("", write("t.rows", "--quiet", "tpch:region:1"));
    }

    @Test
    void optionsThatContradictTheTableSayHow() throws IOException {
        String rows = file("a.csv", "a\n1\n");
        write("t.rows", "--format", "json", "--batch-rows", "5", rows);
        assertTrue(refused("t.rows", "--format", "arrow", rows).contains("its format is json"));
        assertTrue(refused("t.rows", "--format", "json", "--layout", "records", rows)
                .contains("its layout is batches"));
        assertTrue(refused("t.rows", "--batch-rows", "6", rows).contains("its batches have 5 rows"));
        assertTrue(refused("t.rows", "--schema", "a:utf8", rows).contains("the table's is a:int64"));
        assertTrue(refused("t.rows", "--schema", "a:int64!", rows).contains("its columns are a:int64"));
        write("t.rows", "--format", "json", "--layout", "batches", "--batch-rows", "5", "--schema", "a:int64", rows);
        assertEquals("a\n1\n1\n", csv("t.rows"));
    }

    @ParameterizedTest
    @CsvSource({"customer,1500", "orders,15000", "part,2000", "partsupp,8000", "supplier,100", "nation,25", "region,5"})
    void everyTpchTableCanBeGenerated(String table, int rows) {
        write("tpch." + table, "--quiet", "tpch:" + table + ":0.01");
        assertEquals(rows + 1, csv("tpch." + table).lines().count());
    }

    @Test
    void lineitemHasTheValuesOfTpch() {
        write("tpch.lineitem", "--format", "json", "tpch:lineitem:0.001");
        List<String> lines =
                Cli.done(args("read", "tpch.lineitem", "--limit", "1")).lines().toList();
        assertEquals(
                "1,156,4,1,17.0,17954.55,0.04,0.02,N,O,1996-03-13,1996-02-12,1996-03-22,DELIVER IN PERSON,TRUCK",
                lines.get(1).substring(0, lines.get(1).lastIndexOf(',')));
    }

    @Test
    void nestedJsonIsInferredAndComesBack() throws IOException {
        String rows = """
                {"id":1,"tags":["a","b"],"at":{"x":1.5,"path":[{"n":1}]},"big":1}
                {"id":2,"tags":[],"at":null,"big":2.5}
                {"id":3,"tags":null,"at":{"x":2.0,"path":null},"big":3.0}
                """;
        write("t.rows", file("a.jsonl", rows));
        assertEquals(
                "id:int64,tags:list<utf8>,at:struct<x:float64,path:list<struct<n:int64>>>,big:float64",
                schema("t.rows"));
        assertEquals(rows.replace("\"big\":1}", "\"big\":1.0}"), Cli.done(args("read", "t.rows", "--as", "jsonl")));
        assertEquals(
                "id,tags,at,big\n1,\"[\"\"a\"\",\"\"b\"\"]\",\"{\"\"x\"\":1.5,\"\"path\"\":[{\"\"n\"\":1}]}\",1.0\n",
                Cli.done(args("read", "t.rows", "--limit", "1")));
    }

    @Test
    void brokenJsonNamesLineAndColumn() throws IOException {
        write("t.rows", file("a.jsonl", "{\"id\":1}\n"));
        String line = refused("t.rows", file("b.jsonl", "{\"id\":1}\n\n{\"id\":\"x\"}\n"));
        assertTrue(line.contains("b.jsonl: line 3") && line.contains("column 'id'"), line);
        assertTrue(refused("t.rows", file("c.jsonl", "{\"id\":1}\n{\"id\":2,\"z\":1}\n"))
                .contains("'z'"));
        assertTrue(refused("t.new", file("d.jsonl", "{\"id\":1}\n{\"id\":}\n"))
                .contains("d.jsonl line 2: malformed JSON"));
        assertTrue(refused("t.new", file("e.jsonl", "{\"id\":1}\n{\"id\":\"x\"}\n"))
                .contains("e.jsonl line 2: id is a string here and a whole number before"));
        assertTrue(refused("t.new", file("f.jsonl", "")).contains("no record"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "jsonl", "arrow", "parquet"})
    void standardInputTakesWhatStandardOutputGives(String format) {
        write("t.nation", "--format", "arrow", "tpch:nation:1");
        byte[] rows = Cli.doneWith(new byte[0], args("read", "t.nation", "--as", format))
                .bytes();
        String schema = "n_nationkey:int64!,n_name:utf8!,n_regionkey:int64!,n_comment:utf8!";
        Cli.doneWith(rows, args("write", "t.copy", "--schema", schema, "--input-format", format, "-"));
        assertEquals(csv("t.nation"), csv("t.copy"));
    }

    @Test
    void jsonFromStandardInputMayBeLongerThanAChunkAndALineToo() {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 40_000; i++) {
            rows.append("{\"id\":").append(i).append(",\"s\":\"some text that takes room\"}\n");
        }
        rows.append("{\"id\":-1,\"s\":\"").append("x".repeat(3 << 20)).append("\"}");
        byte[] in = rows.toString().getBytes(StandardCharsets.UTF_8);
        Cli.doneWith(in, args("write", "t.rows", "--input-format", "jsonl", "-"));
        List<String> lines =
                Cli.done(args("read", "t.rows", "--columns", "id")).lines().toList();
        assertEquals(40_002, lines.size());
        assertEquals("39999", lines.get(40_000));
        assertEquals("-1", lines.get(40_001));
    }

    @Test
    void aTextLongerThanABufferIsTaken() throws IOException {
        String text = "é".repeat(400_000);
        write("t.rows", "--format", "json", file("a.csv", "a,b\n1," + text + "\n"));
        assertEquals("a,b\n1," + text + "\n", csv("t.rows"));
    }

    @Test
    void anArrowFileHasToBeOneAndToFit() throws IOException {
        write("t.region", "tpch:region:1");
        byte[] arrow = Cli.doneWith(new byte[0], args("read", "t.region", "--as", "arrow"))
                .bytes();
        Path good = Files.write(directory.resolve("good.arrow"), arrow);
        write("t.copy", good.toString());
        assertEquals(csv("t.region"), csv("t.copy"));
        assertTrue(refused("t.new", file("a.arrow", "a,b\n1,2\n")).contains("a.arrow: it is not an Arrow IPC file"));
        Path cut = Files.write(directory.resolve("cut.arrow"), java.util.Arrays.copyOf(arrow, arrow.length / 2));
        assertTrue(refused("t.new", cut.toString()).contains("cut.arrow"));
        write("t.other", file("b.csv", "a\n1\n"));
        String line = refused("t.other", good.toString());
        assertTrue(line.contains("good.arrow does not fit the table: its column 1 is r_regionkey:int64!"), line);
    }

    @Test
    void noRowsMakeATableAndNoVersion() throws IOException {
        String out = write("t.rows", "--json", file("a.csv", "a,b\n"));
        assertEquals(0, new ObjectMapper().readTree(out).get("rows").asInt());
        assertEquals("a,b\n", csv("t.rows"));
        assertFalse(filesOfStore().isEmpty());
    }
}

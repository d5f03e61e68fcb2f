package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands do with Parquet: tables of it, and files of other programs. */
class ParquetCommandsTest {
    @TempDir
    Path directory;

    private String store;

    @BeforeEach
    void nameStore() {
        store = directory.resolve("store").toString();
    }

    private String[] args(String command, String table, String... more) {
        List<String> args = new ArrayList<>(List.of(command, "--store", store, "--table", table));
        args.addAll(List.of(more));
        return args.toArray(String[]::new);
    }

    private String write(String table, String... more) {
        return Cli.done(args("write", table, more));
    }

    private String refused(String table, String... more) {
        return Cli.failed(args("write", table, more));
    }

    private String misused(String... more) {
        return Cli.misused(args("write", "t.none", more));
    }

    private String read(String table, String... more) {
        return Cli.done(args("read", table, more));
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }

    private JsonNode described(String table) throws IOException {
        return new ObjectMapper().readTree(Cli.done(args("describe", table, "--json")));
    }

    private List<Path> dataFiles(String table) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(store, table.split("\\.")))) {
            return files.filter(path -> path.toString().endsWith(".parquet"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> duckdb(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            List<String> rows = new ArrayList<>();
            if (statement.execute(sql)) {
                ResultSet result = statement.getResultSet();
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        row.add(result.getString(i));
                    }
                    rows.add(String.join("|", row));
                }
            }
            return rows;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy", "zstd", "zstd:9", "lz4", "gzip", "gzip:9"})
    void aTableOfEachCodecComesBackAndDuckDbReadsIt(String compression) throws Exception {
        write("t.arrow", "tpch:customer:0.001");
        write("t.rows", "--format", "parquet", "--compression", compression, "tpch:customer:0.001");
        assertEquals(read("t.arrow"), read("t.rows"));
        JsonNode column = described("t.rows").get("parquet").get("columns").get(0);
        assertEquals(compression.split(":")[0], column.get("codec").asText());
        String table = "'" + store + "/t/rows/*.parquet'";
        assertEquals(
                List.of("150|1|150|Customer#000000001"),
                duckdb("select count(*), min(c_custkey), max(c_custkey), min(c_name) from " + table));
    }

    @Test
    void rowGroupsHaveTheRowsThatWereSaid() throws IOException {
        write("t.rows", "--format", "parquet", "--row-group-rows", "10", "tpch:nation:1");
        assertEquals(3, described("t.rows").get("parquet").get("rowGroups").asInt());
        assertTrue(Cli.done(args("describe", "t.rows")).contains("rows      25 in 3 row groups\n"));
        write("t.rows", "--format", "parquet", "--row-group-rows", "10", "tpch:nation:1");
        assertTrue(refused("t.rows", "--format", "parquet", "--row-group-rows", "11", "tpch:nation:1")
                .contains("its row groups have 10 rows"));
    }

    @Test
    void wrongOptionsSayTheChoices() {
        String line = misused("--format", "parquet", "--compression", "brotli", "tpch:nation:1");
        assertTrue(line.contains("brotli") && line.contains("none, snappy, zstd"), line);
        line = misused("--format", "parquet", "--compression", "zstd:99", "tpch:nation:1");
        assertTrue(line.contains("99") && line.contains("22"), line);
        line = misused("--format", "parquet", "--row-group-rows", "0", "tpch:nation:1");
        assertTrue(line.contains("penstock.parquet.row.group.rows"), line);
        for (String format : List.of("json", "arrow")) {
            line = misused("--format", format, "--row-group-rows", "5", "tpch:nation:1");
            assertTrue(line.startsWith("--row-group-rows belongs to --format parquet"), line);
        }
        line = misused("--compression", "zstd", "tpch:nation:1");
        assertTrue(line.startsWith("--compression belongs to --format parquet or arrow or json"), line);
        line = misused("--format", "json", "--compression", "lz4", "tpch:nation:1");
        assertTrue(line.contains("lz4") && line.contains("none, zstd, zstd:<level>, gzip"), line);
    }

    @Test
    void aColumnHasItsOwnOptions() throws IOException {
        String[] said = {"--format", "parquet", "--column", "n_comment:encoding=plain,dictionary=false"};
        write("t.rows", said[0], said[1], said[2], said[3], "--column", "n_name:encoding=delta.bytes", "tpch:nation:1");
        JsonNode columns = described("t.rows").get("parquet").get("columns");
        assertEquals("PLAIN", columns.get(3).get("encodings").get(0).asText());
        assertEquals("DELTA_BYTE_ARRAY", columns.get(1).get("encodings").get(0).asText());
        write("t.rows", said[0], said[1], said[2], said[3], "tpch:nation:1");
        String line = refused("t.rows", "--format", "parquet", "--column", "n_comment:bloom=0.1", "tpch:nation:1");
        assertTrue(line.contains("its column 'n_comment' has other options"), line);
        line = misused("--format", "parquet", "--column", "n_nme:encoding=plain", "tpch:nation:1");
        assertTrue(line.contains("'n_nme'") && line.contains("n_name"), line);
        line = misused("--format", "parquet", "--column", "n_name:encoding=rle", "tpch:nation:1");
        assertTrue(line.contains("'n_name'") && line.contains("delta.bytes"), line);
        line = misused("--format", "parquet", "--column", "n_name:encoding=none", "tpch:nation:1");
        assertTrue(line.contains("one of auto, plain"), line);
    }

    @Test
    void optionsThatContradictTheTableSayHow() throws IOException {
        write("t.rows", "--format", "parquet", "--compression", "zstd:3", "tpch:nation:1");
        String line = refused("t.rows", "--format", "parquet", "--compression", "snappy", "tpch:nation:1");
        assertTrue(line.contains("its compression is zstd:3"), line);
        assertTrue(refused("t.rows", "--format", "arrow", "tpch:nation:1").contains("its format is parquet"));
        write("t.rows", "--format", "parquet", "--compression", "zstd:3", "tpch:nation:1");
        assertEquals(50, described("t.rows").get("rows").asInt());
    }

    @Test
    void aFileOfATableIsAnInput() throws IOException {
        write("t.rows", "--format", "parquet", "tpch:customer:0.001");
        String data = dataFiles("t.rows").get(0).toString();
        for (String format : List.of("json", "arrow", "parquet")) {
            write("t." + format, "--format", format, data);
            assertEquals(read("t.rows"), read("t." + format));
            assertEquals(
                    described("t.rows").get("schema"), described("t." + format).get("schema"));
        }
        Cli.doneWith(
                Files.readAllBytes(Path.of(data)), args("write", "t.in", "--input-format", "parquet", "--quiet", "-"));
        assertEquals(read("t.rows"), read("t.in"));
    }

    @Test
    void aFileOfDuckDbIsAnInput() throws Exception {
        String input = directory.resolve("duck.parquet").toString();
        duckdb("copy (select i::bigint id, 'x' || i % 3 s, i / 4 d, case when i % 7 > 0 then i::decimal(9,2) end p,"
                + " (date '2024-02-28' + i::int) as day, (timestamp '1969-12-31 23:59:59' + to_seconds(i)) as at,"
                + " [i, null, i + 1] l, {'a': i, 'b': 'y'} st, i % 2 = 0 b"
                + " from range(10000) t(i)) to '" + input + "' (row_group_size 2048)");
        String out = write("t.rows", "--format", "parquet", "--json", input);
        assertEquals(10_000, new ObjectMapper().readTree(out).get("rows").asInt());
        List<String> lines = read("t.rows").lines().toList();
        assertEquals(10_001, lines.size());
        assertEquals("id,s,d,p,day,at,l,st,b", lines.get(0));
        assertEquals(
                "0,x0,0.0,,2024-02-28,1969-12-31T23:59:59,\"[0,null,1]\",\"{\"\"a\"\":0,\"\"b\"\":\"\"y\"\"}\",true",
                lines.get(1));
        assertEquals(
                "9999,x0,2499.75,9999.00,2051-07-15,1970-01-01T02:46:38,\"[9999,null,10000]\","
                        + "\"{\"\"a\"\":9999,\"\"b\"\":\"\"y\"\"}\",false",
                lines.get(10_000));
        String copy = "'" + dataFiles("t.rows").get(0) + "'";
        assertEquals(List.of("0"), duckdb("select count(*) from (from '" + input + "' except all from " + copy + ")"));
    }

    @Test
    void aFileOfParquetJavaIsAnInput() throws IOException {
        MessageType schema = MessageTypeParser.parseMessageType(
                "message m { required int64 id; optional binary name (STRING); optional int32 small (INTEGER(8,true)); }");
        Path input = directory.resolve("java.parquet");
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(input))
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .build()) {
            SimpleGroupFactory rows = new SimpleGroupFactory(schema);
            for (int i = 0; i < 1000; i++) {
                Group row = rows.newGroup().append("id", (long) i);
                if (i % 2 == 0) {
                    row.append("name", "é" + i).append("small", i % 100);
                }
                writer.write(row);
            }
        }
        write("t.rows", input.toString());
        List<String> lines = read("t.rows").lines().toList();
        assertEquals(1001, lines.size());
        assertEquals("id,name,small", lines.get(0));
        assertEquals("0,é0,0", lines.get(1));
        assertEquals("1,,", lines.get(2));
        assertEquals("998,é998,98", lines.get(999));
        assertEquals(
                List.of("int64", "utf8", "int8"),
                described("t.rows").get("schema").findValuesAsText("type"));
    }

    @Test
    void aParquetInputHasToBeOneAndToFit() throws IOException {
        write("t.region", "--format", "parquet", "tpch:region:1");
        Path data = dataFiles("t.region").get(0);
        byte[] bytes = Files.readAllBytes(data);
        Path cut = Files.write(directory.resolve("cut.parquet"), Arrays.copyOf(bytes, bytes.length / 2));
        assertTrue(refused("t.new", cut.toString()).startsWith(cut + ": "));
        String text = file("text.parquet", "a,b\n1,2\n");
        assertTrue(refused("t.new", text).startsWith(text + ": "));
        assertTrue(refused("t.new", file("empty.parquet", "")).contains("empty.parquet: "));
        assertEquals("t.region\n", Cli.done("tables", "--store", store));
        write("t.other", file("b.csv", "a\n1\n"));
        String line = refused("t.other", data.toString());
        assertTrue(line.startsWith(data + " does not fit the table: its column 1 is r_regionkey:int64!"), line);
    }

    @Test
    void describeShowsWhatIsInTheFiles() throws IOException {
        String[] columns = {"--column", "n_comment:dictionary=false,bloom=0.01", "--column", "n_name:compression=zstd:9"
        };
        write(
                "t.rows",
                "--format",
                "parquet",
                "--compression",
                "zstd",
                columns[0],
                columns[1],
                columns[2],
                columns[3],
                "tpch:nation:1");
        write("t.rows", "tpch:nation:1");
        String text = Cli.done(args("describe", "t.rows"));
        assertTrue(
                text.contains("format    parquet column.n_comment.bloom=0.01 column.n_comment.dictionary=false\n"
                        + "          column.n_name.compression=zstd:9 compression=zstd\n"
                        + "settings  -\n"),
                text);
        assertTrue(text.contains("files     2\n"), text);
        assertTrue(text.contains("rows      50 in 2 row groups\n"), text);
        assertTrue(text.contains("\nn_nationkey"), text);
        assertTrue(text.contains("int64! as INT64, "), text);
        assertTrue(text.contains("0 to 24"), text);
        assertTrue(text.contains("\"ALGERIA\" to \"VIETNAM\""), text);
        text.lines().forEach(line -> assertTrue(line.length() <= 80, line));
        JsonNode parquet = described("t.rows").get("parquet");
        assertEquals(2, parquet.get("rowGroups").asInt());
        JsonNode column = parquet.get("columns").get(1);
        assertEquals("n_name", column.get("name").asText());
        assertEquals("BYTE_ARRAY", column.get("physicalType").asText());
        assertEquals("zstd", column.get("codec").asText());
        assertEquals(0, column.get("nulls").asInt(-1));
        assertTrue(column.get("bytes").asLong() > 0);
        assertTrue(column.get("rawBytes").asLong() > 0);
        assertFalse(column.get("encodings").isEmpty());
    }

    @Test
    void describeOfLongNamesAndNestedColumnsFits80Columns() throws IOException {
        String name =
                "a column whose name is as long as a sentence; it goes on and on, and does not end before it has to";
        String rows = "{\"" + name + "\":{\"" + name + "\":[\"" + "v".repeat(300) + "\"]},\"b\":null}\n";
        write(
                "t.rows",
                "--format",
                "parquet",
                "--schema",
                "\"" + name + "\":struct<\"" + name + "\":list<utf8>>,b:binary",
                file("a.jsonl", rows));
        String text = Cli.done(args("describe", "t.rows"));
        text.substring(text.indexOf("\n\n")).lines().forEach(line -> assertTrue(line.length() <= 80, line));
        assertTrue(text.contains("...\" to \"vvv"), text);
    }

    @Test
    void describeKnowsTheBoundsOfEveryFlatType() throws IOException {
        String schema =
                "b:bool,u8:uint8,u64:uint64,f16:float16,f32:float32,f64:float64,d:decimal(10,2),d256:decimal256(50,1),"
                        + "s:utf8,x:binary,fx:fixed_binary(3),date:date32,date64:date64,t32:time32[s],t64:time64[ns],ts:timestamp[s],"
                        + "tz:timestamp[ns,Europe/Zurich],du:duration[us]";
        String names = "b,u8,u64,f16,f32,f64,d,d256,s,x,fx,date,date64,t32,t64,ts,tz,du";
        String low =
                "false,1,2,-0.5,0.1,0.0,-12345678.90,-1234567890123456789012345678901234567890123456789.5,,AP8=,AQID,"
                        + "1969-12-31,1970-01-01,00:00:00,00:00:00.000000001,1970-01-01T00:00:01,2024-07-01T10:00:00.000000001Z,PT-1S";
        String high = "true,255,18446744073709551615,2.0,0.2,1.0E300,12345678.90,99.5,é,/w==,/wID,"
                + "2024-02-29,2024-02-29,23:59:59,23:59:59.999999999,9999-12-31T23:59:59,2025-07-01T10:00:00Z,PT1.000001S";
        write(
                "t.rows",
                "--format",
                "parquet",
                "--schema",
                schema,
                file("a.csv", names + "\n" + high + "\n" + low + "\n"));
        List<String> wantedLow = List.of(low.replace(",,", ",\"é\",").split(","));
        List<String> wantedHigh = List.of(high.replace("é", "\"é\"").split(","));
        JsonNode columns = described("t.rows").get("parquet").get("columns");
        for (int i = 0; i < columns.size(); i++) {
            JsonNode column = columns.get(i);
            assertEquals(wantedLow.get(i), column.get("min").asText(), column.toString());
            assertEquals(wantedHigh.get(i), column.get("max").asText(), column.toString());
            assertEquals(i == 8 ? 1 : 0, column.get("nulls").asInt(), column.toString());
        }
    }

    @Test
    void describeOfATableWithoutFilesHasNoColumnsOfThem() {
        write("t.rows", "--format", "parquet", "--schema", "a:int64", "--input-format", "jsonl", "/dev/null");
        assertTrue(Cli.done(args("describe", "t.rows")).contains("rows      0\n"));
    }
}

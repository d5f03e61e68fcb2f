package io.penstock.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.penstock.format.ColumnStatistics;
import io.penstock.format.CorruptFileException;
import io.penstock.storage.BlockChecksums;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomSchemas;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LogFormatTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    private static final Schema SCHEMA =
            new Schema(List.of(Field.nullable("s\"\u20ac", ArrowType.Utf8.INSTANCE)), Map.of("k", "v"));
    private static final TableMetadata METADATA = new TableMetadata(
            "an id", "json", Map.of("layout", "records"), SCHEMA, Map.of("penstock.batch.rows", "5"), 42);
    private static final DataFile FILE =
            new DataFile("part-0 \u20ac+%.json", 7, 3, checksums(7, 0xDEADBEEF), "{\"numRecords\":3}", 43);

    private static BlockChecksums checksums(long bytes, int... sums) {
        return BlockChecksums.of(bytes, BlockChecksums.SMALLEST_BLOCK_BYTES, sums);
    }

    @Test
    void everyActionReadsBackAsItWasWritten() throws Exception {
        LogEntry entry =
                new LogEntry(7, "writer", METADATA, List.of(FILE), List.of(), List.of("app \"1\""), "WRITE", 44);
        assertEquals(entry, LogFormat.read("x.json", 7, LogFormat.write(entry)));
    }

    @Test
    void checksumsOfManyBlocksReadBack() throws Exception {
        DataFile file = new DataFile("f", (1 << 17) + 1, 0, checksums((1 << 17) + 1, -1, 0, 1 << 31), null, 43);
        LogEntry entry = new LogEntry(7, "w", METADATA, List.of(file), List.of(), List.of(), "WRITE", 44);
        assertEquals(entry, LogFormat.read("x.json", 7, LogFormat.write(entry)));
    }

    @Test
    void checksumsThatDoNotFitTheFileAreRefused() {
        for (String blocks :
                List.of("65536:AAAAAA", "65536:AAAAAAAAAAAAAAA", "AAAAAA", "0:AAAAAA", "4194305:AAAAAA", "x:?")) {
            String text = "{\"add\":{\"path\":\"c\",\"size\":65537,\"modificationTime\":6,\"tags\":{"
                    + "\"penstock.crc32c\":\"00000000\",\"penstock.crc32c.blocks\":\"" + blocks + "\"}}}\n";
            CorruptFileException e = assertThrows(
                    CorruptFileException.class,
                    () -> LogFormat.read("x.json", 3, text.getBytes(StandardCharsets.UTF_8)),
                    blocks);
            assertTrue(e.getMessage().contains("line 1"), e.getMessage());
        }
    }

    @Test
    void aLargeFileOfWhichOnlyTheWholeIsSummedHasNoChecksums() throws Exception {
        String text = "{\"add\":{\"path\":\"c\",\"size\":65537,\"modificationTime\":6,\"tags\":{"
                + "\"penstock.crc32c\":\"00000001\"}}}\n";
        LogEntry entry = LogFormat.read("x.json", 3, text.getBytes(StandardCharsets.UTF_8));
        assertNull(entry.added().get(0).checksums());
    }

    @Test
    void everyLineIsAnActionOfTheDeltaProtocol() throws Exception {
        LogEntry entry = new LogEntry(0, "writer", METADATA, List.of(FILE), List.of(), List.of("app"), "WRITE", 44);
        String[] lines = new String(LogFormat.write(entry), StandardCharsets.UTF_8).split("\n");
        ObjectMapper jackson = new ObjectMapper();
        JsonNode info = jackson.readTree(lines[0]).get("commitInfo");
        assertEquals("writer", info.get("txnId").asText());
        assertEquals(
                3, jackson.readTree(lines[1]).at("/protocol/minReaderVersion").asInt());
        JsonNode metadata = jackson.readTree(lines[2]).get("metaData");
        assertEquals("json", metadata.at("/format/provider").asText());
        assertEquals(
                jackson.readTree(
                        "{\"type\":\"struct\",\"fields\":[{\"name\":\"s\\\"\u20ac\",\"type\":\"string\",\"nullable\":true,\"metadata\":{}}]}"),
                jackson.readTree(metadata.get("schemaString").asText()));
        assertEquals("app", jackson.readTree(lines[3]).at("/txn/appId").asText());
        JsonNode add = jackson.readTree(lines[4]).get("add");
        assertEquals("part-0%20%E2%82%AC+%25.json", add.get("path").asText());
        assertEquals("deadbeef", add.at("/tags/penstock.crc32c").asText());
        assertEquals(
                3, jackson.readTree(add.get("stats").asText()).get("numRecords").asInt());
        assertEquals(5, lines.length);
    }

    @Test
    void everyArrowTypeHasADeltaTypeAndReadsBackExactly() throws Exception {
        Schema all = RandomSchemas.everything();
        TableMetadata metadata = new TableMetadata("id", "arrow", Map.of(), all, Map.of(), 1);
        LogEntry entry = new LogEntry(0, "w", metadata, List.of(), List.of(), List.of(), "CREATE TABLE", 1);
        assertEquals(
                all, LogFormat.read("x", 0, LogFormat.write(entry)).metadata().schema());
    }

    @Test
    void cutOrMeaninglessEntryNamesFileAndLine() {
        byte[] whole =
                LogFormat.write(new LogEntry(0, "writer", METADATA, List.of(FILE), List.of(), List.of(), "WRITE", 44));
        String text = new String(whole, StandardCharsets.UTF_8);
        assertCorrupt(text.substring(0, text.length() - 1), "cut off");
        assertCorrupt("", "cut off");
        assertCorrupt("{\"add\":{}}\n", "line 1");
        assertCorrupt("{}\nnonsense\n", "line 2");
        assertCorrupt("{\"add\":7}\n", "'add' is no object");
        assertCorrupt("{\"frobnicate\":{}}\n", "unknown log action 'frobnicate'");
        assertCorrupt("{\"protocol\":{\"minReaderVersion\":2,\"minWriterVersion\":5}}\n", "reader version 2");
        assertCorrupt("{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":4}}\n", "writer version 4");
        assertCorrupt("{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7}}\n", "'readerFeatures' is null");
        assertCorrupt("{\"protocol\":{\"minWriterVersion\":2}}\n", "'minReaderVersion' is null");
        assertCorrupt(
                "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,\"readerFeatures\":[\"columnMapping\"],\"writerFeatures\":[]}}\n",
                "the feature 'columnMapping'");
        assertCorrupt(
                "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":7,\"writerFeatures\":[\"rowTracking\"]}}\n",
                "the feature 'rowTracking'");
        assertCorrupt(
                "{\"metaData\":{\"id\":\"x\",\"format\":{\"provider\":\"parquet\"},\"configuration\":{}}}\n",
                "not made by Penstock");
        for (int cut = 0; cut < whole.length; cut++) {
            String part = text.substring(0, Math.min(cut, text.length() - 1));
            if (!part.endsWith("\n")) {
                assertCorrupt(part, "x.json");
            }
        }
    }

    @Test
    void tablesAskForWhatTheirFormatAndTypesNeed() throws Exception {
        assertEquals("1 2", protocol("parquet", new ArrowType.Int(64, true)));
        assertEquals("1 2", protocol("parquet", new ArrowType.Int(16, false)));
        assertEquals("1 2", protocol("parquet", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")));
        assertEquals("1 2", protocol("parquet", new ArrowType.Decimal(38, 3, 256)));
        String local = "3 7 [\"timestampNtz\"] [\"appendOnly\",\"invariants\",\"timestampNtz\"]";
        assertEquals(local, protocol("parquet", new ArrowType.Timestamp(TimeUnit.SECOND, null)));
        assertEquals(
                local, protocol("parquet", new ArrowType.Date(org.apache.arrow.vector.types.DateUnit.MILLISECOND)));
        String otherFormat = "3 7 [\"penstockFormats\"] [\"appendOnly\",\"invariants\",\"penstockFormats\"]";
        String ours = "3 7 [\"penstockTypes\"] [\"appendOnly\",\"invariants\",\"penstockTypes\"]";
        for (ArrowType type : List.of(
                new ArrowType.Int(32, false),
                new ArrowType.Int(64, false),
                new ArrowType.Time(TimeUnit.SECOND, 32),
                new ArrowType.Timestamp(TimeUnit.NANOSECOND, null),
                new ArrowType.Decimal(39, 3, 256),
                ArrowType.Null.INSTANCE)) {
            assertEquals(ours, protocol("parquet", type), type.toString());
            assertEquals(otherFormat, protocol("arrow", type), type.toString());
            assertEquals(otherFormat, protocol("json", type), type.toString());
        }
    }

    private static String protocol(String provider, ArrowType type) throws Exception {
        Schema schema =
                new Schema(List.of(RandomSchemas.nullable("l", ArrowType.List.INSTANCE, Field.nullable("item", type))));
        TableMetadata metadata = new TableMetadata("id", provider, Map.of(), schema, Map.of(), 1);
        byte[] entry =
                LogFormat.write(new LogEntry(0, "w", metadata, List.of(), List.of(), List.of(), "CREATE TABLE", 1));
        assertEquals(metadata, LogFormat.read("x", 0, entry).metadata());
        JsonNode protocol = new ObjectMapper()
                .readTree(new String(entry, StandardCharsets.UTF_8).split("\n")[1])
                .get("protocol");
        String versions = protocol.get("minReaderVersion") + " " + protocol.get("minWriterVersion");
        return protocol.has("readerFeatures")
                ? versions + " " + protocol.get("readerFeatures") + " " + protocol.get("writerFeatures")
                : versions;
    }

    @Test
    void nullsThatDeltaCountsElsewhereAreLeftOut() throws Exception {
        Schema schema = new Schema(List.of(
                RandomSchemas.nullable("s", ArrowType.Struct.INSTANCE, Field.nullable("i", new ArrowType.Int(8, true))),
                RandomSchemas.encoded("d", ArrowType.Utf8.INSTANCE, 1, new ArrowType.Int(8, true)),
                RandomSchemas.nullable("l", ArrowType.List.INSTANCE, Field.nullable("i", new ArrowType.Int(8, true)))));
        String text = DeltaStatistics.text(
                schema,
                2,
                List.of(
                        new ColumnStatistics("s", 1, null, null),
                        new ColumnStatistics("d", 1, null, null),
                        new ColumnStatistics("l", 1, null, null)));
        assertEquals(
                "{\"l\":1}", new ObjectMapper().readTree(text).get("nullCount").toString());
    }

    @Test
    void removedFilesAndOtherEnginesFilesAreUnderstood() throws Exception {
        String text = "{\"remove\":{\"path\":\"a%20b\",\"deletionTimestamp\":1}}\n"
                + "{\"add\":{\"path\":\"c\",\"size\":5,\"modificationTime\":6,\"partitionValues\":{},\"dataChange\":true}}\n";
        LogEntry entry = LogFormat.read("x.json", 3, text.getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of("a b"), entry.removed());
        assertEquals(new DataFile("c", 5, 0, null, null, 6), entry.added().get(0));
        assertNull(entry.writer());
    }

    @Test
    void statisticsAreRoundedOutwardsAndWithoutWhatJsonCannotSay() throws Exception {
        Schema schema = new Schema(List.of(
                Field.nullable("t", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
                Field.nullable("d", new ArrowType.Date(org.apache.arrow.vector.types.DateUnit.DAY)),
                Field.nullable(
                        "f", new ArrowType.FloatingPoint(org.apache.arrow.vector.types.FloatingPointPrecision.DOUBLE)),
                Field.nullable("far", new ArrowType.Timestamp(TimeUnit.SECOND, null)),
                Field.nullable("ntz", new ArrowType.Timestamp(TimeUnit.NANOSECOND, null)),
                Field.nullable("far_day", new ArrowType.Date(org.apache.arrow.vector.types.DateUnit.DAY)),
                Field.nullable("d64", new ArrowType.Date(org.apache.arrow.vector.types.DateUnit.MILLISECOND))));
        String text = DeltaStatistics.text(
                schema,
                9,
                List.of(
                        new ColumnStatistics("t", 1, -1500L, 1001L),
                        new ColumnStatistics("d", 0, -1L, 19000L),
                        new ColumnStatistics("f", 0, Double.NEGATIVE_INFINITY, 1.5),
                        new ColumnStatistics("far", 0, 0L, Long.MAX_VALUE),
                        new ColumnStatistics("ntz", 0, 0L, 1L),
                        new ColumnStatistics("far_day", 0, 0L, 1L << 31),
                        new ColumnStatistics("d64", 0, -1L, 5L)));
        JsonNode json = new ObjectMapper().readTree(text);
        assertEquals(9, json.get("numRecords").asInt());
        assertEquals("1969-12-31T23:59:59.998Z", json.at("/minValues/t").asText());
        assertEquals("1970-01-01T00:00:00.002Z", json.at("/maxValues/t").asText());
        assertEquals("1969-12-31", json.at("/minValues/d").asText());
        assertEquals("2022-01-08", json.at("/maxValues/d").asText());
        assertTrue(json.at("/minValues/f").isMissingNode()
                && json.at("/maxValues/f").isMissingNode());
        assertTrue(json.at("/maxValues/far").isMissingNode());
        assertEquals("1970-01-01T00:00:00.001", json.at("/maxValues/ntz").asText());
        assertEquals("1969-12-31T23:59:59.999", json.at("/minValues/d64").asText());
        assertTrue(json.at("/minValues/far_day").isMissingNode());
        assertEquals(1, json.at("/nullCount/t").asInt());
    }

    private static void assertCorrupt(String text, String expected) {
        CorruptFileException e = assertThrows(
                CorruptFileException.class,
                () -> LogFormat.read("x.json", 0, text.getBytes(StandardCharsets.UTF_8)),
                text);
        assertTrue(e.getMessage().contains(expected) && e.getMessage().contains("x.json"), e.getMessage());
    }
}

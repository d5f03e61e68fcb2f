package io.penstock.format.parquet;

import static io.penstock.testing.RandomSchemas.nullable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.RandomSchemas;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.Encoding;
import org.junit.jupiter.api.Test;

class ParquetOptionsTest {
    private static final Field ID = nullable("id", new ArrowType.Int(64, true));
    private static final FileSchema SCHEMA = SchemaToParquet.of(new Schema(List.of(
            ID,
            nullable("name", ArrowType.Utf8.INSTANCE),
            nullable("flag", ArrowType.Bool.INSTANCE),
            nullable("tags", ArrowType.List.INSTANCE, nullable("item", ArrowType.Utf8.INSTANCE)),
            nullable("s", ArrowType.Struct.INSTANCE, ID, nullable("t", ArrowType.Utf8.INSTANCE)),
            RandomSchemas.map("m", ID))));

    @Test
    void withoutOptionsTheDefaultsHold() {
        ParquetOptions options = new ParquetOptions(Map.of());
        options.check(SCHEMA);
        assertEquals(1, options.pageVersion());
        assertEquals(131_072, options.rowGroupRows());
        assertEquals(16 << 20, options.rowGroupBytes());
        ParquetOptions.Column column = column(options, "name");
        assertEquals(new ParquetOptions.Compression(Codec.SNAPPY, 0), column.compression());
        assertNull(column.encoding());
        assertTrue(column.dictionary());
        assertEquals(0, column.bloom());
    }

    @Test
    void everyCodecHasItsName() {
        assertEquals(new ParquetOptions.Compression(Codec.NONE, 0), compression("none"));
        assertEquals(new ParquetOptions.Compression(Codec.SNAPPY, 0), compression("snappy"));
        assertEquals(new ParquetOptions.Compression(Codec.ZSTD, 3), compression("zstd"));
        assertEquals(new ParquetOptions.Compression(Codec.ZSTD, 22), compression("zstd:22"));
        assertEquals(new ParquetOptions.Compression(Codec.LZ4_RAW, 0), compression("lz4"));
        assertEquals(new ParquetOptions.Compression(Codec.GZIP, 6), compression("gzip"));
        assertEquals(new ParquetOptions.Compression(Codec.GZIP, 1), compression("gzip:1"));
    }

    @Test
    void theLongestPathCounts() {
        ParquetOptions options = new ParquetOptions(Map.of(
                "compression", "gzip",
                "column.s.compression", "zstd",
                "column.s.t.compression", "none",
                "column.tags.dictionary", "false",
                "column.m.key_value.value.encoding", "delta",
                "column.s.t.bloom", "0.05"));
        options.check(SCHEMA);
        assertEquals(Codec.GZIP, column(options, "id").compression().codec());
        assertEquals(Codec.ZSTD, column(options, "s.id").compression().codec());
        assertEquals(Codec.NONE, column(options, "s.t").compression().codec());
        assertFalse(column(options, "tags.list.element").dictionary());
        assertEquals(
                Encoding.DELTA_BINARY_PACKED,
                column(options, "m.key_value.value").encoding());
        assertNull(column(options, "m.key_value.key").encoding());
        assertEquals(0.05, column(options, "s.t").bloom());
    }

    @Test
    void malformedOptionsAreRefusedWithTheChoices() {
        refused("Parquet has no option 'codec'; it has compression, page.version,", Map.of("codec", "zstd"));
        refused("Parquet has no option 'column.id.level'", Map.of("column.id.level", "1"));
        refused("Parquet has no option 'column.compression'", Map.of("column.compression", "zstd"));
        refused(
                "the option compression='zip' is refused: expected one of none, snappy, zstd",
                Map.of("compression", "zip"));
        refused(
                "the option compression='zstd:23' is refused: expected zstd with a level from 1 to 22",
                Map.of("compression", "zstd:23"));
        refused("expected zstd with a level", Map.of("compression", "zstd:"));
        refused("expected gzip with a level from 1 to 9", Map.of("compression", "gzip:0"));
        refused("expected snappy, which has no levels", Map.of("compression", "snappy:1"));
        refused("expected a whole number from 1 to 2", Map.of("page.version", "3"));
        refused("expected a whole number from 1 to", Map.of("row.group.rows", "0"));
        refused("expected a whole number from 1 to", Map.of("row.group.bytes", "x"));
        refused("expected one of auto, plain, dictionary,", Map.of("column.id.encoding", "best"));
        refused("expected true or false", Map.of("column.id.dictionary", "yes"));
        for (String share : new String[] {"0", "1", "-0.1", "NaN", "x"}) {
            refused("expected a share above 0 and below 1", Map.of("column.id.bloom", share));
        }
    }

    @Test
    void optionsThatDoNotFitTheColumnsAreRefused() {
        refused(
                "Column 'nome' has options, and is not there; the columns are id, name, flag, tags.list.element, s.id, s.t, m.key_value.key, m.key_value.value",
                Map.of("column.nome.compression", "zstd"));
        refused("Column 'na' has options", Map.of("column.na.compression", "zstd"));
        refused(
                "Column 'name' of Utf8 cannot have the encoding delta: as BYTE_ARRAY it can have plain, dictionary, delta.length, delta.bytes",
                Map.of("column.name.encoding", "delta"));
        refused(
                "Column 'flag' of Bool cannot have the encoding dictionary: as BOOLEAN it can have plain, rle",
                Map.of("column.flag.encoding", "dictionary"));
        refused("Column 's.t' of Utf8 cannot have the encoding delta", Map.of("column.s.encoding", "delta"));
        refused("Column 'flag' of Bool cannot have a bloom filter", Map.of("column.flag.bloom", "0.1"));
        refused(
                "Column 'id' is to have the encoding dictionary, and may have no dictionary",
                Map.of("column.id.encoding", "dictionary", "column.id.dictionary", "false"));
    }

    private static ParquetOptions.Compression compression(String value) {
        return column(new ParquetOptions(Map.of("compression", value)), "id").compression();
    }

    private static ParquetOptions.Column column(ParquetOptions options, String path) {
        return options.column(SCHEMA.leaves().stream()
                .filter(leaf -> String.join(".", leaf.path()).equals(path))
                .findFirst()
                .orElseThrow());
    }

    private static void refused(String message, Map<String, String> options) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new ParquetOptions(options).check(SCHEMA));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}

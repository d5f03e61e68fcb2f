package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.Penstock;
import io.penstock.TableFormat;
import io.penstock.TableSpec;
import io.penstock.TableWriter;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType.ArrowTypeID;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvOfEveryTypeTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    Path directory;

    private void writeRandomRows(String table, Schema schema, long seed, int rows) throws Exception {
        try (Penstock penstock = Penstock.open(directory.toString());
                RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed);
                VectorSchemaRoot batch = batches.next(rows)) {
            penstock.prepareTableEnvironment("t", table, TableSpec.of(schema).format(TableFormat.ARROW));
            try (TableWriter writer = penstock.openTableForWrite("t", table)) {
                writer.append(batch, batches.dictionaries());
                writer.commit();
            }
        }
    }

    private byte[] read(String table, String as) {
        return Cli.doneWith(new byte[0], "read", "--store", directory.toString(), "--table", "t." + table, "--as", as)
                .bytes();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyFlatTypeComesBackFromItsCsv(long seed) throws Exception {
        List<Field> fields = new ArrayList<>();
        for (Field field : RandomSchemas.flat()) {
            // CSV has no text to read for these two.
            if (field.getType().getTypeID() != ArrowTypeID.Interval
                    && field.getType().getTypeID() != ArrowTypeID.Null) {
                fields.add(field);
            }
        }
        Schema schema = new Schema(fields);
        writeRandomRows("original", schema, seed, 500);
        Cli.doneWith(
                read("original", "csv"),
                "write",
                "--store",
                directory.toString(),
                "--table",
                "t.copy",
                "--schema",
                TypeText.of(schema),
                "--input-format",
                "csv",
                "-");
        assertEquals(
                new String(read("original", "jsonl"), StandardCharsets.UTF_8),
                new String(read("copy", "jsonl"), StandardCharsets.UTF_8),
                "seed " + seed);
    }

    @Test
    void nestedAndDictionaryEncodedColumnsHaveAText() throws Exception {
        List<Field> fields = new ArrayList<>(RandomSchemas.nested());
        fields.addAll(RandomSchemas.dictionaries());
        fields.addAll(RandomSchemas.flat());
        writeRandomRows("original", new Schema(fields), 7, 300);
        String csv = new String(read("original", "csv"), StandardCharsets.UTF_8);
        assertEquals(TypeText.name("list"), csv.substring(0, csv.indexOf(',')));
    }

    @Test
    void theTextOfASchemaIsThatSchema() {
        List<Field> fields = new ArrayList<>(RandomSchemas.flat());
        fields.addAll(RandomSchemas.nested());
        fields.addAll(RandomSchemas.dictionaries());
        Schema schema = new Schema(fields);
        assertEquals(TypeText.of(schema), TypeText.of(SchemaText.parse(TypeText.of(schema))));
        for (long seed = 1; seed <= 20; seed++) {
            Schema random = RandomSchemas.random(seed, 10, 3);
            assertEquals(TypeText.of(random), TypeText.of(SchemaText.parse(TypeText.of(random))), "seed " + seed);
        }
    }
}

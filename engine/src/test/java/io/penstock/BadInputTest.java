package io.penstock;

import static io.penstock.TableFixture.DATABASE;
import static io.penstock.TableFixture.TABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.TableFixture.Store;
import io.penstock.testing.LeakCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input is refused at the door with what was expected and what came, and nothing is lost or left behind. */
class BadInputTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    private Path directory;

    private TableFixture table;

    @BeforeEach
    void makeTable() throws IOException {
        table = new TableFixture(Store.FILE, directory)
                .make(TableSpec.of(Schemas.ORDERS).format(TableFormat.JSON));
    }

    @AfterEach
    void closeTable() throws IOException {
        table.close();
    }

    @Test
    void rejectedRowLeavesTheWriterAsItWas() throws Exception {
        try (TableWriter writer = table.writer()) {
            writer.append(TableFixture.order(0));
            assertRefused(
                    "row 1 has 2 values and the table 3 columns (id, item, price)",
                    () -> writer.append(new Object[] {1L, "x"}));
            assertRefused("Column 'id'", () -> writer.append(new Object[] {"one", "x", 1.0}));
            assertRefused("Column 'id' is required", () -> writer.append(new Object[] {null, "x", 1.0}));
            assertRefused("Column 'price'", () -> writer.append(new Object[] {1L, "x", "dear"}));
            assertRefused(
                    "Column 'id' is required",
                    () -> writer.row().setString(1, "x").endRow());
            assertRefused("Column 'item'", () -> writer.append(new Object[] {1L, "lone \ud800", 1.0}));
            writer.append(TableFixture.order(1));
            assertEquals(2, writer.commit().rows());
        }
        assertEquals(List.of(0L, 1L), table.ids());
    }

    @Test
    void rowThatWasNotEndedIsNotLostQuietly() throws Exception {
        try (TableWriter writer = table.writer()) {
            writer.append(TableFixture.order(0));
            RowAppender row = writer.row().setLong(0, 1).setString(1, "item 1");
            IllegalStateException e = assertThrows(IllegalStateException.class, writer::commit);
            assertTrue(e.getMessage().startsWith("row 1 was begun and not ended"), e.getMessage());
            row.endRow();
            assertRefused("Column 'id'", () -> writer.row().setString(0, "x").endRow());
            assertEquals(2, writer.commit().rows());
        }
        assertEquals(List.of(0L, 1L), table.ids());
    }

    @Test
    void badRowInTheMiddleNamesItsNumberAndKeepsTheRowsBefore() throws Exception {
        try (TableWriter writer = table.writer()) {
            Object[][] rows = {TableFixture.order(0), TableFixture.order(1), {2L, 7, 1.0}, TableFixture.order(3)};
            assertRefused("row 2", () -> writer.append(rows));
            assertEquals(2, writer.rows());
            writer.commit();
        }
        assertEquals(List.of(0L, 1L), table.ids());
    }

    @Test
    void batchOfAnotherSchemaIsRefusedWithTheDifference() throws Exception {
        Schema other = new Schema(List.of(
                Schemas.required("id", new ArrowType.Int(64, true)),
                Field.nullable("item", new ArrowType.Int(32, true)),
                Field.nullable("price", ArrowType.Utf8.INSTANCE)));
        try (TableWriter writer = table.writer();
                VectorSchemaRoot wrong = VectorSchemaRoot.create(other, memory.allocator());
                VectorSchemaRoot right = Orders.batch(memory.allocator(), 5)) {
            assertRefused("Column 'item'", () -> writer.append(wrong));
            writer.append(right);
            writer.commit();
        }
        assertEquals(List.of(5L), table.ids());
    }

    @Test
    void nullInARequiredColumnOfABatchIsRefusedWithItsRow() throws Exception {
        try (TableWriter writer = table.writer();
                VectorSchemaRoot batch = Orders.batch(memory.allocator(), 5, 6, 7)) {
            ((BigIntVector) batch.getVector(0)).setNull(1);
            assertRefused("Column 'id' is required but row 1 is null", () -> writer.append(batch));
        }
    }

    @Test
    void brokenVectorIsRefusedAndNotRead() throws Exception {
        try (TableWriter writer = table.writer();
                VectorSchemaRoot batch = Orders.batch(memory.allocator(), 5, 6, 7)) {
            VarCharVector item = (VarCharVector) batch.getVector(1);
            item.getOffsetBuffer().setInt(8, Integer.MAX_VALUE);
            assertRefused("Column 'item'", () -> writer.append(batch));
            batch.getVector(2).setValueCount(0);
            assertThrows(IllegalArgumentException.class, () -> writer.append(batch));
        }
    }

    @Test
    void bytesThatAreNoTextAreRefusedByATableOfText() throws Exception {
        try (TableWriter writer = table.writer();
                VectorSchemaRoot batch = Orders.batch(memory.allocator(), 5, 6)) {
            ((VarCharVector) batch.getVector(1)).setSafe(1, "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
            batch.setRowCount(2);
            assertRefused("item", () -> writer.append(batch));
            assertEquals(0, writer.commit().rows());
        }
    }

    @Test
    void unknownTableIsNamedWithItsStore() {
        for (Executable call : new Executable[] {
            () -> table.penstock.openTableForRead("shop", "ordres"),
            () -> table.penstock.openTableForWrite("shop", "ordres"),
            () -> table.penstock.describe("shop", "ordres"),
            () -> table.penstock.removeTableEnvironment("shop", "ordres")
        }) {
            NoSuchFileException e = assertThrows(NoSuchFileException.class, call);
            assertTrue(e.getMessage().contains("shop.ordres: no such table in file:"), e.getMessage());
        }
    }

    @Test
    void tableThatExistsIsLeftAloneOrTheDifferenceIsNamed() throws Exception {
        table.commit(1);
        Map<String, Long> before = table.tree();
        TableSpec same = TableSpec.of(Schemas.ORDERS).format(TableFormat.JSON);
        table.make(same);
        assertRefused("its format is json and not arrow", () -> table.make(same.format(TableFormat.ARROW)));
        assertRefused("options", () -> table.make(same.layout(JsonLayout.RECORDS)));
        assertRefused("settings", () -> table.make(same.setting("penstock.batch.rows", "3")));
        Schema fewer = new Schema(Schemas.ORDERS.getFields().subList(0, 2));
        assertRefused(
                "it has 3 columns and not 2",
                () -> table.make(TableSpec.of(fewer).format(TableFormat.JSON)));
        Schema other = new Schema(List.of(Field.nullable("id", ArrowType.Utf8.INSTANCE)));
        assertRefused(
                "its column 1 is id: Int(64, true) not null and not id: Utf8",
                () -> table.make(TableSpec.of(other).format(TableFormat.JSON)));
        assertEquals(before, table.tree());
    }

    @Test
    void schemaWithoutColumnsOrWithTwoOfOneNameIsRefused() {
        Field field = Field.nullable("v", ArrowType.Utf8.INSTANCE);
        assertRefused("at least one column", () -> TableSpec.of(new Schema(List.of())));
        assertRefused("Column 'v' is there twice", () -> TableSpec.of(new Schema(List.of(field, field))));
    }

    @Test
    void optionOfAnotherFormatIsRefused() {
        TableSpec spec = TableSpec.of(Schemas.ORDERS).layout(JsonLayout.RECORDS).format(TableFormat.ARROW);
        assertRefused("option 'layout'", () -> table.penstock.prepareTableEnvironment("shop", "other", spec));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing:", "ftp://host/x", "file://host/x", "file:", "s3:", "file:///a b\u0000"})
    void storeUriThatNobodyKnowsIsRefusedWithTheChoices(String uri) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> Penstock.open(uri));
        assertTrue(e.getMessage().contains(uri.isEmpty() ? "empty" : uri), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "_x", ".x", "a/b", "..", "a\u0000b", "a\\b"})
    void nameThatIsNoneIsRefused(String name) throws Exception {
        Map<String, Long> before = table.tree();
        TableSpec spec = TableSpec.of(Schemas.ORDERS);
        assertThrows(IllegalArgumentException.class, () -> table.penstock.prepareTableEnvironment(name, "t", spec));
        assertThrows(IllegalArgumentException.class, () -> table.penstock.prepareTableEnvironment("d", name, spec));
        assertThrows(IllegalArgumentException.class, () -> table.penstock.openTableForRead("d", name));
        assertEquals(before, table.tree());
    }

    @Test
    void overLongNameIsRefused() {
        assertRefused(
                "longer than",
                () -> table.penstock.prepareTableEnvironment("d", "t".repeat(300), TableSpec.of(Schemas.ORDERS)));
    }

    @Test
    void storeThatIsAFileSaysSo() throws Exception {
        Path file = directory.resolve("plain");
        Files.writeString(file, "x");
        IOException e = assertThrows(IOException.class, () -> {
            try (Penstock penstock = Penstock.open(file.toString())) {
                penstock.prepareTableEnvironment("d", "t", TableSpec.of(Schemas.ORDERS));
            }
        });
        assertTrue(e.getMessage().contains("plain"), e.getMessage());
    }

    @Test
    void corruptLogEntryIsNamed() throws Exception {
        table.commit(1);
        Path entry = directory.resolve(DATABASE).resolve(TABLE).resolve("_delta_log/00000000000000000001.json");
        Files.writeString(entry, "{\"add\":{\"path\":");
        try (Penstock other = Penstock.open(directory.toString())) {
            IOException e = assertThrows(IOException.class, () -> other.openTableForRead(DATABASE, TABLE));
            assertTrue(e.getMessage().contains("00000000000000000001.json"), e.getMessage());
        }
    }

    @Test
    void batchWithVectorsOfAnotherLengthIsRefused() throws Exception {
        try (IntVector shorter = new IntVector("v", memory.allocator())) {
            Schema schema = new Schema(List.of(shorter.getField()));
            table.penstock.prepareTableEnvironment("shop", "v", TableSpec.of(schema));
            shorter.setSafe(0, 1);
            shorter.setValueCount(1);
            VectorSchemaRoot batch = new VectorSchemaRoot(schema.getFields(), List.of(shorter), 1000);
            try (TableWriter writer = table.penstock.openTableForWrite("shop", "v")) {
                assertRefused("'v'", () -> writer.append(batch));
            }
        }
    }

    private static void assertRefused(String expected, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(expected), message);
    }
}

package io.penstock;

import static io.penstock.testing.RandomSchemas.nullable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.Predicate;
import io.penstock.format.parquet.ParquetFile;
import io.penstock.storage.Source;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ParquetTableTest {
    private static final TableSpec ORDERS = TableSpec.of(Schemas.ORDERS).format(TableFormat.PARQUET);

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    private Path directory;

    @Test
    void everyTypeThatParquetHasComesBackExactly() throws Exception {
        Schema schema = TableFixture.held(TableFormat.PARQUET);
        int rows = 300;
        try (Penstock penstock = Penstock.open(directory.toString());
                RandomBatches source = new RandomBatches(memory.allocator(), schema, 7);
                VectorSchemaRoot batch = source.next(rows)) {
            penstock.prepareTableEnvironment(
                    "d", "t", TableSpec.of(schema).format(TableFormat.PARQUET).setting("penstock.batch.rows", "300"));
            try (TableWriter writer = penstock.openTableForWrite("d", "t")) {
                writer.append(batch, source.dictionaries());
                writer.commit();
            }
            try (TableReader reader = penstock.openTableForRead("d", "t")) {
                assertTrue(reader.loadNextBatch());
                assertEquals(TableFormat.PARQUET.implementation().decoded(schema), reader.schema());
                assertEquals(reader.schema(), reader.batch().getSchema());
                BatchAssert.assertEqual(
                        batch, source.dictionaries(), reader.batch(), reader.dictionaries(), "everything");
            }
        }
    }

    @Test
    void optionsOfTheTableAreInTheLog() throws Exception {
        TableSpec spec = ORDERS.compression(Compression.ZSTD, 5)
                .pageVersion(2)
                .column(
                        "id",
                        ColumnOptions.none().encoding(ColumnEncoding.DELTA).noDictionary())
                .column("id", ColumnOptions.none().bloomFilter(0.01))
                .column("item", ColumnOptions.none().compression(Compression.LZ4));
        try (Penstock penstock = Penstock.open(directory.toString())) {
            penstock.prepareTableEnvironment("d", "t", spec);
            assertEquals(
                    Map.of(
                            "compression", "zstd:5",
                            "page.version", "2",
                            "column.id.encoding", "delta",
                            "column.id.dictionary", "false",
                            "column.id.bloom", "0.01",
                            "column.item.compression", "lz4"),
                    penstock.describe("d", "t").options());
            penstock.prepareTableEnvironment("d", "t", spec);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> penstock.prepareTableEnvironment("d", "t", spec.compression(Compression.GZIP)));
        }
    }

    @Test
    void optionsThatCannotBeAreRefusedBeforeThereIsATable() throws Exception {
        try (Penstock penstock = Penstock.open(directory.toString())) {
            refused(
                    penstock,
                    "Column 'nome' has options, and is not there",
                    ORDERS.column("nome", ColumnOptions.none().noDictionary()));
            refused(
                    penstock,
                    "cannot have the encoding delta: as BYTE_ARRAY it can have plain, dictionary",
                    ORDERS.column("item", ColumnOptions.none().encoding(ColumnEncoding.DELTA)));
            refused(penstock, "expected zstd with a level from 1 to 22", ORDERS.compression(Compression.ZSTD, 23));
            refused(penstock, "expected snappy, which has no levels", ORDERS.compression(Compression.SNAPPY, 1));
            refused(penstock, "expected a whole number from 1 to 2", ORDERS.pageVersion(3));
            refused(
                    penstock,
                    "expected a share above 0 and below 1",
                    ORDERS.column("id", ColumnOptions.none().bloomFilter(1)));
            refused(
                    penstock,
                    "format PARQUET has no option 'layout'; it belongs to JSON",
                    ORDERS.layout(JsonLayout.BATCHES));
            refused(
                    penstock,
                    "format JSON has no option 'page.version'; it belongs to PARQUET",
                    ORDERS.pageVersion(2).format(TableFormat.JSON));
            refused(
                    penstock,
                    "format ARROW has no option 'page.version'; it belongs to PARQUET",
                    ORDERS.pageVersion(2).format(TableFormat.ARROW));
            refused(
                    penstock,
                    "Column 's' is Struct, which Parquet cannot hold; it can hold structs with at least one member",
                    TableSpec.of(new Schema(List.of(nullable("s", ArrowType.Struct.INSTANCE))))
                            .format(TableFormat.PARQUET));
            assertEquals(List.of(), penstock.tables());
        }
    }

    @Test
    void rowGroupsEndWhereTheSettingSays() throws Exception {
        TableSpec spec = ORDERS.setting("penstock.parquet.row.group.rows", "10");
        try (TableFixture table = new TableFixture(TableFixture.Store.FILE, directory).make(spec)) {
            CommitReceipt receipt = table.commit(LongStream.range(0, 35).toArray());
            String path = "shop/orders/" + receipt.files().get(0).path();
            try (Source source = table.store.openForRead(path)) {
                assertEquals(
                        List.of(10L, 10L, 10L, 5L),
                        ParquetFile.read(source, path).rowGroups().stream()
                                .map(ParquetFile.RowGroup::rows)
                                .toList());
            }
            assertEquals(35, table.ids().size());
        }
    }

    @Test
    void readingAndWritingKeepToWhatTheyReserved() throws Exception {
        for (int columns : new int[] {1, 200}) {
            List<Field> fields = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                ArrowType type = switch (i % 4) {
                    case 0 -> ArrowType.Utf8.INSTANCE;
                    case 1 -> new ArrowType.Int(64, true);
                    case 2 -> new ArrowType.Decimal(30, 2, 128);
                    default -> ArrowType.Bool.INSTANCE;
                };
                fields.add(nullable("c" + i, type));
            }
            Schema schema = new Schema(fields);
            TableSpec spec = TableSpec.of(schema)
                    .format(TableFormat.PARQUET)
                    .setting("penstock.batch.bytes", "1MiB")
                    .setting("penstock.parquet.row.group.bytes", "2MiB");
            Path store = directory.resolve("with " + columns);
            try (TableFixture table = new TableFixture(TableFixture.Store.FILE, store).make(spec);
                    RandomBatches source = new RandomBatches(memory.allocator(), schema, columns)) {
                try (TableWriter writer = table.writer()) {
                    long reserved = table.penstock.memoryBudget().reservedBytes();
                    for (int i = 0; i < 30; i++) {
                        try (VectorSchemaRoot batch = source.next(20_000 / columns)) {
                            writer.append(batch);
                        }
                        requireWithin(reserved, table, "writing " + columns + " columns");
                    }
                    writer.commit();
                }
                try (TableReader reader = table.penstock.openTableForRead(TableFixture.DATABASE, TableFixture.TABLE)) {
                    long reserved = table.penstock.memoryBudget().reservedBytes();
                    while (reader.loadNextBatch()) {
                        requireWithin(reserved, table, "reading " + columns + " columns");
                    }
                }
            }
        }
    }

    @Test
    void aCommitAfterARefusedBatchMakesNoVersion() throws Exception {
        Schema schema = new Schema(List.of(Field.nullable("price", new ArrowType.Decimal(5, 2, 128))));
        try (Penstock penstock = Penstock.open(directory.toString());
                VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator())) {
            penstock.prepareTableEnvironment("d", "t", TableSpec.of(schema).format(TableFormat.PARQUET));
            long before = penstock.describe("d", "t").version();
            ((DecimalVector) batch.getVector(0)).setSafe(0, Long.MAX_VALUE);
            batch.setRowCount(1);
            try (TableWriter writer = penstock.openTableForWrite("d", "t")) {
                assertThrows(IllegalArgumentException.class, () -> writer.append(batch));
                writer.commit();
            }
            assertEquals(before, penstock.describe("d", "t").version());
        }
    }

    @Test
    void rowsOfNoColumnsAreSelectedByOneThatIsNotReturned() throws Exception {
        Schema schema = new Schema(List.of(Field.nullable("n", new ArrowType.Int(32, true))));
        try (Penstock penstock = Penstock.open(directory.toString());
                VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.allocator())) {
            penstock.prepareTableEnvironment("d", "t", TableSpec.of(schema).format(TableFormat.PARQUET));
            for (int i = 0; i < 100; i++) {
                ((IntVector) batch.getVector(0)).setSafe(i, i);
            }
            batch.setRowCount(100);
            try (TableWriter writer = penstock.openTableForWrite("d", "t")) {
                writer.append(batch);
                writer.commit();
            }
            try (TableReader reader = penstock.openTableForRead(
                    "d", "t", ReadOptions.all().columns(List.of()).where(Predicate.less("n", 30)))) {
                long rows = 0;
                while (reader.loadNextBatch()) {
                    rows += reader.batch().getRowCount();
                }
                assertEquals(30, rows);
            }
        }
    }

    private static void requireWithin(long reserved, TableFixture table, String label) {
        long used = table.penstock.allocator().getAllocatedMemory();
        assertTrue(used <= reserved, label + ": " + used + " bytes, of " + reserved);
        assertEquals(reserved, table.penstock.memoryBudget().reservedBytes(), label);
    }

    private static void refused(Penstock penstock, String message, TableSpec spec) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> penstock.prepareTableEnvironment("d", "t", spec));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}

package io.penstock;

import static io.penstock.TableFixture.DATABASE;
import static io.penstock.TableFixture.TABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.TableFixture.Store;
import io.penstock.format.Predicate;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.NaiveFilter;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomPredicates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A reader with a predicate returns the rows for which it is true, and no other. */
class WhereTest {
    private static final int[] SIZES = {1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 300};

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void exactlyTheRowsThatMatchAreReadWhateverTheTypes(TableFormat format) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Schema schema = TableFixture.held(format);
        List<VectorSchemaRoot> written = new ArrayList<>();
        try (TableFixture table = new TableFixture(Store.FILE, directory)
                        .make(TableSpec.of(schema).format(format).setting("penstock.batch.rows", "200"));
                RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed)) {
            for (int commit = 0; commit < 3; commit++) {
                try (TableWriter writer = table.writer()) {
                    for (int i = 0; i < 3; i++) {
                        VectorSchemaRoot batch = batches.next(SIZES[random.nextInt(SIZES.length)]);
                        written.add(batch);
                        writer.append(batch, batches.dictionaries());
                    }
                    writer.commit();
                }
            }
            RandomPredicates predicates = new RandomPredicates(schema, seed);
            for (int i = 0; i < 300; i++) {
                VectorSchemaRoot sampled = written.get(random.nextInt(written.size()));
                Predicate where = i < schema.getFields().size()
                                && !isUnion(schema.getFields().get(i))
                        ? predicates.test(schema.getFields().get(i), sampled, batches.dictionaries())
                        : predicates.next(sampled, batches.dictionaries());
                List<String> columns = random.nextBoolean() ? null : someOf(schema, random);
                long limit = random.nextInt(4) == 0 ? random.nextInt(100) : Long.MAX_VALUE;
                requireSelected(table, written, batches, where, columns, limit);
            }
        } finally {
            written.forEach(VectorSchemaRoot::close);
        }
    }

    private static boolean isUnion(Field field) {
        return field.getType() instanceof org.apache.arrow.vector.types.pojo.ArrowType.Union;
    }

    private static List<String> someOf(Schema schema, Random random) {
        List<String> names =
                new ArrayList<>(schema.getFields().stream().map(Field::getName).toList());
        Collections.shuffle(names, random);
        return names.subList(0, random.nextInt(5));
    }

    private static void requireSelected(
            TableFixture table,
            List<VectorSchemaRoot> written,
            RandomBatches batches,
            Predicate where,
            List<String> columns,
            long limit)
            throws IOException {
        ReadOptions options = ReadOptions.all().where(where).limit(limit);
        options = columns == null ? options : options.columns(columns);
        String label = batches.label() + ": " + columns + " where " + where + " limit " + limit;
        long read = 0;
        try (TableReader reader = table.penstock.openTableForRead(DATABASE, TABLE, options)) {
            boolean loaded = false;
            int next = 0;
            for (VectorSchemaRoot batch : written) {
                VectorSchemaRoot expected = projected(batch, columns);
                for (int row = 0; row < batch.getRowCount() && read < limit; row++) {
                    if (!NaiveFilter.selects(where, batch, batches.dictionaries(), row)) {
                        continue;
                    }
                    if (!loaded || next == reader.batch().getRowCount()) {
                        assertTrue(reader.loadNextBatch(), label + ": " + read + " rows only");
                        loaded = true;
                        next = 0;
                    }
                    BatchAssert.assertEqualRow(
                            expected, batches.dictionaries(), row, reader.batch(), reader.dictionaries(), next, label);
                    next++;
                    read++;
                }
            }
            assertTrue(!loaded || next == reader.batch().getRowCount(), label + ": more than " + read + " rows");
            assertFalse(reader.loadNextBatch(), label + ": more than " + read + " rows");
            assertEquals(read, reader.receipt().rows(), label);
        } catch (RuntimeException e) {
            throw new AssertionError(label, e);
        }
    }

    private static VectorSchemaRoot projected(VectorSchemaRoot batch, List<String> columns) {
        if (columns == null) {
            return batch;
        }
        List<FieldVector> vectors = columns.stream().map(batch::getVector).toList();
        return new VectorSchemaRoot(new ArrayList<>(vectors));
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void columnsThatAreOnlyTestedAreNotReturned(TableFormat format) throws Exception {
        try (TableFixture table = orders(format, 10)) {
            ReadOptions options = ReadOptions.all().columns("item").where(Predicate.greater("price", 1.75));
            try (TableReader reader = table.penstock.openTableForRead(DATABASE, TABLE, options)) {
                assertTrue(reader.loadNextBatch());
                assertEquals(
                        List.of("item"),
                        reader.schema().getFields().stream().map(Field::getName).toList());
                assertEquals(1, reader.batch().getFieldVectors().size());
                assertEquals("item 8", reader.batch().getVector(0).getObject(0).toString());
                assertEquals(2, reader.batch().getRowCount());
                assertFalse(reader.loadNextBatch());
            }
        }
    }

    @Test
    void limitCountsTheRowsThatMatch() throws Exception {
        try (TableFixture table = orders(TableFormat.ARROW, 100)) {
            ReadOptions options =
                    ReadOptions.all().where(Predicate.greaterOrEqual("id", 50)).limit(3);
            try (TableReader reader = table.penstock.openTableForRead(DATABASE, TABLE, options)) {
                assertEquals(List.of(50L, 51L, 52L), TableFixture.ids(reader));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void filesThatTheLogExcludesAreNotOpened(TableFormat format) throws Exception {
        try (TableFixture table = new TableFixture(Store.FILE, directory)
                .make(TableSpec.of(Schemas.ORDERS).format(format))) {
            for (int commit = 0; commit < 5; commit++) {
                table.commit(LongStream.range(commit * 10, commit * 10 + 10).toArray());
            }
            ReadOptions options =
                    ReadOptions.all().where(Predicate.in("id", 14, 33).or(Predicate.equal("item", "item 21")));
            try (TableReader reader = table.penstock.openTableForRead(DATABASE, TABLE, options)) {
                assertEquals(List.of(14L, 21L, 33L), TableFixture.ids(reader));
                ReadReceipt receipt = reader.receipt();
                assertEquals(3, receipt.rows());
                // "item 21" lies between "item 0" and "item 9", too.
                assertEquals(4, receipt.files());
                assertEquals(1, receipt.filesSkipped());
            }
        }
    }

    @Test
    void aSecondPredicateNarrowsTheFirst() throws Exception {
        try (TableFixture table = orders(TableFormat.JSON, 10)) {
            ReadOptions options =
                    ReadOptions.all().where(Predicate.greater("id", 3)).where(Predicate.less("id", 6));
            try (TableReader reader = table.penstock.openTableForRead(DATABASE, TABLE, options)) {
                assertEquals(List.of(4L, 5L), TableFixture.ids(reader));
            }
        }
    }

    @Test
    void aPredicateThatDoesNotFitIsRefusedWhenTheReaderOpens() throws Exception {
        try (TableFixture table = orders(TableFormat.JSON, 1)) {
            assertRefused(
                    table,
                    Predicate.equal("colour", 1),
                    "there is no column 'colour' to select rows by; the columns are id, item, price");
            assertRefused(
                    table,
                    Predicate.isNotNull("id").and(Predicate.less("id", "7")),
                    "column 'id' is Int(64, true) and is compared with Byte, Short, Integer, Long, BigInteger or BigDecimal, "
                            + "not with String '7'");
            assertRefused(
                    table,
                    Predicate.in("item", "a", 5L),
                    "column 'item' is Utf8 and is compared with String, not with Long '5'");
            assertEquals(0, table.penstock.memoryBudget().reservedBytes());
        }
    }

    private static void assertRefused(TableFixture table, Predicate where, String message) {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> table.penstock.openTableForRead(
                        DATABASE, TABLE, ReadOptions.all().where(where)));
        assertEquals(message, e.getMessage());
    }

    private TableFixture orders(TableFormat format, int count) throws IOException {
        TableFixture table = new TableFixture(Store.FILE, directory)
                .make(TableSpec.of(Schemas.ORDERS).format(format));
        table.commit(LongStream.range(0, count).toArray());
        return table;
    }
}

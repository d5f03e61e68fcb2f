package io.penstock;

import static io.penstock.TableFixture.DATABASE;
import static io.penstock.TableFixture.TABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.TableFixture.Store;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomSchemas;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables with dictionary-encoded columns. */
class DictionaryTableTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void valuesComeBackThroughDictionariesThatChange(TableFormat format) throws Exception {
        long seed = System.nanoTime();
        Schema schema = new Schema(RandomSchemas.dictionaries());
        List<VectorSchemaRoot> written = new ArrayList<>();
        try (TableFixture table = new TableFixture(Store.FILE, directory)
                        .make(TableSpec.of(schema).format(format).setting("penstock.batch.rows", "50"));
                RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed)) {
            for (int commit = 0; commit < 3; commit++) {
                List<VectorSchemaRoot> ofCommit = new ArrayList<>();
                try (TableWriter writer = table.writer()) {
                    for (int i = 0; i < 2; i++) {
                        VectorSchemaRoot batch = batches.next(50);
                        ofCommit.add(batch);
                        writer.append(batch, batches.dictionaries());
                    }
                    writer.commit();
                }
                try (TableReader reader = table.penstock.openTableForRead(DATABASE, TABLE)) {
                    for (int skipped = 0; skipped < written.size(); skipped++) {
                        assertTrue(reader.loadNextBatch());
                    }
                    for (VectorSchemaRoot batch : ofCommit) {
                        assertTrue(reader.loadNextBatch());
                        BatchAssert.assertEqual(
                                batch, batches.dictionaries(), reader.batch(), reader.dictionaries(), batches.label());
                    }
                    assertFalse(reader.loadNextBatch());
                }
                written.addAll(ofCommit);
                batches.redrawDictionaries();
            }
        } finally {
            written.forEach(VectorSchemaRoot::close);
        }
    }

    @ParameterizedTest
    @EnumSource(TableFormat.class)
    void rowsFillDictionaryEncodedColumns(TableFormat format) throws Exception {
        Schema schema = new Schema(
                List.of(RandomSchemas.encoded("colour", ArrowType.Utf8.INSTANCE, 7, new ArrowType.Int(16, true))));
        TableSpec spec = TableSpec.of(schema).format(format).setting("penstock.batch.rows", "2");
        try (TableFixture table = new TableFixture(Store.FILE, directory).make(spec)) {
            String[] colours = {"red", "green", "red", null, "blue", "green", "red"};
            try (TableWriter writer = table.writer()) {
                for (String colour : colours) {
                    writer.append(new Object[] {colour});
                }
                assertEquals(1, writer.commit().files().size());
            }
            List<Object> read = new ArrayList<>();
            try (TableReader reader = table.penstock.openTableForRead(DATABASE, TABLE)) {
                while (reader.loadNextBatch()) {
                    Field field = reader.schema().getFields().get(0);
                    FieldVector column = reader.batch().getVector(0);
                    assertEquals(field.getDictionary(), column.getField().getDictionary());
                    read.addAll(decoded(column, reader));
                }
            }
            assertEquals(colours.length, read.size());
            for (int i = 0; i < colours.length; i++) {
                if (colours[i] == null) {
                    assertNull(read.get(i));
                } else {
                    assertEquals(colours[i], read.get(i).toString());
                }
            }
        }
    }

    private static List<Object> decoded(FieldVector column, TableReader reader) {
        List<Object> values = new ArrayList<>();
        if (column.getField().getDictionary() == null) {
            for (int row = 0; row < column.getValueCount(); row++) {
                values.add(column.getObject(row));
            }
            return values;
        }
        try (ValueVector plain = DictionaryEncoder.decode(
                column,
                reader.dictionaries().lookup(column.getField().getDictionary().getId()))) {
            for (int row = 0; row < plain.getValueCount(); row++) {
                values.add(plain.getObject(row));
            }
        }
        return values;
    }
}

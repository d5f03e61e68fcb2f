package io.penstock.interop;

import static io.penstock.testing.RandomSchemas.nullable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.Penstock;
import io.penstock.ReadOptions;
import io.penstock.TableFormat;
import io.penstock.TableReader;
import io.penstock.TableSpec;
import io.penstock.TableWriter;
import io.penstock.format.Predicate;
import io.penstock.testing.Compared;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Penstock's reader, which skips files, row groups and pages, finds as many rows of a table as DuckDB in its files. */
class PredicateTest {
    private static final Schema SCHEMA = new Schema(List.of(
            nullable("small", new ArrowType.Int(8, true)),
            nullable("number", new ArrowType.Int(32, true)),
            nullable("wide", new ArrowType.Int(64, true)),
            nullable("unsigned", new ArrowType.Int(32, false)),
            nullable("real", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            nullable("text", ArrowType.Utf8.INSTANCE),
            nullable("day", new ArrowType.Date(DateUnit.DAY)),
            nullable("money", new ArrowType.Decimal(12, 2, 128)),
            nullable("huge", new ArrowType.Decimal(38, 10, 128))));

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    Path directory;

    @Test
    void penstockFindsTheRowsThatDuckDbFinds() throws IOException, SQLException {
        List<List<Object>> rows = new ArrayList<>();
        int compared = 0;
        try (Penstock penstock = Penstock.open(directory.toString());
                DuckDb duckDb = new DuckDb()) {
            TableSpec spec = TableSpec.of(SCHEMA)
                    .format(TableFormat.PARQUET)
                    .setting("penstock.parquet.row.group.rows", "300")
                    .option("column.text.bloom", "0.01")
                    .option("column.number.bloom", "0.01");
            penstock.prepareTableEnvironment("d", "t", spec);
            for (Nulls nulls : Nulls.values()) {
                rows.addAll(commit(penstock, nulls));
            }
            String files = "read_parquet('" + directory.resolve("d/t") + "/*.parquet')";
            for (int column = 0; column < SCHEMA.getFields().size(); column++) {
                Field field = SCHEMA.getFields().get(column);
                for (Question question : questions(field, values(rows, column))) {
                    String sql = "SELECT count(*) FROM " + files + " WHERE " + question.sql;
                    assertEquals(duckDb.value(sql), count(penstock, question.predicate), question::toString);
                    compared++;
                }
            }
        }
        assertTrue(compared > 100, compared + " predicates");
        Compared.held("predicates", "Penstock < DuckDB", String.format(Locale.ROOT, "%,d on a table", compared));
    }

    private List<List<Object>> commit(Penstock penstock, Nulls nulls) throws IOException {
        try (RandomBatches source = new RandomBatches(memory.allocator(), SCHEMA, 31 + nulls.ordinal());
                TableWriter writer = penstock.openTableForWrite("d", "t");
                VectorSchemaRoot batch = source.next(700, nulls)) {
            ParquetFiles.bound(batch);
            writer.append(batch);
            writer.commit();
            return ArrowValues.rows(batch, source.dictionaries());
        }
    }

    /** The least, some and the greatest, without those that a literal of SQL cannot hold or that the two compare otherwise. */
    private static List<Object> values(List<List<Object>> rows, int column) {
        List<Object> values = rows.stream()
                .map(row -> row.get(column))
                .filter(Objects::nonNull)
                .filter(value -> !(value instanceof String text && text.indexOf('\0') >= 0))
                .filter(value -> !(value instanceof Double number && (number.isNaN() || number.isInfinite())))
                .distinct()
                .sorted()
                .toList();
        int last = values.size() - 1;
        return List.of(values.get(0), values.get(last / 3), values.get(last / 2), values.get(last));
    }

    private record Question(Predicate predicate, String sql) {}

    private static List<Question> questions(Field field, List<Object> values) {
        String name = field.getName();
        boolean real = field.getType() instanceof ArrowType.FloatingPoint;
        // To DuckDB a NaN is greater than all numbers.
        String numbers = real ? " AND NOT isnan(" + name + ")" : "";
        List<Question> questions = new ArrayList<>();
        questions.add(new Question(Predicate.isNull(name), name + " IS NULL"));
        questions.add(new Question(Predicate.isNotNull(name), name + " IS NOT NULL"));
        for (Object value : values) {
            String literal = literal(value);
            questions.add(new Question(Predicate.equal(name, value), name + " = " + literal));
            questions.add(new Question(Predicate.less(name, value), name + " < " + literal));
            questions.add(new Question(Predicate.lessOrEqual(name, value), name + " <= " + literal));
            questions.add(new Question(Predicate.greater(name, value), name + " > " + literal + numbers));
            questions.add(new Question(Predicate.greaterOrEqual(name, value), name + " >= " + literal + numbers));
        }
        Object first = values.get(1);
        Object second = values.get(2);
        questions.add(new Question(
                Predicate.in(name, first, second), name + " IN (" + literal(first) + ", " + literal(second) + ")"));
        questions.add(new Question(
                Predicate.greaterOrEqual(name, first).and(Predicate.less(name, second)),
                name + " >= " + literal(first) + " AND " + name + " < " + literal(second)));
        questions.add(new Question(
                Predicate.less(name, first).or(Predicate.isNull("number")),
                name + " < " + literal(first) + " OR number IS NULL"));
        return questions;
    }

    private static String literal(Object value) {
        String text = "'" + value.toString().replace("'", "''") + "'";
        if (value instanceof String) {
            return text;
        }
        if (value instanceof Double) {
            return text + "::DOUBLE";
        }
        return value instanceof BigInteger ? value.toString() : text;
    }

    private static String count(Penstock penstock, Predicate predicate) throws IOException {
        long count = 0;
        ReadOptions options = ReadOptions.all().columns("number").where(predicate);
        try (TableReader reader = penstock.openTableForRead("d", "t", options)) {
            while (reader.loadNextBatch()) {
                count += reader.batch().getRowCount();
            }
        }
        return String.valueOf(count);
    }
}

package io.penstock.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testing.Compared;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomBatches.Nulls;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * DuckDB answers from a file's statistics, and skips by them: the same questions to the file and to a table with the file's values must
 * get the same answers.
 */
class StatisticsTest {
    private static final String AGGREGATES = "count(*), count(%1$s), min(%1$s), max(%1$s)";

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @TempDir
    Path directory;

    private DuckDb duckDb;
    private Path file;
    private Schema schema;

    @BeforeEach
    void openDuckDb() throws SQLException {
        duckDb = new DuckDb();
    }

    @AfterEach
    void closeDuckDb() throws SQLException {
        duckDb.close();
    }

    @ParameterizedTest
    @EnumSource
    void duckDbAnswersTheSameFromStatistics(Nulls nulls) throws IOException, SQLException {
        write(nulls);
        for (Field field : schema.getFields()) {
            String name = DuckDb.name(field.getName());
            String question = "SELECT " + String.format(AGGREGATES, name) + " FROM ";
            assertEquals(
                    duckDb.query(question + "plain"), duckDb.query(question + DuckDb.read(file)), field.toString());
        }
        held("aggregates", "count, min, max; nulls " + nulls);
    }

    @ParameterizedTest
    @EnumSource
    void duckDbFindsTheSameRowsWhereItSkips(Nulls nulls) throws IOException, SQLException {
        write(nulls);
        int predicates = 0;
        for (Field field : schema.getFields()) {
            String name = DuckDb.name(field.getName());
            String type = duckDb.value("SELECT typeof(" + name + ") FROM plain LIMIT 1");
            // Bounds leave out NaNs, as the specification wants; DuckDB skips a row group by them even if it looks for
            // NaNs.
            String numbers = type.equals("FLOAT") || type.equals("DOUBLE") ? " AND NOT isnan(" + name + ")" : "";
            for (String condition : conditions(name, type)) {
                String question = " WHERE (" + condition + ")" + numbers;
                assertEquals(
                        duckDb.value("SELECT count(*) FROM plain" + question),
                        duckDb.value("SELECT count(*) FROM " + DuckDb.read(file) + question),
                        condition);
                predicates++;
            }
        }
        held("predicates", String.format(Locale.ROOT, "%,d, nulls %s", predicates, nulls));
    }

    /** Six row groups of several pages, beside a table of the same values. */
    private void write(Nulls nulls) throws IOException, SQLException {
        file = directory.resolve("penstock.parquet");
        schema = ParquetFiles.accepted(RandomSchemas.flat());
        Map<String, String> options = Map.of("row.group.rows", "300");
        try (RandomBatches source = new RandomBatches(memory.allocator(), schema, 7)) {
            ParquetFiles.write(memory, file, source, options, nulls, 500, 500, 500, 200);
        }
        duckDb.execute("CREATE OR REPLACE TABLE plain AS SELECT * FROM " + DuckDb.read(file));
    }

    private List<String> conditions(String name, String type) throws SQLException {
        List<String> conditions = new ArrayList<>(List.of(name + " IS NULL", name + " IS NOT NULL"));
        String sample = "SELECT " + name + "::VARCHAR FROM (SELECT DISTINCT " + name + " FROM plain WHERE " + name
                + " IS NOT NULL ORDER BY 1)";
        List<String> literals = duckDb.column(sample).stream()
                // A literal cannot hold the first.
                .filter(text -> text.indexOf('\0') < 0 && !text.equals("nan"))
                .map(text -> "'" + text.replace("'", "''") + "'::" + type)
                .collect(Collectors.toCollection(ArrayList::new));
        if (literals.isEmpty()) {
            return conditions;
        }
        int last = literals.size() - 1;
        for (int place : new int[] {0, last / 3, last}) {
            for (String operator : List.of("=", "<>", "<", "<=", ">", ">=")) {
                conditions.add(name + ' ' + operator + ' ' + literals.get(place));
            }
        }
        conditions.add(name + " IN (" + literals.get(0) + ", " + literals.get(last / 2) + ")");
        conditions.add(name + " > " + literals.get(last / 4) + " AND " + name + " < " + literals.get(last / 3));
        conditions.add(name + " < " + literals.get(last / 5) + " OR " + name + " IS NULL");
        return conditions;
    }

    private void held(String kind, String what) {
        assertTrue(schema.getFields().size() > 20, "types");
        Compared.held(kind, "Penstock > DuckDB", schema.getFields().size() + " types: " + what);
    }
}

package io.penstock.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.format.Predicate;
import io.penstock.format.RowTest;
import io.penstock.format.RowTest.Outcome;
import io.penstock.format.StatisticsCollector;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.NaiveFilter;
import io.penstock.testing.RandomBatches;
import io.penstock.testing.RandomPredicates;
import io.penstock.testing.RandomSchemas;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What follows from the statistics of a file holds for its rows. */
class DeltaBoundsTest {
    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    @Test
    void whatStatisticsExcludeIsNotInTheFile() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Schema schema = RandomSchemas.everything();
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        try (RandomBatches batches = new RandomBatches(memory.allocator(), schema, seed)) {
            for (int i = 0; i < 300; i++) {
                RandomPredicates predicates = new RandomPredicates(schema, seed + i);
                // A row or two have narrow bounds, which exclude much.
                try (VectorSchemaRoot batch = batches.next(1 + random.nextInt(3));
                        VectorSchemaRoot other = batches.next(5)) {
                    StatisticsCollector collector = new StatisticsCollector(batch.getSchema());
                    collector.add(batch);
                    String text = DeltaStatistics.text(schema, batch.getRowCount(), collector.statistics());
                    DeltaBounds bounds = DeltaBounds.of(schema, file(batch.getRowCount(), text));
                    for (int k = 0; k < 40; k++) {
                        Predicate where = predicates.next(k % 2 == 0 ? batch : other, batches.dictionaries());
                        Outcome outcome =
                                RowTest.of(where, schema).outcome(column -> column.outcome(bounds.of(column.column())));
                        outcomes.merge(outcome, 1, Integer::sum);
                        int selected = 0;
                        for (int row = 0; row < batch.getRowCount(); row++) {
                            selected += NaiveFilter.selects(where, batch, batches.dictionaries(), row) ? 1 : 0;
                        }
                        String label = batches.label() + " batch " + i + ": " + where + " of " + text;
                        assertTrue(outcome != Outcome.NONE || selected == 0, label);
                        assertTrue(outcome != Outcome.ALL || selected == batch.getRowCount(), label);
                    }
                }
            }
        }
        assertTrue(outcomes.get(Outcome.NONE) > 1000, outcomes.toString());
        assertTrue(outcomes.get(Outcome.ALL) > 1000, outcomes.toString());
    }

    private static DataFile file(long rows, String statistics) {
        return new DataFile("a", 1, rows, null, statistics, 0);
    }

    private static Outcome outcome(ArrowType type, String statistics, Predicate where) {
        Schema schema = new Schema(List.of(Field.nullable("c", type)));
        DeltaBounds bounds = DeltaBounds.of(schema, file(10, statistics));
        return RowTest.of(where, schema).outcome(column -> column.outcome(bounds.of(column.column())));
    }

    @Test
    void statisticsThatAreNoneExcludeNothing() {
        ArrowType type = new ArrowType.Int(32, true);
        for (String text : new String[] {
            null,
            "",
            "[]",
            "{",
            "{}",
            "{\"minValues\":3,\"maxValues\":[],\"nullCount\":\"x\"}",
            "{\"minValues\":{\"c\":\"5\"},\"maxValues\":{\"c\":true},\"nullCount\":{\"c\":-1}}",
            "{\"minValues\":{\"c\":1e999999999},\"maxValues\":{\"c\":1e999999999}}",
            "{\"minValues\":{\"c\":{\"d\":5}},\"maxValues\":{\"c\":{\"d\":5}},\"nullCount\":{\"c\":{\"d\":0}}}",
            // Of which the greatest is less than the least.
            "{\"minValues\":{\"c\":5},\"maxValues\":{\"c\":4},\"nullCount\":{\"c\":1}}",
        }) {
            assertEquals(Outcome.SOME, outcome(type, text, Predicate.equal("c", 7)), text);
            assertEquals(Outcome.SOME, outcome(type, text, Predicate.isNull("c")), text);
        }
    }

    @Test
    void aGreatestTimestampThatWasCutToMillisecondsDoesNotHideWhatIsLater() {
        String text =
                "{\"minValues\":{\"c\":\"2020-01-01T00:00:00.000Z\"},\"maxValues\":{\"c\":\"2020-01-01T00:00:00.001Z\"}}";
        ArrowType zoned = new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
        Predicate cut = Predicate.equal("c", Instant.parse("2020-01-01T00:00:00.001999Z"));
        assertEquals(Outcome.SOME, outcome(zoned, text, cut));
        Predicate later = Predicate.equal("c", Instant.parse("2020-01-01T00:00:00.002001Z"));
        assertEquals(Outcome.NONE, outcome(zoned, text, later));
        ArrowType local = new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
        Predicate localLater = Predicate.greater("c", LocalDateTime.parse("2020-01-01T00:00:00.002001"));
        assertEquals(Outcome.NONE, outcome(local, text, localLater));
        assertEquals(Outcome.NONE, outcome(local, text.replace("Z", ""), localLater));
        assertEquals(Outcome.SOME, outcome(zoned, text.replace("Z", ""), later));
    }

    @Test
    void theShortestTextOfAFloatDoesNotHideTheFloat() {
        String text = "{\"minValues\":{\"c\":0.1},\"maxValues\":{\"c\":0.3}}";
        ArrowType type = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
        assertEquals(Outcome.SOME, outcome(type, text, Predicate.equal("c", 0.1f)));
        assertEquals(Outcome.SOME, outcome(type, text, Predicate.equal("c", 0.3f)));
        assertEquals(Outcome.NONE, outcome(type, text, Predicate.less("c", 0.0999)));
    }

    @Test
    void zerosOfBothSignsAreOne() {
        ArrowType type = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
        String text = "{\"minValues\":{\"c\":0.0},\"maxValues\":{\"c\":1.5}}";
        assertEquals(Outcome.SOME, outcome(type, text, Predicate.lessOrEqual("c", -0.0)));
        assertEquals(Outcome.NONE, outcome(type, text, Predicate.less("c", 0.0)));
        assertEquals(Outcome.NONE, outcome(type, text, Predicate.equal("c", Double.NaN)));
        // Another engine may have left a NaN out of its bounds.
        assertEquals(Outcome.SOME, outcome(type, text, Predicate.notEqual("c", Double.NaN)));
        assertEquals(Outcome.SOME, outcome(type, text, Predicate.not(Predicate.lessOrEqual("c", 2))));
    }

    @Test
    void decimalsAreComparedExactly() {
        ArrowType type = new ArrowType.Decimal(12, 2, 128);
        String text = "{\"minValues\":{\"c\":1.005},\"maxValues\":{\"c\":7},\"nullCount\":{\"c\":0}}";
        assertEquals(Outcome.NONE, outcome(type, text, Predicate.less("c", BigDecimal.ONE)));
        assertEquals(Outcome.SOME, outcome(type, text, Predicate.equal("c", BigDecimal.ONE)));
        assertEquals(Outcome.ALL, outcome(type, text, Predicate.greaterOrEqual("c", 1)));
        assertEquals(Outcome.NONE, outcome(type, text, Predicate.greater("c", new BigDecimal("7.0000001"))));
        assertEquals(Outcome.NONE, outcome(type, text, Predicate.greater("c", new BigDecimal("1e999999999"))));
        assertEquals(Outcome.ALL, outcome(type, text, Predicate.greater("c", new BigDecimal("1e-999999999"))));
    }
}

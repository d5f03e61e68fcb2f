package io.penstock.format;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A {@link Predicate} that was checked against the columns of a schema: what is left are tests of single columns, and "and" and "or".
 * Each row either passes or does not; one for which the predicate is neither true nor false does not. Immutable.
 */
public sealed interface RowTest permits RowTest.AllOf, RowTest.AnyOf, ColumnTest {
    /** Passes where all of them pass. */
    record AllOf(List<RowTest> tests) implements RowTest {
        @Override
        public String toString() {
            return tests.stream().map(Object::toString).collect(Collectors.joining(" and ", "(", ")"));
        }
    }

    /** Passes where any of them passes. */
    record AnyOf(List<RowTest> tests) implements RowTest {
        @Override
        public String toString() {
            return tests.stream().map(Object::toString).collect(Collectors.joining(" or ", "(", ")"));
        }
    }

    /** How many of some rows pass, as far as it is known. Each is less than the next. */
    enum Outcome {
        NONE,
        SOME,
        ALL
    }

    /**
     * Checks a predicate.
     *
     * @param schema in message format: a dictionary-encoded field has the type of its values
     * @throws IllegalArgumentException if it names a column that is not there once, or compares one with what it does not compare with:
     *     names the column, its type and what it takes
     */
    static RowTest of(Predicate predicate, Schema schema) {
        return of(predicate, schema, false);
    }

    private static RowTest of(Predicate predicate, Schema schema, boolean negated) {
        if (predicate instanceof Predicate.Comparison comparison) {
            return ColumnTest.of(column(comparison.column(), schema), comparison, negated);
        }
        if (predicate instanceof Predicate.Membership membership) {
            return ColumnTest.of(column(membership.column(), schema), membership, negated);
        }
        if (predicate instanceof Predicate.NullTest test) {
            return ColumnTest.ofNull(column(test.column(), schema), test.isNull() != negated);
        }
        if (predicate instanceof Predicate.Negation negation) {
            return of(negation.operand(), schema, !negated);
        }
        boolean and = predicate instanceof Predicate.Conjunction;
        List<Predicate> operands =
                and ? ((Predicate.Conjunction) predicate).operands() : ((Predicate.Disjunction) predicate).operands();
        List<RowTest> tests = new ArrayList<>();
        for (Predicate operand : operands) {
            tests.add(of(operand, schema, negated));
        }
        // De Morgan.
        return and != negated ? new AllOf(tests) : new AnyOf(tests);
    }

    private static Field column(String name, Schema schema) {
        List<Field> named = schema.getFields().stream()
                .filter(field -> field.getName().equals(name))
                .toList();
        if (named.size() != 1) {
            throw new IllegalArgumentException("there is " + (named.isEmpty() ? "no" : "more than one") + " column '"
                    + name + "' to select rows by; the columns are "
                    + schema.getFields().stream().map(Field::getName).collect(Collectors.joining(", ")));
        }
        return named.get(0);
    }

    /** The names of the columns that are tested. */
    default Set<String> columns() {
        Set<String> columns = new LinkedHashSet<>();
        addColumns(columns);
        return columns;
    }

    private void addColumns(Set<String> columns) {
        if (this instanceof ColumnTest test) {
            columns.add(test.column());
        } else {
            operands().forEach(test -> test.addColumns(columns));
        }
    }

    private List<RowTest> operands() {
        return this instanceof AllOf all ? all.tests() : ((AnyOf) this).tests();
    }

    /**
     * How many rows pass.
     *
     * @param ofColumn how many pass the test of one column; asked until the rest makes no difference
     */
    default Outcome outcome(Function<ColumnTest, Outcome> ofColumn) {
        if (this instanceof ColumnTest test) {
            return ofColumn.apply(test);
        }
        boolean and = this instanceof AllOf;
        Outcome decisive = and ? Outcome.NONE : Outcome.ALL;
        Outcome whole = and ? Outcome.ALL : Outcome.NONE;
        for (RowTest test : operands()) {
            Outcome part = test.outcome(ofColumn);
            boolean decides = and ? part.compareTo(whole) < 0 : part.compareTo(whole) > 0;
            whole = decides ? part : whole;
            if (whole == decisive) {
                break;
            }
        }
        return whole;
    }
}

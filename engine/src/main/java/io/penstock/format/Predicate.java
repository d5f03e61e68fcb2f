package io.penstock.format;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Which rows of a table to read: comparisons of top-level columns with values, and their combinations. Immutable, and checked against
 * the table's columns when the reader is opened.
 *
 * <p>It means what SQL means: a comparison with a null is neither true nor false, and only rows for which the whole is true are read. A
 * NaN is equal to nothing, not even to a NaN, and neither less nor greater (IEEE 754); -0.0 equals 0.0. Text is ordered by Unicode code
 * point, bytes as unsigned.
 *
 * <p>A value is a plain Java object of the column's kind:
 *
 * <table>
 * <caption>What columns take</caption>
 * <tr><td>integers</td><td>{@code Byte}, {@code Short}, {@code Integer}, {@code Long}, {@code BigInteger}</td></tr>
 * <tr><td>decimals, and also</td><td>{@code BigDecimal}</td></tr>
 * <tr><td>floating point, and also</td><td>{@code Float}, {@code Double}; compared without rounding, so that a float column that holds
 * {@code 0.1f} does not equal {@code 0.1}</td></tr>
 * <tr><td>bool</td><td>{@code Boolean}, where false is less than true</td></tr>
 * <tr><td>text</td><td>{@code String}</td></tr>
 * <tr><td>binary</td><td>{@code byte[]}, and {@code java.util.UUID} where it is of 16 bytes</td></tr>
 * <tr><td>dates</td><td>{@code LocalDate}</td></tr>
 * <tr><td>times of day</td><td>{@code LocalTime}</td></tr>
 * <tr><td>timestamps with a zone</td><td>{@code Instant}, {@code OffsetDateTime}, {@code ZonedDateTime}</td></tr>
 * <tr><td>timestamps without</td><td>{@code LocalDateTime}</td></tr>
 * <tr><td>durations</td><td>{@code java.time.Duration}</td></tr>
 * </table>
 *
 * Every column but a union can be tested for null.
 */
public sealed interface Predicate {
    /** Whether the column's value is {@code value}. */
    static Predicate equal(String column, Object value) {
        return new Comparison(column, Operator.EQUAL, value);
    }

    /** Whether the column has a value, and another one than {@code value}. */
    static Predicate notEqual(String column, Object value) {
        return new Comparison(column, Operator.NOT_EQUAL, value);
    }

    static Predicate less(String column, Object value) {
        return new Comparison(column, Operator.LESS, value);
    }

    static Predicate lessOrEqual(String column, Object value) {
        return new Comparison(column, Operator.LESS_OR_EQUAL, value);
    }

    static Predicate greater(String column, Object value) {
        return new Comparison(column, Operator.GREATER, value);
    }

    static Predicate greaterOrEqual(String column, Object value) {
        return new Comparison(column, Operator.GREATER_OR_EQUAL, value);
    }

    /** Whether the column's value is one of these. */
    static Predicate in(String column, Object... values) {
        return new Membership(column, Arrays.asList(values));
    }

    /** Whether the column's value is one of these. */
    static Predicate in(String column, List<?> values) {
        return new Membership(column, values);
    }

    static Predicate isNull(String column) {
        return new NullTest(column, true);
    }

    static Predicate isNotNull(String column) {
        return new NullTest(column, false);
    }

    /** Whether all of these are true. */
    static Predicate and(Predicate... operands) {
        return new Conjunction(List.of(operands));
    }

    /** Whether any of these is true. */
    static Predicate or(Predicate... operands) {
        return new Disjunction(List.of(operands));
    }

    /** Whether {@code operand} is false: where it is neither true nor false, because of a null, this is neither, too. */
    static Predicate not(Predicate operand) {
        return new Negation(operand);
    }

    default Predicate and(Predicate other) {
        return and(this, other);
    }

    default Predicate or(Predicate other) {
        return or(this, other);
    }

    /** How a value may compare. */
    enum Operator {
        EQUAL("="),
        NOT_EQUAL("<>"),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">=");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        @Override
        public String toString() {
            return sign;
        }
    }

    /** {@code column < value} and its like. */
    record Comparison(String column, Operator operator, Object value) implements Predicate {
        /** @throws IllegalArgumentException if {@code value} is null: only {@link Predicate#isNull} finds those */
        public Comparison {
            Objects.requireNonNull(column, "column");
            Objects.requireNonNull(operator, "operator");
            value = own(column, value);
        }

        @Override
        public Object value() {
            return own(column, value);
        }

        @Override
        public String toString() {
            return column + " " + operator + " " + text(value);
        }
    }

    /** {@code column in (value, ...)}. */
    record Membership(String column, List<?> values) implements Predicate {
        /** @throws IllegalArgumentException if there is no value, or one of them is null */
        public Membership {
            Objects.requireNonNull(column, "column");
            if (values.isEmpty()) {
                throw new IllegalArgumentException("column '" + column + "' is to be in a list without values");
            }
            values = owned(column, values);
        }

        @Override
        public List<?> values() {
            return owned(column, values);
        }

        @Override
        public String toString() {
            return column + " in " + values.stream().map(Predicate::text).collect(Collectors.joining(", ", "(", ")"));
        }
    }

    /** {@code column is null} or {@code column is not null}. */
    record NullTest(String column, boolean isNull) implements Predicate {
        public NullTest {
            Objects.requireNonNull(column, "column");
        }

        @Override
        public String toString() {
            return column + (isNull ? " is null" : " is not null");
        }
    }

    /** True where all operands are. */
    record Conjunction(List<Predicate> operands) implements Predicate {
        /** @throws IllegalArgumentException if there is no operand */
        public Conjunction {
            operands = some(operands, "and");
        }

        @Override
        public String toString() {
            return operands.stream().map(Object::toString).collect(Collectors.joining(" and ", "(", ")"));
        }
    }

    /** True where any operand is. */
    record Disjunction(List<Predicate> operands) implements Predicate {
        /** @throws IllegalArgumentException if there is no operand */
        public Disjunction {
            operands = some(operands, "or");
        }

        @Override
        public String toString() {
            return operands.stream().map(Object::toString).collect(Collectors.joining(" or ", "(", ")"));
        }
    }

    /** True where the operand is false. */
    record Negation(Predicate operand) implements Predicate {
        public Negation {
            Objects.requireNonNull(operand, "operand");
        }

        @Override
        public String toString() {
            return "not (" + operand + ")";
        }
    }

    private static List<Predicate> some(List<Predicate> operands, String connective) {
        if (operands.isEmpty()) {
            throw new IllegalArgumentException("'" + connective + "' of no predicates");
        }
        return List.copyOf(operands);
    }

    /** Arrays can change: the predicate has its own. */
    private static Object own(String column, Object value) {
        if (value == null) {
            throw new IllegalArgumentException(
                    "column '" + column + "' is compared with null, which nothing equals; use isNull or isNotNull");
        }
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    private static List<?> owned(String column, List<?> values) {
        return values.stream().map(value -> own(column, value)).toList();
    }

    private static String text(Object value) {
        if (value instanceof byte[] bytes) {
            return "x'" + HexFormat.of().formatHex(bytes) + "'";
        }
        return value instanceof Number || value instanceof Boolean
                ? value.toString()
                : "'" + value.toString().replace("'", "''") + "'";
    }
}

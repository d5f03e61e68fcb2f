package io.penstock.interop;

import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.expressions.Predicate;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A comparison of a column, for Delta Kernel and by itself.
 *
 * @param index of the column in a row
 * @param value as {@link ArrowValues} has it; null for the questions after nulls
 */
record KernelQuestion(String column, int index, String operator, Object value, Predicate predicate) {
    private static final BigInteger NANOS_PER_MICRO = BigInteger.valueOf(1_000);

    /** Questions of every kind with the least, some and the greatest of a column's values; the last one has some answer. */
    static List<KernelQuestion> of(Field field, int index, List<List<Object>> rows) {
        List<Object> values = rows.stream()
                .map(row -> row.get(index))
                .filter(Objects::nonNull)
                .distinct()
                .sorted(KernelQuestion::compare)
                .toList();
        Column column = new Column(field.getName());
        List<KernelQuestion> questions = new ArrayList<>();
        for (String operator : List.of("IS_NULL", "IS_NOT_NULL")) {
            questions.add(new KernelQuestion(field.getName(), index, operator, null, new Predicate(operator, column)));
        }
        int last = values.size() - 1;
        for (int at : new int[] {0, 1, last / 3, last / 2, last - 1, last}) {
            Object value = values.get(at);
            for (String operator : List.of("<", ">", "<=", ">=", "=")) {
                Predicate predicate = new Predicate(operator, column, literal(field.getType(), value));
                questions.add(new KernelQuestion(field.getName(), index, operator, value, predicate));
            }
        }
        return questions;
    }

    private static Literal literal(ArrowType type, Object value) {
        return switch (type.getTypeID()) {
            case Int -> integer((ArrowType.Int) type, (BigInteger) value);
            case FloatingPoint ->
                ((ArrowType.FloatingPoint) type).getPrecision() == FloatingPointPrecision.DOUBLE
                        ? Literal.ofDouble((Double) value)
                        : Literal.ofFloat(((Double) value).floatValue());
            case Decimal -> {
                ArrowType.Decimal decimal = (ArrowType.Decimal) type;
                yield Literal.ofDecimal((BigDecimal) value, decimal.getPrecision(), decimal.getScale());
            }
            case Utf8 -> Literal.ofString((String) value);
            case Date -> Literal.ofDate((int) ((LocalDate) value).toEpochDay());
            case Timestamp -> {
                long micros = ((BigInteger) value).divide(NANOS_PER_MICRO).longValueExact();
                yield ((ArrowType.Timestamp) type).getTimezone() == null
                        ? Literal.ofTimestampNtz(micros)
                        : Literal.ofTimestamp(micros);
            }
            default -> throw new IllegalArgumentException("no literal of " + type);
        };
    }

    private static Literal integer(ArrowType.Int type, BigInteger value) {
        return switch (type.getBitWidth()) {
            case 8 -> Literal.ofByte(value.byteValueExact());
            case 16 -> Literal.ofShort(value.shortValueExact());
            case 32 -> Literal.ofInt(value.intValueExact());
            default -> Literal.ofLong(value.longValueExact());
        };
    }

    /** Whether the question's answer has the row. */
    boolean holds(List<Object> row) {
        Object found = row.get(index);
        if (value == null || found == null) {
            return operator.equals(found == null ? "IS_NULL" : "IS_NOT_NULL");
        }
        int order = compare(found, value);
        return switch (operator) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case "=" -> order == 0;
            case ">=" -> order >= 0;
            case ">" -> order > 0;
            default -> throw new IllegalArgumentException(operator);
        };
    }

    private static int compare(Object a, Object b) {
        if (a instanceof BigInteger number) {
            return number.compareTo((BigInteger) b);
        }
        if (a instanceof BigDecimal number) {
            return number.compareTo((BigDecimal) b);
        }
        if (a instanceof Double number) {
            // A NaN is the greatest, and the zeros are one.
            return Double.compare(number + 0.0, (Double) b + 0.0);
        }
        if (a instanceof LocalDate date) {
            return date.compareTo((LocalDate) b);
        }
        return Arrays.compareUnsigned(
                ((String) a).getBytes(StandardCharsets.UTF_8), ((String) b).getBytes(StandardCharsets.UTF_8));
    }
}

package io.penstock.testing;

import io.penstock.format.Predicate;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarBinaryVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * What a predicate says of one row, value by value and by the book: the truth that filters are tested against. Times are compared as
 * nanoseconds of any size, so that no unit is rounded to.
 */
public final class NaiveFilter {
    private NaiveFilter() {}

    /** Whether the row is selected. */
    public static boolean selects(
            Predicate predicate, VectorSchemaRoot batch, DictionaryProvider dictionaries, int row) {
        return Boolean.TRUE.equals(truth(predicate, batch, dictionaries, row));
    }

    /** Null if it is neither true nor false. */
    private static Boolean truth(
            Predicate predicate, VectorSchemaRoot batch, DictionaryProvider dictionaries, int row) {
        if (predicate instanceof Predicate.Comparison comparison) {
            Object value = value(batch.getVector(comparison.column()), dictionaries, row);
            return value == null ? null : compare(value, comparison.operator(), comparison.value());
        }
        if (predicate instanceof Predicate.Membership membership) {
            Object value = value(batch.getVector(membership.column()), dictionaries, row);
            return value == null
                    ? null
                    : membership.values().stream().anyMatch(other -> compare(value, Predicate.Operator.EQUAL, other));
        }
        if (predicate instanceof Predicate.NullTest test) {
            return isNull(batch.getVector(test.column()), dictionaries, row) == test.isNull();
        }
        if (predicate instanceof Predicate.Negation negation) {
            Boolean truth = truth(negation.operand(), batch, dictionaries, row);
            return truth == null ? null : !truth;
        }
        boolean and = predicate instanceof Predicate.Conjunction;
        Boolean whole = and;
        for (Predicate operand :
                and ? ((Predicate.Conjunction) predicate).operands() : ((Predicate.Disjunction) predicate).operands()) {
            Boolean truth = truth(operand, batch, dictionaries, row);
            if (truth == null) {
                whole = whole != null && whole == and ? null : whole;
            } else if (truth != and) {
                whole = truth;
            }
        }
        return whole;
    }

    private static boolean compare(Object value, Predicate.Operator operator, Object other) {
        Object right = comparable(other);
        if (value instanceof Double number) {
            if (Double.isNaN(number) || right instanceof Double nan && nan.isNaN()) {
                return operator == Predicate.Operator.NOT_EQUAL;
            }
            if (number.isInfinite() || right instanceof Double infinite && infinite.isInfinite()) {
                double wide = right instanceof Double wideRight ? wideRight : ((BigDecimal) right).doubleValue();
                return holds(operator, Double.compare(number, wide));
            }
            BigDecimal exact = right instanceof Double finite ? new BigDecimal(finite) : (BigDecimal) right;
            return holds(operator, new BigDecimal(number).compareTo(exact));
        }
        if (value instanceof byte[] bytes) {
            return holds(operator, Arrays.compareUnsigned(bytes, (byte[]) right));
        }
        return holds(operator, ((BigDecimal) value).compareTo((BigDecimal) right));
    }

    private static boolean holds(Predicate.Operator operator, int order) {
        return switch (operator) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
        };
    }

    /** A value of a predicate as {@link #value} has those of columns. */
    private static Object comparable(Object value) {
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof Number) {
            return new BigDecimal(value.toString());
        }
        if (value instanceof Boolean flag) {
            return flag ? BigDecimal.ONE : BigDecimal.ZERO;
        }
        if (value instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        if (value instanceof LocalDate date) {
            return nanos(date.toEpochDay() * 86_400L, 0);
        }
        if (value instanceof LocalTime time) {
            return nanos(0, time.toNanoOfDay());
        }
        if (value instanceof LocalDateTime time) {
            return nanos(time.toEpochSecond(ZoneOffset.UTC), time.getNano());
        }
        if (value instanceof Instant instant) {
            return nanos(instant.getEpochSecond(), instant.getNano());
        }
        if (value instanceof Duration duration) {
            return nanos(duration.getSeconds(), duration.getNano());
        }
        return value;
    }

    private static BigDecimal nanos(long seconds, long nanos) {
        return BigDecimal.valueOf(seconds).movePointRight(9).add(BigDecimal.valueOf(nanos));
    }

    public static boolean isNull(FieldVector vector, DictionaryProvider dictionaries, int row) {
        if (vector instanceof RunEndEncodedVector runs) {
            return isNull(runs.getValuesVector(), dictionaries, run(runs, row));
        }
        if (vector.isNull(row)) {
            return true;
        }
        if (vector.getField().getDictionary() == null) {
            return false;
        }
        FieldVector values = values(vector, dictionaries);
        return isNull(values, dictionaries, (int) ((BaseIntVector) vector).getValueAsLong(row));
    }

    private static FieldVector values(FieldVector indices, DictionaryProvider dictionaries) {
        return dictionaries.lookup(indices.getField().getDictionary().getId()).getVector();
    }

    private static int run(RunEndEncodedVector runs, int row) {
        int run = 0;
        while (((BaseIntVector) runs.getRunEndsVector()).getValueAsLong(run) <= row) {
            run++;
        }
        return run;
    }

    /** {@code BigDecimal}, {@code Double} or {@code byte[]}; null if there is none. */
    public static Object value(FieldVector vector, DictionaryProvider dictionaries, int row) {
        if (isNull(vector, dictionaries, row)) {
            return null;
        }
        if (vector.getField().getDictionary() != null) {
            int index = (int) ((BaseIntVector) vector).getValueAsLong(row);
            return value(values(vector, dictionaries), dictionaries, index);
        }
        if (vector instanceof BitVector bits) {
            return BigDecimal.valueOf(bits.get(row));
        }
        if (vector instanceof BaseFixedWidthVector fixed) {
            byte[] bytes = new byte[fixed.getTypeWidth()];
            ArrowBuf data = vector.getDataBuffer();
            data.getBytes((long) row * bytes.length, bytes);
            return fixed(vector.getField().getType(), bytes);
        }
        return bytes(vector, row);
    }

    private static byte[] bytes(ValueVector vector, int row) {
        if (vector instanceof VarCharVector v) {
            return v.get(row);
        }
        if (vector instanceof LargeVarCharVector v) {
            return v.get(row);
        }
        if (vector instanceof ViewVarCharVector v) {
            return v.get(row);
        }
        if (vector instanceof VarBinaryVector v) {
            return v.get(row);
        }
        if (vector instanceof LargeVarBinaryVector v) {
            return v.get(row);
        }
        return ((ViewVarBinaryVector) vector).get(row);
    }

    private static Object fixed(ArrowType type, byte[] littleEndian) {
        if (type instanceof ArrowType.FixedSizeBinary) {
            return littleEndian;
        }
        byte[] bytes = new byte[littleEndian.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = littleEndian[bytes.length - 1 - i];
        }
        BigInteger signed = new BigInteger(bytes);
        if (type instanceof ArrowType.FloatingPoint floating) {
            return switch (floating.getPrecision()) {
                case HALF -> (double) org.apache.arrow.memory.util.Float16.toFloat(signed.shortValue());
                case SINGLE -> (double) Float.intBitsToFloat(signed.intValue());
                case DOUBLE -> Double.longBitsToDouble(signed.longValue());
            };
        }
        if (type instanceof ArrowType.Int integer) {
            return new BigDecimal(integer.getIsSigned() ? signed : new BigInteger(1, bytes));
        }
        if (type instanceof ArrowType.Decimal decimal) {
            return new BigDecimal(signed, decimal.getScale());
        }
        if (type instanceof ArrowType.Date date) {
            return new BigDecimal(signed)
                    .multiply(BigDecimal.valueOf(date.getUnit() == DateUnit.DAY ? 86_400_000_000_000L : 1_000_000));
        }
        TimeUnit unit = type instanceof ArrowType.Time time
                ? time.getUnit()
                : type instanceof ArrowType.Timestamp timestamp
                        ? timestamp.getUnit()
                        : ((ArrowType.Duration) type).getUnit();
        return new BigDecimal(signed)
                .multiply(BigDecimal.valueOf(
                        switch (unit) {
                            case SECOND -> 1_000_000_000;
                            case MILLISECOND -> 1_000_000;
                            case MICROSECOND -> 1_000;
                            case NANOSECOND -> 1;
                        }));
    }
}

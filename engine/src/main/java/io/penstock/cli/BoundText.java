package io.penstock.cli;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The bounds of a column's values as text, as {@link CellText} has values. */
final class BoundText {
    private BoundText() {}

    /** @param bound as {@link io.penstock.format.ValueBounds} has it */
    static String of(Field field, Object bound) {
        ArrowType type = field.getType();
        return switch (type.getTypeID()) {
            case Bool -> Boolean.toString(number(bound) != 0);
            case FloatingPoint -> floating((ArrowType.FloatingPoint) type, (Double) bound);
            case Decimal ->
                new BigDecimal(new BigInteger(bound.toString()), ((ArrowType.Decimal) type).getScale()).toPlainString();
            case Utf8, LargeUtf8, Utf8View -> JsonText.quote(new String((byte[]) bound, StandardCharsets.UTF_8));
            case Date -> TemporalText.date(((ArrowType.Date) type).getUnit(), number(bound));
            case Time -> TemporalText.time(((ArrowType.Time) type).getUnit(), number(bound));
            case Timestamp -> TemporalText.timestamp((ArrowType.Timestamp) type, number(bound));
            case Duration -> TemporalText.duration(((ArrowType.Duration) type).getUnit(), number(bound));
            default -> bound instanceof byte[] bytes ? Base64.getEncoder().encodeToString(bytes) : bound.toString();
        };
    }

    /** A bound that is zero has the sign that excludes neither zero, which says nothing of the values. */
    private static String floating(ArrowType.FloatingPoint type, double bound) {
        double value = bound == 0 ? 0 : bound;
        return type.getPrecision() == FloatingPointPrecision.DOUBLE
                ? Double.toString(value)
                : Float.toString((float) value);
    }

    private static long number(Object bound) {
        return ((Number) bound).longValue();
    }
}

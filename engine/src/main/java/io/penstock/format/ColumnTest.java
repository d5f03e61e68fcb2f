package io.penstock.format;

import io.penstock.format.ColumnOrder.Position;
import io.penstock.format.Ranges.Order;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Which values of one column pass: a set of them, with or without NaN and null. Immutable. */
public final class ColumnTest implements RowTest {
    private final Field field;
    private final String text;
    /** Null where values need not be told apart: then {@link #others} holds for each. */
    private final Ranges<?> ranges;

    private final boolean others;
    private final boolean nulls;

    private ColumnTest(Field field, String text, Ranges<?> ranges, boolean others, boolean nulls) {
        this.field = field;
        this.text = text;
        this.ranges = ranges;
        this.others = others;
        this.nulls = nulls;
    }

    static ColumnTest of(Field field, Predicate.Comparison comparison, boolean negated) {
        ColumnOrder order = ColumnOrder.of(field);
        Ranges<?> ranges = ranges(order.order(), comparison.operator(), order.position(comparison.value()));
        // A NaN is unequal to whatever it is compared with, and in no other relation to it.
        boolean nan = order.isFloating() && comparison.operator() == Predicate.Operator.NOT_EQUAL;
        return new ColumnTest(field, comparison.toString(), ranges, nan, false).negatedIf(negated, order);
    }

    static ColumnTest of(Field field, Predicate.Membership membership, boolean negated) {
        ColumnOrder order = ColumnOrder.of(field);
        Ranges<?> ranges = union(order.order(), order, membership.values());
        return new ColumnTest(field, membership.toString(), ranges, false, false).negatedIf(negated, order);
    }

    static ColumnTest ofNull(Field field, boolean isNull) {
        if (Layout.storage(field.getType()) instanceof ArrowType.Union) {
            throw new IllegalArgumentException("column '" + field.getName() + "' is " + field.getType()
                    + ", of which Arrow does not say which values are null: rows cannot be selected by it");
        }
        String text = field.getName() + (isNull ? " is null" : " is not null");
        return new ColumnTest(field, text, null, !isNull, isNull);
    }

    private ColumnTest negatedIf(boolean negated, ColumnOrder order) {
        return negated
                ? new ColumnTest(field, "not " + text, ranges.complement(), order.isFloating() && !others, false)
                : this;
    }

    @SuppressWarnings("unchecked")
    private static <T> Ranges<T> ranges(Order<T> order, Predicate.Operator operator, Position position) {
        if (position.floor() == null) {
            Ranges<T> none = Ranges.none(order);
            return operator == Predicate.Operator.NOT_EQUAL ? none.complement() : none;
        }
        return Ranges.of(order, operator, (T) position.floor(), position.exact());
    }

    private static <T> Ranges<T> union(Order<T> order, ColumnOrder column, List<?> values) {
        List<Ranges<T>> points = new ArrayList<>();
        for (Object value : values) {
            points.add(ranges(order, Predicate.Operator.EQUAL, column.position(value)));
        }
        return Ranges.union(order, points);
    }

    /** The name of the column. */
    public String column() {
        return field.getName();
    }

    /** The column, in message format. */
    public Field field() {
        return field;
    }

    /** Whether null passes. */
    boolean acceptsNull() {
        return nulls;
    }

    /** Whether what is in no range passes: a NaN, or any value if there are no ranges. */
    boolean acceptsOthers() {
        return others;
    }

    /** Null for a test for null alone. */
    Ranges<?> ranges() {
        return ranges;
    }

    /**
     * The single values that pass, if it is only these: {@code BigInteger}, {@code Double} or {@code byte[]}, as {@link ValueBounds} has
     * them.
     *
     * @return null if other values may pass
     */
    public List<Object> points() {
        if (ranges == null || others || nulls) {
            return null;
        }
        List<Object> points = new ArrayList<>();
        for (int i = 0; i < ranges.count(); i++) {
            if (!ranges.isPoint(i)) {
                return null;
            }
            points.add(plain(ranges.low(i)));
        }
        return points;
    }

    private Object plain(Object value) {
        return Layout.storage(field.getType()) instanceof ArrowType.FloatingPoint
                ? (Object) ColumnOrder.ofKey(((BigInteger) value).longValue())
                : value;
    }

    /** How many of some rows pass. */
    public Outcome outcome(ValueBounds bounds) {
        if (bounds.rows() == 0) {
            return Outcome.NONE;
        }
        boolean noNulls = bounds.nulls() == 0;
        boolean onlyNulls = bounds.nulls() == bounds.rows();
        if (onlyNulls) {
            return nulls ? Outcome.ALL : Outcome.NONE;
        }
        Outcome ofValues = valuesOutcome(bounds);
        if (noNulls) {
            return ofValues;
        }
        // There may be nulls, and there may be values.
        return nulls
                ? ofValues == Outcome.ALL ? Outcome.ALL : Outcome.SOME
                : ofValues == Outcome.NONE ? Outcome.NONE : Outcome.SOME;
    }

    private Outcome valuesOutcome(ValueBounds bounds) {
        if (ranges == null) {
            return others ? Outcome.ALL : Outcome.NONE;
        }
        boolean nan = bounds.mayHaveNaN() && Layout.storage(field.getType()) instanceof ArrowType.FloatingPoint;
        if (!meets(ranges, bounds.min(), bounds.max()) && !(nan && others)) {
            return Outcome.NONE;
        }
        return covers(ranges, bounds.min(), bounds.max()) && !(nan && !others) ? Outcome.ALL : Outcome.SOME;
    }

    @SuppressWarnings("unchecked")
    private static <T> boolean meets(Ranges<T> ranges, Object min, Object max) {
        return ranges.meets((T) edge(min), (T) edge(max));
    }

    @SuppressWarnings("unchecked")
    private static <T> boolean covers(Ranges<T> ranges, Object min, Object max) {
        return ranges.covers((T) edge(min), (T) edge(max));
    }

    private static Object edge(Object bound) {
        if (bound instanceof Double number) {
            // A bound that is a NaN says nothing.
            return number.isNaN() ? null : BigInteger.valueOf(ColumnOrder.key(number));
        }
        return bound instanceof Long number ? BigInteger.valueOf(number) : bound;
    }

    @Override
    public String toString() {
        return text;
    }
}

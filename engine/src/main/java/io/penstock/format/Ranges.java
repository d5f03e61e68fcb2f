package io.penstock.format;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * A set of values of one order: the ranges from each even edge on up to the next one, that excluded. The last range may have no end.
 * Immutable.
 *
 * <p>Every comparison is such a set, and so is its opposite and the list of {@code in}: what has to be known of a predicate is known by
 * comparing edges.
 *
 * @param <T> {@link BigInteger} for whatever is counted, {@code byte[]} for bytes
 */
final class Ranges<T> {
    /** Bytes, as unsigned. */
    static final Order<byte[]> BYTES = new Order<>(Arrays::compareUnsigned, new byte[0], null) {
        @Override
        byte[] next(byte[] value) {
            return Arrays.copyOf(value, value.length + 1);
        }
    };

    /** The values that a column can have at all. */
    abstract static class Order<T> {
        private final Comparator<T> comparator;
        private final T least;
        private final T end;

        /** @param end the least value above all; null if there is none */
        private Order(Comparator<T> comparator, T least, T end) {
            this.comparator = comparator;
            this.least = least;
            this.end = end;
        }

        static Order<BigInteger> integers(BigInteger least, BigInteger greatest) {
            return new Order<>(Comparator.naturalOrder(), least, greatest.add(BigInteger.ONE)) {
                @Override
                BigInteger next(BigInteger value) {
                    return value.add(BigInteger.ONE);
                }
            };
        }

        /** The least value above {@code value}. */
        abstract T next(T value);
    }

    private final Order<T> order;
    private final List<T> edges;

    private Ranges(Order<T> order, List<T> edges) {
        this.order = order;
        this.edges = edges;
    }

    static <T> Ranges<T> none(Order<T> order) {
        return new Ranges<>(order, List.of());
    }

    /**
     * The values that compare so.
     *
     * @param floor what is compared with, or the greatest value of the order below it
     * @param exact whether it is the first
     */
    static <T> Ranges<T> of(Order<T> order, Predicate.Operator operator, T floor, boolean exact) {
        T above = order.next(floor);
        T from = exact ? floor : above;
        return switch (operator) {
            case EQUAL -> exact ? within(order, floor, above) : none(order);
            case NOT_EQUAL -> of(order, Predicate.Operator.EQUAL, floor, exact).complement();
            case LESS -> within(order, order.least, from);
            case LESS_OR_EQUAL -> within(order, order.least, above);
            case GREATER -> within(order, above, order.end);
            case GREATER_OR_EQUAL -> within(order, from, order.end);
        };
    }

    private static <T> Ranges<T> within(Order<T> order, T from, T end) {
        T first = order.comparator.compare(from, order.least) < 0 ? order.least : from;
        T last = end == null || order.end != null && order.comparator.compare(end, order.end) > 0 ? order.end : end;
        if (last != null && order.comparator.compare(first, last) >= 0) {
            return none(order);
        }
        return new Ranges<>(order, Arrays.asList(first, last));
    }

    /** What is in any of them. */
    static <T> Ranges<T> union(Order<T> order, List<Ranges<T>> all) {
        List<Ranges<T>> sorted = new ArrayList<>();
        for (Ranges<T> ranges : all) {
            for (int i = 0; i < ranges.count(); i++) {
                sorted.add(new Ranges<>(order, ranges.edges.subList(2 * i, 2 * i + 2)));
            }
        }
        sorted.sort((a, b) -> order.comparator.compare(a.low(0), b.low(0)));
        List<T> edges = new ArrayList<>();
        for (Ranges<T> range : sorted) {
            int last = edges.size() - 1;
            if (last < 0 || edges.get(last) != null && order.comparator.compare(range.low(0), edges.get(last)) > 0) {
                edges.addAll(range.edges);
            } else if (edges.get(last) != null
                    && (range.end(0) == null || order.comparator.compare(range.end(0), edges.get(last)) > 0)) {
                edges.set(last, range.end(0));
            }
        }
        return new Ranges<>(order, Collections.unmodifiableList(edges));
    }

    /** Every value of the order that is not in this. */
    Ranges<T> complement() {
        List<T> all = new ArrayList<>();
        all.add(order.least);
        all.addAll(edges);
        all.add(order.end);
        List<T> others = new ArrayList<>();
        // A range without an end leaves nothing behind it.
        for (int i = 0; i < all.size() && all.get(i) != null; i += 2) {
            others.addAll(within(order, all.get(i), all.get(i + 1)).edges);
        }
        return new Ranges<>(order, Collections.unmodifiableList(others));
    }

    int count() {
        return edges.size() / 2;
    }

    /** The least value of a range. */
    T low(int range) {
        return edges.get(2 * range);
    }

    /** The least value above a range; null if it has no end. */
    T end(int range) {
        return edges.get(2 * range + 1);
    }

    /** Whether a range is one value. */
    boolean isPoint(int range) {
        return end(range) != null && order.comparator.compare(order.next(low(range)), end(range)) == 0;
    }

    private boolean reachesEnd(int range) {
        return end(range) == null || order.end != null && order.comparator.compare(end(range), order.end) >= 0;
    }

    boolean contains(T value) {
        return meets(value, value);
    }

    /** All edges in order. Only the last may be null: then the last range has no end. */
    List<T> edges() {
        return edges;
    }

    /** Whether any value from {@code min} to {@code max}, both included, may be in this; null is no bound. */
    boolean meets(T min, T max) {
        if (contradict(min, max)) {
            return true;
        }
        for (int i = 0; i < count(); i++) {
            if ((max == null || order.comparator.compare(low(i), max) <= 0)
                    && (min == null || end(i) == null || order.comparator.compare(end(i), min) > 0)) {
                return true;
            }
        }
        return false;
    }

    /** Whether all values from {@code min} to {@code max}, both included, are in this; null is no bound. */
    boolean covers(T min, T max) {
        if (contradict(min, max)) {
            return false;
        }
        T least = min == null ? order.least : min;
        for (int i = 0; i < count(); i++) {
            boolean above = reachesEnd(i) || max != null && order.comparator.compare(end(i), max) > 0;
            if (above && order.comparator.compare(low(i), least) <= 0) {
                return true;
            }
        }
        return false;
    }

    /** Bounds that no value can keep were not found in values: nothing follows from them. */
    private boolean contradict(T min, T max) {
        return min != null && max != null && order.comparator.compare(min, max) > 0;
    }

    @Override
    public String toString() {
        return edges.toString();
    }
}

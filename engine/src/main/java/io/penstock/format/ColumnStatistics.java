package io.penstock.format;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of the values of a top-level column in a number of rows.
 *
 * @param column the name
 * @param nullCount how many rows have no value
 * @param min the least value, or a lower bound for a text too long to keep; null if there is no value, the type has no order here, or it
 *     is not known because of a NaN. {@code Long} for integers, dates, times, timestamps and durations in the column's unit; {@code
 *     BigInteger} for uint64; {@code Double} for floating point, where -0.0 is less than 0.0; {@code BigDecimal} for decimals; {@code
 *     String} for text, by Unicode code point
 * @param max the greatest value, or an upper bound, likewise
 */
public record ColumnStatistics(String column, long nullCount, Object min, Object max) {
    /**
     * The statistics of two sets of rows together.
     *
     * @param firstRows how many rows the first has, to tell "no value" from "not known"
     * @param secondRows likewise
     */
    public static List<ColumnStatistics> merge(
            List<ColumnStatistics> first, long firstRows, List<ColumnStatistics> second, long secondRows) {
        List<ColumnStatistics> merged = new ArrayList<>(first.size());
        for (int i = 0; i < first.size(); i++) {
            ColumnStatistics a = first.get(i);
            ColumnStatistics b = second.get(i);
            boolean emptyA = a.nullCount == firstRows;
            boolean emptyB = b.nullCount == secondRows;
            merged.add(new ColumnStatistics(
                    a.column,
                    a.nullCount + b.nullCount,
                    emptyA ? b.min : emptyB ? a.min : least(a.min, b.min),
                    emptyA ? b.max : emptyB ? a.max : greatest(a.max, b.max)));
        }
        return merged;
    }

    private static Object least(Object a, Object b) {
        return a == null || b == null ? null : compare(a, b) <= 0 ? a : b;
    }

    private static Object greatest(Object a, Object b) {
        return a == null || b == null ? null : compare(a, b) >= 0 ? a : b;
    }

    @SuppressWarnings("unchecked")
    private static int compare(Object a, Object b) {
        return a instanceof String text ? compareCodePoints(text, (String) b) : ((Comparable<Object>) a).compareTo(b);
    }

    /** {@code String.compareTo} goes by UTF-16 unit, which puts a surrogate pair before U+E000. */
    private static int compareCodePoints(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        if (i == a.length() || i == b.length()) {
            return a.length() - b.length();
        }
        boolean surrogateA = Character.isSurrogate(a.charAt(i));
        boolean surrogateB = Character.isSurrogate(b.charAt(i));
        return surrogateA == surrogateB ? a.charAt(i) - b.charAt(i) : surrogateA ? 1 : -1;
    }
}

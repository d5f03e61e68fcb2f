package io.penstock.format;

/**
 * What is known of a column's values in a number of rows, from which it may follow that a {@link RowTest} holds for none of them, or all.
 *
 * @param rows how many
 * @param nulls how many of them have no value; negative if that is not known
 * @param min no value is less; null if that is not known. {@code Long} or {@code BigInteger} in the column's unit for integers, dates,
 *     times and what else counts, a decimal's unscaled value too, and 0 or 1 for bool; {@code Double} for floating point; {@code byte[]}
 *     for bytes and text, as UTF-8
 * @param max no value is greater; likewise
 * @param mayHaveNaN whether there may be NaN among the values, which the bounds do not count
 */
public record ValueBounds(long rows, long nulls, Object min, Object max, boolean mayHaveNaN) {
    /** Nothing is known of so many rows. */
    public static ValueBounds unknown(long rows) {
        return new ValueBounds(rows, -1, null, null, true);
    }
}

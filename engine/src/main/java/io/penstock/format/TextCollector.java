package io.penstock.format;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The bounds of a column of UTF-8 text, in the order of its bytes, which is that of its code points. Only the first bytes of each bound
 * are kept: the least value is then rounded down, which cutting does, and the greatest up.
 *
 * <p>What a batch costs is one pass over the keys of its values, which find most bounds without a branch that depends on them; a second
 * pass compares the values that share the least or greatest key, if they are longer than a key.
 */
final class TextCollector extends StatisticsCollector.ColumnCollector {
    /** Which no text has. */
    private static final long NO_KEY = -1;

    private final int offsetWidth;
    private final TextBound min = new TextBound();
    private final TextBound max = new TextBound();
    private boolean empty;

    TextCollector(Field field, int offsetWidth) {
        super(field);
        this.offsetWidth = offsetWidth;
        reset();
    }

    @Override
    void reset() {
        super.reset();
        empty = true;
    }

    @Override
    void bounds(FieldVector vector, int rowCount, boolean hasNulls) {
        long data = vector.getDataBuffer().memoryAddress();
        long dataEnd = data + vector.getDataBuffer().capacity();
        long offsets = vector.getOffsetBufferAddress();
        long validity = hasNulls ? vector.getValidityBufferAddress() : 0;
        long least = Long.MAX_VALUE;
        long greatest = Long.MIN_VALUE;
        long start = offset(offsets, 0);
        for (int row = 0; row < rowCount; row++) {
            long end = offset(offsets, row + 1);
            if (validity == 0 || Memory.getBit(validity, row)) {
                long key = TextBound.key(data + start, end - start, dataEnd);
                least = Math.min(least, key);
                greatest = Math.max(greatest, key);
            }
            start = end;
        }
        boolean lower = empty || least < min.key() || least == min.key() && TextBound.isLong(least);
        boolean higher = empty || greatest > max.key() || greatest == max.key() && TextBound.isLong(greatest);
        if (lower || higher) {
            widen(vector, rowCount, validity, lower ? least : NO_KEY, higher ? greatest : NO_KEY);
        }
    }

    /** Finds the bounds among the values of these keys. */
    private void widen(FieldVector vector, int rowCount, long validity, long least, long greatest) {
        long data = vector.getDataBuffer().memoryAddress();
        long dataEnd = data + vector.getDataBuffer().capacity();
        long offsets = vector.getOffsetBufferAddress();
        boolean noMin = empty;
        boolean noMax = empty;
        long start = offset(offsets, 0);
        for (int row = 0; row < rowCount; row++) {
            long end = offset(offsets, row + 1);
            if (validity == 0 || Memory.getBit(validity, row)) {
                long key = TextBound.key(data + start, end - start, dataEnd);
                if (key == least && (noMin || min.compare(data + start, end - start, dataEnd) < 0)) {
                    min.set(data + start, end - start, dataEnd);
                    noMin = false;
                }
                if (key == greatest && (noMax || max.compare(data + start, end - start, dataEnd) > 0)) {
                    max.set(data + start, end - start, dataEnd);
                    noMax = false;
                }
            }
            start = end;
        }
        empty = false;
    }

    private long offset(long offsets, int row) {
        return offsetWidth == Integer.BYTES ? Memory.getInt(offsets + row * 4L) : Memory.getLong(offsets + row * 8L);
    }

    @Override
    Object min() {
        return min.text();
    }

    @Override
    Object max() {
        return max.isCut() ? next(max.text()) : max.text();
    }

    /** A short text above every text that begins with {@code text}; null if there is none. */
    private static String next(String text) {
        int end = text.length();
        while (end > 0) {
            int last = text.codePointBefore(end);
            end -= Character.charCount(last);
            int above = last == Character.MIN_SURROGATE - 1 ? Character.MAX_SURROGATE + 1 : last + 1;
            if (above <= Character.MAX_CODE_POINT) {
                return text.substring(0, end) + Character.toString(above);
            }
        }
        return null;
    }
}

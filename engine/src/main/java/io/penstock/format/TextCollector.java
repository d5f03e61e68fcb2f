package io.penstock.format;

import io.penstock.buffer.Memory;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The bounds of a column of UTF-8 text, in the order of its bytes, which is that of its code points. Only the first bytes of each bound
 * are kept: the least value is then rounded down, which cutting does, and the greatest up.
 */
final class TextCollector extends StatisticsCollector.ColumnCollector {
    private static final int KEPT_BYTES = 64;

    private final int offsetWidth;
    private final Bound min = new Bound();
    private final Bound max = new Bound();
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
        for (int row = 0; row < rowCount; row++) {
            if (!hasNulls || Memory.getBit(validity, row)) {
                long start = offset(offsets, row);
                add(data + start, offset(offsets, row + 1) - start, dataEnd);
            }
        }
    }

    private long offset(long offsets, int row) {
        return offsetWidth == Integer.BYTES ? Memory.getInt(offsets + row * 4L) : Memory.getLong(offsets + row * 8L);
    }

    private void add(long address, long length, long dataEnd) {
        long prefix = prefix(address, length, dataEnd);
        if (empty) {
            empty = false;
            min.set(address, length, prefix);
            max.set(address, length, prefix);
            return;
        }
        int toMin = Long.compareUnsigned(prefix, min.prefix);
        if (toMin < 0 || toMin == 0 && min.compare(address, length) < 0) {
            min.set(address, length, prefix);
        }
        int toMax = Long.compareUnsigned(prefix, max.prefix);
        if (toMax > 0 || toMax == 0 && max.compare(address, length) > 0) {
            max.set(address, length, prefix);
        }
    }

    /** The first eight bytes as a big-endian number, with zeros for what a short text lacks. */
    private static long prefix(long address, long length, long dataEnd) {
        if (length >= Long.BYTES) {
            return Long.reverseBytes(Memory.getLong(address));
        }
        if (length == 0) {
            return 0;
        }
        if (address + Long.BYTES <= dataEnd) {
            return Long.reverseBytes(Memory.getLong(address)) & (-1L << (Long.SIZE - (int) length * 8));
        }
        long prefix = 0;
        for (int i = 0; i < length; i++) {
            prefix |= (Memory.getByte(address + i) & 0xFFL) << (56 - 8 * i);
        }
        return prefix;
    }

    @Override
    Object min() {
        return new String(min.bytes, 0, min.wholeCharacters(), StandardCharsets.UTF_8);
    }

    @Override
    Object max() {
        String kept = new String(max.bytes, 0, max.wholeCharacters(), StandardCharsets.UTF_8);
        return max.cut ? next(kept) : kept;
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

    private static final class Bound {
        private final byte[] bytes = new byte[KEPT_BYTES];
        private int length;
        private long prefix;
        /** Whether some value that begins with these bytes is longer. */
        private boolean cut;

        void set(long address, long valueLength, long valuePrefix) {
            length = (int) Math.min(valueLength, KEPT_BYTES);
            Memory.copy(address, bytes, 0, length);
            prefix = valuePrefix;
            cut = valueLength > KEPT_BYTES;
        }

        /** Compares a value, as far as it would be kept, with this; one that is longer than what is kept marks this as cut. */
        int compare(long address, long valueLength) {
            int common = (int) Math.min(valueLength, length);
            for (int i = 0; i < common; i++) {
                int difference = (Memory.getByte(address + i) & 0xFF) - (bytes[i] & 0xFF);
                if (difference != 0) {
                    return difference;
                }
            }
            if (length == KEPT_BYTES) {
                cut |= valueLength > KEPT_BYTES;
                return common < KEPT_BYTES ? -1 : 0;
            }
            return Long.compare(valueLength, length);
        }

        /** The length without the beginning of a character that was cut through. */
        int wholeCharacters() {
            if (!cut) {
                return length;
            }
            int end = length;
            while (end > 0 && (bytes[end - 1] & 0xC0) == 0x80) {
                end--;
            }
            if (end == 0) {
                return length;
            }
            int lead = bytes[end - 1] & 0xFF;
            int size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
            return end - 1 + size <= length ? length : end - 1;
        }
    }
}

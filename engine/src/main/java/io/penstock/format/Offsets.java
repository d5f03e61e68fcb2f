package io.penstock.format;

import io.penstock.buffer.Memory;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;

/**
 * The loops of {@link FieldCheck} over what the values of one column point with: offsets, sizes, views, indices and type ids. The
 * buffers they lie in are long enough; the caller has seen to that.
 */
final class Offsets {
    private static final int INLINE_VIEW_BYTES = 12;

    private final String path;

    Offsets(String path) {
        this.path = path;
    }

    static long at(long offsets, boolean large, int i) {
        return large ? Memory.getLong(offsets + 8L * i) : Memory.getInt(offsets + 4L * i);
    }

    static boolean hasZeroBit(long bitmap, int count) {
        int words = count >>> 6;
        for (int word = 0; word < words; word++) {
            if (Memory.getLong(bitmap + 8L * word) != -1L) {
                return true;
            }
        }
        for (int i = words << 6; i < count; i++) {
            if (!Memory.getBit(bitmap, i)) {
                return true;
            }
        }
        return false;
    }

    /** {@code count + 1} offsets that do not decrease, from 0 at least to {@code end} at most. */
    void require(long address, int count, long end) {
        int previous = Memory.getInt(address);
        int wrong = previous;
        for (int i = 1; i <= count; i++) {
            int next = Memory.getInt(address + 4L * i);
            wrong |= next | next - previous;
            previous = next;
        }
        if (wrong < 0 || previous > end) {
            throw wrongOffset(address, false, count, end);
        }
    }

    void requireLarge(long address, int count, long end) {
        long previous = Memory.getLong(address);
        long wrong = previous;
        for (int i = 1; i <= count; i++) {
            long next = Memory.getLong(address + 8L * i);
            wrong |= next | next - previous;
            previous = next;
        }
        if (wrong < 0 || previous > end) {
            throw wrongOffset(address, true, count, end);
        }
    }

    private IllegalArgumentException wrongOffset(long address, boolean large, int count, long end) {
        long previous = 0;
        for (int i = 0; i <= count; i++) {
            long next = at(address, large, i);
            if (next < previous || next > end) {
                return refusal("has the offset " + next + " at " + i + " after " + previous + ", of " + end);
            }
            previous = next;
        }
        throw new IllegalStateException(path + ": the offsets changed while they were checked");
    }

    void requireViews(FieldVector vector, int count, List<ArrowBuf> buffers) {
        long validity = vector.getValidityBuffer().memoryAddress();
        long views = vector.getDataBuffer().memoryAddress();
        int bufferCount = buffers.size();
        for (int i = 0; i < count; i++) {
            long view = views + 16L * i;
            int length = Memory.getInt(view);
            if (length >= 0 && length <= INLINE_VIEW_BYTES) {
                continue;
            }
            int buffer = Memory.getInt(view + 8);
            int offset = Memory.getInt(view + 12);
            boolean sound = length >= 0
                    && offset >= 0
                    && buffer >= 0
                    && buffer < bufferCount
                    && (long) offset + length <= buffers.get(buffer).capacity();
            if (!sound && Memory.getBit(validity, i)) {
                throw refusal("has the view of " + length + " bytes at " + offset + " of buffer " + buffer + " in row "
                        + i + ", of " + bufferCount + " buffers");
            }
        }
    }

    /** Slots under nulls count: some readers go through them. */
    void requireListViews(FieldVector vector, long sizes, int width, int count, int items) {
        boolean large = width == 8;
        long offsets = count == 0 ? 0 : vector.getOffsetBuffer().memoryAddress();
        for (int i = 0; i < count; i++) {
            long offset = at(offsets, large, i);
            long size = at(sizes, large, i);
            if (offset < 0 || size < 0 || offset > items || size > items - offset) {
                throw refusal("has the list of " + size + " items at " + offset + " in row " + i + ", of " + items);
            }
        }
    }

    /** Non-null indices, signed or not, of {@code width} bytes are below {@code size}. */
    void requireIndices(FieldVector vector, int width, int count, int size) {
        long address = vector.getDataBuffer().memoryAddress();
        long wrong = 0;
        long last = size - 1L;
        for (int i = 0; i < count; i++) {
            long index = index(address, width, i);
            wrong |= index | last - index;
        }
        if (wrong < 0) {
            requireNonNullIndices(vector, width, count, size);
        }
    }

    private void requireNonNullIndices(FieldVector vector, int width, int count, int size) {
        long address = vector.getDataBuffer().memoryAddress();
        long validity = vector.getValidityBuffer().memoryAddress();
        for (int i = 0; i < count; i++) {
            long index = index(address, width, i);
            if ((index < 0 || index >= size) && Memory.getBit(validity, i)) {
                throw refusal("has the index " + index + " in row " + i + ", into a dictionary of " + size);
            }
        }
    }

    /**
     * An index as a signed number. A dictionary has fewer than 2^31 values; indices of 8 and 16 bits use all their bits if they are
     * unsigned, which the sign of {@code width} tells.
     */
    private static long index(long address, int width, int i) {
        return switch (width) {
            case 1 -> Memory.getByte(address + i);
            case -1 -> Memory.getByte(address + i) & 0xff;
            case 2 -> Memory.getShort(address + 2L * i);
            case -2 -> Memory.getShort(address + 2L * i) & 0xffff;
            case 4 -> Memory.getInt(address + 4L * i);
            case -4 -> Memory.getInt(address + 4L * i) & 0xffff_ffffL;
            default -> Memory.getLong(address + 8L * i);
        };
    }

    void requireTypes(long address, int count, int[] ids) {
        for (int i = 0; i < count; i++) {
            int id = Memory.getByte(address + i);
            if (indexOf(ids, id) < 0) {
                throw refusal("has the union type " + id + " in row " + i);
            }
        }
    }

    void requireVariantOffsets(long types, long address, int count, int[] ids, List<FieldVector> variants) {
        for (int i = 0; i < count; i++) {
            int offset = Memory.getInt(address + 4L * i);
            int values = variants.get(indexOf(ids, Memory.getByte(types + i))).getValueCount();
            if (offset < 0 || offset >= values) {
                throw refusal("has the union offset " + offset + " in row " + i + ", of " + values);
            }
        }
    }

    private static int indexOf(int[] ids, int id) {
        for (int k = 0; k < ids.length; k++) {
            if (ids[k] == id) {
                return k;
            }
        }
        return -1;
    }

    /** Ends that grow, from 1 at least, and reach {@code rows}. */
    void requireRunEnds(long address, int width, int count, int rows) {
        long previous = 0;
        for (int run = 0; run < count; run++) {
            long end = index(address, width, run);
            if (end <= previous) {
                throw refusal("has run " + run + " end at " + end + " after " + previous);
            }
            previous = end;
        }
        if (previous < rows) {
            throw refusal("has runs for " + previous + " of " + rows + " rows");
        }
    }

    static int runOf(long address, int width, int row) {
        int run = 0;
        while (index(address, width, run) <= row) {
            run++;
        }
        return run;
    }

    private IllegalArgumentException refusal(String problem) {
        return new IllegalArgumentException("Column '" + path + "' " + problem);
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.Type;

/**
 * Byte arrays as values of a fixed width: arrays that are all of that width, or big-endian decimals of any length as little-endian ones.
 */
final class ArrayCursor extends FixedCursor implements AutoCloseable {
    private final BytesCursors cursors;
    private final BytesTarget arrays;
    private final boolean isDecimal;
    private final int width;
    private BytesCursor cursor;

    ArrayCursor(Type type, Conversion conversion, BufferAllocator allocator) {
        cursors = new BytesCursors(type, allocator);
        arrays = new BytesTarget(allocator);
        isDecimal = type == Type.BYTE_ARRAY;
        width = isDecimal ? conversion.targetWidth() : conversion.sourceWidth();
    }

    /** Turns to the values of a page. */
    void begin(Page page) {
        cursor = cursors.of(page);
        begin(page.values, page.valuesEnd, page.count);
    }

    @Override
    void begin(long address, long end, int most) {
        cursor.begin(address, end, most);
    }

    @Override
    void read(int count, long target) {
        arrays.begin(count, 0);
        cursor.read(count, arrays);
        long offsets = arrays.offsets();
        long data = arrays.data();
        for (int i = 0; i < count; i++) {
            int from = Memory.getInt(offsets + 4L * i);
            int length = Memory.getInt(offsets + 4L * i + 4) - from;
            long to = target + (long) width * i;
            if (isDecimal) {
                Conversion.decimal(data + from, length, to, width);
            } else if (length == width) {
                Memory.copy(data + from, to, width);
            } else {
                throw new MalformedPageException("a value of " + length + " bytes in a column of " + width);
            }
        }
    }

    @Override
    void skip(int count) {
        cursor.skip(count);
    }

    @Override
    public void close() {
        cursors.close();
        arrays.close();
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.BufferAllocator;

/** Levels of a column that is in no list, and null by itself or not at all: a bitmap, and not even that before the first null. */
final class FlatLevels extends PageLevels {
    private final Scratch bitmap;
    private boolean hasBitmap;

    FlatLevels(BufferAllocator allocator, int maxDefinition) {
        super(maxDefinition, 0);
        bitmap = new Scratch(allocator);
    }

    /** Adds rows that all have a value. */
    void addValues(int count) {
        if (hasBitmap) {
            bitmap.grow(bytes(rows + count), bytes(rows));
            setBits(count);
        }
        added(count, count);
    }

    /**
     * Adds rows of which some are null.
     *
     * @param validity a bitmap whose bits from {@code from} on say which have a value
     * @param present how many have
     */
    void addRows(long validity, int from, int count, int present) {
        if (!hasBitmap) {
            int before = rows;
            bitmap.ensure(bytes(before + count));
            hasBitmap = true;
            rows = 0;
            setBits(before);
            rows = before;
        }
        bitmap.grow(bytes(rows + count), bytes(rows));
        copyBits(validity, from, count);
        added(count, present);
    }

    private void added(int count, int present) {
        rows += count;
        entries = rows;
        values += present;
    }

    /** Whole words, one more than needed: {@link #copyBits} writes by words. */
    private static long bytes(long bits) {
        return (bits + 63 >>> 6) * 8 + 8;
    }

    private void setBits(int count) {
        long at = bitmap.address();
        int from = rows;
        int to = rows + count;
        while (from < to && (from & 7) != 0) {
            putBit(at, from++, 1);
        }
        int whole = to - from >>> 3;
        Memory.fill(at + (from >>> 3), whole, (byte) 0xff);
        for (from += whole * 8; from < to; from++) {
            putBit(at, from, 1);
        }
    }

    private static void putBit(long bitmap, int index, int bit) {
        long at = bitmap + (index >>> 3);
        int cleared = Memory.getByte(at) & ~(1 << (index & 7));
        Memory.putByte(at, (byte) (cleared | bit << (index & 7)));
    }

    private void copyBits(long source, int from, int count) {
        long at = bitmap.address();
        int index = rows;
        int done = 0;
        while (done < count && (index + done & 7) != 0) {
            putBit(at, index + done, bit(source, from + done));
            done++;
        }
        // From here on the target is on a byte's boundary: bytes of shifted source, as long as the source has two of
        // them.
        int shift = from + done & 7;
        long next = source + (from + done >>> 3);
        long target = at + (index + done >>> 3);
        if (shift == 0) {
            int whole = count - done >>> 3;
            Memory.copy(next, target, whole);
            done += whole * 8;
        } else {
            for (; count - done >= 64; done += 64, next += 8, target += 8) {
                long low = Memory.getLong(next) >>> shift;
                Memory.putLong(target, low | (long) Memory.getByte(next + 8) << 64 - shift);
            }
        }
        for (; done < count; done++) {
            putBit(at, index + done, bit(source, from + done));
        }
    }

    private static int bit(long bitmap, int index) {
        return Memory.getByte(bitmap + (index >>> 3)) >>> (index & 7) & 1;
    }

    @Override
    long maxBytes() {
        return maxDefinition == 0 ? 0 : HybridEncoder.maxBytes(rows, 1);
    }

    @Override
    long encodeRepetitions(long target) {
        return target;
    }

    @Override
    long encodeDefinitions(long target) {
        if (maxDefinition == 0) {
            return target;
        }
        return hasBitmap && values > 0
                ? HybridEncoder.encodeBitmap(bitmap.address(), 0, rows, target)
                : HybridEncoder.encodeConstant(values > 0 ? 1 : 0, rows, 1, target);
    }

    @Override
    void countDefinitions(long[] histogram) {
        histogram[0] += rows - values;
        histogram[maxDefinition] += values;
    }

    @Override
    void countRepetitions(long[] histogram) {
        histogram[0] += rows;
    }

    @Override
    long stagedBytes() {
        return hasBitmap ? rows >>> 3 : 0;
    }

    @Override
    long heldBytes() {
        return bitmap.capacity();
    }

    @Override
    void clear() {
        super.clear();
        hasBitmap = false;
    }

    @Override
    public void close() {
        bitmap.close();
    }
}

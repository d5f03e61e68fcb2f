package io.penstock.format;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A bit a row in memory that grows and is kept, in whole words of 64: what lies behind the last row is zero. One thread at a time; frees
 * its memory when it is closed.
 */
final class Bitmap implements AutoCloseable {
    private final BufferAllocator allocator;
    private ArrowBuf words;
    private int rows;

    Bitmap(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** Makes room for so many rows, whose bits are not set to anything. */
    void begin(int rowCount) {
        rows = rowCount;
        long bytes = bytes();
        if (words == null || words.capacity() < bytes) {
            close();
            words = allocator.buffer(Math.max(bytes, Long.BYTES));
        }
    }

    private long bytes() {
        return (rows + 63L) / 64 * Long.BYTES;
    }

    int rows() {
        return rows;
    }

    int wordCount() {
        return (rows + 63) >>> 6;
    }

    long word(int index) {
        return Memory.getLong(words.memoryAddress() + (long) index * Long.BYTES);
    }

    /** Bits behind the last row are dropped. */
    void setWord(int index, long word) {
        long kept = index == wordCount() - 1 ? word & tail(rows) : word;
        Memory.putLong(words.memoryAddress() + (long) index * Long.BYTES, kept);
    }

    /** The bits of the last word of so many rows. */
    private static long tail(int rows) {
        return -1L >>> (-rows & 63);
    }

    boolean get(int row) {
        return Memory.getBit(words.memoryAddress(), row);
    }

    void fill(boolean value) {
        for (int i = 0; i < wordCount(); i++) {
            setWord(i, value ? -1 : 0);
        }
    }

    /** Sets the bits of these rows. */
    void set(int from, int end) {
        for (int row = from; row < end; ) {
            int stop = Math.min(end, (row | 63) + 1);
            setWord(row >>> 6, word(row >>> 6) | -1L << row & -1L >>> -stop);
            row = stop;
        }
    }

    void and(Bitmap other) {
        for (int i = 0; i < wordCount(); i++) {
            setWord(i, word(i) & other.word(i));
        }
    }

    void or(Bitmap other) {
        for (int i = 0; i < wordCount(); i++) {
            setWord(i, word(i) | other.word(i));
        }
    }

    int count() {
        int count = 0;
        for (int i = 0; i < wordCount(); i++) {
            count += Long.bitCount(word(i));
        }
        return count;
    }

    /** Up to 64 bits of an Arrow bitmap, which may end with the byte that has the last of {@code count}. */
    static long bits(long bitmap, int from, int count) {
        int left = count - from;
        long address = bitmap + (from >>> 3);
        if (left >= Long.SIZE) {
            return Memory.getLong(address);
        }
        long word = 0;
        for (int i = 0; i < left; i += 8) {
            word |= (Memory.getByte(address + (i >>> 3)) & 0xFFL) << i;
        }
        return word & tail(left);
    }

    @Override
    public void close() {
        if (words != null) {
            words.close();
            words = null;
        }
    }
}

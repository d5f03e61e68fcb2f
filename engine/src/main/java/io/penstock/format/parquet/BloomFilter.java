package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The split-block bloom filter of a column chunk, of values in their PLAIN form, after the <a
 * href="https://github.com/apache/parquet-format/blob/master/BloomFilter.md">specification</a>. It begins as large as as many distinct
 * values as can come would need, and is folded to what those that came do.
 */
final class BloomFilter implements AutoCloseable {
    static final int BLOCK_BYTES = 32;

    /** Larger ones are not worth their reading, and cost a writer of many columns more memory than all of its pages. */
    private static final int MAX_BYTES = 1 << 20;

    private static final int WORDS = 8;
    private static final int[] SALTS = {
        0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31
    };

    private final Scratch bits;
    private final double falsePositives;
    private int blocks;

    /** @param falsePositives the share of values that are not there that it may take for there: between 0 and 1 */
    BloomFilter(BufferAllocator allocator, double falsePositives) {
        bits = new Scratch(allocator);
        this.falsePositives = falsePositives;
    }

    /** The size of a filter for so many distinct values. */
    static int bytes(double distinct, double falsePositives) {
        double bitsPerValue = -WORDS / Math.log1p(-Math.pow(falsePositives, 1.0 / WORDS));
        double needed = distinct * bitsPerValue / Byte.SIZE;
        int bytes = BLOCK_BYTES;
        while (bytes < needed && bytes < MAX_BYTES) {
            bytes *= 2;
        }
        return bytes;
    }

    /** Empties it, for at most {@code mostDistinct} values to come. */
    void begin(long mostDistinct) {
        int bytes = bytes((double) mostDistinct, falsePositives);
        Memory.fill(bits.ensure(bytes), bytes, (byte) 0);
        blocks = bytes / BLOCK_BYTES;
    }

    /** Adds values of a fixed width. */
    void addFixed(long values, int width, int count) {
        long address = bits.address();
        for (int i = 0; i < count; i++) {
            long value = values + (long) i * width;
            long hash = width == Integer.BYTES
                    ? XxHash64.hash(Memory.getInt(value))
                    : width == Long.BYTES ? XxHash64.hash(Memory.getLong(value)) : XxHash64.hash(value, width);
            add(address, blocks, hash);
        }
    }

    /** Adds byte arrays, given as {@code count + 1} int32 offsets into their data. */
    void addBytes(long offsets, long data, int count) {
        long address = bits.address();
        int start = Memory.getInt(offsets);
        for (int i = 1; i <= count; i++) {
            int end = Memory.getInt(offsets + 4L * i);
            add(address, blocks, XxHash64.hash(data + start, end - start));
            start = end;
        }
    }

    /** Adds byte arrays in PLAIN form, each after its length. */
    void addPlain(long page, int count) {
        long address = bits.address();
        long at = page;
        for (int i = 0; i < count; i++) {
            int length = Memory.getInt(at);
            add(address, blocks, XxHash64.hash(at + 4, length));
            at += 4 + length;
        }
    }

    private static void add(long bits, int blocks, long hash) {
        long block = block(bits, blocks, hash);
        int key = (int) hash;
        for (int word = 0; word < WORDS; word++) {
            long address = block + 4L * word;
            Memory.putInt(address, Memory.getInt(address) | 1 << (key * SALTS[word] >>> 27));
        }
    }

    private static long block(long bits, int blocks, long hash) {
        return bits + BLOCK_BYTES * ((hash >>> 32) * blocks >>> 32);
    }

    /** Makes it as small as the values that were added, estimated from the bits they set, allow. */
    void fold() {
        int needed = bytes(distinct(), falsePositives);
        while (bytes() > needed) {
            halve();
        }
    }

    /** Nearly how many distinct values were added. */
    private double distinct() {
        long address = bits.address();
        long ones = 0;
        for (long at = 0; at < bytes(); at += Long.BYTES) {
            ones += Long.bitCount(Memory.getLong(address + at));
        }
        double all = (double) bytes() * Byte.SIZE;
        // Each value sets one bit of a word's 32 in one block.
        return -Math.log1p(-Math.min((double) ones, all - 1) / all) * blocks * Integer.SIZE;
    }

    /** With a power of two of blocks, the values of two neighbours belong to the same block of a filter half the size. */
    private void halve() {
        long address = bits.address();
        blocks /= 2;
        for (int block = 0; block < blocks; block++) {
            for (int at = 0; at < BLOCK_BYTES; at += Long.BYTES) {
                long pair = address + 2L * BLOCK_BYTES * block + at;
                Memory.putLong(
                        address + (long) BLOCK_BYTES * block + at,
                        Memory.getLong(pair) | Memory.getLong(pair + BLOCK_BYTES));
            }
        }
    }

    /** The filter as it stands in a file after its header. */
    long address() {
        return bits.address();
    }

    int bytes() {
        return blocks * BLOCK_BYTES;
    }

    /**
     * Whether a value with this {@link XxHash64} may be among those that the {@code bytes} of a filter stand for. Their number is a
     * multiple of {@link #BLOCK_BYTES}, and not 0.
     */
    static boolean mayContain(long bits, int bytes, long hash) {
        long block = block(bits, bytes / BLOCK_BYTES, hash);
        int key = (int) hash;
        for (int word = 0; word < WORDS; word++) {
            if ((Memory.getInt(block + 4L * word) >>> (key * SALTS[word] >>> 27) & 1) == 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        bits.close();
        blocks = 0;
    }
}

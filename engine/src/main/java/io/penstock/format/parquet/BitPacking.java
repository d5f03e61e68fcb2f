package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/**
 * Values of equal bit width one after the other, each with its lowest bit first: what Parquet calls bit-packed. Nothing here
 * checks a value or a width.
 */
final class BitPacking {
    private BitPacking() {}

    static int width(long maxValue) {
        return Long.SIZE - Long.numberOfLeadingZeros(maxValue);
    }

    /** How many bytes {@code count} values take. */
    static long bytes(long count, int width) {
        return (count * width + 7) >>> 3;
    }

    static long mask(int width) {
        return width == 0 ? 0 : -1L >>> (Long.SIZE - width);
    }

    /**
     * Packs int32 values below {@code 2^width}, and zero bits up to a whole byte.
     *
     * @param target has room for 8 bytes more than the values take
     * @return where they end
     */
    static long packInts(long source, int count, int width, long target) {
        long at = target;
        long pending = 0;
        int bits = 0;
        for (int i = 0; i < count; i++) {
            pending |= (Memory.getInt(source + 4L * i) & 0xFFFFFFFFL) << bits;
            bits += width;
            if (bits >= 32) {
                Memory.putInt(at, (int) pending);
                at += 4;
                pending >>>= 32;
                bits -= 32;
            }
        }
        Memory.putLong(at, pending);
        return at + ((bits + 7) >>> 3);
    }

    /** As {@link #packInts}, from unsigned bytes. */
    static long packBytes(long source, int count, int width, long target) {
        long at = target;
        long pending = 0;
        int bits = 0;
        for (int i = 0; i < count; i++) {
            pending |= (Memory.getByte(source + i) & 0xFFL) << bits;
            bits += width;
            if (bits >= 32) {
                Memory.putInt(at, (int) pending);
                at += 4;
                pending >>>= 32;
                bits -= 32;
            }
        }
        Memory.putLong(at, pending);
        return at + ((bits + 7) >>> 3);
    }

    /**
     * The value of up to 64 bits that begins at bit {@code position} of {@code source}; no byte at or beyond {@code end} is read.
     */
    static long value(long source, long position, int width, long end) {
        long at = source + (position >>> 3);
        int shift = (int) position & 7;
        long low = at + 8 <= end ? Memory.getLong(at) : partial(at, end);
        long high = shift + width > 64 ? (Memory.getByte(at + 8) & 0xFFL) << 1 << (63 - shift) : 0;
        return (low >>> shift | high) & mask(width);
    }

    private static long partial(long at, long end) {
        long word = 0;
        for (int i = 0; at + i < end; i++) {
            word |= (Memory.getByte(at + i) & 0xFFL) << 8 * i;
        }
        return word;
    }
}

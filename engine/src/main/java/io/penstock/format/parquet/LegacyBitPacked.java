package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/**
 * A cursor over levels in the encoding that Parquet calls BIT_PACKED and deprecates: no runs, no length, each value with its highest
 * bit first. Old files have it; nobody should write it.
 */
final class LegacyBitPacked {
    private long address;
    private long position;
    private long left;
    private int bitWidth;

    /** How many bytes {@code count} levels take: nothing else says where they end. */
    static long bytes(int count, int bitWidth) {
        return BitPacking.bytes(count, bitWidth);
    }

    void begin(long start, long end, int width) {
        if (width < 0 || width > Byte.SIZE) {
            throw new MalformedPageException("levels of " + width + " bits");
        }
        address = start;
        position = 0;
        bitWidth = width;
        left = width == 0 ? Long.MAX_VALUE : (end - start) * Byte.SIZE / width;
    }

    void readBytes(int count, long target) {
        take(count);
        for (int i = 0; i < count; i++) {
            int level = 0;
            for (int bit = 0; bit < bitWidth; bit++, position++) {
                int octet = Memory.getByte(address + (position >>> 3));
                level = level << 1 | octet >>> (7 - (position & 7)) & 1;
            }
            Memory.putByte(target + i, (byte) level);
        }
    }

    void skip(int count) {
        take(count);
        position += (long) count * bitWidth;
    }

    private void take(int count) {
        if (count > left) {
            throw new MalformedPageException("levels of " + bitWidth + " bits end " + (count - left) + " too early");
        }
        left -= bitWidth == 0 ? 0 : count;
    }
}

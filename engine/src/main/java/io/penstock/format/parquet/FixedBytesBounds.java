package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import java.util.Arrays;

/** Bounds of byte arrays of a fixed length: big-endian signed numbers if they are decimals, otherwise in the order of unsigned bytes. */
final class FixedBytesBounds extends Bounds {
    private final int width;
    private final boolean signed;

    FixedBytesBounds(int width, boolean signed) {
        this.width = width;
        this.signed = signed;
    }

    @Override
    void find(long values, int count) {
        long least = values;
        long greatest = values;
        long leastPrefix = prefix(values);
        long greatestPrefix = leastPrefix;
        for (int i = 1; i < count; i++) {
            long at = values + (long) width * i;
            long prefix = prefix(at);
            if (prefix < leastPrefix || prefix == leastPrefix && compareRest(at, least) < 0) {
                least = at;
                leastPrefix = prefix;
            }
            if (prefix > greatestPrefix || prefix == greatestPrefix && compareRest(at, greatest) > 0) {
                greatest = at;
                greatestPrefix = prefix;
            }
        }
        setPage(value(least), value(greatest));
        if (width > BytesBounds.MAX_BYTES && !signed) {
            pageMinExact = false;
            pageMaxExact = false;
            pageMax = BytesBounds.greatest(pageMax, false);
        }
    }

    /** The first eight bytes as a number whose signed order is that of the values. */
    private long prefix(long at) {
        if (width >= 8) {
            long bytes = Long.reverseBytes(Memory.getLong(at));
            return signed ? bytes : bytes ^ Long.MIN_VALUE;
        }
        long bytes = width > 0 && signed ? Memory.getByte(at) : 0;
        for (int i = signed ? 1 : 0; i < width; i++) {
            bytes = bytes << 8 | Memory.getByte(at + i) & 0xff;
        }
        return bytes;
    }

    private int compareRest(long left, long right) {
        for (int i = 8; i < width; i++) {
            int difference = (Memory.getByte(left + i) & 0xff) - (Memory.getByte(right + i) & 0xff);
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private byte[] value(long at) {
        byte[] bytes = new byte[signed ? width : Math.min(width, BytesBounds.MAX_BYTES)];
        Memory.copy(at, bytes, 0, bytes.length);
        return bytes;
    }

    @Override
    int compare(byte[] left, byte[] right) {
        boolean differentSigns = signed && (left[0] ^ right[0]) < 0;
        return differentSigns ? left[0] - right[0] : Arrays.compareUnsigned(left, right);
    }
}

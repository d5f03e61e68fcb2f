package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/** ULEB128, the variable-length integers that stand in front of runs and blocks: seven bits a byte, the lowest first. */
final class Varint {
    static final int MAX_INT_BYTES = 5;
    static final int MAX_LONG_BYTES = 10;

    private Varint() {}

    /** Writes {@code value}, taken as unsigned, and returns where it ends. */
    static long put(long value, long target) {
        long at = target;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            Memory.putByte(at++, (byte) (rest | 0x80));
            rest >>>= 7;
        }
        Memory.putByte(at++, (byte) rest);
        return at;
    }

    static long putZigZag(long value, long target) {
        return put(value << 1 ^ value >> 63, target);
    }

    static int bytes(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /**
     * How many bytes the number at {@code address} has.
     *
     * @throws MalformedPageException if it does not end before {@code end} or has more than {@code maxBytes}
     */
    static int length(long address, long end, int maxBytes) {
        long limit = Math.min(end, address + maxBytes);
        for (long at = address; at < limit; at++) {
            if (Memory.getByte(at) >= 0) {
                return (int) (at - address) + 1;
            }
        }
        throw new MalformedPageException(
                limit == end
                        ? "a variable-length integer is cut off"
                        : "a variable-length integer has more than " + maxBytes + " bytes");
    }

    /** The number of {@code length} bytes at {@code address}; bits beyond 64 are dropped. */
    static long read(long address, int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (Memory.getByte(address + i) & 0x7FL) << 7 * i;
        }
        return value;
    }

    static long zigZag(long value) {
        return value >>> 1 ^ -(value & 1);
    }
}

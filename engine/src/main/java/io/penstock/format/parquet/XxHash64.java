package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/** XXH64 with seed 0, after <a href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">its specification</a>. */
final class XxHash64 {
    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME_5 = 0x27D4EB2F165667C5L;
    private static final int STRIPE = 32;

    private XxHash64() {}

    /** Of four bytes in little-endian order. */
    static long hash(int value) {
        return avalanche(addInt(PRIME_5 + Integer.BYTES, value));
    }

    /** Of eight bytes in little-endian order. */
    static long hash(long value) {
        return avalanche(addLong(PRIME_5 + Long.BYTES, value));
    }

    static long hash(long address, int length) {
        long at = address;
        long end = address + length;
        long hash = PRIME_5;
        if (length >= STRIPE) {
            long one = PRIME_1 + PRIME_2;
            long two = PRIME_2;
            long three = 0;
            long four = -PRIME_1;
            for (; end - at >= STRIPE; at += STRIPE) {
                one = round(one, Memory.getLong(at));
                two = round(two, Memory.getLong(at + 8));
                three = round(three, Memory.getLong(at + 16));
                four = round(four, Memory.getLong(at + 24));
            }
            hash = Long.rotateLeft(one, 1)
                    + Long.rotateLeft(two, 7)
                    + Long.rotateLeft(three, 12)
                    + Long.rotateLeft(four, 18);
            hash = merge(merge(merge(merge(hash, one), two), three), four);
        }
        hash += length;
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            hash = addLong(hash, Memory.getLong(at));
        }
        if (end - at >= Integer.BYTES) {
            hash = addInt(hash, Memory.getInt(at));
            at += Integer.BYTES;
        }
        for (; at < end; at++) {
            hash = Long.rotateLeft(hash ^ (Memory.getByte(at) & 0xff) * PRIME_5, 11) * PRIME_1;
        }
        return avalanche(hash);
    }

    private static long round(long lane, long input) {
        return Long.rotateLeft(lane + input * PRIME_2, 31) * PRIME_1;
    }

    private static long merge(long hash, long lane) {
        return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
    }

    private static long addLong(long hash, long value) {
        return Long.rotateLeft(hash ^ round(0, value), 27) * PRIME_1 + PRIME_4;
    }

    private static long addInt(long hash, int value) {
        return Long.rotateLeft(hash ^ (value & 0xffffffffL) * PRIME_1, 23) * PRIME_2 + PRIME_3;
    }

    private static long avalanche(long hash) {
        long mixed = (hash ^ hash >>> 33) * PRIME_2;
        mixed = (mixed ^ mixed >>> 29) * PRIME_3;
        return mixed ^ mixed >>> 32;
    }
}

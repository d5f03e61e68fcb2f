package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/** Finds the slots of a vector that have a value. */
final class ValidPositions {
    private ValidPositions() {}

    /**
     * Writes the positions of the bits that are set among {@code count} from {@code from} on, an int32 each; there is room for {@code
     * count}.
     *
     * @return how many there are
     */
    static int find(long bitmap, int from, int count, long target) {
        long at = target;
        int i = from;
        int to = from + count;
        for (; i < to && (i & 7) != 0; i++) {
            at = putIfSet(bitmap, i, at);
        }
        for (; to - i >= 64; i += 64) {
            long word = Memory.getLong(bitmap + (i >>> 3));
            if (word == -1L) {
                for (int k = 0; k < 64; k++) {
                    Memory.putInt(at + 4L * k, i + k);
                }
                at += 4L * 64;
                continue;
            }
            while (word != 0) {
                Memory.putInt(at, i + Long.numberOfTrailingZeros(word));
                at += 4;
                word &= word - 1;
            }
        }
        for (; i < to; i++) {
            at = putIfSet(bitmap, i, at);
        }
        return (int) (at - target >>> 2);
    }

    private static long putIfSet(long bitmap, int i, long at) {
        if (Memory.getBit(bitmap, i)) {
            Memory.putInt(at, i);
            return at + 4;
        }
        return at;
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/**
 * Moves the values of a run, which lie close together at its beginning, to the places that its validity gives them, within the same
 * memory, from the last to the first. What is null becomes zero.
 */
final class Spread {
    private Spread() {}

    /**
     * @param values the address of the run's first value
     * @param present how many values there are
     * @param count how many places there are
     * @param validity the bitmap, whose bit {@code first} is that of the first place
     */
    static void values(long values, int width, int present, int count, long validity, int first) {
        switch (width) {
            case 1 -> bytes(values, present, count, validity, first);
            case 2 -> shorts(values, present, count, validity, first);
            case 4 -> ints(values, present, count, validity, first);
            case 8 -> longs(values, present, count, validity, first);
            default -> wide(values, width, present, count, validity, first);
        }
    }

    private static void bytes(long values, int present, int count, long validity, int first) {
        int from = present - 1;
        int to = count - 1;
        for (; from >= 0 && to > from; to--) {
            int there = bit(validity, first + to);
            Memory.putByte(values + to, (byte) (Memory.getByte(values + from) & -there));
            from -= there;
        }
        if (from < 0) {
            Memory.fill(values, to + 1L, (byte) 0);
        }
    }

    private static void shorts(long values, int present, int count, long validity, int first) {
        int from = present - 1;
        int to = count - 1;
        for (; from >= 0 && to > from; to--) {
            int there = bit(validity, first + to);
            Memory.putShort(values + 2L * to, (short) (Memory.getShort(values + 2L * from) & -there));
            from -= there;
        }
        if (from < 0) {
            Memory.fill(values, 2L * (to + 1), (byte) 0);
        }
    }

    private static void ints(long values, int present, int count, long validity, int first) {
        int from = present - 1;
        int to = count - 1;
        for (; from >= 0 && to > from; to--) {
            int there = bit(validity, first + to);
            Memory.putInt(values + 4L * to, Memory.getInt(values + 4L * from) & -there);
            from -= there;
        }
        if (from < 0) {
            Memory.fill(values, 4L * (to + 1), (byte) 0);
        }
    }

    private static void longs(long values, int present, int count, long validity, int first) {
        int from = present - 1;
        int to = count - 1;
        for (; from >= 0 && to > from; to--) {
            int there = bit(validity, first + to);
            Memory.putLong(values + 8L * to, Memory.getLong(values + 8L * from) & -(long) there);
            from -= there;
        }
        if (from < 0) {
            Memory.fill(values, 8L * (to + 1), (byte) 0);
        }
    }

    private static void wide(long values, int width, int present, int count, long validity, int first) {
        int from = present - 1;
        int to = count - 1;
        for (; from >= 0 && to > from; to--) {
            long target = values + (long) width * to;
            if (bit(validity, first + to) != 0) {
                Memory.copy(values + (long) width * from, target, width);
                from--;
            } else {
                Memory.fill(target, width, (byte) 0);
            }
        }
        if (from < 0) {
            Memory.fill(values, (long) width * (to + 1), (byte) 0);
        }
    }

    /**
     * The same with the ends of values in the data of a vector of bytes: a null ends where the value before it does.
     *
     * @param ends the address of the end of the run's first value; the end of the value before it lies in front of that
     */
    static void ends(long ends, int present, int count, long validity, int first) {
        int from = present - 1;
        for (int to = count - 1; to > from; to--) {
            // At -1 stands the end of what is before the run.
            Memory.putInt(ends + 4L * to, Memory.getInt(ends + 4L * from));
            from -= bit(validity, first + to);
        }
    }

    private static int bit(long validity, int index) {
        return Memory.getByte(validity + (index >>> 3)) >>> (index & 7) & 1;
    }
}

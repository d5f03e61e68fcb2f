package io.penstock.format;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.util.Float16;

/** Loads values, up to 64 at a time, as longs of the same order. */
final class LongBlock {
    private LongBlock() {}

    /** Integers of 1, 2, 4 or 8 bytes. Unsigned ones of 8 bytes come with their first bit inverted, which orders them. */
    static void load(long source, int width, boolean signed, int count, long[] target) {
        switch (width) {
            case 1 -> {
                long mask = signed ? -1 : 0xFF;
                for (int i = 0; i < count; i++) {
                    target[i] = Memory.getByte(source + i) & mask;
                }
            }
            case 2 -> {
                long mask = signed ? -1 : 0xFFFF;
                for (int i = 0; i < count; i++) {
                    target[i] = Memory.getShort(source + i * 2L) & mask;
                }
            }
            case 4 -> {
                long mask = signed ? -1 : 0xFFFF_FFFFL;
                for (int i = 0; i < count; i++) {
                    target[i] = Memory.getInt(source + i * 4L) & mask;
                }
            }
            case 8 -> {
                long inverted = signed ? 0 : Long.MIN_VALUE;
                for (int i = 0; i < count; i++) {
                    target[i] = Memory.getLong(source + i * 8L) ^ inverted;
                }
            }
            default -> throw new IllegalArgumentException("integers of " + width + " bytes");
        }
    }

    static void loadDoubles(long source, int count, long[] target) {
        for (int i = 0; i < count; i++) {
            target[i] = ColumnOrder.key(Memory.getDouble(source + i * 8L));
        }
    }

    static void loadFloats(long source, int count, long[] target) {
        for (int i = 0; i < count; i++) {
            target[i] = ColumnOrder.key(Memory.getFloat(source + i * 4L));
        }
    }

    static void loadHalves(long source, int count, long[] target) {
        for (int i = 0; i < count; i++) {
            target[i] = ColumnOrder.key(Float16.toFloat(Memory.getShort(source + i * 2L)));
        }
    }

    /** Two's complement numbers of several words, least first: one that needs more than 64 bits becomes the nearest long. */
    static void loadNearest(long source, int width, int count, long[] target) {
        for (int i = 0; i < count; i++) {
            long value = source + (long) i * width;
            long low = Memory.getLong(value);
            long sign = low >> 63;
            boolean fits = true;
            for (int at = Long.BYTES; at < width; at += Long.BYTES) {
                fits &= Memory.getLong(value + at) == sign;
            }
            boolean negative = Memory.getLong(value + width - Long.BYTES) < 0;
            target[i] = fits ? low : negative ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}

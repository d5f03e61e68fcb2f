package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/**
 * A cursor over what {@link HybridEncoder} writes. Whatever the bytes are, it reads none outside of them, and every value that it
 * gives is below {@code 2^bitWidth}; when there are fewer values than asked for it throws a {@link MalformedPageException} and is
 * of no use until the next {@link #begin}.
 */
final class HybridDecoder {
    private static final int GROUP = BitPacking.GROUP;

    private long start;
    private long end;
    private int bitWidth;

    private long next;
    private long packed;
    private long position;
    private long packedLeft;
    private long repeatedLeft;
    private int repeated;

    /** Starts over at {@code address}. Width 0 has no bytes: every value is 0. */
    void begin(long address, long dataEnd, int width) {
        if (width < 0 || width > Integer.SIZE) {
            throw new MalformedPageException("a bit width of " + width + " for int32 values");
        }
        start = address;
        end = dataEnd;
        bitWidth = width;
        next = address;
        packedLeft = 0;
        // More than any page has.
        repeatedLeft = width == 0 ? Long.MAX_VALUE : 0;
        repeated = 0;
    }

    void readInts(int count, long target) {
        long at = target;
        int left = count;
        while (left > 0) {
            if (repeatedLeft > 0) {
                int run = (int) Math.min(left, repeatedLeft);
                for (int i = 0; i < run; i++) {
                    Memory.putInt(at + 4L * i, repeated);
                }
                repeatedLeft -= run;
                at += 4L * run;
                left -= run;
            } else if (packedLeft > 0) {
                int run = (int) Math.min(left, packedLeft);
                BitPacking.unpackInts(packed, position, run, bitWidth, at, end);
                position += run;
                packedLeft -= run;
                at += 4L * run;
                left -= run;
            } else {
                nextRun(left);
            }
        }
    }

    /** As {@link #readInts}, for widths of up to 8. */
    void readBytes(int count, long target) {
        long at = target;
        int left = count;
        while (left > 0) {
            if (repeatedLeft > 0) {
                int run = (int) Math.min(left, repeatedLeft);
                Memory.fill(at, run, (byte) repeated);
                repeatedLeft -= run;
                at += run;
                left -= run;
            } else if (packedLeft > 0) {
                int run = (int) Math.min(left, packedLeft);
                BitPacking.unpackBytes(packed, position, run, bitWidth, at, end);
                position += run;
                packedLeft -= run;
                at += run;
                left -= run;
            } else {
                nextRun(left);
            }
        }
    }

    /** Like {@link #readBytes}, and returns how many of them are {@code value}. */
    int readBytesCounting(int count, long target, int value) {
        readBytes(count, target);
        return Words.count(target, count, value);
    }

    void skip(int count) {
        int left = count;
        while (left > 0) {
            if (repeatedLeft > 0) {
                int run = (int) Math.min(left, repeatedLeft);
                repeatedLeft -= run;
                left -= run;
            } else if (packedLeft > 0) {
                int run = (int) Math.min(left, packedLeft);
                position += run;
                packedLeft -= run;
                left -= run;
            } else {
                nextRun(left);
            }
        }
    }

    private void nextRun(int wanted) {
        if (next >= end) {
            throw new MalformedPageException(
                    "the runs end after " + (end - start) + " bytes, " + wanted + " values too early");
        }
        int length = Varint.length(next, end, Varint.MAX_INT_BYTES);
        long header = Varint.read(next, length);
        next += length;
        long count = header >>> 1;
        if ((header & 1) != 0) {
            packed = next;
            position = 0;
            // Some writers cut the padding of the last group off.
            packedLeft = Math.min(count * GROUP, (end - next) * Byte.SIZE / bitWidth);
            next += Math.min(count * bitWidth, end - next);
        } else {
            int valueBytes = (bitWidth + 7) >>> 3;
            if (end - next < valueBytes) {
                throw new MalformedPageException("the value of a run of " + count + " is cut off");
            }
            long value = 0;
            for (int i = 0; i < valueBytes; i++) {
                value |= (Memory.getByte(next + i) & 0xFFL) << 8 * i;
            }
            if ((value & ~BitPacking.mask(bitWidth)) != 0) {
                throw new MalformedPageException(
                        "a run of the value " + value + ", which has more than " + bitWidth + " bits");
            }
            next += valueBytes;
            repeated = (int) value;
            repeatedLeft = count;
        }
    }
}

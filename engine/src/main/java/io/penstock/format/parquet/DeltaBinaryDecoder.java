package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/**
 * A cursor over DELTA_BINARY_PACKED values. Whatever the bytes are, it reads none outside of them; when they are malformed or hold
 * fewer values than asked for it throws a {@link MalformedPageException} and is of no use until the next {@link #begin}.
 */
final class DeltaBinaryDecoder {
    private static final int BLOCK_GRAIN = 128;
    private static final int MINIBLOCK_GRAIN = 32;

    /** A value of so many bits lies in one word at whatever bit of its first byte it begins. */
    private static final int MAX_IN_WORD = Long.SIZE - 7;

    private long end;
    private int miniblocks;
    private int miniblockValues;

    private int valuesLeft;
    private boolean beforeFirst;
    private long value;

    private long minDelta;
    private long widths;
    private int miniblock;

    private long packed;
    private int width;
    private int index;
    private int packedLeft;
    private long next;

    /**
     * Starts over at {@code address}.
     *
     * @return how many values there are, as the page says: that the bytes hold as many shows only when they are read
     */
    int begin(long address, long dataEnd) {
        end = dataEnd;
        next = address;
        long blockValues = unsigned();
        long blockMiniblocks = unsigned();
        long values = unsigned();
        value = zigZag();
        if (blockValues == 0 || blockValues > Integer.MAX_VALUE || blockValues % BLOCK_GRAIN != 0) {
            throw new MalformedPageException("delta blocks of " + blockValues + " values");
        }
        if (blockMiniblocks == 0 || blockValues % (blockMiniblocks * MINIBLOCK_GRAIN) != 0) {
            throw new MalformedPageException(
                    "delta blocks of " + blockValues + " values in " + blockMiniblocks + " miniblocks");
        }
        if (values > Integer.MAX_VALUE) {
            throw new MalformedPageException(values + " delta-encoded values in one page");
        }
        miniblocks = (int) blockMiniblocks;
        miniblockValues = (int) (blockValues / blockMiniblocks);
        miniblock = miniblocks;
        valuesLeft = (int) values;
        beforeFirst = true;
        packedLeft = 0;
        return valuesLeft;
    }

    void readInts(int count, long target) {
        read(count, target, 4);
    }

    void readLongs(int count, long target) {
        read(count, target, 8);
    }

    void skip(int count) {
        read(count, 0, 0);
    }

    private void read(int count, long target, int valueBytes) {
        if (count > valuesLeft) {
            throw new MalformedPageException("the delta-encoded values end " + (count - valuesLeft) + " too early");
        }
        valuesLeft -= count;
        long at = target;
        int left = count;
        if (beforeFirst && left > 0) {
            beforeFirst = false;
            put(at, value, valueBytes);
            at += valueBytes;
            left--;
        }
        while (left > 0) {
            if (packedLeft == 0) {
                nextMiniblock();
                requirePacked(Math.min(packedLeft, left + valuesLeft));
            }
            int run = Math.min(left, packedLeft);
            add(run, at, valueBytes);
            packedLeft -= run;
            at += (long) run * valueBytes;
            left -= run;
        }
    }

    /** Adds up {@code count} differences of the miniblock: one by one where a word would reach too far, else two at a time. */
    private void add(int count, long target, int valueBytes) {
        if (width == 0) {
            addMinima(count, target, valueBytes);
            return;
        }
        long at = target;
        int stop = index + count;
        int head = Math.min(stop, index + 7 & -BitPacking.GROUP);
        at = addEach(head, at, valueBytes);
        if (width <= BitPacking.MAX_PAIR) {
            long group = packed + (long) (index >>> 3) * width;
            int groups =
                    (int) Math.min(stop - index >>> 3, BitPacking.groupsWithin(group, end, width, 6 * width >>> 3));
            at = addPairs(group, groups, at, valueBytes);
            index += groups * BitPacking.GROUP;
        }
        addEach(stop, at, valueBytes);
    }

    private void addMinima(int count, long target, int valueBytes) {
        long sum = value;
        for (int i = 0; i < count; i++) {
            sum += minDelta;
            put(target + (long) i * valueBytes, sum, valueBytes);
        }
        value = sum;
        index += count;
    }

    private long addEach(int stop, long target, int valueBytes) {
        int bits = width;
        long mask = BitPacking.mask(bits);
        long least = minDelta;
        long source = packed;
        long at = target;
        long sum = value;
        long bit = (long) index * bits;
        long lastBit = (long) stop * bits;
        // The last bit of the last byte from which a whole word can be read.
        long inWord = bits <= MAX_IN_WORD ? (end - Long.BYTES - source) * Byte.SIZE + 7 : -1;
        for (; bit < lastBit && bit <= inWord; bit += bits) {
            sum += least + (Memory.getLong(source + (bit >>> 3)) >>> (bit & 7) & mask);
            put(at, sum, valueBytes);
            at += valueBytes;
        }
        for (; bit < lastBit; bit += bits) {
            sum += least + BitPacking.value(source, bit, bits, end);
            put(at, sum, valueBytes);
            at += valueBytes;
        }
        index = Math.max(index, stop);
        value = sum;
        return at;
    }

    private long addPairs(long source, int groups, long target, int valueBytes) {
        int bits = width;
        long mask = BitPacking.mask(bits);
        long least = minDelta;
        int byte1 = 2 * bits >>> 3;
        int byte2 = 4 * bits >>> 3;
        int byte3 = 6 * bits >>> 3;
        int bit1 = 2 * bits & 7;
        int bit2 = 4 * bits & 7;
        int bit3 = 6 * bits & 7;
        long from = source;
        long at = target;
        long sum = value;
        for (int i = 0; i < groups; i++) {
            sum = addPair(Memory.getLong(from), bits, mask, least, sum, at, valueBytes);
            sum = addPair(
                    Memory.getLong(from + byte1) >>> bit1, bits, mask, least, sum, at + 2L * valueBytes, valueBytes);
            sum = addPair(
                    Memory.getLong(from + byte2) >>> bit2, bits, mask, least, sum, at + 4L * valueBytes, valueBytes);
            sum = addPair(
                    Memory.getLong(from + byte3) >>> bit3, bits, mask, least, sum, at + 6L * valueBytes, valueBytes);
            from += bits;
            at += (long) BitPacking.GROUP * valueBytes;
        }
        value = sum;
        return at;
    }

    private static long addPair(long pair, int bits, long mask, long least, long sum, long at, int valueBytes) {
        // Each value waits for one addition only, the one to its predecessor.
        long first = sum + (least + (pair & mask));
        long second = first + (least + (pair >>> bits & mask));
        put(at, first, valueBytes);
        put(at + valueBytes, second, valueBytes);
        return second;
    }

    private static void put(long at, long value, int valueBytes) {
        if (valueBytes == 8) {
            Memory.putLong(at, value);
        } else if (valueBytes == 4) {
            Memory.putInt(at, (int) value);
        }
    }

    /**
     * Where what follows the values begins. It may be asked for at any time, does not move the cursor, and looks at the header of
     * each block that is not read yet.
     */
    long end() {
        long left = (long) valuesLeft - (beforeFirst && valuesLeft > 0 ? 1 : 0) - packedLeft;
        long at = next;
        long bitWidths = widths;
        int i = miniblock;
        for (; left > 0; left -= miniblockValues) {
            if (i == miniblocks) {
                bitWidths = at + Varint.length(at, end, Varint.MAX_LONG_BYTES);
                at = afterWidths(bitWidths);
                i = 0;
            }
            at += BitPacking.bytes(miniblockValues, width(bitWidths + i++));
        }
        if (at > end) {
            throw new MalformedPageException("the last delta block is cut off");
        }
        return at;
    }

    private void nextMiniblock() {
        if (miniblock == miniblocks) {
            minDelta = zigZag();
            widths = next;
            next = afterWidths(widths);
            miniblock = 0;
        }
        width = width(widths + miniblock++);
        packed = next;
        index = 0;
        packedLeft = miniblockValues;
        next += BitPacking.bytes(miniblockValues, width);
    }

    private long afterWidths(long bitWidths) {
        if (end - bitWidths < miniblocks) {
            throw new MalformedPageException("the bit widths of a delta block are cut off");
        }
        return bitWidths + miniblocks;
    }

    private static int width(long at) {
        int bits = Memory.getByte(at) & 0xFF;
        if (bits > Long.SIZE) {
            throw new MalformedPageException("a miniblock of " + bits + " bits a value");
        }
        return bits;
    }

    /** The padding of the last miniblock may be missing, its values may not. */
    private void requirePacked(long values) {
        if (width > 0 && values > (end - packed) * Byte.SIZE / width) {
            throw new MalformedPageException("a miniblock of " + values + " values of " + width + " bits is cut off");
        }
    }

    private long unsigned() {
        int length = Varint.length(next, end, Varint.MAX_INT_BYTES);
        long number = Varint.read(next, length);
        next += length;
        return number;
    }

    private long zigZag() {
        int length = Varint.length(next, end, Varint.MAX_LONG_BYTES);
        long number = Varint.zigZag(Varint.read(next, length));
        next += length;
        return number;
    }
}

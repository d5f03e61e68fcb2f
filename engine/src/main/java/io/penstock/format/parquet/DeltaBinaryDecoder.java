package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/**
 * A cursor over DELTA_BINARY_PACKED values. Whatever the bytes are, it reads none outside of them; when they are malformed or hold
 * fewer values than asked for it throws a {@link MalformedPageException} and is of no use until the next {@link #begin}.
 */
final class DeltaBinaryDecoder {
    private static final int BLOCK_GRAIN = 128;
    private static final int MINIBLOCK_GRAIN = 32;

    private long end;
    private int miniblocks;
    private int miniblockValues;

    private long valuesLeft;
    private boolean atFirst;
    private long last;
    private long minDelta;
    private long widths;
    private int miniblock;
    private long packed;
    private long position;
    private int width;
    private int packedLeft;
    private long next;

    /**
     * Starts over at {@code address}.
     *
     * @return how many values there are; nothing has checked yet that the bytes hold as many
     */
    int begin(long address, long dataEnd) {
        end = dataEnd;
        next = address;
        long block = unsigned();
        long count = unsigned();
        long values = unsigned();
        if (block <= 0 || block > Integer.MAX_VALUE || block % BLOCK_GRAIN != 0) {
            throw new MalformedPageException("delta blocks of " + block + " values");
        }
        if (count <= 0 || count > block / MINIBLOCK_GRAIN || block % (count * MINIBLOCK_GRAIN) != 0) {
            throw new MalformedPageException("delta blocks of " + block + " values in " + count + " miniblocks");
        }
        if (values < 0 || values > Integer.MAX_VALUE) {
            throw new MalformedPageException(values + " delta-encoded values in one page");
        }
        last = zigZag();
        miniblocks = (int) count;
        miniblockValues = (int) (block / count);
        miniblock = miniblocks;
        valuesLeft = values;
        atFirst = values > 0;
        packedLeft = 0;
        return (int) values;
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
        for (int i = 0; i < count; i++) {
            if (atFirst) {
                atFirst = false;
            } else {
                if (packedLeft == 0) {
                    nextMiniblock();
                }
                if (position + width > (end - packed) * Byte.SIZE) {
                    throw new MalformedPageException("a miniblock of " + width + " bits a value is cut off");
                }
                last += minDelta + BitPacking.value(packed, position, width, end);
                position += width;
                packedLeft--;
            }
            valuesLeft--;
            if (valueBytes == 4) {
                Memory.putInt(target + 4L * i, (int) last);
            } else if (valueBytes == 8) {
                Memory.putLong(target + 8L * i, last);
            }
        }
    }

    /**
     * Where what follows the values begins; it may be asked for at any time and does not move the cursor. It looks at the header of
     * each block that was not read yet.
     */
    long end() {
        long keptNext = next;
        long keptWidths = widths;
        long keptMinDelta = minDelta;
        int keptMiniblock = miniblock;
        long keptPacked = packed;
        long keptPosition = position;
        int keptWidth = width;
        int keptLeft = packedLeft;
        long left = valuesLeft - (atFirst ? 1 : 0) - packedLeft;
        while (left > 0) {
            nextMiniblock();
            left -= miniblockValues;
        }
        long result = next;
        next = keptNext;
        widths = keptWidths;
        minDelta = keptMinDelta;
        miniblock = keptMiniblock;
        packed = keptPacked;
        position = keptPosition;
        width = keptWidth;
        packedLeft = keptLeft;
        if (result > end) {
            throw new MalformedPageException("the last miniblock is cut off");
        }
        return result;
    }

    private void nextMiniblock() {
        if (miniblock == miniblocks) {
            minDelta = zigZag();
            widths = next;
            if (end - next < miniblocks) {
                throw new MalformedPageException("the bit widths of a delta block are cut off");
            }
            next += miniblocks;
            miniblock = 0;
        }
        width = Memory.getByte(widths + miniblock++) & 0xFF;
        if (width > Long.SIZE) {
            throw new MalformedPageException("a miniblock of " + width + " bits a value");
        }
        packed = next;
        position = 0;
        packedLeft = miniblockValues;
        next += BitPacking.bytes(miniblockValues, width);
    }

    private long unsigned() {
        int length = Varint.length(next, end, Varint.MAX_INT_BYTES);
        long value = Varint.read(next, length);
        next += length;
        return value;
    }

    private long zigZag() {
        int length = Varint.length(next, end, Varint.MAX_LONG_BYTES);
        long value = Varint.zigZag(Varint.read(next, length));
        next += length;
        return value;
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A cursor over DELTA_BYTE_ARRAY: how much each array has in common with the one before, then the lengths and the bytes of what is
 * different. A page may stand for far more bytes than it has; the target's limit is where that ends.
 */
final class DeltaBytes extends BytesCursor {
    /** Arrays whose lengths are looked at together: a page's own number of them is not to be believed. */
    private static final int STEP = 1024;

    private final DeltaBinaryDecoder prefixes = new DeltaBinaryDecoder();
    private final DeltaBinaryDecoder suffixes = new DeltaBinaryDecoder();
    private final Scratch lengths;

    /** The last array of the step before. */
    private final Scratch previous;

    private int previousLength;
    private long at;
    private long end;

    DeltaBytes(BufferAllocator allocator) {
        lengths = new Scratch(allocator);
        previous = new Scratch(allocator);
    }

    @Override
    void begin(long address, long dataEnd, int most) {
        prefixes.begin(address, dataEnd);
        suffixes.begin(prefixes.end(), dataEnd);
        at = suffixes.end();
        end = dataEnd;
        previousLength = 0;
    }

    @Override
    void read(int count, BytesTarget target) {
        for (int left = count; left > 0; left -= STEP) {
            int step = Math.min(left, STEP);
            long ends = target.requireEnds(step);
            long before = previous.grow(previousLength + (long) Words.LOOSE_BYTES, previousLength);
            long bytes = readLengths(step, ends, (int) target.used());
            long to = target.requireBytes(bytes);
            long pairs = lengths.address();
            for (int i = 0; i < step; i++) {
                int prefix = Memory.getInt(pairs + 8L * i);
                int suffix = Memory.getInt(pairs + 8L * i + 4);
                // What may be read behind the one before is what is written here next, or room that is kept for that.
                Words.copyLoosely(before, before + prefix + Words.LOOSE_BYTES, to, prefix);
                Words.copyLoosely(at, end, to + prefix, suffix);
                at += suffix;
                before = to;
                to += prefix + suffix;
            }
            keep(before, (int) (to - before));
            target.advance(step, bytes);
        }
    }

    @Override
    void skip(int count) {
        for (int i = 0; i < count; i++) {
            readLengths(1, lengths.ensure(16L * STEP) + 8L * STEP, 0);
            int prefix = Memory.getInt(lengths.address());
            int suffix = Memory.getInt(lengths.address() + 4);
            long address = previous.grow(Math.max(1, prefix + suffix), prefix);
            Memory.copy(at, address + prefix, suffix);
            at += suffix;
        }
    }

    /**
     * Reads the lengths of the next {@code count} arrays, pairs of int32, and checks that they are there.
     *
     * @return the bytes of the whole arrays
     */
    private long readLengths(int count, long ends, int used) {
        long pairs = lengths.ensure(16L * STEP);
        long suffixLengths = pairs + 8L * STEP;
        prefixes.readInts(count, suffixLengths);
        for (int i = 0; i < count; i++) {
            Memory.putInt(pairs + 8L * i, Memory.getInt(suffixLengths + 4L * i));
        }
        suffixes.readInts(count, suffixLengths);
        long bytes = 0;
        long left = end - at;
        for (int i = 0; i < count; i++) {
            int prefix = Memory.getInt(pairs + 8L * i);
            int suffix = Memory.getInt(suffixLengths + 4L * i);
            if (prefix < 0 || prefix > previousLength) {
                throw new MalformedPageException(
                        "a byte array that has " + prefix + " bytes of one of " + previousLength);
            }
            if (suffix < 0 || suffix > left) {
                throw new MalformedPageException(
                        "the rest of a byte array of " + suffix + " bytes where " + left + " are left");
            }
            left -= suffix;
            long length = (long) prefix + suffix;
            if (length > Integer.MAX_VALUE) {
                throw new MalformedPageException("a byte array of " + length + " bytes");
            }
            previousLength = (int) length;
            bytes += length;
            Memory.putInt(pairs + 8L * i + 4, suffix);
            Memory.putInt(ends + 4L * i, (int) (used + bytes));
        }
        return bytes;
    }

    private void keep(long address, int length) {
        Memory.copy(address, previous.ensure(length + (long) Words.LOOSE_BYTES), length);
    }

    @Override
    public void close() {
        lengths.close();
        previous.close();
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.BufferAllocator;

/** A cursor over DELTA_LENGTH_BYTE_ARRAY: the lengths of all arrays, then their bytes. */
final class DeltaLengthBytes extends BytesCursor {
    /** Arrays whose lengths are looked at together: a page's own number of them is not to be believed. */
    private static final int STEP = 1024;

    private final DeltaBinaryDecoder decoder = new DeltaBinaryDecoder();
    private final Scratch lengths;
    private long at;
    private long end;

    DeltaLengthBytes(BufferAllocator allocator) {
        lengths = new Scratch(allocator);
    }

    @Override
    void begin(long address, long dataEnd, int most) {
        decoder.begin(address, dataEnd);
        at = decoder.end();
        end = dataEnd;
    }

    @Override
    void read(int count, BytesTarget target) {
        for (int left = count; left > 0; left -= STEP) {
            int step = Math.min(left, STEP);
            long ends = target.requireEnds(step);
            int used = (int) target.used();
            long bytes = readEnds(step, ends, used);
            Memory.copy(at, target.requireBytes(bytes), bytes);
            at += bytes;
            target.advance(step, bytes);
        }
    }

    @Override
    void skip(int count) {
        for (int left = count; left > 0; left -= STEP) {
            int step = Math.min(left, STEP);
            at += readEnds(step, lengths.ensure(4L * STEP), 0);
        }
    }

    /** Returns how many bytes the next arrays have, which are there. */
    private long readEnds(int count, long ends, int used) {
        decoder.readInts(count, ends);
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            int length = Memory.getInt(ends + 4L * i);
            bytes += length;
            if (length < 0 || bytes > end - at) {
                throw new MalformedPageException(
                        "a byte array of " + length + " bytes where " + (end - at - bytes + length) + " are left");
            }
            Memory.putInt(ends + 4L * i, (int) (used + bytes));
        }
        return bytes;
    }

    @Override
    public void close() {
        lengths.close();
    }
}

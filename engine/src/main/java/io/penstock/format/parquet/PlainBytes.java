package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/** A cursor over PLAIN byte arrays: an int32 length before each. */
final class PlainBytes extends BytesCursor {
    private long at;
    private long end;

    @Override
    void begin(long address, long dataEnd, int most) {
        at = address;
        end = dataEnd;
    }

    @Override
    void read(int count, BytesTarget target) {
        long from = at;
        long ends = target.requireEnds(count);
        int used = (int) target.used();
        long next = from;
        for (int i = 0; i < count; i++) {
            next = after(next);
            // What does not fit here is refused before anybody looks at it.
            Memory.putInt(ends + 4L * i, (int) (used + (next - from) - 4L * (i + 1)));
        }
        at = next;
        long bytes = next - from - 4L * count;
        long to = target.requireBytes(bytes);
        int start = used;
        for (int i = 0; i < count; i++) {
            int stop = Memory.getInt(ends + 4L * i);
            int length = stop - start;
            Words.copyLoosely(from + 4, end, to, length);
            from += 4 + length;
            to += length;
            start = stop;
        }
        target.advance(count, bytes);
    }

    @Override
    void skip(int count) {
        for (int i = 0; i < count; i++) {
            at = after(at);
        }
    }

    /** Where the array ends that begins at {@code from}. */
    private long after(long from) {
        if (end - from < 4) {
            throw new MalformedPageException("the byte arrays end too early");
        }
        int length = Memory.getInt(from);
        if (length < 0 || length > end - from - 4) {
            throw new MalformedPageException(
                    "a byte array of " + length + " bytes where " + (end - from - 4) + " are left");
        }
        return from + 4 + length;
    }
}

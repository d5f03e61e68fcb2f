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
        long bytes = 0;
        long ends = target.requireEnds(count);
        int used = (int) target.used();
        for (int i = 0; i < count; i++) {
            int length = next();
            bytes += length;
            // What does not fit here is refused before anybody looks at it.
            Memory.putInt(ends + 4L * i, (int) (used + bytes));
        }
        long to = target.requireBytes(bytes);
        int start = used;
        for (int i = 0; i < count; i++) {
            int next = Memory.getInt(ends + 4L * i);
            int length = next - start;
            Words.copyLoosely(from + 4, end, to, length);
            from += 4 + length;
            to += length;
            start = next;
        }
        target.advance(count, bytes);
    }

    @Override
    void skip(int count) {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    private int next() {
        if (end - at < 4) {
            throw new MalformedPageException("the byte arrays end too early");
        }
        int length = Memory.getInt(at);
        if (length < 0 || length > end - at - 4) {
            throw new MalformedPageException(
                    "a byte array of " + length + " bytes where " + (end - at - 4) + " are left");
        }
        at += 4 + length;
        return length;
    }
}

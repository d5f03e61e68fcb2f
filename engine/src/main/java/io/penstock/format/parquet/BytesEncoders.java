package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/**
 * The encodings of byte arrays, which are given as {@code count + 1} int32 offsets into their data. A target must have room for what
 * the {@code max} of the encoding says, which is more than the bytes that stay there; each encoder returns where those end.
 */
final class BytesEncoders {
    private BytesEncoders() {}

    /** @param dataBytes the lengths of all arrays */
    static long maxPlainBytes(int count, long dataBytes) {
        return 4L * count + dataBytes + Words.LOOSE_BYTES;
    }

    /** PLAIN: each array after its length. */
    static long plain(long offsets, long data, int count, long target) {
        long dataEnd = data + Memory.getInt(offsets + 4L * count);
        long at = target;
        int start = Memory.getInt(offsets);
        for (int i = 1; i <= count; i++) {
            int end = Memory.getInt(offsets + 4L * i);
            int length = end - start;
            Memory.putInt(at, length);
            Words.copyLoosely(data + start, dataEnd, at + 4, length);
            at += 4 + length;
            start = end;
        }
        return at;
    }

    /** @param dataBytes the lengths of all arrays */
    static long maxDeltaLengthBytes(int count, long dataBytes) {
        return DeltaBinaryEncoder.maxBytes(count, 4) + Math.max(4L * count, dataBytes);
    }

    /** DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes. */
    static long deltaLength(long offsets, long data, int count, long target) {
        // The lengths stand behind all they can be encoded to, where bytes are going to.
        long lengths = target + DeltaBinaryEncoder.maxBytes(count, 4);
        int first = Memory.getInt(offsets);
        int start = first;
        for (int i = 0; i < count; i++) {
            int end = Memory.getInt(offsets + 4L * i + 4);
            Memory.putInt(lengths + 4L * i, end - start);
            start = end;
        }
        long at = DeltaBinaryEncoder.encodeInts(lengths, count, target);
        if (start > first) {
            Memory.copy(data + first, at, start - first);
        }
        return at + (start - first);
    }

    /** @param dataBytes the lengths of all arrays */
    static long maxDeltaBytes(int count, long dataBytes) {
        return 2 * DeltaBinaryEncoder.maxBytes(count, 4) + 8L * count + dataBytes + Words.LOOSE_BYTES;
    }

    /** DELTA_BYTE_ARRAY: how much each array has in common with the one before, then the rest of each as {@link #deltaLength}. */
    static long deltaBytes(long offsets, long data, int count, long target) {
        int dataBytes = Memory.getInt(offsets + 4L * count) - Memory.getInt(offsets);
        // Both kinds of length stand behind all that is going to be written before they have been read.
        long prefixes = target + 2 * DeltaBinaryEncoder.maxBytes(count, 4) + dataBytes + Words.LOOSE_BYTES;
        long suffixes = prefixes + 4L * count;
        int start = Memory.getInt(offsets);
        long previous = data;
        int previousLength = 0;
        for (int i = 0; i < count; i++) {
            int end = Memory.getInt(offsets + 4L * i + 4);
            int length = end - start;
            int prefix = Words.commonPrefix(previous, data + start, Math.min(previousLength, length));
            Memory.putInt(prefixes + 4L * i, prefix);
            Memory.putInt(suffixes + 4L * i, length - prefix);
            previous = data + start;
            previousLength = length;
            start = end;
        }
        long at = DeltaBinaryEncoder.encodeInts(prefixes, count, target);
        at = DeltaBinaryEncoder.encodeInts(suffixes, count, at);
        long dataEnd = data + Memory.getInt(offsets + 4L * count);
        for (int i = 0; i < count; i++) {
            int length = Memory.getInt(suffixes + 4L * i);
            Words.copyLoosely(data + Memory.getInt(offsets + 4L * i + 4) - length, dataEnd, at, length);
            at += length;
        }
        return at;
    }
}

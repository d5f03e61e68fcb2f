package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/** BYTE_STREAM_SPLIT: the first bytes of all values, then their second bytes, and so on. */
final class ByteStreamSplit {
    private ByteStreamSplit() {}

    /** Encodes {@code count} values of {@code width} bytes, which take as many bytes as before. */
    static void encode(long values, int count, int width, long target) {
        for (int octet = 0; octet < width; octet++) {
            long stream = target + (long) octet * count;
            for (int i = 0; i < count; i++) {
                Memory.putByte(stream + i, Memory.getByte(values + (long) i * width + octet));
            }
        }
    }

    /** Decodes the values {@code from} to {@code from + count} of a page of {@code total}, of which nothing is checked. */
    static void decode(long streams, int total, int from, int count, int width, long target) {
        for (int octet = 0; octet < width; octet++) {
            long stream = streams + (long) octet * total + from;
            for (int i = 0; i < count; i++) {
                Memory.putByte(target + (long) i * width + octet, Memory.getByte(stream + i));
            }
        }
    }
}

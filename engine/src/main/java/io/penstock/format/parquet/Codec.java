package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import java.nio.ByteBuffer;
import org.apache.parquet.format.CompressionCodec;

/** How pages are compressed, among the ways that Penstock knows. Each runs from native memory to native memory. */
enum Codec {
    NONE(CompressionCodec.UNCOMPRESSED),
    SNAPPY(CompressionCodec.SNAPPY),
    GZIP(CompressionCodec.GZIP),
    ZSTD(CompressionCodec.ZSTD),
    LZ4_RAW(CompressionCodec.LZ4_RAW),
    /** What the specification calls deprecated: LZ4 blocks in Hadoop's framing, or in another, or in none. It is only read. */
    LZ4(CompressionCodec.LZ4);

    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(8);

    private final CompressionCodec format;

    Codec(CompressionCodec format) {
        this.format = format;
    }

    /** Its name in the metadata of a column chunk. */
    CompressionCodec format() {
        return format;
    }

    /**
     * @param format may be null, which stands for a number that the specification does not name
     * @throws MalformedPageException if Penstock does not know it
     */
    static Codec of(CompressionCodec format) {
        for (Codec codec : values()) {
            if (codec.format == format) {
                return codec;
            }
        }
        throw new MalformedPageException("the pages are compressed with "
                + (format == null ? "an unknown codec" : format + ", which is not read"));
    }

    /** A view for libraries that want one, and that take an address of 0 for an error even of nothing. */
    static ByteBuffer view(long address, long length) {
        return length == 0 ? NOTHING.duplicate().limit(0) : Memory.view(address, Math.toIntExact(length));
    }

    /** An address that can be read from, whatever the one of an empty range is. */
    static long address(long address, long length) {
        return length == 0 ? Memory.address(NOTHING) : address;
    }
}

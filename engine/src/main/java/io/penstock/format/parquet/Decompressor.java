package io.penstock.format.parquet;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.penstock.buffer.Memory;
import io.penstock.format.Lz4Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyError;

/**
 * Decompresses pages, one call for each. It keeps the native contexts of the codecs that it has met. Whatever the bytes are, it reads
 * and writes nothing but what it is given. One thread at a time.
 */
final class Decompressor implements AutoCloseable {
    private LZ4SafeDecompressor lz4;
    private ZstdDecompressCtx zstd;
    private GzipMembers gzip;

    /**
     * Decompresses {@code length} bytes to exactly {@code expected}.
     *
     * @throws MalformedPageException if they are broken, or become more or fewer bytes; what is at {@code target} is then undefined
     */
    void decompress(Codec codec, long source, long length, long target, long expected) {
        if (length < 0 || length > Integer.MAX_VALUE || expected < 0 || expected > Integer.MAX_VALUE) {
            throw new MalformedPageException("a page of " + expected + " bytes, compressed to " + length);
        }
        if (expected == 0 && length == 0) {
            // Some writers compress nothing to nothing.
            return;
        }
        long in = Codec.address(source, length);
        long out = Codec.address(target, expected);
        switch (codec) {
            case NONE -> {
                require(codec, length, expected);
                Memory.copy(in, out, expected);
            }
            case SNAPPY -> snappy(in, length, out, expected);
            case GZIP -> gzip(in, length, out, expected);
            case ZSTD -> require(codec, zstd(in, length, out, expected), expected);
            case LZ4_RAW -> require(codec, lz4(in, length, out, expected), expected);
            case LZ4 -> framedLz4(in, length, out, expected);
        }
    }

    private static void require(Codec codec, long actual, long expected) {
        if (actual != expected) {
            throw new MalformedPageException(codec + " gives " + (actual < 0 ? "no sound bytes" : actual + " bytes")
                    + " where the page says " + expected);
        }
    }

    private static void snappy(long source, long length, long target, long expected) {
        try {
            // The library trusts the room to be what the block declares.
            require(Codec.SNAPPY, Snappy.uncompressedLength(source, length), expected);
            require(Codec.SNAPPY, Snappy.rawUncompress(source, length, target), expected);
        } catch (IOException | SnappyError e) {
            throw new MalformedPageException("a broken SNAPPY block: " + e.getMessage(), e);
        }
    }

    private void gzip(long source, long length, long target, long expected) {
        if (gzip == null) {
            gzip = new GzipMembers();
        }
        gzip.decompress(source, length, target, expected);
    }

    private long zstd(long source, long length, long target, long expected) {
        if (zstd == null) {
            zstd = new ZstdDecompressCtx();
        }
        try {
            ByteBuffer out = Codec.view(target, expected);
            ByteBuffer in = Codec.view(source, length);
            return zstd.decompressDirectByteBuffer(out, 0, (int) expected, in, 0, (int) length);
        } catch (ZstdException e) {
            throw new MalformedPageException("a broken ZSTD frame: " + e.getMessage(), e);
        }
    }

    /** Returns how many bytes came of a block, at most {@code room}, or -1 if it is broken. */
    private long lz4(long source, long length, long target, long room) {
        if (lz4 == null) {
            lz4 = LZ4Factory.fastestInstance().safeDecompressor();
        }
        try {
            return lz4.decompress(Codec.view(source, length), 0, (int) length, Codec.view(target, room), 0, (int) room);
        } catch (LZ4Exception e) {
            return -1;
        }
    }

    /** The specification does not say what the framing is, so all that writers are known to have used are tried. */
    private void framedLz4(long source, long length, long target, long expected) {
        if (hadoopLz4(source, length, target, expected)) {
            return;
        }
        if (length >= Integer.BYTES && Memory.getInt(source) == Lz4Frame.MAGIC) {
            lz4Frame(source, length, target, expected);
        } else {
            require(Codec.LZ4, lz4(source, length, target, expected), expected);
        }
    }

    private static void lz4Frame(long source, long length, long target, long expected) {
        try {
            Lz4Frame.decompress(source, length, target, expected);
        } catch (IllegalArgumentException e) {
            throw new MalformedPageException(e.getMessage(), e);
        }
    }

    /**
     * Hadoop's framing: big-endian, the length of a run of bytes, and until they are all there blocks of LZ4, each after its own
     * length.
     */
    private boolean hadoopLz4(long source, long length, long target, long expected) {
        long end = source + length;
        long targetEnd = target + expected;
        while (end - source >= 4) {
            long runEnd = target + Integer.toUnsignedLong(Integer.reverseBytes(Memory.getInt(source)));
            source += 4;
            if (runEnd > targetEnd) {
                return false;
            }
            while (target < runEnd) {
                if (end - source < 4) {
                    return false;
                }
                long blockLength = Integer.toUnsignedLong(Integer.reverseBytes(Memory.getInt(source)));
                source += 4;
                if (blockLength > end - source) {
                    return false;
                }
                long bytes = lz4(source, blockLength, target, runEnd - target);
                if (bytes <= 0) {
                    return false;
                }
                source += blockLength;
                target += bytes;
            }
        }
        return source == end && target == targetEnd;
    }

    @Override
    public void close() {
        if (zstd != null) {
            zstd.close();
            zstd = null;
        }
        if (gzip != null) {
            gzip.close();
            gzip = null;
        }
    }
}

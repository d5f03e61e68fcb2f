package io.penstock.format.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.penstock.buffer.Memory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import net.jpountz.lz4.LZ4Factory;
import org.xerial.snappy.Snappy;

/** Compresses pages, one call for each, with one codec and level and one native context that is kept. One thread at a time. */
abstract sealed class Compressor implements AutoCloseable {
    /** @throws IllegalArgumentException for a codec that is only read */
    static Compressor of(Codec codec, int level) {
        return switch (codec) {
            case NONE -> new Stored();
            case SNAPPY -> new SnappyBlock();
            case GZIP -> new GzipMember(level);
            case ZSTD -> new ZstdFrame(level);
            case LZ4_RAW -> new Lz4Block();
            case LZ4 -> throw new IllegalArgumentException("Pages are not written with the deprecated codec " + codec);
        };
    }

    /** The most bytes that {@code length} bytes can become. */
    abstract long maxBytes(long length);

    /**
     * Compresses {@code length} bytes.
     *
     * @param capacity how much room there is at {@code target}: at least {@link #maxBytes}
     * @return how many bytes they became
     */
    final long compress(long source, long length, long target, long capacity) {
        if (capacity < maxBytes(length)) {
            throw new IllegalArgumentException("room of " + capacity + " bytes to compress " + length);
        }
        return compress(Codec.address(source, length), length, target);
    }

    abstract long compress(long source, long length, long target);

    @Override
    public void close() {}

    private static final class Stored extends Compressor {
        @Override
        long maxBytes(long length) {
            return length;
        }

        @Override
        long compress(long source, long length, long target) {
            Memory.copy(source, target, length);
            return length;
        }
    }

    private static final class SnappyBlock extends Compressor {
        @Override
        long maxBytes(long length) {
            return 32 + length + length / 6;
        }

        @Override
        long compress(long source, long length, long target) {
            try {
                return Snappy.rawCompress(source, length, target);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Lz4Block extends Compressor {
        private final net.jpountz.lz4.LZ4Compressor lz4 =
                LZ4Factory.fastestInstance().fastCompressor();

        @Override
        long maxBytes(long length) {
            return 16 + length + length / 255;
        }

        @Override
        long compress(long source, long length, long target) {
            int capacity = Math.toIntExact(maxBytes(length));
            return lz4.compress(
                    Codec.view(source, length), 0, (int) length, Memory.view(target, capacity), 0, capacity);
        }
    }

    private static final class ZstdFrame extends Compressor {
        private final ZstdCompressCtx zstd = new ZstdCompressCtx();

        ZstdFrame(int level) {
            zstd.setLevel(level);
            // The page has its own checksum.
            zstd.setChecksum(false);
        }

        @Override
        long maxBytes(long length) {
            return Zstd.compressBound(length);
        }

        @Override
        long compress(long source, long length, long target) {
            int capacity = Math.toIntExact(maxBytes(length));
            return zstd.compressDirectByteBuffer(
                    Memory.view(target, capacity), 0, capacity, Codec.view(source, length), 0, (int) length);
        }

        @Override
        public void close() {
            zstd.close();
        }
    }

    /** After <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>. */
    private static final class GzipMember extends Compressor {
        private static final int HEADER_BYTES = 10;
        private static final int TRAILER_BYTES = 8;
        private static final long MAGIC_AND_DEFLATE = 0x088b1fL;
        private static final short FASTEST_OR_BEST_UNKNOWN_SYSTEM = (short) 0xff00;

        private final Deflater deflater;
        private final CRC32 checksum = new CRC32();

        GzipMember(int level) {
            deflater = new Deflater(level, true);
        }

        /** More than zlib's own bound: the builds of zlib that JDKs come with differ in theirs. */
        @Override
        long maxBytes(long length) {
            return HEADER_BYTES + TRAILER_BYTES + 64 + length + length / 8;
        }

        @Override
        long compress(long source, long length, long target) {
            Memory.putLong(target, MAGIC_AND_DEFLATE);
            Memory.putShort(target + 8, FASTEST_OR_BEST_UNKNOWN_SYSTEM);
            ByteBuffer body = Memory.view(
                    target + HEADER_BYTES, Math.toIntExact(maxBytes(length)) - HEADER_BYTES - TRAILER_BYTES);
            deflater.reset();
            deflater.setInput(Codec.view(source, length));
            deflater.finish();
            while (!deflater.finished()) {
                if (deflater.deflate(body) == 0 && !deflater.finished()) {
                    throw new IllegalStateException("zlib makes " + length + " bytes larger than it may");
                }
            }
            checksum.reset();
            checksum.update(Codec.view(source, length));
            long end = target + HEADER_BYTES + body.position();
            Memory.putInt(end, (int) checksum.getValue());
            Memory.putInt(end + 4, (int) length);
            return end + TRAILER_BYTES - target;
        }

        @Override
        public void close() {
            deflater.end();
        }
    }
}

package io.penstock.format.arrow;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.penstock.buffer.Memory;
import io.penstock.format.Lz4Frame;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;
import org.apache.arrow.flatbuf.CompressionType;

/** Compresses buffers, one call for each, from native memory to native memory. What it makes depends on the bytes alone. One thread at a time. */
abstract sealed class BufferCodec implements AutoCloseable {
    /** As the metadata of a body names it, a constant of {@link CompressionType}. */
    abstract byte type();

    /** The most bytes that {@code length} bytes can become. */
    abstract long maxBytes(long length);

    /**
     * Compresses {@code length} bytes, at least one, into one frame.
     *
     * @param target with room for {@link #maxBytes}
     * @return how many bytes they became
     */
    abstract long compress(long source, int length, long target);

    @Override
    public void close() {}

    /** Keeps the context, which takes longer to make than a small buffer to compress. */
    static final class Zstandard extends BufferCodec {
        private final ZstdCompressCtx context = new ZstdCompressCtx();
        private final ByteBuffer from = Memory.view(0, 0);
        private final ByteBuffer to = Memory.view(0, 0);

        Zstandard(int level) {
            context.setLevel(level);
        }

        @Override
        byte type() {
            return CompressionType.ZSTD;
        }

        @Override
        long maxBytes(long length) {
            return Zstd.compressBound(length);
        }

        @Override
        long compress(long source, int length, long target) {
            int room = Math.toIntExact(maxBytes(length));
            Memory.aim(from, source, length);
            Memory.aim(to, target, room);
            return context.compressDirectByteBuffer(to, 0, room, from, 0, length);
        }

        @Override
        public void close() {
            context.close();
        }
    }

    /**
     * Blocks that do not refer to each other. Each begins with an empty table of matches: with one that is carried over, as LZ4 also offers, the
     * result would depend on what was compressed before.
     *
     * <p>After the <a href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md">LZ4 frame format</a>.
     */
    static final class Lz4 extends BufferCodec {
        /** Version 1, independent blocks, no checksums, no length: the body has that. */
        private static final int FLAGS = 0x60;

        private static final int HEADER_BYTES = 7;
        private static final int SIZE_BYTES = 4;
        private static final int STORED = 1 << 31;
        private static final int SMALLEST_BLOCK_SIZE = 4;
        private static final int LARGEST_BLOCK_SIZE = 7;

        private final LZ4Compressor lz4 = LZ4Factory.fastestInstance().fastCompressor();
        private final XXHash32 hash = XXHashFactory.fastestInstance().hash32();
        private final ByteBuffer from = Memory.view(0, 0);
        private final ByteBuffer to = Memory.view(0, 0);

        @Override
        byte type() {
            return CompressionType.LZ4_FRAME;
        }

        @Override
        long maxBytes(long length) {
            long blocks = length / blockBytes(LARGEST_BLOCK_SIZE) + 1;
            return HEADER_BYTES + length + length / 255 + blocks * (16 + SIZE_BYTES) + SIZE_BYTES;
        }

        @Override
        long compress(long source, int length, long target) {
            int blockSize = SMALLEST_BLOCK_SIZE;
            while (blockSize < LARGEST_BLOCK_SIZE && blockBytes(blockSize) < length) {
                blockSize++;
            }
            long at = putHeader(target, blockSize);
            int blockBytes = blockBytes(blockSize);
            for (int done = 0; done < length; done += blockBytes) {
                at = putBlock(source + done, Math.min(blockBytes, length - done), at);
            }
            Memory.putInt(at, 0);
            return at + SIZE_BYTES - target;
        }

        /** 64 KiB, 256 KiB, 1 MiB and 4 MiB. */
        private static int blockBytes(int blockSize) {
            return 1 << (8 + 2 * blockSize);
        }

        private long putHeader(long target, int blockSize) {
            Memory.putInt(target, Lz4Frame.MAGIC);
            Memory.putByte(target + 4, (byte) FLAGS);
            Memory.putByte(target + 5, (byte) (blockSize << 4));
            Memory.aim(from, target + 4, 2);
            Memory.putByte(target + 6, (byte) (hash.hash(from, 0, 2, 0) >>> 8));
            return target + HEADER_BYTES;
        }

        private long putBlock(long source, int length, long target) {
            int room = lz4.maxCompressedLength(length);
            long block = target + SIZE_BYTES;
            Memory.aim(from, source, length);
            Memory.aim(to, block, room);
            int size = lz4.compress(from, 0, length, to, 0, room);
            if (size < length) {
                Memory.putInt(target, size);
                return block + size;
            }
            Memory.putInt(target, length | STORED);
            Memory.copy(source, block, length);
            return block + length;
        }
    }
}

package io.penstock.format.arrow;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.penstock.buffer.Memory;
import io.penstock.format.Lz4Frame;
import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Decompresses buffers, each for itself, off heap. Keeps one context of zstd. */
final class Decompression implements AutoCloseable {
    static final byte NONE = -1;

    /** Says that a buffer was not compressed because that would not have made it smaller. */
    private static final long STORED = -1;

    private static final int LENGTH_BYTES = 8;

    /** No codec gets more out of one byte; who claims it does is not given the memory. */
    private static final long LZ4_MAX_RATIO = 256;

    private static final long ZSTD_MAX_RATIO = 1 << 16;

    private ZstdDecompressCtx zstd;

    /**
     * What is in a buffer of a body with compression; takes ownership of {@code buffer} and gives that of the result, which may share
     * its memory.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    ArrowBuf decompress(ArrowBuf buffer, byte method, byte codec, BufferAllocator allocator) {
        try (buffer) {
            long compressed = buffer.capacity() - LENGTH_BYTES;
            if (buffer.capacity() == 0) {
                return allocator.getEmpty();
            }
            if (compressed < 0) {
                throw new IllegalArgumentException("a compressed buffer of " + buffer.capacity() + " bytes");
            }
            long source = buffer.memoryAddress() + LENGTH_BYTES;
            long length = Memory.getLong(buffer.memoryAddress());
            if (length == STORED) {
                buffer.getReferenceManager().retain();
                return buffer.slice(LENGTH_BYTES, compressed);
            }
            if (length == 0) {
                return allocator.getEmpty();
            }
            if (method != BodyCompressionMethod.BUFFER) {
                throw new IllegalArgumentException("the compression method " + method);
            }
            return switch (codec) {
                case CompressionType.LZ4_FRAME -> lz4(source, compressed, length, allocator);
                case CompressionType.ZSTD -> zstd(source, compressed, length, allocator);
                default -> throw new IllegalArgumentException("the compression codec " + codec);
            };
        }
    }

    private static ArrowBuf lz4(long source, long compressed, long length, BufferAllocator allocator) {
        requirePlausible(length, compressed, LZ4_MAX_RATIO);
        ArrowBuf target = allocator.buffer(length);
        try {
            Lz4Frame.decompress(source, compressed, target.memoryAddress(), length);
            return target.slice(0, length);
        } catch (IllegalArgumentException e) {
            target.close();
            throw e;
        }
    }

    private ArrowBuf zstd(long source, long compressed, long length, BufferAllocator allocator) {
        requirePlausible(length, compressed, ZSTD_MAX_RATIO);
        int sourceLength = Math.toIntExact(compressed);
        ByteBuffer frame = Memory.view(source, sourceLength);
        long declared = Zstd.getDirectByteBufferFrameContentSize(frame, 0, sourceLength);
        if (declared > 0 && declared != length) {
            throw new IllegalArgumentException("a zstd frame of " + declared + " bytes in a buffer of " + length);
        }
        if (zstd == null) {
            zstd = new ZstdDecompressCtx();
        }
        ArrowBuf target = allocator.buffer(length);
        try {
            ByteBuffer space = Memory.view(target.memoryAddress(), (int) length);
            int actual = zstd.decompressDirectByteBuffer(space, 0, (int) length, frame, 0, sourceLength);
            if (actual != length) {
                throw new IllegalArgumentException("a zstd frame of " + actual + " bytes in a buffer of " + length);
            }
            return target.slice(0, length);
        } catch (ZstdException e) {
            target.close();
            throw new IllegalArgumentException("a zstd frame that is broken: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            target.close();
            throw e;
        }
    }

    private static void requirePlausible(long length, long compressed, long maxRatio) {
        if (length < 0 || length > Integer.MAX_VALUE - Ipc.ALIGNMENT || length / maxRatio > compressed) {
            throw new IllegalArgumentException("a buffer of " + length + " bytes, compressed to " + compressed);
        }
    }

    @Override
    public void close() {
        if (zstd != null) {
            zstd.close();
            zstd = null;
        }
    }
}

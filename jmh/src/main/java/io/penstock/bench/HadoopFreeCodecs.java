package io.penstock.bench;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * The codecs of parquet-java, whose own need Hadoop's classes: the native libraries that Penstock uses, one call for each page, with
 * contexts and target arrays that are reused. One thread at a time.
 */
final class HadoopFreeCodecs implements CompressionCodecFactory, AutoCloseable {
    static final int ZSTD_LEVEL = 3;

    private final ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(ZSTD_LEVEL);
    private final ZstdDecompressCtx unzstd = new ZstdDecompressCtx();

    /** By the name that the benchmarks' parameter {@code compression} has. */
    static CompressionCodecName named(String compression) {
        return switch (compression) {
            case "none" -> CompressionCodecName.UNCOMPRESSED;
            case "snappy" -> CompressionCodecName.SNAPPY;
            case "zstd" -> CompressionCodecName.ZSTD;
            default ->
                throw new IllegalArgumentException("compression '" + compression + "': use none, snappy or zstd");
        };
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return new Compressor(codec);
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return new Decompressor(codec);
    }

    @Override
    public void release() {}

    @Override
    public void close() {
        zstd.close();
        unzstd.close();
    }

    /** parquet-java allocates on the heap unless it is told otherwise: no copy, but where the bytes lie in several pieces. */
    private static ByteBuffer onHeap(BytesInput bytes) throws IOException {
        ByteBuffer buffer = bytes.toByteBuffer(HeapByteBufferAllocator.getInstance(), unused -> {});
        return buffer.hasArray()
                ? buffer
                : ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
    }

    private final class Compressor implements BytesInputCompressor {
        private final CompressionCodecName codec;
        private byte[] target = new byte[0];

        Compressor(CompressionCodecName codec) {
            this.codec = codec;
        }

        /** The result is valid until the next call: parquet-java copies it before. */
        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
            if (codec == CompressionCodecName.UNCOMPRESSED) {
                return bytes;
            }
            ByteBuffer source = onHeap(bytes);
            boolean snappy = codec == CompressionCodecName.SNAPPY;
            int atMost = snappy
                    ? Snappy.maxCompressedLength(source.remaining())
                    : Math.toIntExact(Zstd.compressBound(source.remaining()));
            if (target.length < atMost) {
                target = new byte[atMost];
            }
            int from = source.arrayOffset() + source.position();
            int length = snappy
                    ? Snappy.compress(source.array(), from, source.remaining(), target, 0)
                    : zstd.compressByteArray(target, 0, target.length, source.array(), from, source.remaining());
            return BytesInput.from(target, 0, length);
        }

        @Override
        public CompressionCodecName getCodecName() {
            return codec;
        }

        @Override
        public void release() {}
    }

    private final class Decompressor implements BytesInputDecompressor {
        private final CompressionCodecName codec;

        Decompressor(CompressionCodecName codec) {
            this.codec = codec;
        }

        @Override
        public BytesInput decompress(BytesInput bytes, int size) throws IOException {
            return codec == CompressionCodecName.UNCOMPRESSED
                    ? bytes
                    : BytesInput.from(decompressed(onHeap(bytes), size));
        }

        private byte[] decompressed(ByteBuffer source, int size) throws IOException {
            byte[] values = new byte[size];
            int from = source.arrayOffset() + source.position();
            if (codec == CompressionCodecName.SNAPPY) {
                Snappy.uncompress(source.array(), from, source.remaining(), values, 0);
            } else {
                unzstd.decompressByteArray(values, 0, size, source.array(), from, source.remaining());
            }
            return values;
        }

        @Override
        public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int size) throws IOException {
            if (codec == CompressionCodecName.UNCOMPRESSED) {
                output.put(input);
                return;
            }
            byte[] source = new byte[compressedSize];
            input.get(source);
            output.put(decompressed(ByteBuffer.wrap(source), size));
        }

        @Override
        public void release() {}
    }
}

package io.penstock.format.json;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decompresses frames, one after the other, from direct buffer to direct buffer. One thread at a time. */
abstract sealed class TextDecompressor implements AutoCloseable {
    /** How far back a frame of zstd may refer, as a power of two: what others write with the level that they have by default. */
    private static final int WINDOW_LOG = 21;

    /** What {@link #decompress} gets at least, unless the file ends before. */
    static final int LOOKAHEAD = 64;

    /** What one holds at most, in bytes of native memory. */
    static long memoryBytes(JsonOptions.Codec codec) {
        return switch (codec) {
            case NONE -> 0;
            case ZSTD -> 3 << 20;
            case GZIP -> 128 << 10;
        };
    }

    /**
     * Decompresses as much as there is and fits; returns whether a frame has just ended. If neither buffer gets shorter, the frame goes on
     * behind the bytes that there are.
     */
    abstract boolean decompress(ByteBuffer bytes, ByteBuffer text) throws DamagedFrameException;

    /** What a frame is called. */
    abstract String frame();

    @Override
    public abstract void close();

    /** Bytes are no frame. */
    static final class DamagedFrameException extends Exception {
        private static final long serialVersionUID = 1;

        DamagedFrameException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    static final class Zstandard extends TextDecompressor {
        private final ZstdDecompressCtx context = new ZstdDecompressCtx();

        Zstandard() {
            context.setLongMax(WINDOW_LOG);
        }

        @Override
        boolean decompress(ByteBuffer bytes, ByteBuffer text) throws DamagedFrameException {
            try {
                return context.decompressDirectByteBufferStream(text, bytes);
            } catch (ZstdException e) {
                throw new DamagedFrameException("a damaged frame of zstd: " + e.getMessage(), e);
            }
        }

        @Override
        String frame() {
            return "a frame of zstd";
        }

        @Override
        public void close() {
            context.close();
        }
    }

    /** After <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>, without the optional fields of a member's header. */
    static final class Gzip extends TextDecompressor {
        private static final int HEADER_BYTES = 10;
        private static final int TRAILER_BYTES = 8;
        private static final int MAGIC_AND_METHOD = 0x1f | 0x8b << 8 | 8 << 16;

        private final Inflater inflater = new Inflater(true);
        private final CRC32 checksum = new CRC32();
        private boolean inMember;

        @Override
        boolean decompress(ByteBuffer bytes, ByteBuffer text) throws DamagedFrameException {
            if (!inMember && !begin(bytes)) {
                return false;
            }
            if (!inflater.finished()) {
                inflate(bytes, text);
            }
            return inflater.finished() && end(bytes);
        }

        /** Takes a header, if all of it is there. */
        private boolean begin(ByteBuffer bytes) throws DamagedFrameException {
            if (bytes.remaining() < HEADER_BYTES) {
                return false;
            }
            int magicMethodAndFlags = bytes.order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.position());
            if (magicMethodAndFlags != MAGIC_AND_METHOD) {
                throw new DamagedFrameException(
                        String.format("expected the header of a gzip member but found 0x%08x", magicMethodAndFlags),
                        null);
            }
            bytes.position(bytes.position() + HEADER_BYTES);
            inflater.reset();
            checksum.reset();
            inMember = true;
            return true;
        }

        private void inflate(ByteBuffer bytes, ByteBuffer text) throws DamagedFrameException {
            int from = text.position();
            try {
                inflater.setInput(bytes);
                inflater.inflate(text);
            } catch (DataFormatException e) {
                throw new DamagedFrameException("a damaged gzip member: " + e.getMessage(), e);
            }
            int limit = text.limit();
            checksum.update(text.flip().position(from));
            text.limit(limit);
        }

        /** Takes a trailer, if all of it is there. */
        private boolean end(ByteBuffer bytes) throws DamagedFrameException {
            if (bytes.remaining() < TRAILER_BYTES) {
                return false;
            }
            int crc = bytes.order(ByteOrder.LITTLE_ENDIAN).getInt();
            int length = bytes.getInt();
            if (crc != (int) checksum.getValue() || length != (int) inflater.getBytesWritten()) {
                throw new DamagedFrameException("a gzip member that is not what its checksum says", null);
            }
            inMember = false;
            return true;
        }

        @Override
        String frame() {
            return "a gzip member";
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}

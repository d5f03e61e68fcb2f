package io.penstock.format.json;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import io.penstock.buffer.Memory;
import io.penstock.buffer.OutputBuffer;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Compresses text piece by piece into frames that stand for themselves, from direct buffers into the file's own. One thread at a time. */
abstract sealed class TextCompressor implements AutoCloseable {
    /** Shows where in the file the next bytes go. */
    final ByteBuffer target = Memory.view(0, 0);

    /** @return null for text that stays as it is */
    static TextCompressor of(JsonOptions options) {
        return switch (options.codec()) {
            case NONE -> null;
            case ZSTD -> new Zstandard(options.level());
            case GZIP -> new Gzip(options.level());
        };
    }

    /** What one holds at most, in bytes of native memory. */
    static long memoryBytes(JsonOptions options) {
        return switch (options.codec()) {
            case NONE -> 0;
            case ZSTD -> options.level() <= Zstandard.LAST_SMALL_LEVEL ? Zstandard.SMALL_BYTES : Zstandard.LARGE_BYTES;
            case GZIP -> Gzip.BYTES;
        };
    }

    /** Takes all remaining bytes of {@code text}, a direct buffer, into the frame. */
    abstract void add(ByteBuffer text, OutputBuffer file);

    /** Ends the frame; the next piece begins another. */
    abstract void end(OutputBuffer file);

    /** Forgets a frame that was begun. */
    abstract void reset();

    @Override
    public abstract void close();

    /** Lets {@link #target} show free memory of the file; returns where it begins. */
    final long aim(OutputBuffer file) {
        long at = file.claim(1);
        Memory.aim(target, at, (int) (file.limit() - at));
        return at;
    }

    private static final class Zstandard extends TextCompressor {
        static final int LAST_SMALL_LEVEL = 3;

        /** How far back a frame refers, as a power of two: a batch or so. */
        private static final int WINDOW_LOG = 20;

        /** A window, two blocks and the tables of the level, which the window limits. */
        static final long SMALL_BYTES = 4 << 20;

        static final long LARGE_BYTES = 24 << 20;

        private final ByteBuffer nothing = ByteBuffer.allocateDirect(0);
        private final ZstdCompressCtx context = new ZstdCompressCtx();
        private final int level;

        Zstandard(int level) {
            this.level = level;
            configure();
        }

        private void configure() {
            context.setLevel(level);
            context.setWindowLog(WINDOW_LOG);
            context.setChecksum(true);
        }

        @Override
        void add(ByteBuffer text, OutputBuffer file) {
            while (text.hasRemaining()) {
                long at = aim(file);
                context.compressDirectByteBufferStream(target, text, EndDirective.CONTINUE);
                file.advance(at + target.position());
            }
        }

        /** Without text: with it, what comes of the last piece would depend on how much room the file's buffer has. */
        @Override
        void end(OutputBuffer file) {
            boolean ended = false;
            while (!ended) {
                long at = aim(file);
                ended = context.compressDirectByteBufferStream(target, nothing, EndDirective.END);
                file.advance(at + target.position());
            }
        }

        @Override
        void reset() {
            context.reset();
            configure();
        }

        @Override
        public void close() {
            context.close();
        }
    }

    /** After <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>. */
    private static final class Gzip extends TextCompressor {
        /** What zlib says that it takes with its defaults, and some more. */
        static final long BYTES = 512 << 10;

        private static final byte[] HEADER = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, (byte) 0xff};
        private static final byte[] NOTHING = {};

        private final Deflater deflater;
        private final CRC32 checksum = new CRC32();
        private boolean begun;

        Gzip(int level) {
            deflater = new Deflater(level, true);
        }

        @Override
        void add(ByteBuffer text, OutputBuffer file) {
            begin(file);
            int from = text.position();
            checksum.update(text);
            deflater.setInput(text.position(from));
            while (!deflater.needsInput()) {
                deflate(file);
            }
        }

        private void begin(OutputBuffer file) {
            if (!begun) {
                file.putBytes(HEADER);
                begun = true;
            }
        }

        private void deflate(OutputBuffer file) {
            long at = aim(file);
            deflater.deflate(target);
            file.advance(at + target.position());
        }

        @Override
        void end(OutputBuffer file) {
            begin(file);
            deflater.setInput(NOTHING);
            deflater.finish();
            while (!deflater.finished()) {
                deflate(file);
            }
            file.putInt((int) checksum.getValue());
            file.putInt((int) deflater.getBytesRead());
            reset();
        }

        @Override
        void reset() {
            deflater.reset();
            checksum.reset();
            begun = false;
        }

        @Override
        public void close() {
            deflater.end();
        }
    }
}

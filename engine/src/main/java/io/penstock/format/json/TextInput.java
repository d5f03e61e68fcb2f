package io.penstock.format.json;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Input;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.BufferAllocator;

/** The text of a file from its beginning to its end, whatever the file is compressed with. */
abstract class TextInput implements AutoCloseable {
    static TextInput of(JsonOptions.Codec codec, Input input, String file, BufferPool pool, BufferAllocator allocator) {
        return switch (codec) {
            case NONE -> new Plain(input);
            case ZSTD -> new CompressedText(input, file, new TextDecompressor.Zstandard(), pool, allocator);
            case GZIP -> new CompressedText(input, file, new TextDecompressor.Gzip(), pool, allocator);
        };
    }

    /**
     * Fills {@code window} with what comes next; returns whether it may be followed by more, which it always may if the window is full.
     *
     * @throws io.penstock.format.CorruptFileException if what is compressed is damaged, or ends where it should not
     */
    abstract boolean read(ByteBuffer window) throws IOException;

    /** What a message counts bytes of. */
    abstract String counted();

    @Override
    public abstract void close();

    private static final class Plain extends TextInput {
        private final Input input;
        private long offset;

        Plain(Input input) {
            this.input = input;
        }

        @Override
        boolean read(ByteBuffer window) throws IOException {
            int wanted = (int) Math.min(window.remaining(), input.size() - offset);
            if (wanted > 0) {
                window.limit(window.position() + wanted);
                input.read(offset, window);
                offset += wanted;
            }
            return offset < input.size();
        }

        @Override
        String counted() {
            return "byte";
        }

        @Override
        public void close() {}
    }
}

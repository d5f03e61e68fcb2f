package io.penstock.format.json;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Input;
import io.penstock.format.CorruptFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.BufferAllocator;

/** Text that is decompressed as it is read, from one piece of the file in memory. */
final class CompressedText extends TextInput {
    private final Input input;
    private final String file;
    private final TextDecompressor decompressor;
    private final InputMemory memory;
    private final ByteBuffer piece;

    /** Behind the piece. */
    private long offset;

    private boolean betweenFrames = true;

    /** Takes ownership of {@code decompressor}, also if it throws. */
    CompressedText(
            Input input, String file, TextDecompressor decompressor, BufferPool pool, BufferAllocator allocator) {
        this.input = input;
        this.file = file;
        this.decompressor = decompressor;
        try {
            memory = new InputMemory(pool, allocator);
        } catch (RuntimeException | Error e) {
            decompressor.close();
            throw e;
        }
        piece = memory.bytes().limit(0);
    }

    @Override
    boolean read(ByteBuffer window) throws IOException {
        while (window.hasRemaining()) {
            if (piece.remaining() < TextDecompressor.LOOKAHEAD && offset < input.size()) {
                readPiece();
            }
            if (betweenFrames && !piece.hasRemaining()) {
                return false;
            }
            int textBefore = window.position();
            int bytesBefore = piece.remaining();
            try {
                betweenFrames = decompressor.decompress(piece, window);
            } catch (TextDecompressor.DamagedFrameException e) {
                throw broken(offset - piece.remaining(), e.getMessage(), e);
            }
            if (!betweenFrames && window.position() == textBefore && piece.remaining() == bytesBefore) {
                throw broken(input.size(), "the file ends within " + decompressor.frame(), null);
            }
        }
        return true;
    }

    private void readPiece() throws IOException {
        piece.compact();
        int wanted = (int) Math.min(piece.remaining(), input.size() - offset);
        piece.limit(piece.position() + wanted);
        input.read(offset, piece);
        offset += wanted;
        piece.flip();
    }

    private CorruptFileException broken(long place, String problem, Throwable cause) {
        return new CorruptFileException(file, "byte " + place + ": " + problem, cause);
    }

    @Override
    String counted() {
        return "byte of the text";
    }

    @Override
    public void close() {
        decompressor.close();
        memory.close();
    }
}

package io.penstock.format.json;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.OutputBuffer;
import io.penstock.buffer.PooledBuffer;

/**
 * Compresses the text of a file, a frame for each batch: what a frame is does not depend on those before it, and a reader has the batch
 * as soon as it has the frame. It holds one pooled buffer of text during a batch, and a codec's context for good.
 */
final class TextFrames implements OutputBuffer.Outlet, AutoCloseable {
    private final TextCompressor compressor;
    private final OutputBuffer text;
    private OutputBuffer file;
    private boolean inFrame;

    TextFrames(TextCompressor compressor, BufferPool pool) {
        this.compressor = compressor;
        text = new OutputBuffer(pool, this);
    }

    /** Begins a frame in {@code out}; returns where its text goes. What came of a frame that was not ended is forgotten. */
    OutputBuffer begin(OutputBuffer out) {
        if (inFrame) {
            text.close();
            compressor.reset();
        }
        file = out;
        inFrame = true;
        return text;
    }

    @Override
    public void take(PooledBuffer buffer) {
        try {
            compressor.add(buffer.bytes(), file);
        } finally {
            buffer.release();
        }
    }

    @Override
    public void borrow(long address, long length) {
        throw new UnsupportedOperationException("text is put, not lent");
    }

    void end() {
        text.flush();
        compressor.end(file);
        inFrame = false;
        file = null;
    }

    @Override
    public void close() {
        text.close();
        compressor.close();
    }
}

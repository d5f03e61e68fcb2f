package io.penstock.format.arrow;

import io.penstock.buffer.Input;
import io.penstock.buffer.Memory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The bytes of one input: where they lie if the input shows them, else read into memory of the allocator. It does not close the
 * input. What it has handed out stays valid when it is closed, but for {@link #metadata}.
 */
final class InputBytes implements AutoCloseable {
    private static final int READ_BYTES = 1 << 30;

    /** So much is asked to be shown at least: about what a batch has, so that most of its parts ask for nothing. */
    private static final int WINDOW_BYTES = 256 << 10;

    private final Input input;
    private final BufferAllocator allocator;

    /** What the input has shown last; null for nothing. */
    private ArrowBuf window;

    private long windowOffset;

    /** The metadata that was asked for last, if the input shows it. */
    private ArrowBuf shownMetadata;

    private ByteBuffer metadata = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);

    InputBytes(Input input, BufferAllocator allocator) {
        this.input = input;
        this.allocator = allocator;
    }

    long size() {
        return input.size();
    }

    /** Little-endian bytes, within {@link #size}; valid until the next call. */
    ByteBuffer metadata(long offset, int length) throws IOException {
        closeMetadata();
        shownMetadata = shown(offset, length);
        if (shownMetadata != null) {
            return Memory.view(shownMetadata.memoryAddress(), length);
        }
        if (metadata.capacity() < length) {
            metadata = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        }
        metadata.clear().limit(length);
        input.read(offset, metadata);
        return metadata.flip();
    }

    /** Bytes within {@link #size}; the caller releases them. */
    ArrowBuf body(long offset, long length) throws IOException {
        if (length == 0) {
            return allocator.getEmpty();
        }
        ArrowBuf shown = shown(offset, length);
        return shown == null ? read(offset, length) : shown;
    }

    /** Bytes where they lie, which the caller releases; null if they have to be read. */
    private ArrowBuf shown(long offset, long length) throws IOException {
        boolean within =
                window != null && offset >= windowOffset && offset + length <= windowOffset + window.capacity();
        if (!within
                && !show(offset, Math.max(length, Math.min(WINDOW_BYTES, input.size() - offset)))
                && !show(offset, length)) {
            return null;
        }
        window.getReferenceManager().retain();
        return window.slice(offset - windowOffset, length);
    }

    private boolean show(long offset, long length) throws IOException {
        closeWindow();
        Optional<Input.View> view = input.view(offset, length);
        if (view.isPresent()) {
            window = SharedView.of(view.get(), allocator);
            windowOffset = offset;
        }
        return view.isPresent();
    }

    private ArrowBuf read(long offset, long length) throws IOException {
        if (length > Integer.MAX_VALUE - Ipc.ALIGNMENT) {
            throw new IOException("a run of " + length
                    + " bytes is more than fits into one buffer; an input that can be mapped has no such limit");
        }
        ArrowBuf target = allocator.buffer(length);
        try {
            for (long done = 0; done < length; done += READ_BYTES) {
                int run = (int) Math.min(READ_BYTES, length - done);
                input.read(offset + done, Memory.view(target.memoryAddress() + done, run));
            }
            return target.slice(0, length);
        } catch (IOException | RuntimeException e) {
            target.close();
            throw e;
        }
    }

    private void closeMetadata() {
        if (shownMetadata != null) {
            shownMetadata.close();
            shownMetadata = null;
        }
    }

    private void closeWindow() {
        if (window != null) {
            window.close();
            window = null;
        }
    }

    @Override
    public void close() {
        closeMetadata();
        closeWindow();
    }
}

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

    private final Input input;
    private final BufferAllocator allocator;

    /** The metadata that was asked for last: where it lies, or a copy. */
    private Input.View shown;

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
        close();
        shown = input.view(offset, length).orElse(null);
        if (shown != null) {
            return Memory.view(shown.address(), length);
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
        Optional<Input.View> view = input.view(offset, length);
        if (view.isPresent()) {
            return SharedView.of(view.get(), allocator);
        }
        return read(offset, length);
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

    @Override
    public void close() {
        if (shown != null) {
            shown.close();
            shown = null;
        }
    }
}

package io.penstock.format.arrow;

import io.penstock.buffer.Memory;
import io.penstock.buffer.MemoryExhaustedException;
import io.penstock.format.VectorMemory;
import java.io.UncheckedIOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;

/**
 * Compresses the buffers of one body at a time, each for itself, into memory that the next body overwrites. A buffer that would not get
 * smaller is stored as it is.
 */
final class BodyCompressor implements AutoCloseable {
    /** Comes before each buffer: its length before it was compressed. */
    private static final int PREFIX_BYTES = 8;

    /** In the place of that length: the buffer is stored. */
    private static final long STORED = -1;

    /** What can be had in one piece. */
    private static final long MAX_BYTES = Integer.MAX_VALUE - 1024;

    private final BufferCodec codec;
    private final VectorMemory memory;

    /** Takes ownership of {@code codec}. */
    BodyCompressor(BufferCodec codec, BufferAllocator allocator) {
        this.codec = codec;
        this.memory = new VectorMemory(allocator);
    }

    /**
     * Makes room, so that {@link #compress} of this body needs no memory.
     *
     * @throws IllegalArgumentException if the body is too large to be compressed
     * @throws UncheckedIOException of a {@link MemoryExhaustedException}
     */
    void reserve(BatchBody body) {
        long bytes = 0;
        for (int buffer = 0; buffer < body.bufferCount(); buffer++) {
            bytes += room(body, buffer);
        }
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException("a batch whose " + body.bufferCount() + " buffers have " + body.bytes()
                    + " bytes is too large to be compressed; append fewer rows at once");
        }
        if (bytes > memory.capacity()) {
            try {
                memory.begin(bytes);
            } catch (OutOfMemoryException e) {
                throw new UncheckedIOException(
                        new MemoryExhaustedException("compressing a batch of " + body.bytes() + " bytes takes " + bytes
                                + " bytes of memory; append fewer rows at once, or raise penstock.batch.bytes: "
                                + e.getMessage()));
            }
        }
    }

    private long room(BatchBody body, int buffer) {
        long length = body.bufferLength(buffer);
        if (length == 0) {
            return 0;
        }
        return PREFIX_BYTES
                + BatchBody.paddedCompressed(codec.maxBytes(length))
                + (body.isSound(buffer) ? 0 : Ipc.padded(length));
    }

    /** Puts the compressed buffers in the place of the others. They stay until the next body comes. */
    void compress(BatchBody body) {
        long target = memory.address();
        for (int buffer = 0; buffer < body.bufferCount(); buffer++) {
            int length = Math.toIntExact(body.bufferLength(buffer));
            if (length > 0) {
                long source = body.isSound(buffer) ? body.bufferAddress(buffer) : soundCopy(body, buffer, target);
                long compressed = PREFIX_BYTES + compress(source, length, target);
                body.replace(buffer, target, compressed);
                target += BatchBody.paddedCompressed(compressed);
            }
        }
        body.compressedBy(codec.type());
    }

    private long soundCopy(BatchBody body, int buffer, long target) {
        long length = body.bufferLength(buffer);
        long copy = target + PREFIX_BYTES + BatchBody.paddedCompressed(codec.maxBytes(length));
        body.copySound(buffer, copy);
        return copy;
    }

    private long compress(long source, int length, long target) {
        long compressed = codec.compress(source, length, target + PREFIX_BYTES);
        if (compressed < length) {
            Memory.putLong(target, length);
            return compressed;
        }
        Memory.putLong(target, STORED);
        Memory.copy(source, target + PREFIX_BYTES, length);
        return length;
    }

    @Override
    public void close() {
        memory.close();
        codec.close();
    }
}

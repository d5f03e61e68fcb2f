package io.penstock.storage.s3;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Memory;
import io.penstock.buffer.PooledBuffer;
import java.nio.ByteBuffer;

/** Pooled buffers for a run of bytes. Filled by one thread, and then read by another; whoever has made it releases it. */
final class Block {
    private final int bufferBytes;
    private final PooledBuffer[] buffers;

    Block(BufferPool pool, int bytes) {
        bufferBytes = pool.bufferBytes();
        buffers = new PooledBuffer[count(bytes, bufferBytes)];
        try {
            for (int i = 0; i < buffers.length; i++) {
                buffers[i] = pool.acquire();
            }
        } catch (RuntimeException | Error e) {
            release();
            throw e;
        }
    }

    private static int count(int bytes, int bufferBytes) {
        return (int) ((bytes + (bufferBytes - 1L)) / bufferBytes);
    }

    /** The memory that one of so many bytes takes. */
    static long memoryBytes(int bytes, int bufferBytes) {
        return (long) count(bytes, bufferBytes) * bufferBytes;
    }

    /** Puts the remaining bytes of {@code source} at an offset of the block. */
    void put(int offset, ByteBuffer source) {
        for (int at = offset; source.hasRemaining(); ) {
            ByteBuffer space = at(at, source.remaining());
            int run = space.remaining();
            space.put(source.slice(source.position(), run));
            source.position(source.position() + run);
            at += run;
        }
    }

    /** Puts {@code length} bytes from an offset of the block on into {@code target}. */
    void read(int offset, ByteBuffer target, int length) {
        for (int at = offset, end = offset + length; at < end; ) {
            ByteBuffer bytes = at(at, end - at);
            at += bytes.remaining();
            target.put(bytes);
        }
    }

    /** What lies in one buffer of the bytes from an offset on. */
    private ByteBuffer at(int offset, int length) {
        int skipped = offset % bufferBytes;
        return Memory.view(buffers[offset / bufferBytes].address() + skipped, Math.min(length, bufferBytes - skipped));
    }

    void release() {
        for (int i = 0; i < buffers.length; i++) {
            if (buffers[i] != null) {
                buffers[i].release();
                buffers[i] = null;
            }
        }
    }
}

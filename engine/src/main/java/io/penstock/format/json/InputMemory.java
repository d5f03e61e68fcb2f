package io.penstock.format.json;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Memory;
import io.penstock.buffer.PooledBuffer;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Memory for a piece of a file: a pooled buffer, or where those are small, some of the reader's own. */
final class InputMemory implements AutoCloseable {
    private static final int SMALLEST = 8 * JsonSource.LOOKAHEAD;

    private final PooledBuffer pooled;
    private final ArrowBuf own;
    private final ByteBuffer bytes;
    private final long address;
    private boolean closed;

    InputMemory(BufferPool pool, BufferAllocator allocator) {
        if (pool.bufferBytes() >= SMALLEST) {
            pooled = pool.acquire();
            own = null;
            bytes = pooled.length(pooled.capacity()).bytes();
            address = pooled.address();
        } else {
            pooled = null;
            own = allocator.buffer(SMALLEST);
            bytes = Memory.view(own.memoryAddress(), SMALLEST);
            address = own.memoryAddress();
        }
    }

    /** All of it, the same object at every call; position and limit are the caller's. */
    ByteBuffer bytes() {
        return bytes;
    }

    long address() {
        return address;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (pooled != null) {
                pooled.release();
            } else {
                own.close();
            }
        }
    }
}

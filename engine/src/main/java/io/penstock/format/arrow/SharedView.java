package io.penstock.format.arrow;

import io.penstock.buffer.Input;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OwnershipTransferResult;
import org.apache.arrow.memory.ReferenceManager;

/**
 * A view of an input as the memory of vectors: it is closed with the last of them. It is charged to no allocator, since mapped pages
 * are the file system's and not part of anybody's budget. Thread-safe.
 */
final class SharedView implements ReferenceManager {
    private final Input.View view;
    private final BufferAllocator allocator;
    private final AtomicInteger references = new AtomicInteger(1);

    private SharedView(Input.View view, BufferAllocator allocator) {
        this.view = view;
        this.allocator = allocator;
    }

    /** Takes ownership of the view; the caller releases the buffer. */
    static ArrowBuf of(Input.View view, BufferAllocator allocator) {
        SharedView shared = new SharedView(view, allocator);
        ArrowBuf buffer = new ArrowBuf(shared, null, view.length(), view.address());
        buffer.writerIndex(view.length());
        return buffer;
    }

    @Override
    public int getRefCount() {
        return references.get();
    }

    @Override
    public boolean release() {
        return release(1);
    }

    @Override
    public boolean release(int decrement) {
        int left = references.addAndGet(-decrement);
        if (left < 0) {
            throw new IllegalStateException("a view of a file was released once too often");
        }
        if (left == 0) {
            view.close();
        }
        return left == 0;
    }

    @Override
    public void retain() {
        retain(1);
    }

    @Override
    public void retain(int increment) {
        references.addAndGet(increment);
    }

    @Override
    public ArrowBuf retain(ArrowBuf source, BufferAllocator target) {
        retain();
        return deriveBuffer(source, 0, source.capacity()).writerIndex(source.writerIndex());
    }

    @Override
    public ArrowBuf deriveBuffer(ArrowBuf source, long index, long length) {
        return new ArrowBuf(this, null, length, source.memoryAddress() + index);
    }

    @Override
    public OwnershipTransferResult transferOwnership(ArrowBuf source, BufferAllocator target) {
        return new Transferred(retain(source, target));
    }

    @Override
    public BufferAllocator getAllocator() {
        return allocator;
    }

    @Override
    public long getSize() {
        return view.length();
    }

    @Override
    public long getAccountedSize() {
        return 0;
    }

    private record Transferred(ArrowBuf buffer) implements OwnershipTransferResult {
        @Override
        public boolean getAllocationFit() {
            return true;
        }

        @Override
        public ArrowBuf getTransferredBuffer() {
            return buffer;
        }
    }
}

package io.penstock.storage.s3;

import io.penstock.buffer.Memory;
import io.penstock.buffer.PooledBuffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Consecutive bytes of an object, in pooled buffers that it holds until {@link #release}. One thread appends; once it has handed the
 * part over, threads of the client read.
 */
final class Part implements Body {
    private final int number;
    private final long targetBytes;
    private final List<Run> runs = new ArrayList<>();
    private long bytes;
    private int crc32c;

    /** A pooled buffer, which may hold bytes of several parts; the last holder releases it. */
    static final class Shared {
        private final PooledBuffer buffer;
        private final ByteBuffer memory;
        private final AtomicInteger holders = new AtomicInteger(1);

        /** Takes ownership of {@code buffer}; the caller is its first holder. */
        Shared(PooledBuffer buffer) {
            this.buffer = buffer;
            this.memory = buffer.length(buffer.capacity()).bytes();
        }

        int capacity() {
            return memory.capacity();
        }

        /** The bytes from {@code start} to {@code end}; for the thread that appends, and only until it asks again. */
        ByteBuffer memory(int start, int end) {
            return memory.limit(end).position(start);
        }

        void hold() {
            holders.incrementAndGet();
        }

        void release() {
            if (holders.decrementAndGet() == 0) {
                buffer.release();
            }
        }
    }

    /** Bytes in one buffer; {@code offset} is where they belong in the part. */
    private record Run(Shared buffer, long offset, long address, int length) {}

    /**
     * @param number from 1 on
     * @param targetBytes when it is full
     */
    Part(int number, long targetBytes) {
        this.number = number;
        this.targetBytes = targetBytes;
    }

    int number() {
        return number;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    long targetBytes() {
        return targetBytes;
    }

    /** How many bytes it has room for. */
    long free() {
        return targetBytes - bytes;
    }

    /** The CRC32C of its bytes, once it is {@link #end}ed. */
    int crc32c() {
        return crc32c;
    }

    /** Appends the bytes of {@code buffer} from {@code start} to {@code end}, no more than are {@link #free}, and holds it. */
    void append(Shared buffer, int start, int end) {
        Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
        long address = buffer.buffer.address() + start;
        if (last != null && last.buffer == buffer && last.address + last.length == address) {
            runs.set(runs.size() - 1, new Run(buffer, last.offset, last.address, last.length + end - start));
        } else {
            buffer.hold();
            runs.add(new Run(buffer, bytes, address, end - start));
        }
        bytes += end - start;
    }

    /** Nothing is appended any more. */
    void end(int crc32cOfAll) {
        crc32c = crc32cOfAll;
    }

    @Override
    public void copy(long offset, ByteBuffer target) {
        long from = offset;
        for (int i = indexOf(offset); i < runs.size() && target.hasRemaining(); i++) {
            Run run = runs.get(i);
            int skipped = (int) (from - run.offset);
            int length = Math.min(run.length - skipped, target.remaining());
            copy(run.address + skipped, target, length);
            from += length;
        }
    }

    private static void copy(long address, ByteBuffer target, int length) {
        if (target.isDirect()) {
            Memory.copy(address, Memory.address(target) + target.position(), length);
            target.position(target.position() + length);
        } else {
            target.put(Memory.view(address, length));
        }
    }

    /** Of the run with the byte at {@code offset}. */
    private int indexOf(long offset) {
        int low = 0;
        int high = runs.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            Run run = runs.get(middle);
            if (run.offset + run.length <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Lets go of its buffers; a second call does nothing. */
    void release() {
        runs.forEach(run -> run.buffer.release());
        runs.clear();
    }
}

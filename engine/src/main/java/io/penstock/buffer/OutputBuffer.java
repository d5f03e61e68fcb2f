package io.penstock.buffer;

import java.nio.ByteBuffer;

/**
 * Where an encoder puts its bytes: typed puts at one end, whole pooled buffers handed to an {@link Outlet} at the other. Not
 * thread-safe. Multi-byte values are little-endian.
 *
 * <p>It holds one pooled buffer at a time. When an outlet throws, the bytes it was given are lost and the exception reaches the
 * caller of the put; the output is then of no use but to be closed.
 */
public final class OutputBuffer implements AutoCloseable {
    /** Takes what an {@link OutputBuffer} has filled, in order. An implementation says what it throws when it cannot. */
    public interface Outlet {
        /** Takes ownership of {@code buffer}, whether it returns or throws. */
        void take(PooledBuffer buffer);

        /**
         * Takes the {@code length} bytes at {@code address}, which stay the lender's: the lender keeps them unchanged until it
         * has asked the receiver to settle, in whatever way the two have agreed.
         */
        void borrow(long address, long length);
    }

    private final BufferPool pool;
    private final Outlet outlet;
    private PooledBuffer current;
    private long start;
    private long next;
    private long end;
    private long handedOver;

    public OutputBuffer(BufferPool pool, Outlet outlet) {
        this.pool = pool;
        this.outlet = outlet;
    }

    /** How many bytes were put since the beginning. */
    public long position() {
        return handedOver + (next - start);
    }

    /** The largest run that {@link #claim} gives. */
    public int maxClaim() {
        return pool.bufferBytes();
    }

    /**
     * The address of at least {@code bytes} of free contiguous memory, where the next bytes go. The caller writes there, at most up
     * to {@link #limit}, and says with {@link #advance} how far it came. A claim without an advance has no effect.
     *
     * @param bytes at most {@link #maxClaim}
     */
    public long claim(int bytes) {
        if (end - next < bytes) {
            nextBuffer(bytes);
        }
        return next;
    }

    /** The end of the memory that the last {@link #claim} gave. */
    public long limit() {
        return end;
    }

    /** Ends a claim: everything below {@code address} is put. */
    public void advance(long address) {
        if (address < next || address > end) {
            throw new IllegalStateException(
                    "wrote " + (address - next) + " bytes where " + (end - next) + " were claimed");
        }
        next = address;
    }

    public void putByte(byte value) {
        long at = claim(1);
        Memory.putByte(at, value);
        next = at + 1;
    }

    public void putInt(int value) {
        long at = claim(4);
        Memory.putInt(at, value);
        next = at + 4;
    }

    public void putLong(long value) {
        long at = claim(8);
        Memory.putLong(at, value);
        next = at + 8;
    }

    public void putBytes(byte[] bytes) {
        putBytes(bytes, 0, bytes.length);
    }

    /** Puts a run of any length, across as many buffers as it takes. */
    public void putBytes(byte[] source, int offset, int length) {
        int from = offset;
        int left = length;
        while (left > 0) {
            long at = claim(1);
            int run = (int) Math.min(left, end - at);
            Memory.copy(source, from, at, run);
            next = at + run;
            from += run;
            left -= run;
        }
    }

    /** Puts a run of any length, across as many buffers as it takes. */
    public void putBytes(long address, long length) {
        long from = address;
        long left = length;
        while (left > 0) {
            long at = claim(1);
            long run = Math.min(left, end - at);
            Memory.copy(from, at, run);
            next = at + run;
            from += run;
            left -= run;
        }
    }

    /** Puts the remaining bytes of a direct or heap buffer, which it consumes. */
    public void putBytes(ByteBuffer source) {
        while (source.hasRemaining()) {
            long at = claim(1);
            int run = (int) Math.min(source.remaining(), end - at);
            current.bytesFrom(at, run).put(source.duplicate().limit(source.position() + run));
            source.position(source.position() + run);
            next = at + run;
        }
    }

    public void putZeros(int count) {
        int left = count;
        while (left > 0) {
            long at = claim(1);
            int run = (int) Math.min(left, end - at);
            Memory.fill(at, run, (byte) 0);
            next = at + run;
            left -= run;
        }
    }

    /**
     * Passes memory on without copying it: worth it for long runs, since what was put before goes out in a buffer that is not full.
     * The memory must stay as it is until the receiver has settled.
     */
    public void borrow(long address, long length) {
        flush();
        handedOver += length;
        outlet.borrow(address, length);
    }

    /** Hands over what was put so far, full buffer or not. */
    public void flush() {
        if (current == null || next == start) {
            return;
        }
        PooledBuffer full = current.length((int) (next - start));
        handedOver += full.length();
        current = null;
        start = next = end = 0;
        outlet.take(full);
    }

    /** Releases what was put and not handed over; may run twice. */
    @Override
    public void close() {
        if (current != null) {
            PooledBuffer dropped = current;
            current = null;
            start = next = end = 0;
            dropped.release();
        }
    }

    private void nextBuffer(int bytes) {
        if (bytes > pool.bufferBytes()) {
            throw new IllegalArgumentException("a claim of " + bytes + " bytes in buffers of " + pool.bufferBytes());
        }
        flush();
        if (current == null) {
            current = pool.acquire();
            start = next = current.address();
            end = start + current.capacity();
        }
    }
}

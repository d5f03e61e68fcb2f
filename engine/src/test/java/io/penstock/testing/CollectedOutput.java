package io.penstock.testing;

import io.penstock.buffer.BufferPool;
import io.penstock.buffer.Memory;
import io.penstock.buffer.OutputBuffer;
import io.penstock.buffer.PooledBuffer;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** The bytes that come out of an {@link OutputBuffer}. What was lent is read at {@link #settle} and not before, as a store may do. */
public final class CollectedOutput implements OutputBuffer.Outlet, AutoCloseable {
    private final List<Segment> unsettled = new ArrayList<>();
    private final ByteArrayOutputStream settled = new ByteArrayOutputStream();
    private final OutputBuffer out;
    private long lentBytes;

    public CollectedOutput(BufferPool pool) {
        out = new OutputBuffer(pool, this);
    }

    /** Where an encoder puts its bytes. */
    public OutputBuffer out() {
        return out;
    }

    /** How many bytes were lent. */
    public long lentBytes() {
        return lentBytes;
    }

    @Override
    public void take(PooledBuffer buffer) {
        byte[] copy = new byte[buffer.length()];
        Memory.copy(buffer.address(), copy, 0, copy.length);
        buffer.release();
        unsettled.add(new Segment(copy, 0, 0));
    }

    @Override
    public void borrow(long address, long length) {
        lentBytes += length;
        unsettled.add(new Segment(null, address, Math.toIntExact(length)));
    }

    /** The lender may have its memory back. */
    public void settle() {
        for (Segment segment : unsettled) {
            settled.writeBytes(segment.bytes());
        }
        unsettled.clear();
    }

    /** All that was put. */
    public byte[] bytes() {
        out.flush();
        settle();
        return settled.toByteArray();
    }

    @Override
    public void close() {
        out.close();
    }

    private record Segment(byte[] copied, long address, int length) {
        byte[] bytes() {
            if (copied != null) {
                return copied;
            }
            byte[] lent = new byte[length];
            Memory.copy(address, lent, 0, length);
            return lent;
        }
    }
}

package io.penstock.buffer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Bytes of a known size that are read by range: the mirror of {@link OutputBuffer}. One thread at a time. */
public interface Input {
    /** The number of bytes; it does not change. */
    long size();

    /**
     * Fills the remaining space of {@code target} with the bytes from {@code offset} on.
     *
     * @throws java.io.EOFException if the input ends before {@code target} is full
     */
    void read(long offset, ByteBuffer target) throws IOException;

    /** Fills the target of each range, in any order, and at once where that is faster. */
    default void read(List<Range> ranges) throws IOException {
        for (Range range : ranges) {
            read(range.offset(), range.target());
        }
    }

    /**
     * Bytes to read.
     *
     * @param offset of the first
     * @param target whose remaining space is filled
     */
    record Range(long offset, ByteBuffer target) {}

    /**
     * The bytes where they lie, without a copy, if they are contiguous in memory or can be mapped; empty otherwise.
     *
     * @throws java.io.EOFException if the range goes beyond {@link #size}
     */
    Optional<View> view(long offset, long length) throws IOException;

    /** Read-only bytes in place. They stay valid until it is closed, also when the input is closed before. */
    interface View extends AutoCloseable {
        long address();

        long length();

        /** Ends the view, on any thread; a second call does nothing. */
        @Override
        void close();
    }
}

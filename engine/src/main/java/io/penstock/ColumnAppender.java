package io.penstock;

import io.penstock.buffer.Memory;
import io.penstock.buffer.MemoryExhaustedException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/**
 * Appends values to one vector, of a column or of something nested in it, by writing to the addresses of its buffers.
 *
 * <p>Whoever appends has asked for the room before ({@link #reserve}), once for as many values as it knows of; appending itself
 * checks nothing. A value that is refused is not appended, though its nested values may be: {@link #truncate} undoes both.
 *
 * <p>The bits of the validity buffer are 1 from {@link #count} on, so that appending a value leaves them alone.
 */
abstract class ColumnAppender {
    private static final int MIN_CAPACITY = 16;

    /** The largest direct buffer, less the rounding of the allocator. */
    static final long MAX_BUFFER_BYTES = Integer.MAX_VALUE - 63;

    final FieldVector vector;
    final Place place;

    /** How many values there are. */
    int count;

    private int capacity;
    private long validity;
    private ArrowBuf[] buffers;

    ColumnAppender(FieldVector vector, Place place, int buffers) {
        this.vector = vector;
        this.place = place;
        this.buffers = new ArrowBuf[buffers];
    }

    // The typed values. An appender takes those that its type can hold and refuses the others.

    final void setNull() {
        if (place.required()) {
            throw place.refusedNull();
        }
        appendNull();
    }

    final void setMissing() {
        if (place.required()) {
            throw place.missing();
        }
        appendNull();
    }

    void setBoolean(boolean value) {
        throw place.wrongType("a boolean");
    }

    void setLong(long value) {
        throw place.wrongType("an integer");
    }

    void setFloat(float value) {
        throw place.wrongType("a float");
    }

    void setDouble(double value) {
        throw place.wrongType("a double");
    }

    void setUnscaled(long value) {
        throw place.wrongType("an unscaled decimal");
    }

    void setString(String value) {
        throw place.wrongType("a String");
    }

    void setUtf8(byte[] source, int offset, int length) {
        throw place.wrongType("UTF-8 bytes");
    }

    void setBytes(byte[] source, int offset, int length) {
        throw place.wrongType("bytes");
    }

    /** Appends any value of a Java type that {@link RowAppender} lists; null appends a null. */
    abstract void setObject(Object value);

    /** Appends a null, also where the field is required: for what lies under a null struct. */
    abstract void appendNull();

    /** Appends what an absent parent has in this place: a null if there may be one, else a zero, an empty string or list. */
    final void appendAbsent() {
        if (place.required()) {
            appendZero();
        } else {
            appendNull();
        }
    }

    abstract void appendZero();

    /** Drops the values from {@code newCount} on, and what is nested in them; also what a refused value left. */
    abstract void truncate(int newCount);

    /** Makes the vector ready to be read. Before more is appended, {@link #resume} or {@link #truncate} to 0. */
    void finish() {
        clearBitsAfter(validity, count);
    }

    void resume() {
        if ((count & 7) != 0) {
            setBits(validity, count, count + 1);
        }
    }

    /** The bytes of the values so far, without the validity bits. */
    abstract long bytes();

    /** The bits of a value, without the validity, if every value has the same number; else -1. */
    long fixedBits() {
        return -1;
    }

    /** Where the bytes of a value are, for a type without children; null and boolean have none either. */
    long valueAddress(int index) {
        throw new UnsupportedOperationException(place + " in a dictionary");
    }

    int valueLength(int index) {
        throw new UnsupportedOperationException(place + " in a dictionary");
    }

    /** Makes room for {@code more} values. */
    final void reserve(int more) {
        if (more > capacity - count) {
            long needed = (long) count + more;
            if (needed > Integer.MAX_VALUE - 1) {
                throw place.refused("cannot hold " + needed + " values in one batch");
            }
            resize((int) Math.max(needed, Math.min(Math.max(2L * capacity, MIN_CAPACITY), Integer.MAX_VALUE - 1)));
        }
    }

    /** Makes room for values up to {@code newCapacity} in all. When it fails everything is as it was. */
    final void resize(int newCapacity) {
        if (newCapacity > capacity) {
            allocate(newCapacity);
            capacity = newCapacity;
        }
    }

    /** Replaces the buffers, by {@link #replaceBuffers}, for {@code newCapacity} values. */
    abstract void allocate(int newCapacity);

    final int capacity() {
        return capacity;
    }

    final void appendNullBit() {
        long at = validity + (count >>> 3);
        Memory.putByte(at, (byte) (Memory.getByte(at) & ~(1 << (count & 7))));
        count++;
    }

    /** Ends every {@link #truncate}. */
    final void truncateValidity(int newCount) {
        setBits(validity, newCount, count);
        count = newCount;
    }

    /** The address of one of the vector's buffers, which the next {@link #replaceBuffers} changes. */
    final long address(int buffer) {
        return buffers[buffer].memoryAddress();
    }

    final long capacityBytes(int buffer) {
        return buffers[buffer] == null ? 0 : buffers[buffer].capacity();
    }

    private static long capacityBytes(ArrowBuf[] buffers) {
        long bytes = 0;
        for (ArrowBuf buffer : buffers) {
            bytes += buffer == null ? 0 : buffer.capacity();
        }
        return bytes;
    }

    static long bitBytes(int bits) {
        return (bits + 7L) >>> 3;
    }

    /**
     * Gives the vector buffers of at least these sizes with the content of those it has, whatever is new being 0, and 1 in the
     * validity. The first size is the validity's.
     */
    final void replaceBuffers(long... sizes) {
        ArrowBuf[] grown = new ArrowBuf[sizes.length];
        try {
            for (int i = 0; i < sizes.length; i++) {
                grown[i] = grow(buffers[i], sizes[i], i == 0 ? (byte) 0xff : 0);
            }
            vector.loadFieldBuffers(new ArrowFieldNode(0, 0), Arrays.asList(grown));
        } finally {
            // The vector has a reference of its own to each.
            for (ArrowBuf buffer : grown) {
                if (buffer != null) {
                    buffer.getReferenceManager().release();
                }
            }
        }
        place.batch().addBufferBytes(capacityBytes(grown) - capacityBytes(buffers));
        buffers = grown;
        validity = grown[0].memoryAddress();
    }

    private ArrowBuf grow(ArrowBuf old, long size, byte fill) {
        if (old != null && old.capacity() >= size) {
            old.getReferenceManager().retain();
            return old;
        }
        ArrowBuf fresh = allocateBuffer(Math.max(size, Long.BYTES));
        long used = old == null ? 0 : old.capacity();
        if (used > 0) {
            Memory.copy(old.memoryAddress(), fresh.memoryAddress(), used);
        }
        Memory.fill(fresh.memoryAddress() + used, fresh.capacity() - used, fill);
        return fresh;
    }

    private ArrowBuf allocateBuffer(long size) {
        if (size > MAX_BUFFER_BYTES) {
            throw place.refused("cannot grow to " + size + " bytes in one batch, the limit is " + MAX_BUFFER_BYTES);
        }
        try {
            return vector.getAllocator().buffer(size);
        } catch (OutOfMemoryException e) {
            MemoryExhaustedException exhausted =
                    new MemoryExhaustedException(place + " needs a buffer of " + size + " bytes for row " + place.row()
                            + " and the memory budget has no room for it (penstock.memory.bytes)");
            exhausted.initCause(e);
            throw place.failed(new UncheckedIOException(exhausted));
        }
    }

    /** Sets the bits from {@code from} to {@code to}, and on to the end of the last byte. */
    private static void setBits(long bitmap, int from, int to) {
        if (from < to) {
            long first = bitmap + (from >>> 3);
            Memory.putByte(first, (byte) (Memory.getByte(first) | 0xff << (from & 7)));
            long end = bitmap + bitBytes(to);
            if (end > first + 1) {
                Memory.fill(first + 1, end - first - 1, (byte) 0xff);
            }
        }
    }

    static void clearBitsAfter(long bitmap, int count) {
        if ((count & 7) != 0) {
            long last = bitmap + (count >>> 3);
            Memory.putByte(last, (byte) (Memory.getByte(last) & ~(0xff << (count & 7))));
        }
    }
}

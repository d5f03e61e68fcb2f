package io.penstock;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.FieldVector;

/** Appends booleans, a bit each. The bits from {@link #count} on are 0. */
final class BooleanAppender extends ColumnAppender {
    private long values;

    BooleanAppender(FieldVector vector, Place place) {
        super(vector, place, 2);
    }

    @Override
    void setBoolean(boolean value) {
        if (value) {
            long at = values + (count >>> 3);
            Memory.putByte(at, (byte) (Memory.getByte(at) | 1 << (count & 7)));
        }
        count++;
    }

    @Override
    void setObject(Object value) {
        if (value instanceof Boolean v) {
            setBoolean(v);
        } else if (value == null) {
            setNull();
        } else {
            throw place.wrongType(value);
        }
    }

    @Override
    void appendNull() {
        appendNullBit();
    }

    @Override
    void appendZero() {
        count++;
    }

    @Override
    void truncate(int newCount) {
        clearBitsAfter(values, newCount);
        long clean = bitBytes(newCount);
        long used = bitBytes(count);
        if (used > clean) {
            Memory.fill(values + clean, used - clean, (byte) 0);
        }
        truncateValidity(newCount);
    }

    @Override
    void allocate(int newCapacity) {
        replaceBuffers(bitBytes(newCapacity), bitBytes(newCapacity));
        values = address(1);
    }

    @Override
    long bytes() {
        return bitBytes(count);
    }

    @Override
    long fixedBits() {
        return 1;
    }
}

package io.penstock;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.FieldVector;

/** Appends values that all take the same number of bytes. A null's bytes are 0. */
abstract class FixedWidthAppender extends ColumnAppender {
    private final int width;

    /** The address of the first value. */
    long values;

    FixedWidthAppender(FieldVector vector, Place place, int width) {
        super(vector, place, 2);
        this.width = width;
    }

    @Override
    void appendNull() {
        putZero();
        appendNullBit();
    }

    @Override
    void appendZero() {
        putZero();
        count++;
    }

    private void putZero() {
        long at = values + (long) count * width;
        switch (width) {
            case 1 -> Memory.putByte(at, (byte) 0);
            case 2 -> Memory.putShort(at, (short) 0);
            case 4 -> Memory.putInt(at, 0);
            case 8 -> Memory.putLong(at, 0);
            default -> Memory.fill(at, width, (byte) 0);
        }
    }

    @Override
    void truncate(int newCount) {
        truncateValidity(newCount);
    }

    @Override
    void allocate(int newCapacity) {
        replaceBuffers(bitBytes(newCapacity), (long) newCapacity * width);
        values = address(1);
    }

    @Override
    long bytes() {
        return (long) count * width;
    }

    @Override
    final long valueAddress(int index) {
        return values + (long) index * width;
    }

    @Override
    final int valueLength(int index) {
        return width;
    }

    @Override
    long fixedBits() {
        return 8L * width;
    }
}

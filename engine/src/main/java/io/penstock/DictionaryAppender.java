package io.penstock;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.FieldVector;

/** Appends values as their indices in a dictionary, which gets those that it does not have. */
final class DictionaryAppender extends FixedWidthAppender {
    private final int width;
    private final DictionaryValues dictionary;

    /** @param width the bytes of an index */
    DictionaryAppender(FieldVector vector, Place place, int width, DictionaryValues dictionary) {
        super(vector, place, width);
        this.width = width;
        this.dictionary = dictionary;
    }

    @Override
    void setLong(long value) {
        dictionary.next().setLong(value);
        appendIndex();
    }

    @Override
    void setFloat(float value) {
        dictionary.next().setFloat(value);
        appendIndex();
    }

    @Override
    void setDouble(double value) {
        dictionary.next().setDouble(value);
        appendIndex();
    }

    @Override
    void setUnscaled(long value) {
        dictionary.next().setUnscaled(value);
        appendIndex();
    }

    @Override
    void setString(String value) {
        dictionary.next().setString(value);
        appendIndex();
    }

    @Override
    void setUtf8(byte[] source, int offset, int length) {
        dictionary.next().setUtf8(source, offset, length);
        appendIndex();
    }

    @Override
    void setBytes(byte[] source, int offset, int length) {
        dictionary.next().setBytes(source, offset, length);
        appendIndex();
    }

    @Override
    void setObject(Object value) {
        if (value == null) {
            setNull();
        } else {
            dictionary.next().setObject(value);
            appendIndex();
        }
    }

    @Override
    void appendZero() {
        dictionary.next().appendZero();
        appendIndex();
    }

    private void appendIndex() {
        int index = dictionary.settle();
        long at = values + (long) count * width;
        switch (width) {
            case 1 -> Memory.putByte(at, (byte) index);
            case 2 -> Memory.putShort(at, (short) index);
            case 4 -> Memory.putInt(at, index);
            default -> Memory.putLong(at, index);
        }
        count++;
    }
}

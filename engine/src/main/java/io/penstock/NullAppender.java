package io.penstock;

import org.apache.arrow.vector.FieldVector;

/** Appends nulls to a column that can hold nothing else. */
final class NullAppender extends ColumnAppender {
    NullAppender(FieldVector vector, Place place) {
        super(vector, place, 0);
    }

    @Override
    void setObject(Object value) {
        if (value != null) {
            throw place.wrongType(value);
        }
        setNull();
    }

    @Override
    void appendNull() {
        count++;
    }

    @Override
    void appendZero() {
        count++;
    }

    @Override
    void truncate(int newCount) {
        count = newCount;
    }

    @Override
    void finish() {}

    @Override
    void resume() {}

    @Override
    void allocate(int newCapacity) {}

    @Override
    long bytes() {
        return 0;
    }

    @Override
    long fixedBits() {
        return 0;
    }
}

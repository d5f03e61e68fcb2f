package io.penstock;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import org.apache.arrow.vector.FieldVector;

/** Appends lists: the elements to the vector of all elements, then, in a way that differs by layout, which of them it has. */
abstract class ListAppender extends ColumnAppender {
    final ColumnAppender elements;

    ListAppender(FieldVector vector, Place place, int buffers, ColumnAppender elements) {
        super(vector, place, buffers);
        this.elements = elements;
    }

    /** Ends a list of all the elements from {@code first} on. */
    abstract void append(int first);

    /** How many elements the first {@code lists} lists have. */
    abstract int elementsOf(int lists);

    @Override
    final void setObject(Object value) {
        if (value == null) {
            setNull();
        } else {
            int first = elements.count;
            appendElements(value);
            append(first);
        }
    }

    @Override
    void appendNull() {
        append(elements.count);
        count--;
        appendNullBit();
    }

    @Override
    void appendZero() {
        append(elements.count);
    }

    @Override
    final void truncate(int newCount) {
        elements.truncate(capacity() == 0 ? 0 : elementsOf(newCount));
        truncateValidity(newCount);
    }

    @Override
    void finish() {
        super.finish();
        elements.finish();
    }

    @Override
    final void resume() {
        super.resume();
        elements.resume();
    }

    private void appendElements(Object value) {
        if (value instanceof List<?> list && value instanceof RandomAccess) {
            int size = list.size();
            elements.reserve(size);
            for (int i = 0; i < size; i++) {
                elements.setObject(list.get(i));
            }
        } else if (value instanceof Object[] array) {
            elements.reserve(array.length);
            for (Object element : array) {
                elements.setObject(element);
            }
        } else if (value instanceof Collection<?> collection) {
            for (Object element : collection) {
                elements.reserve(1);
                elements.setObject(element);
            }
        } else if (value instanceof Map<?, ?> map) {
            appendMap(map);
        } else if (value instanceof java.sql.Array array) {
            appendElements(contents(array));
        } else if (!appendPrimitives(value)) {
            throw place.wrongType(value);
        }
    }

    void appendMap(Map<?, ?> map) {
        throw place.wrongType(map);
    }

    private Object contents(java.sql.Array array) {
        try {
            return array.getArray();
        } catch (SQLException e) {
            IllegalArgumentException unreadable =
                    place.refused("cannot be read in row " + place.row() + ": " + e.getMessage());
            unreadable.initCause(e);
            throw unreadable;
        }
    }

    private boolean appendPrimitives(Object value) {
        if (value instanceof long[] array) {
            elements.reserve(array.length);
            for (long element : array) {
                elements.setLong(element);
            }
        } else if (value instanceof int[] array) {
            elements.reserve(array.length);
            for (int element : array) {
                elements.setLong(element);
            }
        } else if (value instanceof double[] array) {
            elements.reserve(array.length);
            for (double element : array) {
                elements.setDouble(element);
            }
        } else if (value instanceof float[] array) {
            elements.reserve(array.length);
            for (float element : array) {
                elements.setFloat(element);
            }
        } else if (value instanceof boolean[] array) {
            elements.reserve(array.length);
            for (boolean element : array) {
                elements.setBoolean(element);
            }
        } else if (value instanceof short[] array) {
            elements.reserve(array.length);
            for (short element : array) {
                elements.setLong(element);
            }
        } else if (value instanceof byte[] array) {
            elements.reserve(array.length);
            for (byte element : array) {
                elements.setLong(element);
            }
        } else {
            return false;
        }
        return true;
    }
}

package io.penstock;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.FieldVector;

/** Appends floating-point numbers of one width. Refuses a number that the width does not hold exactly, but for half floats. */
abstract class FloatAppender extends FixedWidthAppender {
    private FloatAppender(FieldVector vector, Place place, int bytes) {
        super(vector, place, bytes);
    }

    @Override
    void setLong(long value) {
        double number = value;
        // The second test: 2^63 rounds from Long.MAX_VALUE and saturates back to it.
        if ((long) number != value || number == 0x1p63) {
            throw place.unfit(value, "it would be rounded");
        }
        setDouble(number);
    }

    @Override
    void setObject(Object value) {
        if (value instanceof Double v) {
            setDouble(v);
        } else if (value instanceof Float v) {
            setFloat(v);
        } else if (value == null) {
            setNull();
        } else if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            setLong(((Number) value).longValue());
        } else {
            throw place.wrongType(value);
        }
    }

    /** Half floats: rounded to the nearest, since Java has no type for them. */
    static final class Halves extends FloatAppender {
        private static final float OVERFLOW = 65520f;

        Halves(FieldVector vector, Place place) {
            super(vector, place, 2);
        }

        @Override
        void setFloat(float value) {
            if (Math.abs(value) >= OVERFLOW && !Float.isInfinite(value)) {
                throw place.unfit(value, "the largest half float is 65504");
            }
            setBits(Float16.toFloat16(value));
        }

        @Override
        void setDouble(double value) {
            if (Math.abs(value) >= OVERFLOW && !Double.isInfinite(value)) {
                throw place.unfit(value, "the largest half float is 65504");
            }
            setFloat((float) value);
        }

        @Override
        void setObject(Object value) {
            if (value instanceof Short bits) {
                setBits(bits);
            } else {
                super.setObject(value);
            }
        }

        private void setBits(short bits) {
            Memory.putShort(values + ((long) count << 1), bits);
            count++;
        }
    }

    /** Single precision. */
    static final class Floats extends FloatAppender {
        Floats(FieldVector vector, Place place) {
            super(vector, place, 4);
        }

        @Override
        void setFloat(float value) {
            Memory.putInt(values + ((long) count << 2), Float.floatToRawIntBits(value));
            count++;
        }

        @Override
        void setDouble(double value) {
            float number = (float) value;
            if (number != value && !Double.isNaN(value)) {
                throw place.unfit(value, "a single-precision float does not hold it exactly");
            }
            setFloat(number);
        }
    }

    /** Double precision. */
    static final class Doubles extends FloatAppender {
        Doubles(FieldVector vector, Place place) {
            super(vector, place, 8);
        }

        @Override
        void setFloat(float value) {
            setDouble(value);
        }

        @Override
        void setDouble(double value) {
            Memory.putLong(values + ((long) count << 3), Double.doubleToRawLongBits(value));
            count++;
        }
    }
}

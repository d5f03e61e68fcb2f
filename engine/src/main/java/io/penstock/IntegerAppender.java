package io.penstock;

import io.penstock.buffer.Memory;
import java.math.BigInteger;
import org.apache.arrow.vector.FieldVector;

/** Appends integers of one width, signed or not, and refuses those out of its range. */
abstract class IntegerAppender extends FixedWidthAppender {
    private static final BigInteger UINT64_END = BigInteger.ONE.shiftLeft(64);

    private final long min;
    private final long max;

    private IntegerAppender(FieldVector vector, Place place, int bytes, boolean signed) {
        super(vector, place, bytes);
        int unused = Long.SIZE - 8 * bytes;
        min = signed ? Long.MIN_VALUE >> unused : 0;
        // Of an unsigned 64-bit integer a long holds only the lower half: the rest comes as BigInteger.
        max = signed || unused == 0 ? Long.MAX_VALUE >> unused : -1L >>> unused;
    }

    static IntegerAppender of(FieldVector vector, Place place, int bytes, boolean signed) {
        return switch (bytes) {
            case 1 -> new Bytes(vector, place, signed);
            case 2 -> new Shorts(vector, place, signed);
            case 4 -> new Ints(vector, place, signed);
            case 8 -> new Longs(vector, place, signed);
            default -> throw new IllegalArgumentException("an integer of " + bytes + " bytes");
        };
    }

    final long checked(long value) {
        if (value < min || value > max) {
            throw place.unfit(value, "the range is " + min + " to " + maxShown());
        }
        return value;
    }

    @Override
    final void setObject(Object value) {
        if (value instanceof Long v) {
            setLong(v);
        } else if (value instanceof Integer v) {
            setLong(v);
        } else if (value == null) {
            setNull();
        } else if (value instanceof Short v) {
            setLong(v);
        } else if (value instanceof Byte v) {
            setLong(v);
        } else if (value instanceof BigInteger v) {
            setBig(v);
        } else {
            throw place.wrongType(value);
        }
    }

    private void setBig(BigInteger value) {
        if (value.bitLength() < Long.SIZE) {
            setLong(value.longValue());
        } else if (isUnsigned64() && value.signum() > 0 && value.bitLength() == Long.SIZE) {
            Memory.putLong(values + ((long) count << 3), value.longValue());
            count++;
        } else {
            throw place.unfit(value, "the range is " + min + " to " + maxShown());
        }
    }

    private boolean isUnsigned64() {
        return min == 0 && max == Long.MAX_VALUE;
    }

    private String maxShown() {
        return isUnsigned64() ? UINT64_END.subtract(BigInteger.ONE).toString() : Long.toString(max);
    }

    private static final class Bytes extends IntegerAppender {
        Bytes(FieldVector vector, Place place, boolean signed) {
            super(vector, place, 1, signed);
        }

        @Override
        void setLong(long value) {
            Memory.putByte(values + count, (byte) checked(value));
            count++;
        }
    }

    private static final class Shorts extends IntegerAppender {
        Shorts(FieldVector vector, Place place, boolean signed) {
            super(vector, place, 2, signed);
        }

        @Override
        void setLong(long value) {
            Memory.putShort(values + ((long) count << 1), (short) checked(value));
            count++;
        }
    }

    static final class Ints extends IntegerAppender {
        Ints(FieldVector vector, Place place, boolean signed) {
            super(vector, place, 4, signed);
        }

        @Override
        void setLong(long value) {
            Memory.putInt(values + ((long) count << 2), (int) checked(value));
            count++;
        }
    }

    static final class Longs extends IntegerAppender {
        Longs(FieldVector vector, Place place, boolean signed) {
            super(vector, place, 8, signed);
        }

        @Override
        void setLong(long value) {
            Memory.putLong(values + ((long) count << 3), checked(value));
            count++;
        }
    }
}

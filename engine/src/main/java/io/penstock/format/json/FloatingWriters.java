package io.penstock.format.json;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Floating-point numbers. NaN and the infinities, which JSON has no number for, are the strings that name them. */
final class FloatingWriters {
    private FloatingWriters() {}

    static ValueWriter of(ArrowType.FloatingPoint type) {
        return switch (type.getPrecision()) {
            case HALF -> new Half();
            case SINGLE -> new Single();
            case DOUBLE -> new Double64();
        };
    }

    private static final class Half extends IntegerWriters.Fixed {
        Half() {
            super(ShortestDecimal.ROOM);
        }

        @Override
        long writeValue(long at, int index) {
            return ShortestDecimal.putHalf(at, Memory.getShort(values + 2L * index));
        }
    }

    private static final class Single extends IntegerWriters.Fixed {
        Single() {
            super(ShortestDecimal.ROOM);
        }

        @Override
        long writeValue(long at, int index) {
            return ShortestDecimal.putFloat(at, Memory.getFloat(values + 4L * index));
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }

    private static final class Double64 extends IntegerWriters.Fixed {
        /** After so many numbers of a batch that were no short decimals the short cut is not tried any more in it. */
        private static final int PATIENCE = 16;

        private int patience;

        Double64() {
            super(ShortestDecimal.ROOM);
        }

        @Override
        void bindValues(FieldVector vector, DictionaryProvider dictionaries) {
            super.bindValues(vector, dictionaries);
            patience = PATIENCE;
        }

        @Override
        long writeValue(long at, int index) {
            double value = Memory.getDouble(values + 8L * index);
            if (patience > 0) {
                long end = ShortestDecimal.putShort(at, value);
                if (end != 0) {
                    return end;
                }
                patience--;
            }
            return ShortestDecimal.putDouble(at, value);
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }
}

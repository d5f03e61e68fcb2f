package io.penstock.format.json;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Booleans and whole numbers. */
final class IntegerWriters {
    private static final long TRUE = 't' | 'r' << 8 | 'u' << 16 | (long) 'e' << 24;
    private static final long FALSE = 'f' | 'a' << 8 | 'l' << 16 | (long) 's' << 24 | (long) 'e' << 32;

    private IntegerWriters() {}

    static ValueWriter of(ArrowType.Int type) {
        if (type.getIsSigned()) {
            return switch (type.getBitWidth()) {
                case 8 -> new Int8();
                case 16 -> new Int16();
                case 32 -> new Int32();
                case 64 -> new Int64();
                default -> throw new IllegalArgumentException("no integer has " + type.getBitWidth() + " bits");
            };
        }
        return switch (type.getBitWidth()) {
            case 8 -> new UInt8();
            case 16 -> new UInt16();
            case 32 -> new UInt32();
            case 64 -> new UInt64();
            default -> throw new IllegalArgumentException("no integer has " + type.getBitWidth() + " bits");
        };
    }

    /** A vector whose values lie side by side in one buffer. */
    abstract static class Fixed extends ValueWriter {
        long values;

        Fixed(int longestText) {
            super(longestText);
        }

        @Override
        void bindValues(FieldVector vector, DictionaryProvider dictionaries) {
            values = vector.getDataBufferAddress();
        }
    }

    static final class Bool extends Fixed {
        Bool() {
            super(5);
        }

        @Override
        long writeValue(long at, int index) {
            boolean value = Memory.getBit(values, index);
            Memory.putLong(at, value ? TRUE : FALSE);
            return at + (value ? 4 : 5);
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }

    private static final class Int8 extends Fixed {
        Int8() {
            super(4);
        }

        @Override
        long writeValue(long at, int index) {
            return Digits.putSigned(at, Memory.getByte(values + index));
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }

    private static final class Int16 extends Fixed {
        Int16() {
            super(6);
        }

        @Override
        long writeValue(long at, int index) {
            return Digits.putSigned(at, Memory.getShort(values + 2L * index));
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }

    private static final class Int32 extends Fixed {
        Int32() {
            super(11);
        }

        @Override
        long writeValue(long at, int index) {
            return Digits.putSigned(at, Memory.getInt(values + 4L * index));
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }

    private static final class Int64 extends Fixed {
        Int64() {
            super(20);
        }

        @Override
        long writeValue(long at, int index) {
            return Digits.putSigned(at, Memory.getLong(values + 8L * index));
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }

    private static final class UInt8 extends Fixed {
        UInt8() {
            super(3);
        }

        @Override
        long writeValue(long at, int index) {
            return Digits.putTrimmed(at, Memory.getByte(values + index) & 0xff);
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }

    private static final class UInt16 extends Fixed {
        UInt16() {
            super(5);
        }

        @Override
        long writeValue(long at, int index) {
            return Digits.putTrimmed(at, Memory.getShort(values + 2L * index) & 0xffff);
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }

    private static final class UInt32 extends Fixed {
        UInt32() {
            super(10);
        }

        @Override
        long writeValue(long at, int index) {
            return Digits.putUnsigned(at, Memory.getInt(values + 4L * index) & 0xffff_ffffL);
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }

    private static final class UInt64 extends Fixed {
        UInt64() {
            super(20);
        }

        @Override
        long writeValue(long at, int index) {
            return Digits.putUnsigned(at, Memory.getLong(values + 8L * index));
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }
}

package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bounds of the types whose values are numbers to the machine, in the PLAIN encoding. */
final class NumberBounds {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private NumberBounds() {}

    private static byte[] bytes(int value) {
        byte[] bytes = new byte[4];
        INT.set(bytes, 0, value);
        return bytes;
    }

    private static byte[] bytes(long value) {
        byte[] bytes = new byte[8];
        LONG.set(bytes, 0, value);
        return bytes;
    }

    private static int getInt(byte[] bytes) {
        return (int) INT.get(bytes, 0);
    }

    private static long getLong(byte[] bytes) {
        return (long) LONG.get(bytes, 0);
    }

    /** No order is defined, or there are no values. */
    static final class None extends Bounds {
        @Override
        void find(long values, int count) {
            setPage(null, null);
        }

        @Override
        int compare(byte[] left, byte[] right) {
            return 0;
        }
    }

    static final class Booleans extends Bounds {
        @Override
        void find(long values, int count) {
            int all = 1;
            int any = 0;
            for (int i = 0; i < count; i++) {
                int value = Memory.getByte(values + i);
                all &= value;
                any |= value;
            }
            setPage(new byte[] {(byte) all}, new byte[] {(byte) any});
        }

        @Override
        int compare(byte[] left, byte[] right) {
            return left[0] - right[0];
        }
    }

    static final class Ints extends Bounds {
        /** What makes unsigned order the signed one. */
        private final int flip;

        Ints(boolean unsigned) {
            flip = unsigned ? Integer.MIN_VALUE : 0;
        }

        @Override
        void find(long values, int count) {
            int bias = flip;
            int min = Integer.MAX_VALUE;
            int max = Integer.MIN_VALUE;
            for (int i = 0; i < count; i++) {
                int value = Memory.getInt(values + 4L * i) ^ bias;
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
            setPage(bytes(min ^ bias), bytes(max ^ bias));
        }

        @Override
        int compare(byte[] left, byte[] right) {
            return Integer.compare(getInt(left) ^ flip, getInt(right) ^ flip);
        }
    }

    static final class Longs extends Bounds {
        private final long flip;

        Longs(boolean unsigned) {
            flip = unsigned ? Long.MIN_VALUE : 0;
        }

        @Override
        void find(long values, int count) {
            long bias = flip;
            long min = Long.MAX_VALUE;
            long max = Long.MIN_VALUE;
            for (int i = 0; i < count; i++) {
                long value = Memory.getLong(values + 8L * i) ^ bias;
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
            setPage(bytes(min ^ bias), bytes(max ^ bias));
        }

        @Override
        int compare(byte[] left, byte[] right) {
            return Long.compare(getLong(left) ^ flip, getLong(right) ^ flip);
        }
    }

    /** NaN is passed over; a zero bounds both zeros, as the specification asks for. */
    static final class Floats extends Bounds {
        @Override
        void find(long values, int count) {
            float min = Float.POSITIVE_INFINITY;
            float max = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < count; i++) {
                float value = Memory.getFloat(values + 4L * i);
                min = value < min ? value : min;
                max = value > max ? value : max;
            }
            if (min > max) {
                setPage(null, null);
                return;
            }
            float least = min == 0 ? -0.0f : min;
            float greatest = max == 0 ? 0.0f : max;
            setPage(bytes(Float.floatToRawIntBits(least)), bytes(Float.floatToRawIntBits(greatest)));
        }

        @Override
        int compare(byte[] left, byte[] right) {
            return Float.compare(Float.intBitsToFloat(getInt(left)), Float.intBitsToFloat(getInt(right)));
        }
    }

    /** NaN is passed over; a zero bounds both zeros, as the specification asks for. */
    static final class Doubles extends Bounds {
        @Override
        void find(long values, int count) {
            double min = Double.POSITIVE_INFINITY;
            double max = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < count; i++) {
                double value = Memory.getDouble(values + 8L * i);
                min = value < min ? value : min;
                max = value > max ? value : max;
            }
            if (min > max) {
                setPage(null, null);
                return;
            }
            double least = min == 0 ? -0.0 : min;
            double greatest = max == 0 ? 0.0 : max;
            setPage(bytes(Double.doubleToRawLongBits(least)), bytes(Double.doubleToRawLongBits(greatest)));
        }

        @Override
        int compare(byte[] left, byte[] right) {
            return Double.compare(Double.longBitsToDouble(getLong(left)), Double.longBitsToDouble(getLong(right)));
        }
    }

    /** Floats of 16 bits, with the rules of the longer ones. */
    static final class Halves extends Bounds {
        private static final int MAGNITUDE = 0x7fff;
        private static final int INFINITY = 0x7c00;

        @Override
        void find(long values, int count) {
            int min = Integer.MAX_VALUE;
            int max = Integer.MIN_VALUE;
            for (int i = 0; i < count; i++) {
                int value = Memory.getShort(values + 2L * i);
                if ((value & MAGNITUDE) <= INFINITY) {
                    min = Math.min(min, rank(value));
                    max = Math.max(max, rank(value));
                }
            }
            if (min > max) {
                setPage(null, null);
            } else {
                setPage(half(min <= 0 ? 0x8000 | -min : min), half(max < 0 ? 0x8000 | -max : max));
            }
        }

        /** Orders as the values do; both zeros are 0. */
        private static int rank(int half) {
            return half < 0 ? -(half & MAGNITUDE) : half;
        }

        private static byte[] half(int bits) {
            return new byte[] {(byte) bits, (byte) (bits >>> 8)};
        }

        @Override
        int compare(byte[] left, byte[] right) {
            return rank(left[1] << 8 | left[0] & 0xff) - rank(right[1] << 8 | right[0] & 0xff);
        }
    }
}

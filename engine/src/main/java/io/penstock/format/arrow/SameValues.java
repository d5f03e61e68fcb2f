package io.penstock.format.arrow;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.compare.Range;
import org.apache.arrow.vector.compare.RangeEqualsVisitor;

/**
 * Whether two vectors of one type begin with the same values. Dictionaries hardly ever change, so the bytes are compared first; that
 * fails for equal values only where they differ in what does not count, and then the values are compared one by one.
 */
final class SameValues {
    private SameValues() {}

    static boolean in(FieldVector one, FieldVector other, int count) {
        return count == 0 || sameBuffers(one, other, count) || sameOneByOne(one, other, count);
    }

    private static boolean sameBuffers(FieldVector one, FieldVector other, int count) {
        if (one instanceof BitVector) {
            return false;
        }
        if (one instanceof BaseFixedWidthVector fixed) {
            return sameValidity(one, other, count)
                    && sameBytes(
                            one.getDataBuffer().memoryAddress(),
                            other.getDataBuffer().memoryAddress(),
                            (long) count * fixed.getTypeWidth());
        }
        if (one instanceof BaseVariableWidthVector) {
            long offsets = one.getOffsetBuffer().memoryAddress();
            return sameValidity(one, other, count)
                    && sameBytes(offsets, other.getOffsetBuffer().memoryAddress(), 4L * (count + 1L))
                    && sameBytes(
                            one.getDataBuffer().memoryAddress(),
                            other.getDataBuffer().memoryAddress(),
                            Memory.getInt(offsets + 4L * count));
        }
        return false;
    }

    private static boolean sameValidity(FieldVector one, FieldVector other, int count) {
        long a = one.getValidityBuffer().memoryAddress();
        long b = other.getValidityBuffer().memoryAddress();
        int bytes = count >>> 3;
        int lastBits = (1 << (count & 7)) - 1;
        return sameBytes(a, b, bytes)
                && (lastBits == 0 || ((Memory.getByte(a + bytes) ^ Memory.getByte(b + bytes)) & lastBits) == 0);
    }

    private static boolean sameBytes(long one, long other, long length) {
        long k = 0;
        for (; k + 8 <= length; k += 8) {
            if (Memory.getLong(one + k) != Memory.getLong(other + k)) {
                return false;
            }
        }
        for (; k < length; k++) {
            if (Memory.getByte(one + k) != Memory.getByte(other + k)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameOneByOne(FieldVector one, FieldVector other, int count) {
        return new RangeEqualsVisitor(one, other, (a, b) -> true).rangeEquals(new Range(0, 0, count));
    }
}

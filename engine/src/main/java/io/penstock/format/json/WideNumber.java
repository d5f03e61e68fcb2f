package io.penstock.format.json;

import io.penstock.buffer.Memory;

/** The digits of a number as a whole number of up to 256 bits. */
final class WideNumber {
    /** What came of taking a number. */
    enum Outcome {
        EXACT,
        /** Digits behind the scale are not zero. */
        FRACTION,
        /** It has more than 256 bits. */
        OVERFLOW
    }

    /** Without the sign, the lowest 64 bits first. */
    final long[] words = new long[4];

    /** Takes the magnitude of the number that was scanned times ten to the power of {@code scale}. */
    Outcome take(NumberScanner number, int scale) {
        clear();
        int shift = number.writtenExponent - number.fractionDigits + scale;
        int kept = number.integerDigits + number.fractionDigits + Math.min(0, shift);
        long chunk = 0;
        int chunkDigits = 0;
        for (long at = number.from; at < number.mantissaEnd; at++) {
            int digit = Memory.getByte(at) - '0';
            if (digit == '.' - '0') {
                continue;
            }
            if (kept-- <= 0) {
                if (digit != 0) {
                    return Outcome.FRACTION;
                }
                continue;
            }
            chunk = chunk * 10 + digit;
            if (++chunkDigits == NumberScanner.NARROW) {
                if (!multiplyAdd(Digits.powerOfTen(chunkDigits), chunk)) {
                    return Outcome.OVERFLOW;
                }
                chunk = 0;
                chunkDigits = 0;
            }
        }
        if (!multiplyAdd(Digits.powerOfTen(chunkDigits), chunk)) {
            return Outcome.OVERFLOW;
        }
        for (int left = isZero() ? 0 : shift; left > 0; left -= NumberScanner.NARROW) {
            if (!multiplyAdd(Digits.powerOfTen(Math.min(left, NumberScanner.NARROW)), 0)) {
                return Outcome.OVERFLOW;
            }
        }
        return Outcome.EXACT;
    }

    void set(long magnitude) {
        clear();
        words[0] = magnitude;
    }

    private void clear() {
        for (int i = 0; i < words.length; i++) {
            words[i] = 0;
        }
    }

    boolean isZero() {
        return (words[0] | words[1] | words[2] | words[3]) == 0;
    }

    boolean isOneWord() {
        return (words[1] | words[2] | words[3]) == 0;
    }

    private boolean multiplyAdd(long factor, long summand) {
        long carry = summand;
        for (int i = 0; i < words.length; i++) {
            long word = words[i];
            long low = word * factor + carry;
            long high = Math.multiplyHigh(word, factor) + (word >> 63 & factor);
            words[i] = low;
            carry = high + (Long.compareUnsigned(low, carry) < 0 ? 1 : 0);
        }
        return carry == 0;
    }

    /** Whether it is below another, as unsigned numbers of 256 bits. */
    boolean isBelow(long[] bound) {
        for (int i = words.length - 1; i >= 0; i--) {
            int order = Long.compareUnsigned(words[i], bound[i]);
            if (order != 0) {
                return order < 0;
            }
        }
        return false;
    }

    void negate() {
        boolean carry = true;
        for (int i = 0; i < words.length; i++) {
            words[i] = ~words[i] + (carry ? 1 : 0);
            carry = carry && words[i] == 0;
        }
    }
}

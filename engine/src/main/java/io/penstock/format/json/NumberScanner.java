package io.penstock.format.json;

import io.penstock.buffer.Memory;
import io.penstock.format.CorruptFileException;

/**
 * Takes a number's text apart, exactly as JSON's grammar has it, eight digits at a time. What it found stays in its fields until the
 * next number.
 *
 * <p>DSL-JSON's reader is not used for this: it makes a String of each value, takes only byte arrays, and fails on 2E15, which
 * its own writer writes.
 */
final class NumberScanner {
    /** So many digits certainly fit into a long. */
    static final int NARROW = 18;

    /** Far more than any number of any type needs, and far less than lies in memory in one piece. */
    private static final int LONGEST = JsonSource.LOOKAHEAD - 128;

    private static final int LARGEST_EXPONENT = 1_000_000;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private final JsonSource source;

    /** Whether it begins with a minus sign. */
    boolean negative;

    /** The digits without the point, as one number; only the first of them, if {@link #wide}. */
    long digits;

    /** The power of ten that {@link #digits} is to be multiplied with. */
    int exponent;

    /** Whether there are more digits than {@link #digits} can hold; it holds the first 19 that are significant then. */
    boolean wide;

    /** Whether one of the digits that {@link #digits} does not hold is not zero. */
    boolean truncated;

    /** Of the first digit. */
    long from;

    /** Behind the last digit, but before an exponent. */
    long mantissaEnd;

    /** How many digits stand before the point. */
    int integerDigits;

    /** How many digits stand behind the point. */
    int fractionDigits;

    /** The exponent as it is written, or 0. */
    int writtenExponent;

    NumberScanner(JsonSource source) {
        this.source = source;
    }

    /** How many digits stand at the beginning of a word, from which {@link Digits#ASCII_ZEROS} was taken by exclusive or. */
    static int countDigits(long word) {
        long others = ((word & ~HIGH_BITS) + 0x7676767676767676L | word) & HIGH_BITS;
        return Long.numberOfTrailingZeros(others) >>> 3;
    }

    /** The number whose eight digits are the bytes of a word, 0 to 9 each, the first in the lowest. */
    static long eight(long word) {
        long twos = word * 10 + (word >>> 8);
        return ((twos & 0x000000ff000000ffL) * 0x000f424000000064L
                        + (twos >>> 16 & 0x000000ff000000ffL) * 0x0000271000000001L)
                >>> 32;
    }

    /**
     * Scans the number at {@code start}; returns where it ends.
     *
     * @param expectation what the message says if there is none
     */
    long scan(long start, String expectation, String column) throws CorruptFileException {
        long at = start;
        negative = Memory.getByte(at) == '-';
        if (negative) {
            at++;
        }
        from = at;
        at = scanRun(at, 0, start, column);
        long number = digits;
        integerDigits = (int) (at - from);
        if (integerDigits == 0 || integerDigits > 1 && Memory.getByte(from) == '0') {
            throw source.expected(integerDigits == 0 ? expectation : "a number without leading zeros", start, column);
        }
        fractionDigits = 0;
        if (Memory.getByte(at) == '.') {
            at++;
            long end = scanRun(at, number, start, column);
            fractionDigits = (int) (end - at);
            if (fractionDigits == 0) {
                throw source.expected("a number with a digit after its point", start, column);
            }
            at = end;
        }
        mantissaEnd = at;
        writtenExponent = 0;
        if ((Memory.getByte(at) | 0x20) == 'e') {
            at = scanExponent(at + 1, start, column);
        }
        exponent = writtenExponent - fractionDigits;
        wide = integerDigits + fractionDigits > NARROW;
        truncated = false;
        if (wide) {
            scanWide();
        }
        return at;
    }

    /** Takes a run of digits, behind those of {@code before}, into {@link #digits}; returns where it ends. */
    private long scanRun(long first, long before, long start, String column) throws CorruptFileException {
        long number = before;
        long at = first;
        while (true) {
            long word = Memory.getLong(at) ^ Digits.ASCII_ZEROS;
            int count = countDigits(word);
            at += count;
            if (count < 8) {
                digits = count == 0 ? number : number * Digits.powerOfTen(count) + eight(word << 64 - 8 * count);
                return at;
            }
            number = number * 100_000_000 + eight(word);
            if (at - start > LONGEST) {
                throw source.expected("a number of at most " + LONGEST + " characters", start, column);
            }
        }
    }

    private long scanExponent(long afterE, long start, String column) throws CorruptFileException {
        long at = afterE;
        byte sign = Memory.getByte(at);
        if (sign == '-' || sign == '+') {
            at++;
        }
        long first = at;
        int value = 0;
        for (int digit = Memory.getByte(at) - '0'; digit >= 0 && digit <= 9; digit = Memory.getByte(at) - '0') {
            value = Math.min(LARGEST_EXPONENT, value * 10 + digit);
            at++;
            if (at - first > 32) {
                throw source.expected("a number with a shorter exponent", start, column);
            }
        }
        if (at == first) {
            throw source.expected("a number with a digit in its exponent", start, column);
        }
        writtenExponent = sign == '-' ? -value : value;
        return at;
    }

    /** Takes the first 19 digits behind the leading zeros. */
    private void scanWide() {
        long number = 0;
        int taken = 0;
        int dropped = 0;
        for (long at = from; at < mantissaEnd; at++) {
            int digit = Memory.getByte(at) - '0';
            if (digit == '.' - '0') {
                continue;
            }
            if (taken < 19) {
                number = number * 10 + digit;
                taken += number == 0 ? 0 : 1;
            } else {
                dropped++;
                truncated |= digit != 0;
            }
        }
        digits = number;
        exponent += dropped;
    }
}

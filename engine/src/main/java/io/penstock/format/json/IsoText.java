package io.penstock.format.json;

import io.penstock.buffer.Memory;

/**
 * Takes the text of a date or a time apart, from a position that moves on. What does not fit is remembered, not thrown: the reader asks
 * {@link #isWrong} once at the end.
 */
final class IsoText {
    private long at;
    private boolean wrong;

    void begin(long address) {
        at = address;
        wrong = false;
    }

    long at() {
        return at;
    }

    boolean isWrong() {
        return wrong;
    }

    boolean isNext(char c) {
        return Memory.getByte(at) == c;
    }

    /** Takes a character if it comes next; returns whether it did. */
    boolean takes(char c) {
        boolean next = Memory.getByte(at) == c;
        at += next ? 1 : 0;
        return next;
    }

    void expect(char c) {
        wrong |= !takes(c);
    }

    void refuse() {
        wrong = true;
    }

    /** Takes exactly {@code count} digits. */
    int digits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            int digit = Memory.getByte(at + i) - '0';
            wrong |= digit < 0 || digit > 9;
            value = value * 10 + digit;
        }
        at += wrong ? 0 : count;
        return value;
    }

    /** Takes one digit or more, as an unsigned number. */
    long number() {
        long value = 0;
        long first = at;
        for (int digit = Memory.getByte(at) - '0'; digit >= 0 && digit <= 9; digit = Memory.getByte(at) - '0') {
            wrong |= Long.compareUnsigned(value, Long.divideUnsigned(-1L, 10)) > 0;
            value = value * 10;
            wrong |= Long.compareUnsigned(value + digit, value) < 0;
            value += digit;
            at++;
            if (at - first > 32) {
                wrong = true;
                return 0;
            }
        }
        wrong |= at == first;
        return value;
    }

    int signedInt() {
        boolean negative = takes('-');
        long magnitude = number();
        wrong |= Long.compareUnsigned(magnitude, negative ? 1L << 31 : (1L << 31) - 1) > 0;
        return (int) (negative ? -magnitude : magnitude);
    }

    /** Takes {@code .123}, if a point comes next, as a number of {@code digits} digits; further ones must be zero. */
    long fraction(int digits) {
        if (!takes('.')) {
            return 0;
        }
        long value = 0;
        int count = 0;
        for (int digit = Memory.getByte(at) - '0'; digit >= 0 && digit <= 9; digit = Memory.getByte(at) - '0') {
            if (count < digits) {
                value = value * 10 + digit;
            } else {
                wrong |= digit != 0;
            }
            count++;
            at++;
            if (count > 32) {
                wrong = true;
                return 0;
            }
        }
        wrong |= count == 0;
        return count < digits ? value * Digits.powerOfTen(digits - count) : value;
    }

    /** Takes {@code yyyy-MM-dd}, with any year if it has a sign; returns its day since 1970-01-01. */
    long date() {
        boolean signed = isNext('-') || isNext('+');
        long year;
        if (signed) {
            boolean negative = takes('-');
            if (!negative) {
                at++;
            }
            long first = at;
            year = number();
            wrong |= at - first < 4 || year < 0 || year > 400_000_000_000L;
            year = negative ? -year : year;
        } else {
            year = digits(4);
        }
        expect('-');
        int month = digits(2);
        expect('-');
        int day = digits(2);
        if (wrong || month < 1 || month > 12 || day < 1 || day > CivilDate.daysOfMonth(year, month)) {
            wrong = true;
            return 0;
        }
        return signed ? CivilDate.day(year, month, day) : CivilDate.usualDay((int) year, month, day);
    }

    /** Takes {@code hh:mm:ss}; returns its second. */
    int time() {
        int hour = digits(2);
        expect(':');
        int minute = digits(2);
        expect(':');
        int second = digits(2);
        wrong |= hour > 23 || minute > 59 || second > 59;
        return hour * 3600 + minute * 60 + second;
    }

    /** Takes {@code Z} or {@code +hh:mm}; returns the seconds that the time is ahead of UTC. */
    int zone() {
        if (takes('Z')) {
            return 0;
        }
        boolean negative = takes('-');
        if (!negative) {
            expect('+');
        }
        int hour = digits(2);
        expect(':');
        int minute = digits(2);
        wrong |= hour > 18 || minute > 59;
        int seconds = hour * 3600 + minute * 60;
        return negative ? -seconds : seconds;
    }

    /** Takes {@code 1.500S} with one sign for all, in units of which a second has ten to the power of {@code digits}. */
    long seconds(int digits) {
        boolean negative = takes('-');
        long whole = number();
        long fraction = fraction(digits);
        expect('S');
        long perSecond = Digits.powerOfTen(digits);
        wrong |= Long.compareUnsigned(whole, Long.divideUnsigned(Long.MIN_VALUE, perSecond)) > 0;
        long magnitude = whole * perSecond + fraction;
        wrong |= Long.compareUnsigned(magnitude, negative ? Long.MIN_VALUE : Long.MAX_VALUE) > 0;
        return negative ? -magnitude : magnitude;
    }

    /** Whole units and a part of one, which is not negative, in parts; what does not fit into 64 bits is wrong. */
    long combine(long units, long partsOfUnit, long part) {
        // From above for a negative number: the product alone can be too small where the sum is not.
        long from = units < 0 ? units + 1 : units;
        long rest = units < 0 ? part - partsOfUnit : part;
        long product = from * partsOfUnit;
        wrong |= Math.multiplyHigh(from, partsOfUnit) != product >> 63;
        long sum = product + rest;
        wrong |= ((product ^ sum) & (rest ^ sum)) < 0;
        return sum;
    }
}

package io.penstock.cli;

/** Numbers from characters, without an object where that is possible. */
final class Numbers {
    private static final double[] POWERS_OF_TEN = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    /** Every integer up to here is a double. */
    private static final long MAX_EXACT = 1L << 53;

    private Numbers() {}

    /**
     * A whole number.
     *
     * @throws NumberFormatException if it is none, or outside of {@code min} to {@code max}
     */
    static long parseLong(char[] chars, int from, int to, long min, long max) {
        int at = from;
        boolean negative = at < to && chars[at] == '-';
        if (at < to && (chars[at] == '-' || chars[at] == '+')) {
            at++;
        }
        if (at == to) {
            throw new NumberFormatException();
        }
        // Gathered below zero, where there is one number more.
        long value = 0;
        for (; at < to; at++) {
            int digit = chars[at] - '0';
            if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
                throw new NumberFormatException();
            }
            value = value * 10 - digit;
            if (value > 0) {
                throw new NumberFormatException();
            }
        }
        if (!negative) {
            if (value == Long.MIN_VALUE) {
                throw new NumberFormatException();
            }
            value = -value;
        }
        if (value < min || value > max) {
            throw new NumberFormatException();
        }
        return value;
    }

    /**
     * The double nearest to a decimal number; also {@code NaN}, {@code Infinity} and {@code -Infinity}.
     *
     * @throws NumberFormatException if it is none
     */
    static double parseDouble(char[] chars, int from, int to) {
        int at = from;
        boolean negative = at < to && chars[at] == '-';
        if (negative) {
            at++;
        }
        long digits = 0;
        int fraction = 0;
        boolean point = false;
        int begin = at;
        for (; at < to; at++) {
            int digit = chars[at] - '0';
            if (digit >= 0 && digit <= 9) {
                digits = digits * 10 + digit;
                fraction += point ? 1 : 0;
                if (digits > MAX_EXACT) {
                    return parseAnyDouble(chars, from, to);
                }
            } else if (chars[at] == '.' && !point && at > begin && at + 1 < to) {
                point = true;
            } else {
                return parseAnyDouble(chars, from, to);
            }
        }
        if (at == begin || fraction >= POWERS_OF_TEN.length) {
            return parseAnyDouble(chars, from, to);
        }
        // Both operands are exact, so the one rounding of the division is the right one (Clinger 1990).
        double value = digits / POWERS_OF_TEN[fraction];
        return negative ? -value : value;
    }

    private static double parseAnyDouble(char[] chars, int from, int to) {
        if (from == to) {
            throw new NumberFormatException();
        }
        char last = chars[to - 1];
        char first = chars[from];
        // Double.parseDouble takes "1d", " 1" and hexadecimal too.
        boolean plain = last >= '0' && last <= '9' || last == '.';
        boolean hexadecimal = false;
        for (int i = from; i < to; i++) {
            hexadecimal |= chars[i] == 'x' || chars[i] == 'X';
        }
        String text = new String(chars, from, to - from);
        if (text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity")) {
            return Double.parseDouble(text);
        }
        if (!plain || hexadecimal || first <= ' ') {
            throw new NumberFormatException();
        }
        return Double.parseDouble(text);
    }
}

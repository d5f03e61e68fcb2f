package io.penstock.format.json;

import io.penstock.buffer.Memory;
import java.io.IOException;
import org.apache.arrow.vector.types.FloatingPointPrecision;

/** Floating-point numbers, and the strings that stand for what JSON has no number for. */
final class FloatingReader extends ValueReader.Fixed {
    private static final String[] NAMES = {"NaN", "Infinity", "-Infinity"};
    private static final double[] NAMED = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

    private final FloatingPointPrecision precision;
    private final NumberScanner scanner;

    FloatingReader(Place place, FloatingPointPrecision precision) {
        super(place, width(precision));
        this.precision = precision;
        scanner = new NumberScanner(place.source());
    }

    private static int width(FloatingPointPrecision precision) {
        return switch (precision) {
            case HALF -> 2;
            case SINGLE -> 4;
            case DOUBLE -> 8;
        };
    }

    @Override
    String expectation() {
        return "a number, \"NaN\", \"Infinity\" or \"-Infinity\"";
    }

    @Override
    long readValue(long start, int index) throws IOException {
        long shortEnd = precision == FloatingPointPrecision.DOUBLE ? readShort(start, index) : 0;
        if (shortEnd != 0) {
            return shortEnd;
        }
        if (Memory.getByte(start) == '"') {
            return readName(start, index);
        }
        long end = scanner.scan(start, expectation(), column);
        boolean finite;
        switch (precision) {
            case DOUBLE -> {
                double value = BinaryFloat.doubleOf(scanner, start, end);
                finite = Double.isFinite(value);
                Memory.putLong(slot(index), Double.doubleToRawLongBits(value));
            }
            case SINGLE -> {
                float value = BinaryFloat.floatOf(scanner, start, end);
                finite = Float.isFinite(value);
                Memory.putInt(slot(index), Float.floatToRawIntBits(value));
            }
            case HALF -> {
                short value = BinaryFloat.halfOf(BinaryFloat.doubleOf(scanner, start, end));
                finite = (value & 0x7c00) != 0x7c00;
                Memory.putShort(slot(index), value);
            }
            default -> throw new IllegalStateException("precision " + precision);
        }
        if (!finite) {
            throw source.expected("a number that fits its type", start, column);
        }
        return end;
    }

    /**
     * Reads a double with one to seven digits on each side of its point and no exponent, as most are; returns where it ends, or 0 if it is
     * another. It saves a twentieth of all that {@code scripts/bench json-read} does.
     */
    private long readShort(long start, int index) {
        boolean negative = Memory.getByte(start) == '-';
        long at = negative ? start + 1 : start;
        long wholeWord = Memory.getLong(at) ^ Digits.ASCII_ZEROS;
        int whole = NumberScanner.countDigits(wholeWord);
        long fractionWord = Memory.getLong(at + whole + 1) ^ Digits.ASCII_ZEROS;
        int fraction = NumberScanner.countDigits(fractionWord);
        long end = at + whole + 1 + fraction;
        boolean simple = whole > 0
                && whole < 8
                && fraction > 0
                && fraction < 8
                && Memory.getByte(at + whole) == '.'
                && (whole == 1 || (wholeWord & 0xff) != 0)
                && (Memory.getByte(end) | 0x20) != 'e';
        if (!simple) {
            return 0;
        }
        long digits = NumberScanner.eight(wholeWord << 64 - 8 * whole) * Digits.powerOfTen(fraction)
                + NumberScanner.eight(fractionWord << 64 - 8 * fraction);
        double value = BinaryFloat.quotient(digits, fraction);
        Memory.putLong(slot(index), Double.doubleToRawLongBits(negative ? -value : value));
        return end;
    }

    private long readName(long start, int index) throws IOException {
        for (int i = 0; i < NAMES.length; i++) {
            if (isName(start + 1, NAMES[i])) {
                putNamed(index, NAMED[i]);
                return start + NAMES[i].length() + 2;
            }
        }
        throw source.expected(expectation(), start, column);
    }

    private static boolean isName(long at, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Memory.getByte(at + i) != name.charAt(i)) {
                return false;
            }
        }
        return Memory.getByte(at + name.length()) == '"';
    }

    private void putNamed(int index, double value) {
        switch (precision) {
            case DOUBLE -> Memory.putLong(slot(index), Double.doubleToRawLongBits(value));
            case SINGLE -> Memory.putInt(slot(index), Float.floatToRawIntBits((float) value));
            case HALF -> Memory.putShort(slot(index), BinaryFloat.halfOf(value));
        }
    }
}

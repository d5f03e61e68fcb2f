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

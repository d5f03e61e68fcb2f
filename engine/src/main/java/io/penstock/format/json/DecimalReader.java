package io.penstock.format.json;

import io.penstock.buffer.Memory;
import java.io.IOException;
import java.math.BigInteger;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Decimals, exactly: a number with a digit too many, before the point or behind it, is refused. */
final class DecimalReader extends ValueReader.Fixed {
    private final int precision;
    private final int scale;
    private final int width;

    /** 10^precision, the lowest 64 bits first. */
    private final long[] bound = new long[4];

    private final NumberScanner scanner;
    private final WideNumber wide = new WideNumber();

    /** @param width of the vector's slots in bytes, which can be more than the type asks for */
    DecimalReader(Place place, ArrowType.Decimal type, int width) {
        super(place, width);
        this.width = width;
        precision = type.getPrecision();
        scale = type.getScale();
        scanner = new NumberScanner(place.source());
        BigInteger limit = BigInteger.TEN.pow(precision);
        for (int i = 0; i < bound.length; i++) {
            bound[i] = limit.shiftRight(64 * i).longValue();
        }
    }

    @Override
    String expectation() {
        return "a number";
    }

    @Override
    long readValue(long start, int index) throws IOException {
        long end = scanner.scan(start, expectation(), column);
        long slot = slot(index);
        int shift = scanner.exponent + scale;
        if (!scanner.wide
                && shift >= 0
                && scanner.integerDigits + scanner.fractionDigits + shift <= NumberScanner.NARROW) {
            long unscaled = scanner.digits * Digits.powerOfTen(shift);
            if (precision < NumberScanner.NARROW && unscaled >= bound[0]) {
                throw tooLong(start);
            }
            long value = scanner.negative ? -unscaled : unscaled;
            if (width == 4) {
                Memory.putInt(slot, (int) value);
                return end;
            }
            Memory.putLong(slot, value);
            for (int i = 8; i < width; i += 8) {
                Memory.putLong(slot + i, value >> 63);
            }
            return end;
        }
        WideNumber.Outcome outcome = wide.take(scanner, scale);
        if (outcome == WideNumber.Outcome.FRACTION) {
            throw source.expected("a number with at most " + scale + " digits after its point", start, column);
        }
        if (outcome == WideNumber.Outcome.OVERFLOW || !wide.isBelow(bound)) {
            throw tooLong(start);
        }
        if (scanner.negative) {
            wide.negate();
        }
        if (width == 4) {
            Memory.putInt(slot, (int) wide.words[0]);
        }
        for (int i = 0; 8 * i + 8 <= width; i++) {
            Memory.putLong(slot + 8L * i, wide.words[i]);
        }
        return end;
    }

    private IOException tooLong(long at) {
        return source.expected("a number with at most " + (precision - scale) + " digits before its point", at, column);
    }
}

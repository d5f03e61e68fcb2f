package io.penstock.format.json;

import io.penstock.buffer.Memory;
import io.penstock.format.VectorMemory;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Booleans and whole numbers. */
final class IntegerReaders {
    private IntegerReaders() {}

    /** Whole numbers of one width, within its range: nothing is rounded or cut off. */
    static final class Whole extends ValueReader.Fixed {
        private final NumberScanner scanner;
        private final WideNumber wide = new WideNumber();
        private final int bytes;
        private final boolean signed;
        private final long smallest;
        private final long largest;

        Whole(Place place, ArrowType.Int type) {
            super(place, type.getBitWidth() / 8);
            scanner = new NumberScanner(place.source());
            bytes = type.getBitWidth() / 8;
            signed = type.getIsSigned();
            smallest = signed ? Long.MIN_VALUE >> 64 - type.getBitWidth() : 0;
            largest = signed ? ~smallest : -1L >>> 64 - type.getBitWidth();
        }

        @Override
        String expectation() {
            return "a whole number";
        }

        @Override
        long readValue(long start, int index) throws IOException {
            long sign = Memory.getByte(start) == '-' ? -1 : 0;
            long at = start - sign;
            long word = Memory.getLong(at) ^ Digits.ASCII_ZEROS;
            int count = NumberScanner.countDigits(word);
            int next = Memory.getByte(at + count);
            // Seven digits and less, as most are, with nothing behind them.
            boolean few = count > 0 && count < 8;
            if (!few || count > 1 && (word & 0xff) == 0 || next == '.' || (next | 0x20) == 'e') {
                return readAny(start, index);
            }
            long value = (NumberScanner.eight(word << 64 - 8 * count) ^ sign) - sign;
            if (value < smallest || largest >= 0 && value > largest) {
                throw outOfRange(start);
            }
            put(index, value);
            return at + count;
        }

        private long readAny(long start, int index) throws IOException {
            long end = scanner.scan(start, expectation(), column);
            long magnitude = scanner.digits;
            boolean fits = true;
            if (scanner.wide || scanner.exponent != 0) {
                WideNumber.Outcome outcome = wide.take(scanner, 0);
                if (outcome == WideNumber.Outcome.FRACTION) {
                    throw source.expected(expectation(), start, column);
                }
                fits = outcome == WideNumber.Outcome.EXACT && wide.isOneWord();
                magnitude = wide.words[0];
            }
            boolean inRange;
            if (!signed) {
                inRange = scanner.negative ? magnitude == 0 : Long.compareUnsigned(magnitude, largest) <= 0;
            } else if (scanner.negative) {
                inRange = Long.compareUnsigned(magnitude, -smallest) <= 0;
            } else {
                inRange = magnitude >= 0 && magnitude <= largest;
            }
            if (!fits || !inRange) {
                throw outOfRange(start);
            }
            put(index, scanner.negative ? -magnitude : magnitude);
            return end;
        }

        private IOException outOfRange(long at) {
            return source.expected(
                    "a whole number from " + smallest + " to " + Long.toUnsignedString(largest), at, column);
        }

        private void put(int index, long value) {
            long slot = slot(index);
            switch (bytes) {
                case 1 -> Memory.putByte(slot, (byte) value);
                case 2 -> Memory.putShort(slot, (short) value);
                case 4 -> Memory.putInt(slot, (int) value);
                default -> Memory.putLong(slot, value);
            }
        }
    }

    /** Booleans: a bit each. */
    static final class Bool extends ValueReader {
        private static final int TRUE = 't' | 'r' << 8 | 'u' << 16 | 'e' << 24;
        private static final int ALSE = 'a' | 'l' << 8 | 's' << 16 | 'e' << 24;

        private final VectorMemory bits;

        Bool(Place place) {
            super(place);
            bits = new VectorMemory(place.allocator());
        }

        @Override
        void beginValues(int count) {
            bits.begin((count + 7L) >>> 3);
            Memory.fill(bits.address(), bits.capacity(), (byte) 0);
        }

        @Override
        boolean growValues(int count, int used) {
            long before = bits.capacity();
            boolean grown = bits.grow((count + 7L) >>> 3, before);
            Memory.fill(bits.address() + before, bits.capacity() - before, (byte) 0);
            return grown;
        }

        @Override
        String expectation() {
            return "true or false";
        }

        @Override
        long readValue(long at, int index) throws IOException {
            if (Memory.getInt(at) == TRUE) {
                long octet = bits.address() + (index >>> 3);
                Memory.putByte(octet, (byte) (Memory.getByte(octet) | 1 << (index & 7)));
                return at + 4;
            }
            if (Memory.getByte(at) == 'f' && Memory.getInt(at + 1) == ALSE) {
                return at + 5;
            }
            throw source.expected(expectation(), at, column);
        }

        @Override
        void putNothing(int index) {}

        @Override
        void load(FieldVector vector, int count) {
            vector.loadFieldBuffers(node(count), List.of(validity(count), bits.buffer()));
        }

        @Override
        public void close() {
            super.close();
            bits.close();
        }
    }
}

package io.penstock.format.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Memory;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Numbers to text and back, against the JDK's own reading and against the definition of the shortest decimal. */
class NumberTextTest {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?(E-?[0-9]+)?");
    private static final double[] DOUBLES = {
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.1,
        0.3,
        1.0 / 3,
        2.0 / 3,
        100.0,
        1e15,
        1e16,
        1e17,
        1e21,
        1e22,
        1e23,
        123456789012345680.0,
        9007199254740991.0,
        9007199254740992.0,
        9007199254740993.0,
        4.9e-324,
        Double.MIN_NORMAL,
        Math.nextDown(Double.MIN_NORMAL),
        Double.MAX_VALUE,
        2.2250738585072011e-308,
        0.001,
        0.0001,
        0.00001,
        2E15,
        21168.23,
        999999999.99,
        0.5,
        0.05,
        5e-7,
        1.000001,
        8.41e21,
        2.0e-3,
        5.0e-324,
        1.7976931348623157e308,
        8.5e22,
        4.35,
        0.285,
        1.005
    };

    private final ByteBuffer direct = ByteBuffer.allocateDirect(2048);
    private final long address = Memory.address(direct);

    private String text(long end) {
        byte[] bytes = new byte[(int) (end - address)];
        Memory.copy(address, bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Test
    void integersOfEveryLengthAreTheirDigits() {
        Random random = new Random(1);
        for (int i = 0; i < 500_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            assertEquals(Long.toString(value), text(Digits.putSigned(address, value)));
            assertEquals(Long.toUnsignedString(value), text(Digits.putUnsigned(address, value)));
        }
        long power = 1;
        for (int i = 0; i < 19; i++) {
            for (long value : new long[] {power - 1, power, power + 1, -power, Long.MIN_VALUE, Long.MAX_VALUE}) {
                assertEquals(Long.toString(value), text(Digits.putSigned(address, value)));
                assertEquals(Long.toUnsignedString(value), text(Digits.putUnsigned(address, value)));
            }
            power *= 10;
        }
    }

    @Test
    void everyEightDigitsAreMadeAndRead() {
        Random random = new Random(2);
        for (int i = 0; i < 1_000_000; i++) {
            int value = i < 200_000 ? i : random.nextInt(100_000_000);
            assertEquals(value, NumberScanner.eight(Digits.eight(value)));
        }
        for (int value = 0; value < 10_000; value++) {
            assertEquals(String.format("%08d", value * 10_000 + value), padded(value * 10_000 + value, 8));
        }
        assertEquals("000000000000000042", padded(42, 18));
        assertEquals("123456789", padded(123_456_789, 9));
    }

    private String padded(long value, int count) {
        return text(Digits.putPadded(address, value, count));
    }

    @Test
    void doublesReadBackAndNoShorterDecimalDoes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (double value : DOUBLES) {
            requireShortest(value, seed);
            requireShortest(-value, seed);
            requireShortest(Math.nextUp(value), seed);
            requireShortest(Math.nextDown(value), seed);
        }
        long end = System.nanoTime() + 1_000_000_000L;
        for (int i = 0; i < 2_000_000 && (i < 100_000 || System.nanoTime() < end); i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                String text = text(ShortestDecimal.putDouble(address, value));
                assertEquals(
                        Double.doubleToRawLongBits(value),
                        Double.doubleToRawLongBits(Double.parseDouble(text)),
                        () -> text + " for " + value + ", seed " + seed);
                if (i % 16 == 0) {
                    requireShortest(value, seed);
                }
            }
        }
    }

    private void requireShortest(double value, long seed) {
        if (!Double.isFinite(value)) {
            return;
        }
        String text = text(ShortestDecimal.putDouble(address, value));
        String label = text + " for " + value + ", seed " + seed;
        assertTrue(NUMBER.matcher(text).matches(), label);
        assertEquals(Double.doubleToRawLongBits(value), Double.doubleToRawLongBits(Double.parseDouble(text)), label);
        if (value == 0) {
            return;
        }
        BigDecimal decimal = new BigDecimal(text).stripTrailingZeros();
        BigDecimal exact = new BigDecimal(value);
        int digits = decimal.precision();
        // No decimal of fewer digits reads back: the two around the value are the only candidates.
        if (digits > 1) {
            for (RoundingMode mode : new RoundingMode[] {RoundingMode.DOWN, RoundingMode.UP}) {
                BigDecimal shorter = exact.round(new MathContext(digits - 1, mode));
                assertTrue(shorter.doubleValue() != value, () -> shorter + " is shorter than " + label);
            }
        }
        // And of those of as many digits it is the closest that reads back.
        BigDecimal distance = decimal.subtract(exact).abs();
        for (RoundingMode mode : new RoundingMode[] {RoundingMode.DOWN, RoundingMode.UP}) {
            BigDecimal other = exact.round(new MathContext(digits, mode));
            assertTrue(
                    other.doubleValue() != value || other.subtract(exact).abs().compareTo(distance) >= 0,
                    () -> other + " is closer than " + label);
        }
    }

    @Test
    void theShortCutForShortDecimalsGivesTheSameText() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int taken = 0;
        for (int i = 0; i < 400_000; i++) {
            double value = switch (i % 5) {
                case 0 -> random.nextInt(100_000_000) / 100.0;
                case 1 -> random.nextInt(1_000_000) / 1000.0;
                case 2 -> random.nextInt(2_000_000_000) / 1e6;
                case 3 -> random.nextInt(2_000_000_000);
                default -> random.nextDouble();
            };
            double signed = (i & 1) == 0 ? value : -value;
            String expected = text(ShortestDecimal.putDouble(address, signed));
            long end = ShortestDecimal.putShort(address, signed);
            if (end != 0) {
                taken++;
                // The short cut has no exponents: 0.00002 for 2E-5.
                String text = text(end);
                if (Math.abs(signed) >= 1e-4 || signed == 0) {
                    assertEquals(expected, text, () -> "seed " + seed);
                } else {
                    assertEquals(
                            new BigDecimal(expected).stripTrailingZeros(), new BigDecimal(text).stripTrailingZeros());
                }
            }
        }
        assertTrue(taken > 250_000, "only " + taken + " took it");
    }

    @Test
    void floatsReadBackInFewDigits() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 500_000; i++) {
            int bits = i < 2000 ? i : i < 4000 ? 0x7f80_0000 - (i - 2000) : random.nextInt();
            float value = Float.intBitsToFloat(bits);
            if (Float.isFinite(value)) {
                String text = text(ShortestDecimal.putFloat(address, value));
                assertEquals(
                        Float.floatToRawIntBits(value),
                        Float.floatToRawIntBits(Float.parseFloat(text)),
                        () -> text + " for " + value + ", seed " + seed);
                if (i % 16 == 0 && value != 0) {
                    int digits = new BigDecimal(text).stripTrailingZeros().precision();
                    assertTrue(digits <= 9, text);
                    if (digits > 1) {
                        BigDecimal shorter = new BigDecimal(value).round(new MathContext(digits - 1));
                        assertTrue(shorter.floatValue() != value, () -> shorter + " is shorter than " + text);
                    }
                }
            }
        }
    }

    @Test
    void everyHalfComesBack() throws IOException {
        for (int bits = 0; bits < 0x10000; bits++) {
            short half = (short) bits;
            if ((bits & 0x7c00) != 0x7c00) {
                String text = text(ShortestDecimal.putHalf(address, half));
                assertEquals(half, BinaryFloat.halfOf(Double.parseDouble(text)), text);
                assertTrue(new BigDecimal(text).stripTrailingZeros().precision() <= 5, text);
            }
        }
    }

    @Test
    void doublesAndFloatsAreReadAsTheJdkReadsThem() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] hard = {
            "0",
            "0e999999",
            "0.000e-999",
            "1e308",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "4.9e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "9007199254740993",
            "9007199254740992.99999999999999999999",
            "9007199254740993.00000000000000000001",
            "1e-400",
            "123456789012345678901234567890",
            "0.30000000000000004440892098500626",
            "0.1000000000000000055511151231257827021181583404541015625",
            "1.00000005960464477539062499999999999999999999999999",
            "16777217",
            "1.17549435082228750796873653722224568e-38",
            "7.0064923216240853546186479164495e-46",
            "3.4028235677973366e38",
            "8.5e-46"
        };
        for (String text : hard) {
            requireRead(text, seed);
            requireRead("-" + text, seed);
        }
        for (int i = 0; i < 60_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                requireRead(Double.toString(value), seed);
                if (i % 50 == 0) {
                    BigDecimal half = new BigDecimal(value)
                            .add(new BigDecimal(Math.nextUp(value)))
                            .divide(BigDecimal.valueOf(2));
                    String text = half.round(new MathContext(30)).toString();
                    requireRead(text.replace("E+", "e"), seed);
                }
            }
            requireRead(random.nextInt(1000) + "." + (random.nextLong() & Long.MAX_VALUE), seed);
            requireRead((random.nextLong() & Long.MAX_VALUE) + "e" + (random.nextInt(700) - 350), seed);
        }
    }

    private void requireRead(String text, long seed) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        Memory.fill(address, 256, (byte) 0);
        Memory.copy(bytes, 0, address, bytes.length);
        NumberScanner scanner = new NumberScanner(null);
        long end = scanner.scan(address, "a number", "c");
        assertEquals(bytes.length, end - address, text);
        assertEquals(
                Double.doubleToRawLongBits(Double.parseDouble(text)),
                Double.doubleToRawLongBits(BinaryFloat.doubleOf(scanner, address, end)),
                () -> "double " + text + ", seed " + seed);
        assertEquals(
                Float.floatToRawIntBits(Float.parseFloat(text)),
                Float.floatToRawIntBits(BinaryFloat.floatOf(scanner, address, end)),
                () -> "float " + text + ", seed " + seed);
    }

    @Test
    void daysBeforeAndAfterTheUsualYearsAreThoseOfTheJdk() {
        Random random = new Random(3);
        for (int i = 0; i < 300_000; i++) {
            long day = random.nextInt() >> random.nextInt(20);
            LocalDate date = LocalDate.ofEpochDay(day);
            assertEquals(date.toString(), text(CivilDate.put(address, day)));
            assertEquals(day, CivilDate.day(date.getYear(), date.getMonthValue(), date.getDayOfMonth()));
            if (date.getYear() >= 0 && date.getYear() <= 9999) {
                int usual = CivilDate.usualDay(date.getYear(), date.getMonthValue(), date.getDayOfMonth());
                assertEquals(day, usual);
            }
            assertEquals(date.lengthOfMonth(), CivilDate.daysOfMonth(date.getYear(), date.getMonthValue()));
        }
    }
}

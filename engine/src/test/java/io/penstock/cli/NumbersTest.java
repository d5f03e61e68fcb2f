package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {
    private static double parseDouble(String text) {
        char[] chars = ("<" + text + ">").toCharArray();
        return Numbers.parseDouble(chars, 1, chars.length - 1);
    }

    private static long parseLong(String text) {
        char[] chars = ("<" + text + ">").toCharArray();
        return Numbers.parseLong(chars, 1, chars.length - 1, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    @Test
    void doublesAreTheNearestToTheText() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            String text = switch (i % 4) {
                case 0 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
                case 1 -> Double.toString(random.nextInt() / 100.0);
                case 2 -> random.nextLong() + "." + (random.nextLong() >>> 1 + random.nextInt(63));
                default -> Long.toString(random.nextLong() >> random.nextInt(64));
            };
            assertEquals(
                    Double.doubleToLongBits(Double.parseDouble(text)),
                    Double.doubleToLongBits(parseDouble(text)),
                    () -> text + " with seed " + seed);
        }
    }

    @Test
    void minusZeroKeepsItsSign() {
        assertEquals(Double.doubleToLongBits(-0.0), Double.doubleToLongBits(parseDouble("-0")));
        assertEquals(Double.doubleToLongBits(-0.0), Double.doubleToLongBits(parseDouble("-0.0")));
    }

    @Test
    void longsReachTheirLimits() {
        assertEquals(Long.MAX_VALUE, parseLong("9223372036854775807"));
        assertEquals(Long.MIN_VALUE, parseLong("-9223372036854775808"));
        assertEquals(7, parseLong("+007"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+",
                "9223372036854775808",
                "-9223372036854775809",
                "99999999999999999999",
                "1.0",
                "1 ",
                " 1",
                "0x1",
                "1e1",
                "١"
            })
    void whatIsNoLongIsRefused(String text) {
        assertThrows(NumberFormatException.class, () -> parseLong(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-", ".", "-.", "1f", "1d", "0x1p1", " 1", "1 ", "nan", "inf", "1,5", "1e", "--1", "1.2.3"})
    void whatIsNoDoubleIsRefused(String text) {
        assertThrows(NumberFormatException.class, () -> parseDouble(text));
    }
}

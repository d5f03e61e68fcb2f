package io.penstock.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class Crc32cTest {
    private static final long SEED = 20261;

    @Test
    void combinesTheChecksumsOfPartsToThatOfTheWhole() {
        Random random = new Random(SEED);
        for (int length : new int[] {0, 1, 2, 7, 8, 9, 255, 256, 4095, 65_537}) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            for (int cut : new int[] {0, length / 3, length / 2, Math.max(0, length - 1), length}) {
                assertEquals(
                        crc(bytes, 0, length),
                        Crc32c.combine(crc(bytes, 0, cut), crc(bytes, cut, length - cut), length - cut),
                        length + " bytes cut at " + cut + ", seed " + SEED);
            }
        }
    }

    @Test
    void countsBeyondWhatAnIntHolds() {
        byte[] mebibyte = new byte[1 << 20];
        int one = crc(new byte[] {1}, 0, 1);
        CRC32C crc = new CRC32C();
        crc.update(1);
        for (int i = 0; i < 2_049; i++) {
            crc.update(mebibyte);
        }
        long length = 2_049L << 20;
        assertEquals((int) crc.getValue(), Crc32c.combine(one, zeros(length), length));
    }

    @Test
    void refusesANegativeLength() {
        assertThrows(IllegalArgumentException.class, () -> Crc32c.combine(1, 2, -1));
    }

    /** Of so many zero bytes, a bit of the count at a time. */
    private static int zeros(long count) {
        byte[] zero = new byte[1];
        int power = crc(zero, 0, 1);
        int sum = 0;
        for (long bytes = 1; bytes <= count; bytes <<= 1) {
            if ((count & bytes) != 0) {
                sum = Crc32c.combine(sum, power, bytes);
            }
            power = Crc32c.combine(power, power, bytes);
        }
        return sum;
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}

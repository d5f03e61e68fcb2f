package io.penstock.storage;

/**
 * What is known of CRC32C (RFC 3720, section 12.1) beyond {@link java.util.zip.CRC32C}: the checksum of bytes whose parts have been
 * summed apart.
 *
 * <p>A checksum is a remainder of polynomials over GF(2), so appending n bytes multiplies it by x^(8n): multiplication modulo the
 * generator, and squaring to get there, as zlib's {@code crc32_combine} has it (madler/zlib, crc32.c).
 */
public final class Crc32c {
    /** The generator without its highest term; as in all numbers here, the bit of value 2^31 is the coefficient of x^0. */
    private static final int GENERATOR = 0x82f63b78;

    private static final int ONE = 1 << 31;

    /** {@code APPENDED[k]} is x^(8 * 2^k). */
    private static final int[] APPENDED = appended();

    private Crc32c() {}

    /**
     * The CRC32C of bytes of which the first part has the CRC32C {@code first}, and the rest, of {@code secondBytes} bytes, {@code
     * second}.
     */
    public static int combine(int first, int second, long secondBytes) {
        return multiply(factor(secondBytes), first) ^ second;
    }

    private static int factor(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a checksum of " + bytes + " bytes");
        }
        int factor = ONE;
        for (long left = bytes; left != 0; left &= left - 1) {
            factor = multiply(APPENDED[Long.numberOfTrailingZeros(left)], factor);
        }
        return factor;
    }

    private static int[] appended() {
        int[] powers = new int[Long.SIZE - 1];
        powers[0] = ONE >>> 8;
        for (int k = 1; k < powers.length; k++) {
            powers[k] = multiply(powers[k - 1], powers[k - 1]);
        }
        return powers;
    }

    private static int multiply(int a, int b) {
        int product = 0;
        int shifted = b;
        for (int left = a; left != 0; left <<= 1) {
            product ^= left < 0 ? shifted : 0;
            shifted = shifted >>> 1 ^ ((shifted & 1) != 0 ? GENERATOR : 0);
        }
        return product;
    }
}

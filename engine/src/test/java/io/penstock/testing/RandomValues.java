package io.penstock.testing;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Single values, legal for their type, often at its limits. */
final class RandomValues {
    private static final String[] STRINGS = {
        "", "a", "hello", "\"quoted\"", "back\\slash", "line\nfeed\ttab\r", "\u0000nul\u0000", "\u0001\u001f\u007f",
                "\u00e9\u00df", "\u20ac\u2028\u2029",
        "\ufeff\uffff", "\ud83d\ude00", "\udbff\udfff", "exactly12byt", "exactly13byte", " lead and trail ",
                "</script>", "NaN", "null", "1e400"
    };
    private static final double[] DOUBLES = {
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.1,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MIN_NORMAL,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        9007199254740993.0,
        1e21,
        1e-7,
        123456789.125,
        2.2250738585072011e-308
    };
    private static final float[] FLOATS = {
        0.0f,
        -0.0f,
        1.0f,
        0.1f,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Float.MAX_VALUE,
        16777217f,
        1e10f
    };
    private static final short[] HALVES = {
        0, (short) 0x8000, 0x3c00, 0x7e00, 0x7c00, (short) 0xfc00, 1, (short) 0x8001, 0x03ff, 0x0400, 0x7bff, 0x2e66
    };

    private final Random random;

    RandomValues(Random random) {
        this.random = random;
    }

    static int width(ArrowType type) {
        if (type instanceof ArrowType.Int t) {
            return t.getBitWidth() / 8;
        }
        if (type instanceof ArrowType.FloatingPoint t) {
            return switch (t.getPrecision()) {
                case HALF -> 2;
                case SINGLE -> 4;
                case DOUBLE -> 8;
            };
        }
        if (type instanceof ArrowType.Decimal t) {
            return t.getBitWidth() / 8;
        }
        if (type instanceof ArrowType.FixedSizeBinary t) {
            return t.getByteWidth();
        }
        if (type instanceof ArrowType.Date t) {
            return t.getUnit() == DateUnit.DAY ? 4 : 8;
        }
        if (type instanceof ArrowType.Time t) {
            return t.getBitWidth() / 8;
        }
        if (type instanceof ArrowType.Interval t) {
            return switch (t.getUnit()) {
                case YEAR_MONTH -> 4;
                case DAY_TIME -> 8;
                case MONTH_DAY_NANO -> 16;
            };
        }
        if (type instanceof ArrowType.Timestamp || type instanceof ArrowType.Duration) {
            return 8;
        }
        throw new IllegalArgumentException("not of fixed width: " + type);
    }

    /** The little-endian bytes of a value. */
    byte[] fixedWidth(ArrowType type) {
        int width = width(type);
        if (type instanceof ArrowType.FixedSizeBinary) {
            byte[] bytes = new byte[width];
            random.nextBytes(bytes);
            return bytes;
        }
        if (type instanceof ArrowType.Decimal decimal) {
            return decimal(decimal, width);
        }
        ByteBuffer value = ByteBuffer.allocate(width).order(ByteOrder.LITTLE_ENDIAN);
        if (type instanceof ArrowType.FloatingPoint) {
            floating(value, width);
        } else if (type instanceof ArrowType.Date date && date.getUnit() == DateUnit.MILLISECOND) {
            value.putLong(integer(64) / 86_400_000 * 86_400_000);
        } else if (type instanceof ArrowType.Time time) {
            long limit = 86_400 * perSecond(time.getUnit());
            long at = random.nextInt(8) == 0 ? limit - 1 : (long) (random.nextDouble() * limit);
            put(value, width, at);
        } else if (type instanceof ArrowType.Interval interval && interval.getUnit() != IntervalUnit.YEAR_MONTH) {
            value.putInt((int) integer(32)).putInt((int) integer(32));
            if (value.hasRemaining()) {
                value.putLong(integer(64));
            }
        } else {
            put(value, width, integer(width * 8));
        }
        return value.array();
    }

    /** The bytes of a value of a utf8 or binary type. */
    byte[] bytes(ArrowType type) {
        boolean text = type instanceof ArrowType.Utf8
                || type instanceof ArrowType.LargeUtf8
                || type instanceof ArrowType.Utf8View;
        if (!text) {
            byte[] bytes = new byte[length()];
            random.nextBytes(bytes);
            return bytes;
        }
        if (random.nextInt(4) == 0) {
            return STRINGS[random.nextInt(STRINGS.length)].getBytes(StandardCharsets.UTF_8);
        }
        int length = length();
        StringBuilder string = new StringBuilder(length);
        boolean ascii = random.nextInt(3) != 0;
        while (string.length() < length) {
            int c = ascii
                    ? ' ' + random.nextInt(95)
                    : random.nextInt(Character.MAX_CODE_POINT + 1) >>> random.nextInt(15);
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                string.appendCodePoint(c);
            }
        }
        return string.toString().getBytes(StandardCharsets.UTF_8);
    }

    private int length() {
        return switch (random.nextInt(100)) {
            case 0 -> random.nextInt(600);
            case 1, 2, 3, 4 -> 11 + random.nextInt(4);
            default -> random.nextInt(20);
        };
    }

    private long integer(int bits) {
        long min = -1L << (bits - 1);
        return switch (random.nextInt(12)) {
            case 0 -> 0;
            case 1 -> min;
            case 2 -> ~min;
            case 3 -> -1;
            case 4 -> min + 1;
            default -> random.nextLong() >> (64 - bits + random.nextInt(bits));
        };
    }

    private void floating(ByteBuffer value, int width) {
        boolean special = random.nextInt(4) == 0;
        if (width == 2) {
            short bits = special ? HALVES[random.nextInt(HALVES.length)] : (short) random.nextInt();
            boolean nan = (bits & 0x7c00) == 0x7c00 && (bits & 0x03ff) != 0;
            value.putShort(nan ? 0x7e00 : bits);
        } else if (width == 4) {
            float any = Float.intBitsToFloat(random.nextInt());
            value.putInt(Float.floatToIntBits(special ? FLOATS[random.nextInt(FLOATS.length)] : any));
        } else {
            double any = random.nextBoolean()
                    ? Double.longBitsToDouble(random.nextLong())
                    : random.nextInt(1_000_000) / 100.0;
            value.putLong(Double.doubleToLongBits(special ? DOUBLES[random.nextInt(DOUBLES.length)] : any));
        }
    }

    private byte[] decimal(ArrowType.Decimal type, int width) {
        BigInteger most = BigInteger.TEN.pow(type.getPrecision()).subtract(BigInteger.ONE);
        BigInteger value = switch (random.nextInt(8)) {
            case 0 -> most;
            case 1 -> most.negate();
            case 2 -> BigInteger.ZERO;
            case 3 -> BigInteger.ONE.negate();
            default -> new BigInteger(1 + random.nextInt(most.bitLength()), random).min(most);
        };
        if (random.nextBoolean()) {
            value = value.negate();
        }
        byte[] bigEndian = value.toByteArray();
        byte[] bytes = new byte[width];
        for (int k = 0; k < width; k++) {
            int from = bigEndian.length - 1 - k;
            bytes[k] = from >= 0 ? bigEndian[from] : (byte) (value.signum() < 0 ? -1 : 0);
        }
        return bytes;
    }

    private static long perSecond(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1;
            case MILLISECOND -> 1_000;
            case MICROSECOND -> 1_000_000;
            case NANOSECOND -> 1_000_000_000;
        };
    }

    private static void put(ByteBuffer target, int width, long value) {
        for (int k = 0; k < width; k++) {
            target.put((byte) (value >>> (8 * k)));
        }
    }
}

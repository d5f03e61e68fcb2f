package io.penstock.format.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.buffer.Memory;
import io.penstock.format.BatchDecoder;
import io.penstock.testing.BatchAssert;
import io.penstock.testing.LeakCheck;
import io.penstock.testing.RandomSchemas;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The text of single values, those at the limits of their types above all, and that it reads back as the same bits. */
class JsonLimitsTest {
    private static final long MIN = Long.MIN_VALUE;
    private static final long MAX = Long.MAX_VALUE;

    @RegisterExtension
    final LeakCheck memory = new LeakCheck();

    /** @param value of up to 64 bits; of wider types the low ones, extended by its sign */
    private void requireText(ArrowType type, long value, String text) throws IOException {
        requireText(type, new long[] {value, value >> 63, value >> 63, value >> 63}, text);
    }

    private void requireText(ArrowType type, long[] words, String text) throws IOException {
        Field field = RandomSchemas.nullable("c", type);
        Schema schema = new Schema(List.of(field));
        FieldVector vector = field.createVector(memory.allocator());
        vector.setInitialCapacity(1);
        vector.allocateNew();
        int width = ((BaseFixedWidthVector) vector).getTypeWidth();
        long at = vector.getDataBufferAddress();
        for (int i = 0; i < width; i++) {
            Memory.putByte(at + i, (byte) (words[i >> 3] >>> 8 * (i & 7)));
        }
        vector.getValidityBuffer().setByte(0, 1);
        vector.setValueCount(1);
        try (VectorSchemaRoot batch = new VectorSchemaRoot(List.of(field), List.of(vector), 1)) {
            for (Map<String, String> options : List.of(JsonFiles.BATCHES, JsonFiles.RECORDS)) {
                String written = JsonFiles.text(memory, options, batch);
                assertEquals(options.isEmpty() ? "[[" + text + "]]\n" : "{\"c\":" + text + "}\n", written);
                byte[] file = written.getBytes(StandardCharsets.UTF_8);
                try (BatchDecoder decoder = JsonFiles.read(memory, file, schema, options, 10)) {
                    assertTrue(decoder.loadNext());
                    BatchAssert.assertEqual(batch, decoder.batch(), text);
                }
            }
        }
    }

    @Test
    void wholeNumbers() throws IOException {
        requireText(new ArrowType.Int(8, true), -128, "-128");
        requireText(new ArrowType.Int(8, false), 255, "255");
        requireText(new ArrowType.Int(16, true), -32768, "-32768");
        requireText(new ArrowType.Int(16, false), 65535, "65535");
        requireText(new ArrowType.Int(32, true), Integer.MIN_VALUE, "-2147483648");
        requireText(new ArrowType.Int(32, true), Integer.MAX_VALUE, "2147483647");
        requireText(new ArrowType.Int(32, false), -1, "4294967295");
        requireText(new ArrowType.Int(64, true), MIN, "-9223372036854775808");
        requireText(new ArrowType.Int(64, true), MAX, "9223372036854775807");
        requireText(new ArrowType.Int(64, true), (1L << 53) + 1, "9007199254740993");
        requireText(new ArrowType.Int(64, false), -1, "18446744073709551615");
        requireText(new ArrowType.Int(64, false), MIN, "9223372036854775808");
        requireText(new ArrowType.Int(64, true), 0, "0");
    }

    @Test
    void floatingPoint() throws IOException {
        ArrowType type = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
        requireText(type, Double.doubleToLongBits(0.0), "0.0");
        requireText(type, Double.doubleToLongBits(-0.0), "-0.0");
        requireText(type, Double.doubleToLongBits(0.1), "0.1");
        requireText(type, Double.doubleToLongBits(-12.5), "-12.5");
        requireText(type, Double.doubleToLongBits(100), "100.0");
        requireText(type, Double.doubleToLongBits(2E15), "2000000000000000.0");
        requireText(type, Double.doubleToLongBits(1e16), "10000000000000000.0");
        requireText(type, Double.doubleToLongBits(1e17), "1E17");
        requireText(type, Double.doubleToLongBits(0.0001), "0.0001");
        requireText(type, Double.doubleToLongBits(1.0 / 3), "0.3333333333333333");
        requireText(type, Double.doubleToLongBits(Double.MIN_VALUE), "5E-324");
        requireText(type, Double.doubleToLongBits(Double.MIN_NORMAL), "2.2250738585072014E-308");
        requireText(type, Double.doubleToLongBits(-Double.MAX_VALUE), "-1.7976931348623157E308");
        requireText(type, Double.doubleToLongBits(Double.NaN), "\"NaN\"");
        requireText(type, Double.doubleToLongBits(Double.POSITIVE_INFINITY), "\"Infinity\"");
        requireText(type, Double.doubleToLongBits(Double.NEGATIVE_INFINITY), "\"-Infinity\"");
        ArrowType single = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
        requireText(single, Float.floatToIntBits(0.1f), "0.1");
        requireText(single, Float.floatToIntBits(16777216f), "16777216.0");
        requireText(single, Float.floatToIntBits(Float.MIN_VALUE), "1E-45");
        requireText(single, Float.floatToIntBits(Float.MAX_VALUE), "3.4028235E38");
        requireText(single, Float.floatToIntBits(-0f), "-0.0");
        requireText(single, Float.floatToIntBits(Float.NEGATIVE_INFINITY), "\"-Infinity\"");
        ArrowType half = new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
        requireText(half, 0x2e66, "0.1");
        requireText(half, 0x7bff, "65504.0".replace("65504", "65500"));
        requireText(half, 0x8001, "-6E-8");
        requireText(half, 0x7e00, "\"NaN\"");
        requireText(half, 0xfc00, "\"-Infinity\"");
    }

    @Test
    void decimals() throws IOException {
        requireText(new ArrowType.Decimal(5, 2, 128), 1250, "12.50");
        requireText(new ArrowType.Decimal(5, 2, 128), -1, "-0.01");
        requireText(new ArrowType.Decimal(5, 2, 128), 0, "0.00");
        requireText(new ArrowType.Decimal(5, 0, 128), -99999, "-99999");
        requireText(new ArrowType.Decimal(5, -3, 128), 12, "12E3");
        requireText(new ArrowType.Decimal(5, 8, 128), -12345, "-0.00012345");
        requireText(new ArrowType.Decimal(19, 18, 128), MAX, "9.223372036854775807");
        requireText(new ArrowType.Decimal(19, 0, 128), MIN, "-9223372036854775808");
        requireText(new ArrowType.Decimal(19, 1, 128), MIN, "-922337203685477580.8");
        requireText(new ArrowType.Decimal(38, 30, 128), 7, "0.000000000000000000000000000007");
        String nines = "9".repeat(76);
        requireText(new ArrowType.Decimal(38, 0, 128), words("9".repeat(38)), "9".repeat(38));
        requireText(new ArrowType.Decimal(38, 38, 128), words("-" + "9".repeat(38)), "-0." + "9".repeat(38));
        requireText(
                new ArrowType.Decimal(38, 10, 128),
                words("-" + "9".repeat(38)),
                "-" + "9".repeat(28) + "." + "9".repeat(10));
        requireText(new ArrowType.Decimal(76, 0, 256), words(nines), nines);
        requireText(new ArrowType.Decimal(76, 76, 256), words("-" + nines), "-0." + nines);
        requireText(new ArrowType.Decimal(76, 1, 256), words("1" + "0".repeat(75)), "1" + "0".repeat(74) + ".0");
        requireText(new ArrowType.Decimal(76, 40, 256), words("-1"), "-0." + "0".repeat(39) + "1");
        requireText(new ArrowType.Decimal(76, 200, 256), words("-" + nines), "-" + nines + "E-200");
    }

    private static long[] words(String unscaled) {
        BigInteger value = new BigInteger(unscaled);
        long[] words = new long[4];
        for (int i = 0; i < 4; i++) {
            words[i] = value.shiftRight(64 * i).longValue();
        }
        return words;
    }

    @Test
    void dates() throws IOException {
        ArrowType day = new ArrowType.Date(DateUnit.DAY);
        requireText(day, 0, "\"1970-01-01\"");
        requireText(day, -1, "\"1969-12-31\"");
        requireText(day, 11016, "\"2000-02-29\"");
        requireText(day, 2932896, "\"9999-12-31\"");
        requireText(day, 2932897, "\"+10000-01-01\"");
        requireText(day, -719468, "\"0000-03-01\"");
        requireText(day, -719528, "\"0000-01-01\"");
        requireText(day, -719529, "\"-0001-12-31\"");
        requireText(day, Integer.MIN_VALUE, "\"-5877641-06-23\"");
        requireText(day, Integer.MAX_VALUE, "\"+5881580-07-11\"");
        ArrowType millis = new ArrowType.Date(DateUnit.MILLISECOND);
        requireText(millis, 86_400_000, "\"1970-01-02\"");
        requireText(millis, -1, "\"1969-12-31T23:59:59.999\"");
        requireText(millis, MIN, "\"-292275055-05-16T16:47:04.192\"");
        requireText(millis, MAX, "\"+292278994-08-17T07:12:55.807\"");
    }

    @Test
    void times() throws IOException {
        requireText(new ArrowType.Time(TimeUnit.SECOND, 32), 86_399, "\"23:59:59\"");
        requireText(new ArrowType.Time(TimeUnit.SECOND, 32), 86_400, "86400");
        requireText(new ArrowType.Time(TimeUnit.SECOND, 32), Integer.MIN_VALUE, "-2147483648");
        requireText(new ArrowType.Time(TimeUnit.MILLISECOND, 32), 1, "\"00:00:00.001\"");
        requireText(new ArrowType.Time(TimeUnit.MICROSECOND, 64), 3_600_000_001L, "\"01:00:00.000001\"");
        requireText(new ArrowType.Time(TimeUnit.NANOSECOND, 64), 86_399_999_999_999L, "\"23:59:59.999999999\"");
        requireText(new ArrowType.Time(TimeUnit.NANOSECOND, 64), MIN, "-9223372036854775808");
        requireText(new ArrowType.Time(TimeUnit.NANOSECOND, 64), MAX, "9223372036854775807");
    }

    @Test
    void timestamps() throws IOException {
        requireText(new ArrowType.Timestamp(TimeUnit.SECOND, null), -1, "\"1969-12-31T23:59:59\"");
        requireText(new ArrowType.Timestamp(TimeUnit.SECOND, null), MIN, "\"-292277022657-01-27T08:29:52\"");
        requireText(new ArrowType.Timestamp(TimeUnit.SECOND, null), MAX, "\"+292277026596-12-04T15:30:07\"");
        requireText(new ArrowType.Timestamp(TimeUnit.MILLISECOND, null), MIN, "\"-292275055-05-16T16:47:04.192\"");
        requireText(
                new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC"), -14182940000L, "\"1969-07-20T20:17:40.000Z\"");
        requireText(
                new ArrowType.Timestamp(TimeUnit.MICROSECOND, "Europe/Paris"), 1, "\"1970-01-01T00:00:00.000001Z\"");
        requireText(new ArrowType.Timestamp(TimeUnit.MICROSECOND, null), MIN, "\"-290308-12-21T19:59:05.224192\"");
        requireText(new ArrowType.Timestamp(TimeUnit.MICROSECOND, null), MAX, "\"+294247-01-10T04:00:54.775807\"");
        requireText(new ArrowType.Timestamp(TimeUnit.NANOSECOND, null), MIN, "\"1677-09-21T00:12:43.145224192\"");
        requireText(new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC"), MAX, "\"2262-04-11T23:47:16.854775807Z\"");
    }

    @Test
    void durationsAndIntervals() throws IOException {
        requireText(new ArrowType.Duration(TimeUnit.SECOND), MIN, "\"PT-9223372036854775808S\"");
        requireText(new ArrowType.Duration(TimeUnit.SECOND), MAX, "\"PT9223372036854775807S\"");
        requireText(new ArrowType.Duration(TimeUnit.MILLISECOND), -500, "\"PT-0.500S\"");
        requireText(new ArrowType.Duration(TimeUnit.MICROSECOND), 0, "\"PT0.000000S\"");
        requireText(new ArrowType.Duration(TimeUnit.NANOSECOND), MIN, "\"PT-9223372036.854775808S\"");
        requireText(new ArrowType.Interval(IntervalUnit.YEAR_MONTH), Integer.MIN_VALUE, "\"P-2147483648M\"");
        requireText(new ArrowType.Interval(IntervalUnit.DAY_TIME), 3 | -1500L << 32, "\"P3DT-1.500S\"");
        requireText(
                new ArrowType.Interval(IntervalUnit.DAY_TIME),
                0x8000_0000_8000_0000L,
                "\"P-2147483648DT-2147483.648S\"");
        requireText(
                new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO),
                new long[] {-14 & 0xffff_ffffL | 3L << 32, MIN},
                "\"P-14M3DT-9223372036.854775808S\"");
    }
}

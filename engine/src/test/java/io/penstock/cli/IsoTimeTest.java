package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import org.apache.arrow.vector.types.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimeTest {
    private final IsoTime iso = new IsoTime();

    private boolean timestamp(String text) {
        return iso.parseTimestamp(text.toCharArray(), 0, text.length());
    }

    @Test
    void datesAreThoseOfTheJavaCalendar() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            long day = i % 2 == 0 ? random.nextInt() : random.nextInt(80_000) - 40_000;
            String text = LocalDate.ofEpochDay(day).toString();
            assertTrue(iso.parseDate(text.toCharArray(), 0, text.length()), () -> text + " with seed " + seed);
            assertEquals(day, iso.epochDay(), () -> text + " with seed " + seed);
        }
    }

    @Test
    void timestampsAreThoseOfTheJavaCalendar() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            long nanos = random.nextLong() >> random.nextInt(40);
            LocalDateTime local = LocalDateTime.ofEpochSecond(
                    Math.floorDiv(nanos, 1_000_000_000L), (int) Math.floorMod(nanos, 1_000_000_000L), ZoneOffset.UTC);
            OffsetDateTime zoned = local.atOffset(ZoneOffset.ofTotalSeconds((random.nextInt(1441) - 720) * 60));
            assertTrue(timestamp(local.toString()), () -> local + " with seed " + seed);
            assertEquals(nanos, iso.timestamp(TimeUnit.NANOSECOND, null), () -> local + " with seed " + seed);
            assertTrue(timestamp(zoned.toString()), () -> zoned + " with seed " + seed);
            assertTrue(iso.hasOffset());
            assertEquals(
                    Math.floorDiv(zoned.toEpochSecond() * 1000 + zoned.getNano() / 1_000_000, 1L),
                    truncated(zoned).timestamp(TimeUnit.MILLISECOND, null));
        }
    }

    private IsoTime truncated(OffsetDateTime zoned) {
        assertTrue(timestamp(
                zoned.withNano(zoned.getNano() / 1_000_000 * 1_000_000).toString()));
        return iso;
    }

    @Test
    void aLocalTimeIsReadInTheZoneOfTheColumn() {
        assertTrue(timestamp("2024-07-01 12:00:00"));
        assertEquals(
                OffsetDateTime.parse("2024-07-01T10:00:00Z").toEpochSecond(),
                iso.timestamp(TimeUnit.SECOND, ZoneId.of("Europe/Zurich")));
    }

    @Test
    void aUnitThatIsTooCoarseOrTooSmallIsRefused() {
        assertTrue(timestamp("2024-07-01T12:00:00.5"));
        assertThrows(ArithmeticException.class, () -> iso.timestamp(TimeUnit.SECOND, null));
        assertTrue(timestamp("9999-07-01T12:00:00"));
        assertThrows(ArithmeticException.class, () -> iso.timestamp(TimeUnit.NANOSECOND, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2024",
                "2024-02-30T00:00",
                "2023-02-29T00:00",
                "1900-02-29T00:00",
                "2024-13-01T00:00",
                "2024-00-01T00:00",
                "2024-01-00T00:00",
                "24-01-01T00:00",
                "20240101T000000",
                "2024-01-01T24:00",
                "2024-01-01T00:60",
                "2024-01-01T00:00:60",
                "2024-01-01T00:00:00.",
                "2024-01-01T00:00:00.1234567890",
                "2024-01-01T00:00Zx",
                "2024-01-01T00:00+",
                "2024-01-01T00:00+1",
                "2024-01-01T00:00+19:00",
                "2024-01-01x00:00",
                "2024-01-01T",
                "12024-01-01T00:00",
                " 2024-01-01T00:00"
            })
    void whatIsNoTimestampIsRefused(String text) {
        assertFalse(timestamp(text));
    }
}

package io.penstock.cli;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Dates and times as text of ISO 8601; the bare number where Java's calendar, or a day, does not reach that far. */
final class TemporalText {
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ISO_LOCAL_DATE_TIME;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long MILLIS_PER_DAY = 86_400_000;
    private static final long MIN_SECONDS = LocalDateTime.MIN.toEpochSecond(ZoneOffset.UTC);
    private static final long MAX_SECONDS = LocalDateTime.MAX.toEpochSecond(ZoneOffset.UTC);

    private TemporalText() {}

    static String date(DateUnit unit, long value) {
        return switch (unit) {
            case DAY -> LocalDate.ofEpochDay(value).toString();
            case MILLISECOND ->
                epoch(TimeUnit.MILLISECOND, value)
                        .map(date ->
                                value % MILLIS_PER_DAY == 0 ? date.toLocalDate().toString() : TIMESTAMP.format(date))
                        .orElse(Long.toString(value));
        };
    }

    static String time(TimeUnit unit, long value) {
        long perDay = 86_400 * perSecond(unit);
        return value < 0 || value >= perDay
                ? Long.toString(value)
                : DateTimeFormatter.ISO_LOCAL_TIME.format(
                        LocalTime.ofNanoOfDay(value * (NANOS_PER_SECOND / perSecond(unit))));
    }

    static String timestamp(ArrowType.Timestamp type, long value) {
        String suffix = type.getTimezone() == null || type.getTimezone().isEmpty() ? "" : "Z";
        return epoch(type.getUnit(), value)
                .map(time -> TIMESTAMP.format(time) + suffix)
                .orElse(Long.toString(value));
    }

    static String duration(TimeUnit unit, long value) {
        long perSecond = perSecond(unit);
        // Arrow's own conversion cuts off what is beyond 292 years.
        return Duration.ofSeconds(
                        Math.floorDiv(value, perSecond),
                        Math.floorMod(value, perSecond) * (NANOS_PER_SECOND / perSecond))
                .toString();
    }

    private static Optional<LocalDateTime> epoch(TimeUnit unit, long value) {
        long perSecond = perSecond(unit);
        long seconds = Math.floorDiv(value, perSecond);
        if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
            return Optional.empty();
        }
        int nanos = (int) (Math.floorMod(value, perSecond) * (NANOS_PER_SECOND / perSecond));
        return Optional.of(LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC));
    }

    private static long perSecond(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1;
            case MILLISECOND -> 1_000;
            case MICROSECOND -> 1_000_000;
            case NANOSECOND -> NANOS_PER_SECOND;
        };
    }
}

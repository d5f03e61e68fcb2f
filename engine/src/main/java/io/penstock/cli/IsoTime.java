package io.penstock.cli;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.arrow.vector.types.TimeUnit;

/**
 * Dates and times in ISO 8601's extended form: {@code 2024-02-29}, {@code 13:45:10.123}, {@code 2024-02-29T13:45:10.123Z}, with a
 * blank in place of the {@code T} as well. One thread; the result of a parse is in its fields.
 */
final class IsoTime {
    private static final long SECONDS_PER_DAY = 86_400;

    private char[] chars;
    private int at;
    private int to;
    private long epochDay;
    private long secondOfDay;
    private int nanos;
    private int fractionDigits;
    private boolean hasOffset;
    private int offsetSeconds;

    /** How many digits the fraction of a second had. */
    int fractionDigits() {
        return fractionDigits;
    }

    boolean hasOffset() {
        return hasOffset;
    }

    /** Whether it is a date; {@link #epochDay} then says which. */
    boolean parseDate(char[] text, int from, int end) {
        begin(text, from, end);
        return date() && at == to;
    }

    long epochDay() {
        return epochDay;
    }

    /** Whether it is a time of day. */
    boolean parseTime(char[] text, int from, int end) {
        begin(text, from, end);
        return time() && at == to;
    }

    /** Whether it is a date and a time of day, maybe with an offset from UTC. */
    boolean parseTimestamp(char[] text, int from, int end) {
        begin(text, from, end);
        if (!date() || at == to || chars[at] != 'T' && chars[at] != ' ') {
            return false;
        }
        at++;
        return time() && offset() && at == to;
    }

    /**
     * The time of day in {@code unit}.
     *
     * @throws ArithmeticException if the unit is too coarse for it
     */
    long timeOfDay(TimeUnit unit) {
        return inUnit(secondOfDay, unit);
    }

    /**
     * Since 1970-01-01T00:00, in UTC if the text has an offset or {@code zone} is not null, in which a text without an offset is
     * read.
     *
     * @throws ArithmeticException if the unit is too coarse, or its range too small
     */
    long timestamp(TimeUnit unit, ZoneId zone) {
        long seconds = epochDay * SECONDS_PER_DAY + secondOfDay;
        if (hasOffset) {
            seconds -= offsetSeconds;
        } else if (zone != null && !zone.equals(ZoneOffset.UTC)) {
            LocalDateTime local = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
            seconds = local.atZone(zone).toEpochSecond();
        }
        return inUnit(seconds, unit);
    }

    private long inUnit(long seconds, TimeUnit unit) {
        int perSecond = switch (unit) {
            case SECOND -> 1;
            case MILLISECOND -> 1_000;
            case MICROSECOND -> 1_000_000;
            case NANOSECOND -> 1_000_000_000;
        };
        int nanosPerUnit = 1_000_000_000 / perSecond;
        if (nanos % nanosPerUnit != 0) {
            throw new ArithmeticException("finer than " + TypeText.unit(unit));
        }
        long units = nanos / nanosPerUnit;
        if (seconds < 0 && units > 0) {
            // The whole second below may be out of range where the time itself is not.
            return Math.addExact(Math.multiplyExact(seconds + 1, (long) perSecond), units - perSecond);
        }
        return Math.addExact(Math.multiplyExact(seconds, (long) perSecond), units);
    }

    private void begin(char[] text, int from, int end) {
        chars = text;
        at = from;
        to = end;
        nanos = 0;
        fractionDigits = 0;
        hasOffset = false;
    }

    private boolean date() {
        boolean signed = at < to && (chars[at] == '-' || chars[at] == '+');
        boolean negative = signed && chars[at] == '-';
        at += signed ? 1 : 0;
        int start = at;
        long year = 0;
        while (at < to && isDigit(chars[at]) && at - start < 9) {
            year = year * 10 + (chars[at++] - '0');
        }
        int length = at - start;
        if (length < 4 || length > 4 && !signed || !literal('-')) {
            return false;
        }
        int month = twoDigits(1, 12);
        if (month < 0 || !literal('-')) {
            return false;
        }
        int day = twoDigits(1, 31);
        return day >= 0 && day(negative ? -year : year, month, day);
    }

    private boolean day(long year, int month, int day) {
        boolean leap = (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
        int length = month == 2 ? leap ? 29 : 28 : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
        // Days from civil: Howard Hinnant, chrono-Compatible Low-Level Date Algorithms.
        long y = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(y, 400L);
        long yearOfEra = y - era * 400;
        long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        epochDay = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
        return day <= length;
    }

    private boolean time() {
        int hour = twoDigits(0, 23);
        if (hour < 0 || !literal(':')) {
            return false;
        }
        int minute = twoDigits(0, 59);
        if (minute < 0) {
            return false;
        }
        int second = 0;
        if (at < to && chars[at] == ':') {
            at++;
            second = twoDigits(0, 59);
            if (second < 0 || !fraction()) {
                return false;
            }
        }
        secondOfDay = hour * 3_600L + minute * 60L + second;
        return true;
    }

    private boolean fraction() {
        if (at == to || chars[at] != '.') {
            return true;
        }
        int start = ++at;
        int value = 0;
        while (at < to && isDigit(chars[at]) && at - start < 9) {
            value = value * 10 + (chars[at++] - '0');
        }
        fractionDigits = at - start;
        for (int i = fractionDigits; i < 9; i++) {
            value *= 10;
        }
        nanos = value;
        return fractionDigits > 0;
    }

    private boolean offset() {
        if (at == to) {
            return true;
        }
        hasOffset = true;
        offsetSeconds = 0;
        if (chars[at] == 'Z') {
            at++;
            return true;
        }
        if (chars[at] != '+' && chars[at] != '-') {
            return false;
        }
        int sign = chars[at++] == '-' ? -1 : 1;
        int hours = twoDigits(0, 18);
        int minutes = 0;
        if (hours >= 0 && at < to) {
            at += chars[at] == ':' ? 1 : 0;
            minutes = twoDigits(0, 59);
        }
        offsetSeconds = sign * (hours * 3_600 + minutes * 60);
        return hours >= 0 && minutes >= 0;
    }

    private int twoDigits(int min, int max) {
        if (to - at < 2 || !isDigit(chars[at]) || !isDigit(chars[at + 1])) {
            return -1;
        }
        int value = (chars[at] - '0') * 10 + (chars[at + 1] - '0');
        at += 2;
        return value < min || value > max ? -1 : value;
    }

    private boolean literal(char c) {
        return at < to && chars[at++] == c;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The zone that an Arrow timestamp names; UTC as such, so that it costs nothing. */
    static ZoneId zone(String name) {
        if (name.equals("UTC") || name.equals("Z") || name.equals("Etc/UTC") || name.equals("+00:00")) {
            return ZoneOffset.UTC;
        }
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("unknown time zone '" + name + "'", e);
        }
    }
}

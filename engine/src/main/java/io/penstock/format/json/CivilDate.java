package io.penstock.format.json;

import io.penstock.buffer.Memory;

/**
 * Days since 1970-01-01 as text and back, in the proleptic Gregorian calendar: {@code 1969-07-20}; beyond the years 0 to 9999 with a
 * sign, ISO 8601's expanded form ({@code -0044-03-15}, {@code +12345-01-01}).
 *
 * <p>The usual years after C. Neri and L. Schneider, "Euclidean affine functions and their application to calendar algorithms"
 * (2022), the others after H. Hinnant's "chrono-compatible low-level date algorithms".
 */
final class CivilDate {
    /** Bytes that a caller of {@link #put} has claimed, for any day whose second is a 64-bit number. */
    static final int ROOM = 32;

    /** 0000-03-01, and 9999-12-31. */
    private static final long FIRST_FAST_DAY = -719_468;

    private static final long LAST_FAST_DAY = 2_932_896;
    private static final int DAYS_OF_400_YEARS = 146_097;

    private CivilDate() {}

    static long put(long at, long day) {
        if (day >= FIRST_FAST_DAY && day <= LAST_FAST_DAY) {
            return putUsual(at, (int) (day - FIRST_FAST_DAY));
        }
        long z = day - FIRST_FAST_DAY;
        long era = Math.floorDiv(z, DAYS_OF_400_YEARS);
        int dayOfEra = Math.floorMod(z, DAYS_OF_400_YEARS);
        int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int march = (5 * dayOfYear + 2) / 153;
        int dayOfMonth = dayOfYear - (153 * march + 2) / 5 + 1;
        int month = march < 10 ? march + 3 : march - 9;
        return putYear(at, yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth);
    }

    private static long putUsual(long at, int sinceMarchOfYear0) {
        int n1 = 4 * sinceMarchOfYear0 + 3;
        int century = n1 / DAYS_OF_400_YEARS;
        int n2 = 4 * (n1 % DAYS_OF_400_YEARS / 4) + 3;
        long p2 = 2_939_745L * n2;
        int yearOfCentury = (int) (p2 >>> 32);
        int dayOfYear = (int) ((p2 & 0xffff_ffffL) / 2_939_745 / 4);
        int n3 = 2141 * dayOfYear + 197_913;
        int carry = dayOfYear >= 306 ? 1 : 0;
        int year = 100 * century + yearOfCentury + carry;
        int month = (n3 >>> 16) - 12 * carry;
        int dayOfMonth = (n3 & 0xffff) / 2141 + 1;

        long digits = Digits.eight(year * 10_000L + month * 100 + dayOfMonth) | Digits.ASCII_ZEROS;
        Memory.putInt(at, (int) digits);
        Memory.putInt(at + 4, '-' | (int) (digits >>> 32 & 0xffff) << 8 | '-' << 24);
        Memory.putShort(at + 8, (short) (digits >>> 48));
        return at + 10;
    }

    private static long putYear(long start, long year, int month, int dayOfMonth) {
        long at = start;
        long magnitude = Math.abs(year);
        if (year < 0 || year > 9999) {
            Memory.putByte(at++, (byte) (year < 0 ? '-' : '+'));
        }
        at = magnitude < 10_000 ? Digits.putPadded(at, magnitude, 4) : Digits.putUnsigned(at, magnitude);
        long digits = Digits.eight(month * 100L + dayOfMonth) | Digits.ASCII_ZEROS;
        Memory.putInt(at, '-' | (int) (digits >>> 32 & 0xffff) << 8 | '-' << 24);
        Memory.putShort(at + 4, (short) (digits >>> 48));
        return at + 6;
    }

    /** The day of a date whose month is 1 to 12; the day of the month may be any. */
    static long day(long year, int month, int dayOfMonth) {
        long y = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(y, 400L);
        int yearOfEra = (int) (y - era * 400);
        int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dayOfMonth - 1;
        int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * DAYS_OF_400_YEARS + dayOfEra + FIRST_FAST_DAY;
    }

    /** As {@link #day}, of the years 0 to 9999. */
    static int usualDay(int year, int month, int dayOfMonth) {
        // Years begin in March, and 400 earlier, so that none is negative.
        int early = month <= 2 ? 1 : 0;
        int y = year + 400 - early;
        int m = month + 12 * early;
        int century = y / 100;
        return (1461 * y >>> 2)
                - century
                + (century >>> 2)
                + (979 * m - 2919 >>> 5)
                + dayOfMonth
                - 1
                + (int) FIRST_FAST_DAY
                - DAYS_OF_400_YEARS;
    }

    static int daysOfMonth(long year, int month) {
        if (month == 2) {
            return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }
}

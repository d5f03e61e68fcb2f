package io.penstock.format.json;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Dates, times, timestamps, durations and intervals as the text of ISO 8601, with as many digits of a second as the unit has. */
final class TemporalWriters {
    static final long SECONDS_OF_DAY = 86_400;
    static final long MILLIS_OF_DAY = SECONDS_OF_DAY * 1000;

    private TemporalWriters() {}

    static ValueWriter of(ArrowType.Date type, DayTexts days) {
        return type.getUnit() == DateUnit.DAY ? new Day(days) : new DateMillis(days);
    }

    static ValueWriter of(ArrowType.Interval type) {
        return switch (type.getUnit()) {
            case YEAR_MONTH -> new Months();
            case DAY_TIME -> new DayTime();
            case MONTH_DAY_NANO -> new MonthDayNano();
        };
    }

    /** How many digits of a second a unit has. */
    static int fractionDigits(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 0;
            case MILLISECOND -> 3;
            case MICROSECOND -> 6;
            case NANOSECOND -> 9;
        };
    }

    private static long putTime(long at, long second, long fraction, int fractionDigits) {
        long hour = second / 3600;
        long rest = second - hour * 3600;
        long minute = rest / 60;
        long digits = Digits.eight(hour * 10_000 + minute * 100 + (rest - minute * 60)) | Digits.ASCII_ZEROS;
        // hh:mm:ss from 00hhmmss
        Memory.putLong(
                at,
                digits >>> 16 & 0xffff
                        | ':' << 16
                        | (digits >>> 32 & 0xffff) << 24
                        | (long) ':' << 40
                        | (digits >>> 48) << 48);
        return putFraction(at + 8, fraction, fractionDigits);
    }

    private static long putFraction(long at, long fraction, int digits) {
        if (digits == 0) {
            return at;
        }
        Memory.putByte(at, (byte) '.');
        return Digits.putPadded(at + 1, fraction, digits);
    }

    private static long quote(long at) {
        Memory.putByte(at, (byte) '"');
        return at + 1;
    }

    private static final class Day extends IntegerWriters.Fixed {
        private final DayTexts days;

        Day(DayTexts days) {
            super(CivilDate.ROOM);
            this.days = days;
        }

        @Override
        long writeValue(long at, int index) {
            return quote(days.put(quote(at), Memory.getInt(values + 4L * index)));
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }

    /** Milliseconds that should be whole days: a date if they are, a timestamp if not. */
    private static final class DateMillis extends IntegerWriters.Fixed {
        private final DayTexts days;

        DateMillis(DayTexts days) {
            super(CivilDate.ROOM + 16);
            this.days = days;
        }

        @Override
        long writeValue(long start, int index) {
            long millis = Memory.getLong(values + 8L * index);
            long day = Math.floorDiv(millis, MILLIS_OF_DAY);
            long ofDay = millis - day * MILLIS_OF_DAY;
            long at = days.put(quote(start), day);
            if (ofDay != 0) {
                Memory.putByte(at, (byte) 'T');
                at = putTime(at + 1, ofDay / 1000, ofDay % 1000, 3);
            }
            return quote(at);
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }

    /** A time of a day; a value that is none, below zero or of 24 hours and more, as the bare number. */
    static final class Time extends IntegerWriters.Fixed {
        private final boolean narrow;
        private final int fractionDigits;
        private final long perSecond;

        Time(ArrowType.Time type) {
            super(32);
            narrow = type.getBitWidth() == 32;
            fractionDigits = fractionDigits(type.getUnit());
            perSecond = Digits.powerOfTen(fractionDigits);
        }

        @Override
        long writeValue(long at, int index) {
            long value = narrow ? Memory.getInt(values + 4L * index) : Memory.getLong(values + 8L * index);
            if (value < 0 || value >= SECONDS_OF_DAY * perSecond) {
                return Digits.putSigned(at, value);
            }
            long second = value / perSecond;
            return quote(putTime(quote(at), second, value - second * perSecond, fractionDigits));
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }

    /** A timestamp; with a zone it is an instant, whose text is in UTC and ends in {@code Z}. */
    static final class Timestamp extends IntegerWriters.Fixed {
        private final DayTexts days;
        private final boolean instant;
        private final int fractionDigits;
        private final long perSecond;

        Timestamp(ArrowType.Timestamp type, DayTexts days) {
            super(CivilDate.ROOM + 24);
            this.days = days;
            instant = type.getTimezone() != null && !type.getTimezone().isEmpty();
            fractionDigits = fractionDigits(type.getUnit());
            perSecond = Digits.powerOfTen(fractionDigits);
        }

        @Override
        long writeValue(long start, int index) {
            long value = Memory.getLong(values + 8L * index);
            long second = Math.floorDiv(value, perSecond);
            long day = Math.floorDiv(second, SECONDS_OF_DAY);
            long at = days.put(quote(start), day);
            Memory.putByte(at, (byte) 'T');
            at = putTime(at + 1, second - day * SECONDS_OF_DAY, value - second * perSecond, fractionDigits);
            Memory.putByte(at, (byte) 'Z');
            return quote(at + (instant ? 1 : 0));
        }

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeEach(key, ends, from, count);
        }
    }

    /** Puts {@code 1.500S}: seconds and the digits of their fraction, with one sign for both. */
    private static long putSeconds(long start, long value, int fractionDigits) {
        long perSecond = Digits.powerOfTen(fractionDigits);
        long at = start;
        long magnitude = value;
        if (value < 0) {
            Memory.putByte(at++, (byte) '-');
            magnitude = -value;
        }
        // Unsigned, for the smallest value of all.
        long second = Long.divideUnsigned(magnitude, perSecond);
        at = putFraction(Digits.putUnsigned(at, second), magnitude - second * perSecond, fractionDigits);
        Memory.putByte(at, (byte) 'S');
        return at + 1;
    }

    static final class Duration extends IntegerWriters.Fixed {
        private final int fractionDigits;

        Duration(ArrowType.Duration type) {
            super(40);
            fractionDigits = fractionDigits(type.getUnit());
        }

        @Override
        long writeValue(long at, int index) {
            Memory.putInt(at, '"' | 'P' << 8 | 'T' << 16);
            return quote(putSeconds(at + 3, Memory.getLong(values + 8L * index), fractionDigits));
        }
    }

    private static final class Months extends IntegerWriters.Fixed {
        Months() {
            super(24);
        }

        @Override
        long writeValue(long start, int index) {
            Memory.putShort(start, (short) ('"' | 'P' << 8));
            long at = Digits.putSigned(start + 2, Memory.getInt(values + 4L * index));
            Memory.putShort(at, (short) ('M' | '"' << 8));
            return at + 2;
        }
    }

    private static final class DayTime extends IntegerWriters.Fixed {
        DayTime() {
            super(48);
        }

        @Override
        long writeValue(long start, int index) {
            long slot = values + 8L * index;
            Memory.putShort(start, (short) ('"' | 'P' << 8));
            long at = Digits.putSigned(start + 2, Memory.getInt(slot));
            Memory.putShort(at, (short) ('D' | 'T' << 8));
            return quote(putSeconds(at + 2, Memory.getInt(slot + 4), 3));
        }
    }

    private static final class MonthDayNano extends IntegerWriters.Fixed {
        MonthDayNano() {
            super(72);
        }

        @Override
        long writeValue(long start, int index) {
            long slot = values + 16L * index;
            Memory.putShort(start, (short) ('"' | 'P' << 8));
            long at = Digits.putSigned(start + 2, Memory.getInt(slot));
            Memory.putByte(at, (byte) 'M');
            at = Digits.putSigned(at + 1, Memory.getInt(slot + 4));
            Memory.putShort(at, (short) ('D' | 'T' << 8));
            return quote(putSeconds(at + 2, Memory.getLong(slot + 8), 9));
        }
    }
}

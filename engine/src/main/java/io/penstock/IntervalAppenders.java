package io.penstock;

import io.penstock.buffer.Memory;
import java.time.Duration;
import java.time.Period;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.PeriodDuration;

/** The appenders of the three kinds of interval. */
final class IntervalAppenders {
    private IntervalAppenders() {}

    /** Months in 32 bits. */
    static final class Months extends FixedWidthAppender {
        Months(FieldVector vector, Place place) {
            super(vector, place, 4);
        }

        @Override
        void setLong(long months) {
            if (months != (int) months) {
                throw place.unfit(months, "the months are a 32-bit number");
            }
            Memory.putInt(values + ((long) count << 2), (int) months);
            count++;
        }

        @Override
        void setObject(Object value) {
            if (value instanceof Period v) {
                if (v.getDays() != 0) {
                    throw place.unfit(v, "it holds no days");
                }
                setLong(v.toTotalMonths());
            } else if (value instanceof Integer v) {
                setLong(v);
            } else if (value == null) {
                setNull();
            } else {
                throw place.wrongType(value);
            }
        }
    }

    /** Days and milliseconds, 32 bits each. Of a duration alone, 24 hours are a day. */
    static final class DayMillis extends FixedWidthAppender {
        private static final long DAY_SECONDS = 86_400;

        DayMillis(FieldVector vector, Place place) {
            super(vector, place, 8);
        }

        @Override
        void setObject(Object value) {
            if (value instanceof Duration v) {
                long days = v.getSeconds() / DAY_SECONDS;
                append(days, v.getSeconds() - days * DAY_SECONDS, v.getNano(), v);
            } else if (value instanceof Period v) {
                append(days(v, v), 0, 0, v);
            } else if (value instanceof PeriodDuration v) {
                Duration time = v.getDuration();
                append(days(v.getPeriod(), v), time.getSeconds(), time.getNano(), v);
            } else if (value == null) {
                setNull();
            } else {
                throw place.wrongType(value);
            }
        }

        private int days(Period period, Object given) {
            if (period.toTotalMonths() != 0) {
                throw place.unfit(given, "it holds no months");
            }
            return period.getDays();
        }

        private void append(long days, long seconds, int nano, Object given) {
            if (nano % 1_000_000 != 0) {
                throw place.unfit(given, "it is finer than a millisecond");
            }
            long millis = (int) seconds * 1_000L + nano / 1_000_000;
            if (days != (int) days || seconds != (int) seconds || millis != (int) millis) {
                throw place.unfit(given, "it is out of range");
            }
            long at = values + ((long) count << 3);
            Memory.putInt(at, (int) days);
            Memory.putInt(at + 4, (int) millis);
            count++;
        }
    }

    /** Months and days of 32 bits and nanoseconds of 64, which are never carried into each other. */
    static final class MonthDayNanos extends FixedWidthAppender {
        MonthDayNanos(FieldVector vector, Place place) {
            super(vector, place, 16);
        }

        @Override
        void setObject(Object value) {
            if (value instanceof PeriodDuration v) {
                append(v.getPeriod(), v.getDuration(), v);
            } else if (value instanceof Period v) {
                append(v, Duration.ZERO, v);
            } else if (value instanceof Duration v) {
                append(Period.ZERO, v, v);
            } else if (value == null) {
                setNull();
            } else {
                throw place.wrongType(value);
            }
        }

        private void append(Period period, Duration time, Object given) {
            long months = period.toTotalMonths();
            long nanos;
            try {
                nanos = time.toNanos();
            } catch (ArithmeticException e) {
                throw place.unfit(given, "it is out of range");
            }
            if (months != (int) months) {
                throw place.unfit(given, "it is out of range");
            }
            long at = values + ((long) count << 4);
            Memory.putInt(at, (int) months);
            Memory.putInt(at + 4, period.getDays());
            Memory.putLong(at + 8, nanos);
            count++;
        }
    }
}

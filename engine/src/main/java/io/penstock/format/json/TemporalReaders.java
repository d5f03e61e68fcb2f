package io.penstock.format.json;

import io.penstock.buffer.Memory;
import java.io.IOException;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Dates, times, timestamps, durations and intervals from the text of ISO 8601. */
final class TemporalReaders {
    private static final long SECONDS_OF_DAY = TemporalWriters.SECONDS_OF_DAY;
    private static final long MILLIS_OF_DAY = TemporalWriters.MILLIS_OF_DAY;

    private TemporalReaders() {}

    static ValueReader of(ValueReader.Place place, ArrowType.Date type) {
        return type.getUnit() == DateUnit.DAY ? new Day(place) : new DateMillis(place);
    }

    static ValueReader of(ValueReader.Place place, ArrowType.Interval type) {
        return switch (type.getUnit()) {
            case YEAR_MONTH -> new Months(place);
            case DAY_TIME -> new DayTime(place);
            case MONTH_DAY_NANO -> new MonthDayNano(place);
        };
    }

    /** A value that is a string, which a subclass takes apart between its quotes. */
    private abstract static class Iso extends ValueReader.Fixed {
        final IsoText text = new IsoText();
        private final String expectation;

        Iso(Place place, int width, String expectation) {
            super(place, width);
            this.expectation = expectation;
        }

        @Override
        final String expectation() {
            return expectation;
        }

        @Override
        long readValue(long start, int index) throws IOException {
            text.begin(start);
            text.expect('"');
            take(index);
            text.expect('"');
            if (text.isWrong()) {
                throw source.expected(expectation, start, column);
            }
            return text.at();
        }

        abstract void take(int index);
    }

    private static final class Day extends Iso {
        private static final long SEPARATORS = 0xff0000ff00000000L;
        private static final long HYPHENS = (long) '-' << 32 | (long) '-' << 56;

        Day(Place place) {
            super(place, 4, "a date like \"2001-12-31\"");
        }

        @Override
        long readValue(long start, int index) throws IOException {
            long yearAndMonth = Memory.getLong(start + 1);
            int day = Memory.getInt(start + 9);
            long digits = (yearAndMonth & 0xffff_ffffL | (yearAndMonth >>> 8 & 0xffff_0000_0000L) | (long) day << 48)
                    ^ Digits.ASCII_ZEROS;
            boolean usual = Memory.getByte(start) == '"'
                    && (yearAndMonth & SEPARATORS) == HYPHENS
                    && (day >>> 16 & 0xff) == '"'
                    && NumberScanner.countDigits(digits) == 8;
            if (!usual) {
                return super.readValue(start, index);
            }
            int date = (int) NumberScanner.eight(digits);
            int year = date / 10_000;
            int month = date / 100 % 100;
            int dayOfMonth = date % 100;
            boolean real = month >= 1
                    && month <= 12
                    && dayOfMonth >= 1
                    && (dayOfMonth <= 28 || dayOfMonth <= CivilDate.daysOfMonth(year, month));
            if (!real) {
                throw source.expected(expectation(), start, column);
            }
            Memory.putInt(slot(index), CivilDate.usualDay(year, month, dayOfMonth));
            return start + 12;
        }

        @Override
        void take(int index) {
            long day = text.date();
            if (day != (int) day) {
                text.refuse();
            }
            Memory.putInt(slot(index), (int) day);
        }
    }

    private static final class DateMillis extends Iso {
        DateMillis(Place place) {
            super(place, 8, "a date like \"2001-12-31\" or \"2001-12-31T23:59:59.999\"");
        }

        @Override
        void take(int index) {
            long day = text.date();
            long millis = 0;
            if (text.takes('T') || text.takes(' ')) {
                millis = text.time() * 1000L + text.fraction(3);
            }
            Memory.putLong(slot(index), text.combine(day, MILLIS_OF_DAY, millis));
        }
    }

    static final class Time extends Iso {
        private final boolean narrow;
        private final int fractionDigits;
        private final long perSecond;
        private final NumberScanner scanner;

        Time(Place place, ArrowType.Time type) {
            super(place, type.getBitWidth() / 8, "a time like \"23:59:59\"");
            narrow = type.getBitWidth() == 32;
            fractionDigits = TemporalWriters.fractionDigits(type.getUnit());
            perSecond = Digits.powerOfTen(fractionDigits);
            scanner = new NumberScanner(place.source());
        }

        @Override
        long readValue(long start, int index) throws IOException {
            if (Memory.getByte(start) == '"') {
                return super.readValue(start, index);
            }
            long end = scanner.scan(start, expectation(), column);
            // The smallest number is the one whose magnitude is no positive number.
            boolean fits = scanner.integerDigits <= 19
                    && scanner.exponent == 0
                    && (scanner.digits >= 0 || scanner.digits == Long.MIN_VALUE && scanner.negative);
            long value = scanner.negative ? -scanner.digits : scanner.digits;
            if (!fits || narrow && value != (int) value) {
                throw source.expected(expectation(), start, column);
            }
            put(index, value);
            return end;
        }

        @Override
        void take(int index) {
            put(index, text.time() * perSecond + text.fraction(fractionDigits));
        }

        private void put(int index, long value) {
            if (narrow) {
                Memory.putInt(slot(index), (int) value);
            } else {
                Memory.putLong(slot(index), value);
            }
        }
    }

    static final class Timestamp extends Iso {
        private final boolean instant;
        private final int fractionDigits;
        private final long perSecond;

        Timestamp(Place place, ArrowType.Timestamp type) {
            super(
                    place,
                    8,
                    type.getTimezone() == null || type.getTimezone().isEmpty()
                            ? "a timestamp without a zone like \"2001-12-31T23:59:59\""
                            : "a timestamp with a zone like \"2001-12-31T23:59:59Z\"");
            instant = type.getTimezone() != null && !type.getTimezone().isEmpty();
            fractionDigits = TemporalWriters.fractionDigits(type.getUnit());
            perSecond = Digits.powerOfTen(fractionDigits);
        }

        @Override
        void take(int index) {
            long day = text.date();
            if (!text.takes('T')) {
                text.expect(' ');
            }
            long second = day * SECONDS_OF_DAY + text.time();
            if (Math.multiplyHigh(day, SECONDS_OF_DAY) != second >> 63) {
                second = text.combine(day, SECONDS_OF_DAY, second - day * SECONDS_OF_DAY);
            }
            long fraction = text.fraction(fractionDigits);
            if (instant) {
                second -= text.zone();
            }
            Memory.putLong(slot(index), text.combine(second, perSecond, fraction));
        }
    }

    static final class Duration extends Iso {
        private final int fractionDigits;

        Duration(Place place, ArrowType.Duration type) {
            super(place, 8, "a duration in seconds like \"PT1.5S\"");
            fractionDigits = TemporalWriters.fractionDigits(type.getUnit());
        }

        @Override
        void take(int index) {
            text.expect('P');
            text.expect('T');
            Memory.putLong(slot(index), text.seconds(fractionDigits));
        }
    }

    private static final class Months extends Iso {
        Months(Place place) {
            super(place, 4, "an interval in months like \"P14M\"");
        }

        @Override
        void take(int index) {
            text.expect('P');
            Memory.putInt(slot(index), text.signedInt());
            text.expect('M');
        }
    }

    private static final class DayTime extends Iso {
        DayTime(Place place) {
            super(place, 8, "an interval in days and seconds like \"P3DT1.500S\"");
        }

        @Override
        void take(int index) {
            text.expect('P');
            Memory.putInt(slot(index), text.signedInt());
            text.expect('D');
            text.expect('T');
            long millis = text.seconds(3);
            if (millis != (int) millis) {
                text.refuse();
            }
            Memory.putInt(slot(index) + 4, (int) millis);
        }
    }

    private static final class MonthDayNano extends Iso {
        MonthDayNano(Place place) {
            super(place, 16, "an interval in months, days and seconds like \"P14M3DT1.500000000S\"");
        }

        @Override
        void take(int index) {
            text.expect('P');
            Memory.putInt(slot(index), text.signedInt());
            text.expect('M');
            Memory.putInt(slot(index) + 4, text.signedInt());
            text.expect('D');
            text.expect('T');
            Memory.putLong(slot(index) + 8, text.seconds(9));
        }
    }
}

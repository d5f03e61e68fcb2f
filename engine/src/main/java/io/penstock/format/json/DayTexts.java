package io.penstock.format.json;

import io.penstock.buffer.Memory;

/**
 * Remembers the text of days. The dates of a table lie within a few years, mostly: a look-up then stands for a dozen
 * multiplications. Days that share a place, {@value #PLACES} apart, overwrite each other.
 */
final class DayTexts {
    private static final int PLACES = 4096;
    private static final int WORDS = 2;

    /** By place: day and the text of the day of its month, then {@code yyyy-MM-}. */
    private final long[] texts = new long[PLACES * WORDS];

    DayTexts() {
        // An empty place looks like day 0: its own must not.
        texts[0] = -1;
    }

    /** Puts the date of a day since 1970-01-01. The caller has claimed {@link CivilDate#ROOM}. */
    long put(long at, long day) {
        int place = ((int) day & PLACES - 1) * WORDS;
        long dayAndText = texts[place];
        if (dayAndText >> 16 != day) {
            return putNew(at, day, place);
        }
        Memory.putLong(at, texts[place + 1]);
        Memory.putShort(at + 8, (short) dayAndText);
        return at + 10;
    }

    private long putNew(long at, long day, int place) {
        long end = CivilDate.put(at, day);
        // A date of another length has a sign, and its text is made anew each time.
        if (end - at == 10) {
            texts[place] = day << 16 | Memory.getShort(at + 8) & 0xffffL;
            texts[place + 1] = Memory.getLong(at);
        }
        return end;
    }
}

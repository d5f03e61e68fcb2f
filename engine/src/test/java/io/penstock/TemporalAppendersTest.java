package io.penstock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDate;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TemporalAppendersTest {
    @Test
    void dayOfADateIsWhatTheJdkSays() {
        long cycle = 146_097;
        LongStream.rangeClosed(-cycle, 2 * cycle).forEach(TemporalAppendersTest::assertDay);
        long seed = System.nanoTime();
        new SplittableRandom(seed)
                .longs(10_000, LocalDate.MIN.toEpochDay(), LocalDate.MAX.toEpochDay())
                .forEach(TemporalAppendersTest::assertDay);
        for (long i = 0; i < 1_000; i++) {
            assertDay(LocalDate.MIN.toEpochDay() + i);
            assertDay(LocalDate.MAX.toEpochDay() - i);
        }
    }

    private static void assertDay(long day) {
        LocalDate date = LocalDate.ofEpochDay(day);
        if (TemporalAppenders.epochDay(date) != day) {
            assertEquals(day, TemporalAppenders.epochDay(date), date.toString());
        }
    }
}

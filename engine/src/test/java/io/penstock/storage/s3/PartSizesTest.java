package io.penstock.storage.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartSizesTest {
    private static final long MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(ints = {5, 6, 8, 16, 64, 100, 512, 2047})
    void tenThousandPartsSufficeForFiveTebibytes(int partMib) {
        PartSizes sizes = PartSizes.of((int) (partMib * MIB));
        long bytes = 0;
        for (int number = 1; number <= 10_000; number++) {
            bytes += sizes.bytes(number);
        }
        assertTrue(bytes >= 5L << 40, bytes + " bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 8, 100, 2047})
    void partsNeverShrinkNorExceedWhatAServerTakes(int partMib) {
        PartSizes sizes = PartSizes.of((int) (partMib * MIB));
        for (int number = 2; number <= 10_000; number++) {
            assertTrue(sizes.bytes(number) >= sizes.bytes(number - 1));
            assertTrue(sizes.bytes(number) <= 5L << 30);
        }
    }

    @Test
    void partsAreAsLargeAsWasAskedForUntilTheyMustGrow() {
        PartSizes sizes = PartSizes.of((int) (8 * MIB));
        assertEquals(8 * MIB, sizes.bytes(1));
        assertEquals(8 * MIB, sizes.bytes(3_000));
        assertEquals(64 * MIB, sizes.bytes(3_001));
        assertEquals(64 * MIB, sizes.bytes(5_000));
        assertEquals(320 * MIB, sizes.bytes(5_001));
        assertEquals(320 * MIB, sizes.bytes(7_000));
        assertEquals(1536 * MIB, sizes.bytes(7_001));
        assertEquals(1536 * MIB, sizes.bytes(10_000));
        assertEquals(100 * MIB, PartSizes.of((int) (100 * MIB)).bytes(3_001));
    }
}

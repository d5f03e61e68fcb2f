package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/**
 * Which of a leaf's levels stand for a place in the vector of a node above it, or in its own: those at which a value of the node begins,
 * if all lists around it have an element there. In a fixed-size list also a null has its elements' places.
 *
 * @param repetition the greatest repetition level with which a value of the node begins
 * @param definition the least definition level at which the node has a place
 * @param padding by a definition level below that how many places there are all the same; null if there never are any
 */
record Places(int repetition, int definition, int[] padding) {
    private static final int LEVELS = 128;

    static final Places OF_ROWS = new Places(0, 0, null);

    /** The places of the elements of a list that has these. */
    Places elements(Node.Repeated list) {
        return new Places(repetition + 1, list.definition() + 1, null);
    }

    /** The places of the elements of a fixed-size list that has these. */
    Places elements(Node.Repeated list, int size) {
        int[] padded = new int[LEVELS];
        for (int level = 0; level <= list.definition(); level++) {
            padded[level] = Math.multiplyExact(at(level), size);
        }
        return new Places(repetition + 1, list.definition() + 1, padded);
    }

    /** How many places there are where a value begins with this definition level. */
    int at(int level) {
        if (level >= definition) {
            return 1;
        }
        return padding == null ? 0 : padding[level];
    }

    /**
     * Picks the definition levels of the places out of a leaf's levels.
     *
     * @param picked where they go, with 8 bytes to spare
     * @return how many there are
     */
    int pick(long repetitions, long definitions, int count, Scratch picked) {
        if (padding != null) {
            return pickPadded(repetitions, definitions, count, picked);
        }
        long target = picked.ensure(count + (long) Long.BYTES);
        long at = target;
        int maxRepetition = repetition;
        int minDefinition = definition;
        for (int i = 0; i < count; i++) {
            int level = Memory.getByte(definitions + i);
            Memory.putByte(at, (byte) level);
            boolean isPlace = level >= minDefinition & Memory.getByte(repetitions + i) <= maxRepetition;
            at += isPlace ? 1 : 0;
        }
        return (int) (at - target);
    }

    private int pickPadded(long repetitions, long definitions, int count, Scratch picked) {
        long places = 0;
        for (int i = 0; i < count; i++) {
            if (Memory.getByte(repetitions + i) <= repetition) {
                places += at(Memory.getByte(definitions + i));
            }
        }
        if (places > Integer.MAX_VALUE - Long.BYTES) {
            throw new BatchTooLargeException(places);
        }
        long at = picked.ensure(places + Long.BYTES);
        for (int i = 0; i < count; i++) {
            if (Memory.getByte(repetitions + i) <= repetition) {
                byte level = Memory.getByte(definitions + i);
                int copies = at(level);
                Memory.fill(at, copies, level);
                at += copies;
            }
        }
        return (int) places;
    }
}

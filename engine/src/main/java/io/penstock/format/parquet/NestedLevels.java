package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.BufferAllocator;

/** Levels of any depth, a byte each. */
final class NestedLevels extends PageLevels {
    /** Up to here it is faster to count each level by words than all of them by bytes. */
    private static final int FEW_LEVELS = 8;

    private final Scratch definitions;
    private final Scratch repetitions;

    NestedLevels(BufferAllocator allocator, int maxDefinition, int maxRepetition) {
        super(maxDefinition, maxRepetition);
        definitions = new Scratch(allocator);
        repetitions = new Scratch(allocator);
    }

    /**
     * Adds whole rows.
     *
     * @param present how many of the entries are values
     */
    void add(long definitionLevels, long repetitionLevels, int count, int rowCount, int present) {
        Memory.copy(definitionLevels, definitions.grow(entries + (long) count, entries) + entries, count);
        if (maxRepetition > 0) {
            Memory.copy(repetitionLevels, repetitions.grow(entries + (long) count, entries) + entries, count);
        }
        entries += count;
        rows += rowCount;
        values += present;
    }

    @Override
    long maxBytes() {
        return bound(maxDefinition) + bound(maxRepetition);
    }

    private long bound(int max) {
        return max == 0 ? 0 : HybridEncoder.maxBytes(entries, bitWidth(max));
    }

    @Override
    long encodeRepetitions(long target) {
        return maxRepetition == 0
                ? target
                : HybridEncoder.encodeBytes(repetitions.address(), entries, bitWidth(maxRepetition), target);
    }

    @Override
    long encodeDefinitions(long target) {
        return maxDefinition == 0
                ? target
                : HybridEncoder.encodeBytes(definitions.address(), entries, bitWidth(maxDefinition), target);
    }

    @Override
    void countDefinitions(long[] histogram) {
        count(definitions.address(), maxDefinition, histogram);
    }

    @Override
    void countRepetitions(long[] histogram) {
        if (maxRepetition == 0) {
            histogram[0] += entries;
        } else {
            count(repetitions.address(), maxRepetition, histogram);
        }
    }

    private void count(long levels, int max, long[] histogram) {
        if (max > FEW_LEVELS) {
            for (int i = 0; i < entries; i++) {
                histogram[Memory.getByte(levels + i)]++;
            }
            return;
        }
        int others = entries;
        for (int level = 1; level <= max; level++) {
            int equal = Words.count(levels, entries, level);
            histogram[level] += equal;
            others -= equal;
        }
        histogram[0] += others;
    }

    @Override
    long stagedBytes() {
        return maxRepetition == 0 ? entries : 2L * entries;
    }

    @Override
    long heldBytes() {
        return definitions.capacity() + repetitions.capacity();
    }

    @Override
    public void close() {
        try (definitions) {
            repetitions.close();
        }
    }
}

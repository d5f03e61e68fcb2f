package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Some rows of a column at one depth: for each value, null and empty list there, the slot of the vector that has it (negative for none)
 * and its levels so far. The arrays are of int32, uint8 and uint8.
 */
final class Entries implements AutoCloseable {
    private final Scratch memory;
    private long capacity;
    int count;

    Entries(BufferAllocator allocator) {
        memory = new Scratch(allocator);
    }

    /** Makes room for {@code entries} and forgets what was there. */
    void begin(int entries) {
        if (entries > capacity) {
            memory.ensure(6L * entries);
            capacity = memory.capacity() / 6;
        }
        count = entries;
    }

    long slots() {
        return memory.address();
    }

    long definitions() {
        return memory.address() + 4 * capacity;
    }

    long repetitions() {
        return memory.address() + 5 * capacity;
    }

    long heldBytes() {
        return memory.capacity();
    }

    /** The rows themselves, from {@code from} on. */
    void beginRows(int from, int rows) {
        begin(rows);
        long slots = slots();
        for (int i = 0; i < rows; i++) {
            Memory.putInt(slots + 4L * i, from + i);
        }
        Memory.fill(definitions(), rows, (byte) 0);
        Memory.fill(repetitions(), rows, (byte) 0);
    }

    void copyOf(Entries other) {
        begin(other.count);
        Memory.copy(other.slots(), slots(), 4L * count);
        Memory.copy(other.definitions(), definitions(), count);
        Memory.copy(other.repetitions(), repetitions(), count);
    }

    /** How many rows the entries from {@code from} to {@code to}, both on a row's boundary, are. */
    int rows(int from, int to) {
        return Words.count(repetitions() + from, to - from, 0);
    }

    /** Writes the slots of the entries that have one, an int32 each, and returns how many there are. */
    int positions(int from, int to, long target) {
        long slots = slots();
        int found = 0;
        for (int i = from; i < to; i++) {
            int slot = Memory.getInt(slots + 4L * i);
            Memory.putInt(target + 4L * found, slot);
            found += slot >= 0 ? 1 : 0;
        }
        return found;
    }

    /** The end of as many whole rows from {@code from} on as are at most {@code rows} and {@code entries}. */
    int endOfRows(int from, int rows, int entries) {
        if (count - from <= Math.min(rows, entries)) {
            return count;
        }
        long levels = repetitions();
        int limit = (int) Math.min(count, (long) from + entries);
        int end = from;
        int left = rows;
        for (int i = from; i < limit; i++) {
            if (Memory.getByte(levels + i) == 0) {
                end = i;
                if (left-- == 0) {
                    return end;
                }
            }
        }
        boolean wholeRow = limit == count || Memory.getByte(levels + limit) == 0;
        return wholeRow ? limit : end;
    }

    /** The end of the row that begins at {@code from}. */
    int endOfRow(int from) {
        long levels = repetitions();
        int end = from + 1;
        while (end < count && Memory.getByte(levels + end) != 0) {
            end++;
        }
        return end;
    }

    /** The beginning of the row that has the value with {@code values} others between {@code from} and it. */
    int rowOfValue(int from, int values) {
        long slots = slots();
        long levels = repetitions();
        int left = values;
        int row = from;
        for (int i = from; i < count; i++) {
            if (Memory.getByte(levels + i) == 0) {
                row = i;
            }
            if (Memory.getInt(slots + 4L * i) >= 0 && left-- == 0) {
                break;
            }
        }
        return row;
    }

    @Override
    public void close() {
        memory.close();
        capacity = 0;
    }
}

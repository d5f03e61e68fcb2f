package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The distinct values of a column chunk whose values have one width, in the order in which they came, compared bit by bit. Off heap;
 * it grows as it fills.
 */
final class FixedDictionary implements AutoCloseable {
    private final int width;
    private final Scratch values;
    private final DictionarySlots slots;
    private int entries;

    FixedDictionary(BufferAllocator allocator, int valueBytes) {
        width = valueBytes;
        values = new Scratch(allocator);
        slots = new DictionarySlots(allocator, Integer.BYTES);
    }

    int entries() {
        return entries;
    }

    /** The body of the dictionary page: {@link #bytes} of it. */
    long values() {
        return values.address();
    }

    long bytes() {
        return (long) entries * width;
    }

    long heldBytes() {
        return values.capacity() + slots.heldBytes();
    }

    /** Forgets all entries and keeps the memory. */
    void reset() {
        entries = 0;
        slots.clear();
    }

    /**
     * Looks up values, those that are new become entries, and writes their indices as int32. It stops before the first value that
     * would have been one entry or byte too many, or that falls on a place where too many others have.
     *
     * @return how many values have their indices
     */
    int add(long source, int count, long indices, int maxEntries, long maxBytes) {
        int limit = (int) Math.min(maxEntries, maxBytes / width);
        slots.open();
        return switch (width) {
            case Integer.BYTES -> addInts(source, count, indices, limit);
            case Long.BYTES -> addLongs(source, count, indices, limit);
            default ->
                width < Long.BYTES ? addShort(source, count, indices, limit) : addWide(source, count, indices, limit);
        };
    }

    private int addInts(long source, int count, long indices, int limit) {
        long table = slots.address();
        int shift = slots.shift();
        int mask = slots.mask();
        // Entry numbers begin with one, so that zero is an empty slot.
        long base = values.address() - Integer.BYTES;
        for (int i = 0; i < count; i++) {
            int value = Memory.getInt(source + 4L * i);
            int home = (int) (Words.hash(value) >>> shift);
            int slot = home;
            int entry = Memory.getInt(table + 4L * slot);
            while (entry != 0 && Memory.getInt(base + 4L * entry) != value) {
                slot = slot + 1 & mask;
                entry = Memory.getInt(table + 4L * slot);
            }
            if (entry == 0) {
                if (entries >= limit || slots.isCrowded(home, slot)) {
                    return i;
                }
                entry = append(source + 4L * i);
                base = values.address() - Integer.BYTES;
                Memory.putInt(table + 4L * slot, entry);
                if (slots.isFull(entry)) {
                    rehash();
                    table = slots.address();
                    shift = slots.shift();
                    mask = slots.mask();
                }
            }
            Memory.putInt(indices + 4L * i, entry - 1);
        }
        return count;
    }

    private int addLongs(long source, int count, long indices, int limit) {
        long table = slots.address();
        int shift = slots.shift();
        int mask = slots.mask();
        long base = values.address() - Long.BYTES;
        for (int i = 0; i < count; i++) {
            long value = Memory.getLong(source + 8L * i);
            int home = (int) (Words.hash(value) >>> shift);
            int slot = home;
            int entry = Memory.getInt(table + 4L * slot);
            while (entry != 0 && Memory.getLong(base + 8L * entry) != value) {
                slot = slot + 1 & mask;
                entry = Memory.getInt(table + 4L * slot);
            }
            if (entry == 0) {
                if (entries >= limit || slots.isCrowded(home, slot)) {
                    return i;
                }
                entry = append(source + 8L * i);
                base = values.address() - Long.BYTES;
                Memory.putInt(table + 4L * slot, entry);
                if (slots.isFull(entry)) {
                    rehash();
                    table = slots.address();
                    shift = slots.shift();
                    mask = slots.mask();
                }
            }
            Memory.putInt(indices + 4L * i, entry - 1);
        }
        return count;
    }

    /** Less than a word, such as half floats and booleans of a byte. */
    private int addShort(long source, int count, long indices, int limit) {
        for (int i = 0; i < count; i++) {
            long value = source + (long) width * i;
            long word = Words.shortWord(value, width);
            int home = (int) (Words.hash(word) >>> slots.shift());
            int slot = home;
            int entry = Memory.getInt(slots.address() + 4L * slot);
            while (entry != 0 && Words.shortWord(address(entry - 1), width) != word) {
                slot = slot + 1 & slots.mask();
                entry = Memory.getInt(slots.address() + 4L * slot);
            }
            if (entry == 0) {
                entry = insert(value, home, slot, limit);
                if (entry == 0) {
                    return i;
                }
            }
            Memory.putInt(indices + 4L * i, entry - 1);
        }
        return count;
    }

    private int addWide(long source, int count, long indices, int limit) {
        for (int i = 0; i < count; i++) {
            long value = source + (long) width * i;
            int home = (int) (Words.hash(value, width) >>> slots.shift());
            int slot = home;
            int entry = Memory.getInt(slots.address() + 4L * slot);
            while (entry != 0 && !Words.equal(address(entry - 1), value, width)) {
                slot = slot + 1 & slots.mask();
                entry = Memory.getInt(slots.address() + 4L * slot);
            }
            if (entry == 0) {
                entry = insert(value, home, slot, limit);
                if (entry == 0) {
                    return i;
                }
            }
            Memory.putInt(indices + 4L * i, entry - 1);
        }
        return count;
    }

    private long address(int entry) {
        return values.address() + (long) width * entry;
    }

    private int insert(long value, int home, int slot, int limit) {
        if (entries >= limit || slots.isCrowded(home, slot)) {
            return 0;
        }
        int entry = append(value);
        Memory.putInt(slots.address() + 4L * slot, entry);
        if (slots.isFull(entry)) {
            rehash();
        }
        return entry;
    }

    private int append(long value) {
        long used = bytes();
        Memory.copy(value, values.grow(used + width, used) + used, width);
        return ++entries;
    }

    private void rehash() {
        long table = slots.doubled();
        int mask = slots.mask();
        for (int entry = 1; entry <= entries; entry++) {
            int slot = (int) (hash(address(entry - 1)) >>> slots.shift());
            while (Memory.getInt(table + 4L * slot) != 0) {
                slot = slot + 1 & mask;
            }
            Memory.putInt(table + 4L * slot, entry);
        }
    }

    private long hash(long value) {
        return switch (width) {
            case Integer.BYTES -> Words.hash(Memory.getInt(value));
            case Long.BYTES -> Words.hash(Memory.getLong(value));
            default -> width < Long.BYTES ? Words.hash(Words.shortWord(value, width)) : Words.hash(value, width);
        };
    }

    @Override
    public void close() {
        values.close();
        slots.close();
    }
}

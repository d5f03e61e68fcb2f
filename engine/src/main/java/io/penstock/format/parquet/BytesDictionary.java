package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The distinct byte arrays of a column chunk, in the order in which they came. Off heap; it grows as it fills.
 *
 * <p>A slot of its hash table has 16 bytes: the array itself if it has no more than eight bytes, otherwise its hash; then the number
 * of the entry, from one on; then the array's length.
 */
final class BytesDictionary implements AutoCloseable {
    private static final int SLOT_BYTES = 16;

    /** Entries as they stand in a dictionary page: int32 length, bytes. */
    private final Scratch body;

    /** Where in the body the bytes of each entry begin, int32. */
    private final Scratch positions;

    private final DictionarySlots slots;
    private int entries;
    private long bytes;

    BytesDictionary(BufferAllocator allocator) {
        body = new Scratch(allocator);
        positions = new Scratch(allocator);
        slots = new DictionarySlots(allocator, SLOT_BYTES);
    }

    int entries() {
        return entries;
    }

    /** The body of the dictionary page: {@link #plainBytes} of it. */
    long values() {
        return body.address();
    }

    long plainBytes() {
        return bytes;
    }

    /** Writes the body of the dictionary page. Returns where it ends. */
    long writePlain(long target) {
        if (bytes > 0) {
            Memory.copy(body.address(), target, bytes);
        }
        return target + bytes;
    }

    long address(int entry) {
        return body.address() + Memory.getInt(positions.address() + 4L * entry);
    }

    int length(int entry) {
        return Memory.getInt(address(entry) - Integer.BYTES);
    }

    long heldBytes() {
        return body.capacity() + positions.capacity() + slots.heldBytes();
    }

    /** Forgets all entries and keeps the memory. */
    void reset() {
        entries = 0;
        bytes = 0;
        slots.clear();
    }

    /**
     * Looks up the {@code count} arrays from number {@code from} on, those that are new become entries, and writes their indices as
     * int32. It stops before the first array that would have been one entry or byte of the page too many, or that falls on a place
     * where too many others have.
     *
     * @param offsets int32 for each array from number 0 on, and one more
     * @param indices for the first of the {@code count} arrays
     * @return how many arrays have their indices
     */
    int add(long offsets, long data, int from, int count, long indices, int maxEntries, long maxBytes) {
        if (count == 0) {
            return 0;
        }
        slots.open();
        long table = slots.address();
        int shift = slots.shift();
        int mask = slots.mask();
        long arrays = body.address();
        // Entry numbers begin with one, so that zero is an empty slot.
        long places = positions.address() - 4;
        long starts = offsets + 4L * from;
        // Up to here a whole word may be read where an array begins.
        long lastWord = data + Memory.getInt(starts + 4L * count) - 8;
        int start = Memory.getInt(starts);
        for (int i = 0; i < count; i++) {
            int end = Memory.getInt(starts + 4L * i + 4);
            long value = data + start;
            int length = end - start;
            start = end;
            long word;
            long hash;
            if (length < 8) {
                word = value <= lastWord
                        ? Memory.getLong(value) & ~(-1L << (length << 3))
                        : Words.shortWord(value, length);
                hash = Words.hash(word + length);
            } else if (length == 8) {
                word = Memory.getLong(value);
                hash = Words.hash(word);
            } else {
                word = Words.hash(value, length);
                hash = word;
            }
            int home = (int) (hash >>> shift);
            int slot = home;
            int entry;
            while (true) {
                long at = table + 16L * slot;
                entry = Memory.getInt(at + 8);
                if (entry == 0
                        || Memory.getLong(at) == word
                                && Memory.getInt(at + 12) == length
                                && (length <= 8
                                        || Words.equal(arrays + Memory.getInt(places + 4L * entry), value, length))) {
                    break;
                }
                slot = slot + 1 & mask;
            }
            if (entry == 0) {
                if (entries >= maxEntries || bytes + 4 + length > maxBytes || slots.isCrowded(home, slot)) {
                    return i;
                }
                entry = append(value, length);
                arrays = body.address();
                places = positions.address() - 4;
                putSlot(table + 16L * slot, word, entry, length);
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

    private int append(long value, int length) {
        long address = body.grow(bytes + 4 + length, bytes) + bytes;
        Memory.putInt(address, length);
        Memory.copy(value, address + 4, length);
        long position = positions.grow(4L * (entries + 1), 4L * entries) + 4L * entries;
        Memory.putInt(position, (int) bytes + 4);
        bytes += 4 + length;
        return ++entries;
    }

    private void rehash() {
        long table = slots.doubled();
        int mask = slots.mask();
        for (int entry = 1; entry <= entries; entry++) {
            long value = address(entry - 1);
            int length = Memory.getInt(value - 4);
            long word = length < 8
                    ? Words.shortWord(value, length)
                    : length == 8 ? Memory.getLong(value) : Words.hash(value, length);
            long hash = length < 8 ? Words.hash(word + length) : length == 8 ? Words.hash(word) : word;
            int slot = (int) (hash >>> slots.shift());
            while (Memory.getInt(table + 16L * slot + 8) != 0) {
                slot = slot + 1 & mask;
            }
            putSlot(table + 16L * slot, word, entry, length);
        }
    }

    private static void putSlot(long slot, long word, int entry, int length) {
        Memory.putLong(slot, word);
        Memory.putInt(slot + 8, entry);
        Memory.putInt(slot + 12, length);
    }

    @Override
    public void close() {
        body.close();
        positions.close();
        slots.close();
    }
}

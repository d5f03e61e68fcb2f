package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The memory of a hash table with open addressing: a power of two of slots, all zero at first, at most half of them taken. A slot is
 * found by the highest bits of a hash, and is the next free one if that is taken.
 */
final class DictionarySlots implements AutoCloseable {
    private static final int MIN_SLOTS = 1 << 9;
    /** Tables up to this fit into the nearest cache: with more room in them, fewer values are found only at a second look. */
    private static final int SPACIOUS = 1 << 13;

    /** Beyond what chance makes of any sensible values; it keeps those that someone chose to collide from taking quadratic time. */
    private static final int CROWD = 512;

    private final int slotBytes;
    private final Scratch slots;
    private int count;

    DictionarySlots(BufferAllocator allocator, int slotBytes) {
        this.slotBytes = slotBytes;
        slots = new Scratch(allocator);
    }

    long heldBytes() {
        return slots.capacity();
    }

    /** Takes the first memory; nothing below is to be asked before. */
    void open() {
        if (count == 0) {
            resize(MIN_SLOTS);
        }
    }

    long address() {
        return slots.address();
    }

    int shift() {
        return Long.SIZE - Integer.numberOfTrailingZeros(count);
    }

    int mask() {
        return count - 1;
    }

    /** Whether a value that belongs to slot {@code home} is further from it than any should be. */
    boolean isCrowded(int home, int slot) {
        return (slot - home & mask()) > CROWD;
    }

    /** Whether the slots are to be {@link #doubled} before the next entry. */
    boolean isFull(int entries) {
        return entries > (count <= SPACIOUS ? count >>> 2 : count >>> 1);
    }

    /** Twice as many slots, empty again. Returns their address. */
    long doubled() {
        resize(2 * count);
        return slots.address();
    }

    /** Empties all slots: few of them, so that a chunk with few values does not pay for one with many. */
    void clear() {
        if (count > 0) {
            resize(MIN_SLOTS);
        }
    }

    private void resize(int to) {
        Memory.fill(slots.ensure((long) to * slotBytes), (long) to * slotBytes, (byte) 0);
        count = to;
    }

    @Override
    public void close() {
        slots.close();
        count = 0;
    }
}

package io.penstock;

import io.penstock.buffer.Memory;
import java.util.Arrays;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * The distinct values of one dictionary, in the order they came. It grows from batch to batch, and begins anew with a batch when it
 * has no room or has become too large. What a dropped row added goes with the row.
 */
final class DictionaryValues {
    private static final int FREE = -1;
    private static final int FIRST_SLOTS = 64;

    private final FieldVector vector;
    private final ColumnAppender values;
    private final int maxValues;

    /** Values by hash, at most half full, searched linearly from the slot that the hash says. */
    private int[] slots;

    /** How many values the rows that were ended have. */
    private int kept;

    private long bytesAtReset;
    private int columns;

    /** @param values appends to {@code vector} */
    DictionaryValues(FieldVector vector, ColumnAppender values, ArrowType.Int index) {
        this.vector = vector;
        this.values = values;
        int bits =
                Math.min(Integer.SIZE, index.getBitWidth()) - (index.getIsSigned() || index.getBitWidth() > 16 ? 1 : 0);
        this.maxValues = bits < Integer.SIZE - 1 ? 1 << bits : Integer.MAX_VALUE - 1;
        clear();
    }

    /** Says that one more column has indices to these values. */
    DictionaryValues addColumn() {
        columns++;
        return this;
    }

    /** Where the next value is appended, before {@link #settle}. */
    ColumnAppender next() {
        values.reserve(1);
        return values;
    }

    /** The index of the value that was just appended; it stays only if it is new. */
    int settle() {
        int added = values.count - 1;
        int slot = find(added);
        if (slots[slot] != FREE) {
            values.truncate(added);
            return slots[slot];
        }
        if (added == maxValues) {
            values.truncate(added);
            throw values.place.refused("takes " + maxValues + " distinct values a batch and row " + values.place.row()
                    + " gives it another");
        }
        slots[slot] = added;
        if (2 * values.count > slots.length) {
            rehash(2 * slots.length);
        }
        return added;
    }

    /** Whether the next row may bring more values than there is room for. */
    boolean isFull() {
        return values.count > maxValues - columns && values.count > 0;
    }

    /** The bytes that the values of this batch added. */
    long addedBytes() {
        return values.bytes() - bytesAtReset;
    }

    void keep() {
        kept = values.count;
    }

    /** Drops what was added since the last {@link #keep}. */
    void drop() {
        if (values.count > kept) {
            for (int i = values.count - 1; i >= kept; i--) {
                slots[find(i)] = FREE;
            }
            values.truncate(kept);
        }
    }

    void finish() {
        values.finish();
        vector.setValueCount(values.count);
    }

    /** Begins the next batch. */
    void reset(long maxBytes) {
        if (isFull() || values.bytes() > maxBytes) {
            clear();
        } else {
            values.resume();
        }
        bytesAtReset = values.bytes();
    }

    private void clear() {
        values.truncate(0);
        kept = 0;
        slots = new int[FIRST_SLOTS];
        Arrays.fill(slots, FREE);
    }

    private void rehash(int size) {
        slots = new int[size];
        Arrays.fill(slots, FREE);
        for (int i = 0; i < values.count; i++) {
            slots[find(i)] = i;
        }
    }

    /** The slot of the value that is equal to the one at {@code i}, or the free one where it belongs. */
    private int find(int i) {
        long address = values.valueAddress(i);
        int length = values.valueLength(i);
        int mask = slots.length - 1;
        int slot = hash(address, length) & mask;
        while (slots[slot] != FREE && !equal(slots[slot], address, length)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private boolean equal(int i, long address, int length) {
        if (values.valueLength(i) != length) {
            return false;
        }
        long other = values.valueAddress(i);
        int at = 0;
        for (; at <= length - Long.BYTES; at += Long.BYTES) {
            if (Memory.getLong(address + at) != Memory.getLong(other + at)) {
                return false;
            }
        }
        for (; at < length; at++) {
            if (Memory.getByte(address + at) != Memory.getByte(other + at)) {
                return false;
            }
        }
        return true;
    }

    private static int hash(long address, int length) {
        long hash = length;
        int at = 0;
        for (; at <= length - Long.BYTES; at += Long.BYTES) {
            hash = mix(hash ^ Memory.getLong(address + at));
        }
        for (; at < length; at++) {
            hash = mix(hash ^ Memory.getByte(address + at));
        }
        return (int) (hash ^ hash >>> 32);
    }

    /** The finalizer of MurmurHash3, by Austin Appleby. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}

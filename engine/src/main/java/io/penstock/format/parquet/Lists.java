package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;

/** Where the items of the lists of one vector are, whatever kind of list it is. */
final class Lists {
    private enum Kind {
        OFFSETS,
        LARGE_OFFSETS,
        VIEWS,
        LARGE_VIEWS,
        FIXED_SIZE
    }

    private Kind kind;
    private long offsets;
    private long sizes;
    private int fixedSize;
    private FieldVector items;

    /** The lists to look at, a map among them. */
    void begin(FieldVector vector) {
        boolean empty = vector.getValueCount() == 0;
        if (vector instanceof FixedSizeListVector list) {
            kind = Kind.FIXED_SIZE;
            fixedSize = list.getListSize();
            items = list.getDataVector();
        } else if (vector instanceof ListVector list) {
            kind = Kind.OFFSETS;
            offsets = empty ? 0 : list.getOffsetBuffer().memoryAddress();
            items = list.getDataVector();
        } else if (vector instanceof LargeListVector list) {
            kind = Kind.LARGE_OFFSETS;
            offsets = empty ? 0 : list.getOffsetBuffer().memoryAddress();
            items = list.getDataVector();
        } else if (vector instanceof ListViewVector list) {
            kind = Kind.VIEWS;
            offsets = empty ? 0 : list.getOffsetBuffer().memoryAddress();
            sizes = empty ? 0 : list.getSizeBuffer().memoryAddress();
            items = list.getDataVector();
        } else if (vector instanceof LargeListViewVector list) {
            kind = Kind.LARGE_VIEWS;
            offsets = empty ? 0 : list.getOffsetBuffer().memoryAddress();
            sizes = empty ? 0 : list.getSizeBuffer().memoryAddress();
            items = list.getDataVector();
        } else {
            throw new IllegalArgumentException(vector.getClass().getSimpleName() + " is no list");
        }
    }

    FieldVector items() {
        return items;
    }

    /**
     * Writes first item and number of items, two int32, for each of {@code entries}; zeros for those without a slot.
     *
     * @return how many entries the items make, a null or an empty list counted as one
     */
    long spans(Entries entries, long target) {
        long slots = entries.slots();
        long total = 0;
        for (int i = 0; i < entries.count; i++) {
            int slot = Memory.getInt(slots + 4L * i);
            long start = slot < 0 ? 0 : start(slot);
            long length = slot < 0 ? 0 : length(slot, start);
            Memory.putInt(target + 8L * i, (int) start);
            Memory.putInt(target + 8L * i + 4, (int) length);
            total += Math.max(1, length);
        }
        return total;
    }

    private long start(int slot) {
        return switch (kind) {
            case OFFSETS, VIEWS -> Memory.getInt(offsets + 4L * slot);
            case LARGE_OFFSETS, LARGE_VIEWS -> Memory.getLong(offsets + 8L * slot);
            case FIXED_SIZE -> (long) slot * fixedSize;
        };
    }

    private long length(int slot, long start) {
        return switch (kind) {
            case OFFSETS -> Memory.getInt(offsets + 4L * slot + 4) - start;
            case LARGE_OFFSETS -> Memory.getLong(offsets + 8L * slot + 8) - start;
            case VIEWS -> Memory.getInt(sizes + 4L * slot);
            case LARGE_VIEWS -> Memory.getLong(sizes + 8L * slot);
            case FIXED_SIZE -> fixedSize;
        };
    }
}

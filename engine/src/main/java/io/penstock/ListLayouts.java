package io.penstock;

import io.penstock.buffer.Memory;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;

/** The layouts in which a list says which elements it has. */
final class ListLayouts {
    private ListLayouts() {}

    /** From its offset to the next list's, 32 bits. */
    static class Offsets extends ListAppender {
        private long offsets;

        Offsets(FieldVector vector, Place place, ColumnAppender elements) {
            super(vector, place, 2, elements);
        }

        @Override
        final void append(int first) {
            count++;
            Memory.putInt(offsets + ((long) count << 2), elements.count);
        }

        @Override
        final int elementsOf(int lists) {
            return Memory.getInt(offsets + ((long) lists << 2));
        }

        @Override
        final void allocate(int newCapacity) {
            replaceBuffers(bitBytes(newCapacity), (newCapacity + 1L) << 2);
            offsets = address(1);
        }

        @Override
        final void finish() {
            super.finish();
            ((ListVector) vector).setLastSet(count - 1);
        }

        @Override
        final long bytes() {
            return ((long) count << 2) + elements.bytes();
        }
    }

    /** Lists of entries, a struct of key and value each. */
    static final class Maps extends Offsets {
        private final StructAppender entries;

        Maps(FieldVector vector, Place place, StructAppender entries) {
            super(vector, place, entries);
            this.entries = entries;
        }

        @Override
        void appendMap(Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                entries.reserve(1);
                entries.appendEntry(entry);
            }
        }
    }

    /** From its offset to the next list's, 64 bits. */
    static final class LargeOffsets extends ListAppender {
        private long offsets;

        LargeOffsets(FieldVector vector, Place place, ColumnAppender elements) {
            super(vector, place, 2, elements);
        }

        @Override
        void append(int first) {
            count++;
            Memory.putLong(offsets + ((long) count << 3), elements.count);
        }

        @Override
        int elementsOf(int lists) {
            return (int) Memory.getLong(offsets + ((long) lists << 3));
        }

        @Override
        void allocate(int newCapacity) {
            replaceBuffers(bitBytes(newCapacity), (newCapacity + 1L) << 3);
            offsets = address(1);
        }

        @Override
        void finish() {
            super.finish();
            ((LargeListVector) vector).setLastSet(count - 1);
        }

        @Override
        long bytes() {
            return ((long) count << 3) + elements.bytes();
        }
    }

    /** By offset and size, of 32 or 64 bits. The lists lie one after another, which the layout does not ask for. */
    static final class Views extends ListAppender {
        private final int width;
        private long offsets;
        private long sizes;

        Views(FieldVector vector, Place place, int width, ColumnAppender elements) {
            super(vector, place, 3, elements);
            this.width = width;
        }

        @Override
        void append(int first) {
            put(offsets, first);
            put(sizes, elements.count - first);
            count++;
        }

        private void put(long entries, int value) {
            long at = entries + (long) count * width;
            if (width == Long.BYTES) {
                Memory.putLong(at, value);
            } else {
                Memory.putInt(at, value);
            }
        }

        @Override
        int elementsOf(int lists) {
            long last = (lists - 1L) * width;
            return lists == 0 ? 0 : Memory.getInt(offsets + last) + Memory.getInt(sizes + last);
        }

        @Override
        void allocate(int newCapacity) {
            replaceBuffers(bitBytes(newCapacity), (long) newCapacity * width, (long) newCapacity * width);
            offsets = address(1);
            sizes = address(2);
        }

        @Override
        long bytes() {
            return 2L * count * width + elements.bytes();
        }
    }

    /** By nothing, since all have the same size. */
    static final class FixedSize extends ListAppender {
        private final int size;

        FixedSize(FieldVector vector, Place place, int size, ColumnAppender elements) {
            super(vector, place, 1, elements);
            this.size = size;
        }

        @Override
        void append(int first) {
            if (elements.count - first != size) {
                throw place.unfit(elements.count - first + " elements");
            }
            count++;
        }

        @Override
        void appendNull() {
            appendAbsentElements();
            appendNullBit();
        }

        @Override
        void appendZero() {
            appendAbsentElements();
            count++;
        }

        private void appendAbsentElements() {
            for (int i = 0; i < size; i++) {
                elements.appendAbsent();
            }
        }

        @Override
        int elementsOf(int lists) {
            return lists * size;
        }

        @Override
        void allocate(int newCapacity) {
            long needed = (long) newCapacity * size;
            if (needed > Integer.MAX_VALUE) {
                throw place.refused("cannot hold " + needed + " elements in one batch");
            }
            elements.resize((int) needed);
            replaceBuffers(bitBytes(newCapacity));
        }

        @Override
        long bytes() {
            return elements.bytes();
        }

        @Override
        long fixedBits() {
            return elements.fixedBits() < 0 ? -1 : size * elements.fixedBits();
        }
    }
}

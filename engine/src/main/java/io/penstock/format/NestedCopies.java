package io.penstock.format;

import io.penstock.buffer.Memory;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** The copies of vectors with children: each turns the selection of its values into one of its children's. */
final class NestedCopies {
    private NestedCopies() {}

    private abstract static class Nested extends VectorCopy {
        final List<VectorCopy> children;

        Nested(FieldVector source, FieldVector target, BufferAllocator allocator) {
            super(source, target, allocator);
            children = children();
        }

        @Override
        public void close() {
            super.close();
            children.forEach(VectorCopy::close);
        }
    }

    /** Lists and maps of which each goes on where the one before it ends. */
    static final class OfLists extends Nested {
        private final boolean large;
        private final int width;

        OfLists(FieldVector source, FieldVector target, BufferAllocator allocator, boolean large) {
            super(source, target, allocator);
            this.large = large;
            this.width = large ? Long.BYTES : Integer.BYTES;
        }

        @Override
        void run(long selection, int count) {
            ArrowBuf validity = validity(0, selection, count);
            ArrowBuf offsets = buffer(1, (count + 1L) * width);
            long from = source.getOffsetBufferAddress();
            long to = offsets.memoryAddress();
            long end = 0;
            putOffset(to, 0, large, 0);
            for (int i = 0; i < count; i++) {
                int row = Memory.getInt(selection + i * 4L);
                end += Offsets.at(from, large, row + 1) - Offsets.at(from, large, row);
                putOffset(to, i + 1, large, end);
            }
            int items = Math.toIntExact(end);
            ArrowBuf selected = buffer(2, end * Integer.BYTES);
            long next = selected.memoryAddress();
            for (int i = 0; i < count; i++) {
                int row = Memory.getInt(selection + i * 4L);
                next = putRun(next, Offsets.at(from, large, row), Offsets.at(from, large, row + 1));
            }
            children.get(0).run(selected.memoryAddress(), items);
            load(count, nulls(), validity, offsets);
        }
    }

    /** Lists that may lie in any order, share items and leave some out: the copy has each list's own, in order. */
    static final class OfListViews extends Nested {
        private final boolean large;
        private final int width;

        OfListViews(FieldVector source, FieldVector target, BufferAllocator allocator, boolean large) {
            super(source, target, allocator);
            this.large = large;
            this.width = large ? Long.BYTES : Integer.BYTES;
        }

        @Override
        void run(long selection, int count) {
            ArrowBuf validity = validity(0, selection, count);
            ArrowBuf offsets = buffer(1, (long) count * width);
            ArrowBuf sizes = buffer(2, (long) count * width);
            List<ArrowBuf> buffers = source.getFieldBuffers();
            long fromOffsets = buffers.get(1).memoryAddress();
            long fromSizes = buffers.get(2).memoryAddress();
            long end = 0;
            for (int i = 0; i < count; i++) {
                int row = Memory.getInt(selection + i * 4L);
                // What lies under a null may point anywhere.
                boolean there = Memory.getBit(validity.memoryAddress(), i);
                long size = there ? Offsets.at(fromSizes, large, row) : 0;
                putOffset(offsets.memoryAddress(), i, large, end);
                putOffset(sizes.memoryAddress(), i, large, size);
                end = Math.addExact(end, size);
            }
            int items = Math.toIntExact(end);
            ArrowBuf selected = buffer(3, end * Integer.BYTES);
            long next = selected.memoryAddress();
            for (int i = 0; i < count; i++) {
                long size = Offsets.at(sizes.memoryAddress(), large, i);
                if (size > 0) {
                    long start = Offsets.at(fromOffsets, large, Memory.getInt(selection + i * 4L));
                    next = putRun(next, start, start + size);
                }
            }
            children.get(0).run(selected.memoryAddress(), items);
            load(count, nulls(), validity, offsets, sizes);
        }
    }

    static final class OfFixedSizeLists extends Nested {
        private final int size;

        OfFixedSizeLists(FieldVector source, FieldVector target, BufferAllocator allocator) {
            super(source, target, allocator);
            size = ((FixedSizeListVector) source).getListSize();
        }

        @Override
        void run(long selection, int count) {
            ArrowBuf validity = validity(0, selection, count);
            int items = Math.multiplyExact(count, size);
            ArrowBuf selected = buffer(1, (long) items * Integer.BYTES);
            long next = selected.memoryAddress();
            for (int i = 0; i < count; i++) {
                long start = (long) Memory.getInt(selection + i * 4L) * size;
                next = putRun(next, start, start + size);
            }
            children.get(0).run(selected.memoryAddress(), items);
            load(count, nulls(), validity);
        }
    }

    static final class OfStructs extends Nested {
        OfStructs(FieldVector source, FieldVector target, BufferAllocator allocator) {
            super(source, target, allocator);
        }

        @Override
        void run(long selection, int count) {
            ArrowBuf validity = validity(0, selection, count);
            children.forEach(child -> child.run(selection, count));
            load(count, nulls(), validity);
        }
    }

    static final class OfSparseUnions extends Nested {
        OfSparseUnions(FieldVector source, FieldVector target, BufferAllocator allocator) {
            super(source, target, allocator);
        }

        @Override
        void run(long selection, int count) {
            ArrowBuf types = buffer(0, count);
            long from = source.getFieldBuffers().get(0).memoryAddress();
            FlatCopies.copyValues(from, 1, selection, count, types.memoryAddress());
            children.forEach(child -> child.run(selection, count));
            load(count, 0, types);
        }
    }

    static final class OfDenseUnions extends Nested {
        private final int[] variants = new int[Byte.MAX_VALUE + 1];

        OfDenseUnions(FieldVector source, FieldVector target, BufferAllocator allocator) {
            super(source, target, allocator);
            int[] ids = ((ArrowType.Union) source.getField().getType()).getTypeIds();
            for (int variant = 0; variant < children.size(); variant++) {
                variants[ids == null || ids.length == 0 ? variant : ids[variant]] = variant;
            }
        }

        @Override
        void run(long selection, int count) {
            ArrowBuf types = buffer(0, count);
            ArrowBuf offsets = buffer(1, count * 4L);
            List<ArrowBuf> buffers = source.getFieldBuffers();
            FlatCopies.copyValues(buffers.get(0).memoryAddress(), 1, selection, count, types.memoryAddress());
            long fromOffsets = buffers.get(1).memoryAddress();
            int[] used = new int[children.size()];
            long[] selected = new long[children.size()];
            for (int i = 0; i < count; i++) {
                int variant = variants[Memory.getByte(types.memoryAddress() + i)];
                Memory.putInt(offsets.memoryAddress() + i * 4L, used[variant]++);
            }
            for (int variant = 0; variant < used.length; variant++) {
                selected[variant] = buffer(2 + variant, used[variant] * 4L).memoryAddress();
            }
            Arrays.fill(used, 0);
            for (int i = 0; i < count; i++) {
                int variant = variants[Memory.getByte(types.memoryAddress() + i)];
                int offset = Memory.getInt(fromOffsets + Memory.getInt(selection + i * 4L) * 4L);
                Memory.putInt(selected[variant] + 4L * used[variant]++, offset);
            }
            for (int variant = 0; variant < used.length; variant++) {
                children.get(variant).run(selected[variant], used[variant]);
            }
            load(count, 0, types, offsets);
        }
    }

    /** Each run keeps the values of it that are selected; one of which none is goes. */
    static final class OfRuns extends VectorCopy {
        private final VectorCopy values;
        private final FieldVector ends;
        private final FieldVector targetEnds;
        private final int width;
        private final RunEnds copyOfEnds;

        OfRuns(FieldVector source, FieldVector target, BufferAllocator allocator) {
            super(source, target, allocator);
            List<FieldVector> from = source.getChildrenFromFields();
            List<FieldVector> to = target.getChildrenFromFields();
            ends = from.get(0);
            targetEnds = to.get(0);
            width = ((BaseFixedWidthVector) ends).getTypeWidth();
            values = of(from.get(1), to.get(1), allocator);
            copyOfEnds = new RunEnds(ends, targetEnds, allocator);
        }

        @Override
        void run(long selection, int count) {
            long fromEnds = ends.getDataBufferAddress();
            ArrowBuf selected = buffer(0, count * 4L);
            ArrowBuf toEnds = buffer(1, (long) count * width);
            int runs = 0;
            int run = -1;
            long end = 0;
            for (int i = 0; i < count; i++) {
                int row = Memory.getInt(selection + i * 4L);
                if (run < 0 || row >= end || row < start(fromEnds, run)) {
                    run = row >= end ? run : -1;
                    do {
                        run++;
                        end = integer(fromEnds, run);
                    } while (row >= end);
                    Memory.putInt(selected.memoryAddress() + 4L * runs++, run);
                }
                putInteger(toEnds.memoryAddress(), runs - 1, i + 1);
            }
            copyOfEnds.load(runs, toEnds);
            values.run(selected.memoryAddress(), runs);
            load(count, 0);
        }

        private long start(long address, int run) {
            return run == 0 ? 0 : integer(address, run - 1);
        }

        private long integer(long address, int index) {
            return switch (width) {
                case 2 -> Memory.getShort(address + index * 2L);
                case 4 -> Memory.getInt(address + index * 4L);
                default -> Memory.getLong(address + index * 8L);
            };
        }

        private void putInteger(long address, int index, int value) {
            switch (width) {
                case 2 -> Memory.putShort(address + index * 2L, (short) value);
                case 4 -> Memory.putInt(address + index * 4L, value);
                default -> Memory.putLong(address + index * 8L, value);
            }
        }

        @Override
        public void close() {
            super.close();
            values.close();
            copyOfEnds.close();
        }
    }

    /** The ends of runs are not selected but made. */
    private static final class RunEnds extends VectorCopy {
        RunEnds(FieldVector source, FieldVector target, BufferAllocator allocator) {
            super(source, target, allocator);
        }

        void load(int runs, ArrowBuf ends) {
            ArrowBuf validity = buffer(0, bitmapBytes(runs));
            Memory.fill(validity.memoryAddress(), validity.capacity(), (byte) -1);
            load(runs, 0, validity, ends);
        }

        @Override
        void run(long selection, int count) {
            throw new UnsupportedOperationException("the ends of runs depend on which values are selected");
        }
    }

    private static void putOffset(long offsets, int index, boolean large, long value) {
        if (large) {
            Memory.putLong(offsets + index * 8L, value);
        } else {
            Memory.putInt(offsets + index * 4L, (int) value);
        }
    }

    private static long putRun(long target, long from, long end) {
        long next = target;
        for (long i = from; i < end; i++) {
            Memory.putInt(next, (int) i);
            next += Integer.BYTES;
        }
        return next;
    }
}

package io.penstock.format;

import io.penstock.buffer.Memory;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;

/** The copies of vectors without children. */
final class FlatCopies {
    private static final int VIEW_BYTES = 16;

    private FlatCopies() {}

    static final class OfNulls extends VectorCopy {
        OfNulls(FieldVector source, FieldVector target, BufferAllocator allocator) {
            super(source, target, allocator);
        }

        @Override
        void run(long selection, int count) {
            load(count, count);
        }
    }

    static final class OfBits extends VectorCopy {
        OfBits(FieldVector source, FieldVector target, BufferAllocator allocator) {
            super(source, target, allocator);
        }

        @Override
        void run(long selection, int count) {
            ArrowBuf validity = validity(0, selection, count);
            ArrowBuf data = buffer(1, bitmapBytes(count));
            copyBits(source.getDataBufferAddress(), selection, count, data.memoryAddress());
            load(count, nulls(), validity, data);
        }
    }

    static final class OfFixedWidth extends VectorCopy {
        private final int width;

        OfFixedWidth(FieldVector source, FieldVector target, BufferAllocator allocator, int width) {
            super(source, target, allocator);
            this.width = width;
        }

        @Override
        void run(long selection, int count) {
            ArrowBuf validity = validity(0, selection, count);
            ArrowBuf data = buffer(1, (long) count * width);
            copyValues(source.getDataBufferAddress(), width, selection, count, data.memoryAddress());
            load(count, nulls(), validity, data);
        }
    }

    static void copyValues(long values, int width, long selection, int count, long target) {
        switch (width) {
            case 1 -> {
                for (int i = 0; i < count; i++) {
                    Memory.putByte(target + i, Memory.getByte(values + Memory.getInt(selection + i * 4L)));
                }
            }
            case 2 -> {
                for (int i = 0; i < count; i++) {
                    Memory.putShort(target + i * 2L, Memory.getShort(values + Memory.getInt(selection + i * 4L) * 2L));
                }
            }
            case 4 -> {
                for (int i = 0; i < count; i++) {
                    Memory.putInt(target + i * 4L, Memory.getInt(values + Memory.getInt(selection + i * 4L) * 4L));
                }
            }
            case 8 -> {
                for (int i = 0; i < count; i++) {
                    Memory.putLong(target + i * 8L, Memory.getLong(values + Memory.getInt(selection + i * 4L) * 8L));
                }
            }
            case 16 -> {
                for (int i = 0; i < count; i++) {
                    long value = values + Memory.getInt(selection + i * 4L) * 16L;
                    Memory.putLong(target + i * 16L, Memory.getLong(value));
                    Memory.putLong(target + i * 16L + 8, Memory.getLong(value + 8));
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    long value = values + (long) Memory.getInt(selection + i * 4L) * width;
                    Memory.copy(value, target + (long) i * width, width);
                }
            }
        }
    }

    static final class OfBytes extends VectorCopy {
        private final boolean large;

        OfBytes(FieldVector source, FieldVector target, BufferAllocator allocator, boolean large) {
            super(source, target, allocator);
            this.large = large;
        }

        @Override
        void run(long selection, int count) {
            ArrowBuf validity = validity(0, selection, count);
            long from = source.getOffsetBufferAddress();
            ArrowBuf offsets = buffer(1, (count + 1L) * (large ? Long.BYTES : Integer.BYTES));
            long bytes = large
                    ? copyLargeOffsets(from, selection, count, offsets.memoryAddress())
                    : copyOffsets(from, selection, count, offsets.memoryAddress());
            ArrowBuf data = buffer(2, bytes);
            long values = source.getDataBuffer().memoryAddress();
            copyBytes(values, from, selection, count, data.memoryAddress());
            load(count, nulls(), validity, offsets, data);
        }

        private static long copyOffsets(long offsets, long selection, int count, long target) {
            int end = 0;
            Memory.putInt(target, 0);
            for (int i = 0; i < count; i++) {
                long at = offsets + Memory.getInt(selection + i * 4L) * 4L;
                end += Memory.getInt(at + 4) - Memory.getInt(at);
                Memory.putInt(target + (i + 1) * 4L, end);
            }
            return end;
        }

        private static long copyLargeOffsets(long offsets, long selection, int count, long target) {
            long end = 0;
            Memory.putLong(target, 0);
            for (int i = 0; i < count; i++) {
                long at = offsets + Memory.getInt(selection + i * 4L) * 8L;
                end += Memory.getLong(at + 8) - Memory.getLong(at);
                Memory.putLong(target + (i + 1) * 8L, end);
            }
            return end;
        }

        private void copyBytes(long values, long offsets, long selection, int count, long target) {
            long to = target;
            for (int i = 0; i < count; i++) {
                int row = Memory.getInt(selection + i * 4L);
                long start = Offsets.at(offsets, large, row);
                long length = Offsets.at(offsets, large, row + 1) - start;
                Memory.copy(values + start, to, length);
                to += length;
            }
        }
    }

    /** Copies the views; what they point at stays where it is. */
    static final class OfViews extends VectorCopy {
        OfViews(FieldVector source, FieldVector target, BufferAllocator allocator) {
            super(source, target, allocator);
        }

        @Override
        void run(long selection, int count) {
            List<ArrowBuf> buffers = new ArrayList<>();
            buffers.add(validity(0, selection, count));
            ArrowBuf views = buffer(1, (long) count * VIEW_BYTES);
            copyValues(source.getDataBufferAddress(), VIEW_BYTES, selection, count, views.memoryAddress());
            buffers.add(views);
            buffers.addAll(((BaseVariableWidthViewVector) source).getDataBuffers());
            load(count, nulls(), buffers);
        }
    }
}

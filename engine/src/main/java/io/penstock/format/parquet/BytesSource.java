package io.penstock.format.parquet;

import io.penstock.buffer.Memory;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Reads strings and binaries of vectors of one Arrow type as int32 offsets and bytes. */
abstract sealed class BytesSource {
    static BytesSource of(ArrowType type) {
        return switch (type.getTypeID()) {
            case Utf8, Binary -> new Offsets(false);
            case LargeUtf8, LargeBinary -> new Offsets(true);
            case Utf8View, BinaryView -> new Views();
            case NONE,
                    Null,
                    Bool,
                    Int,
                    FloatingPoint,
                    Decimal,
                    FixedSizeBinary,
                    Date,
                    Time,
                    Timestamp,
                    Interval,
                    Duration,
                    List,
                    LargeList,
                    FixedSizeList,
                    ListView,
                    LargeListView,
                    Struct,
                    Map,
                    Union,
                    RunEndEncoded -> throw new IllegalArgumentException(type + " is no string or binary");
        };
    }

    /** The vector that the next values come from; not an extension's own. */
    abstract void begin(FieldVector vector);

    /** The bytes of {@code count} slots from {@code from} on, none of which is null. */
    abstract long bytes(int from, int count);

    /** The bytes of the slots that {@code count} int32 at {@code indices} name. */
    abstract long bytesAt(long indices, int count);

    /** How many of the slots take no more than {@code room} bytes together, at most {@code count}; none of them is null. */
    abstract int fitting(int from, int count, long room);

    /** The same for the slots that {@code count} int32 at {@code indices} name. */
    final int fittingAt(long indices, int count, long room) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += length(Memory.getInt(indices + 4L * i));
            if (sum > room) {
                return i;
            }
        }
        return count;
    }

    abstract long length(int i);

    /**
     * Writes {@code count} end offsets to {@code offsets} and the values' bytes to {@code data + start}, where the first begins; there is
     * room for them.
     *
     * @return the last end
     */
    abstract int range(int from, int count, long offsets, long data, int start);

    /**
     * The same for the slots that {@code count} int32 at {@code indices} name.
     *
     * @param bytes what {@link #bytesAt} said
     * @param ascending whether the indices ascend and skip nothing but nulls
     */
    abstract int gather(long indices, int count, long bytes, boolean ascending, long offsets, long data, int start);

    static void copyValue(long source, int length, long target) {
        if (length > 32) {
            Memory.copy(source, target, length);
            return;
        }
        int done = 0;
        for (; done + 8 <= length; done += 8) {
            Memory.putLong(target + done, Memory.getLong(source + done));
        }
        for (; done < length; done++) {
            Memory.putByte(target + done, Memory.getByte(source + done));
        }
    }

    /** Offsets of 4 or 8 bytes into one buffer. */
    private static final class Offsets extends BytesSource {
        private final boolean large;
        private long ends;
        private long bytes;

        Offsets(boolean large) {
            this.large = large;
        }

        @Override
        void begin(FieldVector vector) {
            boolean empty = vector.getValueCount() == 0;
            ends = empty ? 0 : vector.getOffsetBuffer().memoryAddress();
            bytes = empty ? 0 : vector.getDataBuffer().memoryAddress();
        }

        private long offset(int i) {
            return large ? Memory.getLong(ends + 8L * i) : Memory.getInt(ends + 4L * i);
        }

        @Override
        long length(int i) {
            return offset(i + 1) - offset(i);
        }

        @Override
        long bytes(int from, int count) {
            return count == 0 ? 0 : offset(from + count) - offset(from);
        }

        @Override
        long bytesAt(long indices, int count) {
            long sum = 0;
            if (large) {
                for (int i = 0; i < count; i++) {
                    long at = ends + 8L * Memory.getInt(indices + 4L * i);
                    sum += Memory.getLong(at + 8) - Memory.getLong(at);
                }
            } else {
                for (int i = 0; i < count; i++) {
                    long at = ends + 4L * Memory.getInt(indices + 4L * i);
                    sum += Memory.getInt(at + 4) - Memory.getInt(at);
                }
            }
            return sum;
        }

        @Override
        int fitting(int from, int count, long room) {
            long end = offset(from) + room;
            if (count == 0 || offset(from + count) <= end) {
                return count;
            }
            int least = 0;
            int tooMany = count;
            while (tooMany - least > 1) {
                int middle = least + tooMany >>> 1;
                if (offset(from + middle) <= end) {
                    least = middle;
                } else {
                    tooMany = middle;
                }
            }
            return least;
        }

        @Override
        int range(int from, int count, long offsets, long data, int start) {
            long first = offset(from);
            if (large) {
                for (int i = 0; i < count; i++) {
                    long end = Memory.getLong(ends + 8L * (from + 1L + i));
                    Memory.putInt(offsets + 4L * i, (int) (end - first) + start);
                }
            } else {
                int shift = start - (int) first;
                long source = ends + 4L * (from + 1L);
                for (int i = 0; i < count; i++) {
                    Memory.putInt(offsets + 4L * i, Memory.getInt(source + 4L * i) + shift);
                }
            }
            long length = offset(from + count) - first;
            Memory.copy(bytes + first, data + start, length);
            return start + (int) length;
        }

        @Override
        int gather(long indices, int count, long total, boolean ascending, long offsets, long data, int start) {
            if (count == 0) {
                return start;
            }
            long first = offset(Memory.getInt(indices));
            boolean gapless = ascending && offset(Memory.getInt(indices + 4L * (count - 1)) + 1) - first == total;
            if (gapless) {
                // Nulls have no bytes here, as nearly everywhere: the values lie side by side.
                Memory.copy(bytes + first, data + start, total);
            }
            int end = start;
            for (int i = 0; i < count; i++) {
                int index = Memory.getInt(indices + 4L * i);
                long from = offset(index);
                int length = (int) (offset(index + 1) - from);
                if (!gapless) {
                    copyValue(bytes + from, length, data + end);
                }
                end += length;
                Memory.putInt(offsets + 4L * i, end);
            }
            return end;
        }
    }

    /** Views of 16 bytes, which hold short values and point at long ones. */
    private static final class Views extends BytesSource {
        private static final int INLINE_BYTES = BaseVariableWidthViewVector.INLINE_SIZE;

        private long views;
        private long[] buffers = {};

        @Override
        void begin(FieldVector vector) {
            views = vector.getValueCount() == 0 ? 0 : vector.getDataBuffer().memoryAddress();
            List<ArrowBuf> data = ((BaseVariableWidthViewVector) vector).getDataBuffers();
            if (buffers.length < data.size()) {
                buffers = new long[2 * data.size()];
            }
            for (int i = 0; i < data.size(); i++) {
                buffers[i] = data.get(i).memoryAddress();
            }
        }

        @Override
        long length(int i) {
            return Memory.getInt(views + 16L * i);
        }

        @Override
        long bytes(int from, int count) {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += Memory.getInt(views + 16L * (from + i));
            }
            return sum;
        }

        @Override
        long bytesAt(long indices, int count) {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += Memory.getInt(views + 16L * Memory.getInt(indices + 4L * i));
            }
            return sum;
        }

        @Override
        int fitting(int from, int count, long room) {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += Memory.getInt(views + 16L * (from + i));
                if (sum > room) {
                    return i;
                }
            }
            return count;
        }

        @Override
        int range(int from, int count, long offsets, long data, int start) {
            int end = start;
            for (int i = 0; i < count; i++) {
                end = append(from + i, data, end);
                Memory.putInt(offsets + 4L * i, end);
            }
            return end;
        }

        @Override
        int gather(long indices, int count, long total, boolean ascending, long offsets, long data, int start) {
            int end = start;
            for (int i = 0; i < count; i++) {
                end = append(Memory.getInt(indices + 4L * i), data, end);
                Memory.putInt(offsets + 4L * i, end);
            }
            return end;
        }

        private int append(int i, long data, int start) {
            long view = views + 16L * i;
            int length = Memory.getInt(view);
            long source =
                    length <= INLINE_BYTES ? view + 4 : buffers[Memory.getInt(view + 8)] + Memory.getInt(view + 12);
            copyValue(source, length, data + start);
            return start + length;
        }
    }
}

package io.penstock.format.arrow;

import io.penstock.buffer.Memory;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Values of one or more vectors of one type in a row, in memory of their own: what a dictionary is after values were appended to it.
 * The vectors have passed a {@link io.penstock.format.BatchCheck}. Unions, list views and run-end encoding are refused.
 *
 * <p>Arrow for Java has an appender of its own, which loses values of structs.
 */
final class Splice implements BodyParts, AutoCloseable {
    private final BufferAllocator allocator;
    private final List<long[]> nodes = new ArrayList<>();
    private final List<Long> variadicCounts = new ArrayList<>();
    private final List<ArrowBuf> buffers = new ArrayList<>();

    private Splice(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** The values {@code from} to {@code to} of a vector. */
    record Part(FieldVector vector, int from, int to) {
        static Part whole(FieldVector vector) {
            return new Part(vector, 0, vector.getValueCount());
        }

        int count() {
            return to - from;
        }
    }

    static boolean supports(Field field) {
        boolean itself = switch (field.getType().getTypeID()) {
            case Union, ListView, LargeListView, RunEndEncoded, NONE -> false;
            case Null,
                    Struct,
                    List,
                    LargeList,
                    FixedSizeList,
                    Map,
                    Int,
                    FloatingPoint,
                    Utf8,
                    Utf8View,
                    LargeUtf8,
                    Binary,
                    BinaryView,
                    LargeBinary,
                    FixedSizeBinary,
                    Bool,
                    Decimal,
                    Date,
                    Time,
                    Timestamp,
                    Interval,
                    Duration -> !(field.getType() instanceof ArrowType.ExtensionType);
        };
        return itself && field.getChildren().stream().allMatch(Splice::supports);
    }

    static Splice of(List<Part> parts, BufferAllocator allocator) {
        Splice splice = new Splice(allocator);
        try {
            splice.add(parts);
        } catch (RuntimeException e) {
            splice.close();
            throw e;
        }
        return splice;
    }

    private void add(List<Part> parts) {
        int count = 0;
        for (Part part : parts) {
            count = Math.addExact(count, part.count());
        }
        FieldVector kind = parts.get(0).vector;
        if (kind instanceof NullVector) {
            nodes.add(new long[] {count, count});
            return;
        }
        int node = nodes.size();
        nodes.add(null);
        nodes.set(node, new long[] {count, addValidity(parts, count)});
        if (kind instanceof BitVector) {
            ArrowBuf bits = allocate((count + 7L) / 8);
            copyBits(parts, bits, false);
        } else if (kind instanceof BaseFixedWidthVector fixed) {
            List<long[]> ranges = new ArrayList<>();
            parts.forEach(part -> ranges.add(new long[] {part.from, part.to}));
            addBytes(parts, ranges, fixed.getTypeWidth());
        } else if (kind instanceof BaseVariableWidthVector) {
            addBytes(parts, addOffsets(parts, count, 4), 1);
        } else if (kind instanceof BaseLargeVariableWidthVector) {
            addBytes(parts, addOffsets(parts, count, 8), 1);
        } else if (kind instanceof BaseVariableWidthViewVector) {
            addViews(parts, count);
        } else {
            addNested(parts, count, kind);
        }
    }

    private void addNested(List<Part> parts, int count, FieldVector kind) {
        if (kind instanceof ListVector) {
            addItems(parts, addOffsets(parts, count, 4));
        } else if (kind instanceof LargeListVector) {
            addItems(parts, addOffsets(parts, count, 8));
        } else if (kind instanceof FixedSizeListVector list) {
            List<long[]> ranges = new ArrayList<>();
            long size = list.getListSize();
            parts.forEach(part -> ranges.add(new long[] {part.from * size, part.to * size}));
            addItems(parts, ranges);
        } else if (kind instanceof StructVector struct) {
            for (int child = 0; child < struct.size(); child++) {
                List<Part> children = new ArrayList<>();
                for (Part part : parts) {
                    FieldVector vector = (FieldVector) ((StructVector) part.vector).getChildByOrdinal(child);
                    children.add(new Part(vector, part.from, part.to));
                }
                add(children);
            }
        } else {
            throw new IllegalArgumentException(
                    "values appended to a dictionary of " + kind.getField().getType() + ", which is not supported");
        }
    }

    private void addItems(List<Part> parts, List<long[]> ranges) {
        List<Part> items = new ArrayList<>();
        for (int k = 0; k < parts.size(); k++) {
            FieldVector vector = parts.get(k).vector.getChildrenFromFields().get(0);
            items.add(new Part(vector, Math.toIntExact(ranges.get(k)[0]), Math.toIntExact(ranges.get(k)[1])));
        }
        add(items);
    }

    /** Returns the number of nulls. */
    private int addValidity(List<Part> parts, int count) {
        ArrowBuf validity = allocate((count + 7L) / 8);
        return count - copyBits(parts, validity, true);
    }

    /** Returns how many of them are set. */
    private static int copyBits(List<Part> parts, ArrowBuf target, boolean validity) {
        int ones = 0;
        int at = 0;
        for (Part part : parts) {
            ArrowBuf bits = validity ? part.vector.getValidityBuffer() : part.vector.getDataBuffer();
            for (int i = part.from; i < part.to; i++, at++) {
                if (Memory.getBit(bits.memoryAddress(), i)) {
                    ones++;
                    target.setByte(at >>> 3, target.getByte(at >>> 3) | 1 << (at & 7));
                }
            }
        }
        return ones;
    }

    /** Adds offsets from 0 on, and returns from where to where those of each part went. */
    private List<long[]> addOffsets(List<Part> parts, int count, int width) {
        List<long[]> ranges = new ArrayList<>();
        ArrowBuf target = allocate((count + 1L) * width);
        long end = 0;
        int at = 0;
        for (Part part : parts) {
            long start = part.count() == 0 ? 0 : offset(part.vector, part.from, width);
            long last = part.count() == 0 ? 0 : offset(part.vector, part.to, width);
            for (int i = part.from + 1; i <= part.to; i++) {
                at++;
                putOffset(target, at, width, end + offset(part.vector, i, width) - start);
            }
            ranges.add(new long[] {start, last});
            end += last - start;
        }
        return ranges;
    }

    private static long offset(FieldVector vector, int i, int width) {
        long offsets = vector.getOffsetBuffer().memoryAddress();
        return width == 4 ? Memory.getInt(offsets + 4L * i) : Memory.getLong(offsets + 8L * i);
    }

    private static void putOffset(ArrowBuf target, int i, int width, long offset) {
        if (width == 4) {
            target.setInt(4L * i, Math.toIntExact(offset));
        } else {
            target.setLong(8L * i, offset);
        }
    }

    private void addBytes(List<Part> parts, List<long[]> ranges, int width) {
        long bytes = 0;
        for (long[] range : ranges) {
            bytes += (range[1] - range[0]) * width;
        }
        long target = allocate(bytes).memoryAddress();
        for (int k = 0; k < parts.size(); k++) {
            long length = (ranges.get(k)[1] - ranges.get(k)[0]) * width;
            if (length > 0) {
                Memory.copy(
                        parts.get(k).vector.getDataBuffer().memoryAddress() + ranges.get(k)[0] * width, target, length);
            }
            target += length;
        }
    }

    /** The data of views is shared, not copied. */
    private void addViews(List<Part> parts, int count) {
        ArrowBuf target = allocate(16L * count);
        List<ArrowBuf> data = new ArrayList<>();
        int at = 0;
        for (Part part : parts) {
            BaseVariableWidthViewVector vector = (BaseVariableWidthViewVector) part.vector;
            for (int i = part.from; i < part.to; i++, at++) {
                long view = vector.getDataBuffer().memoryAddress() + 16L * i;
                target.setLong(16L * at, Memory.getLong(view));
                long place = Memory.getLong(view + 8);
                boolean inline = Memory.getInt(view) <= BaseVariableWidthViewVector.INLINE_SIZE;
                target.setLong(16L * at + 8, inline ? place : place + data.size());
            }
            data.addAll(vector.getDataBuffers());
        }
        for (ArrowBuf buffer : data) {
            buffer.getReferenceManager().retain();
            buffers.add(buffer);
        }
        variadicCounts.add((long) data.size());
    }

    private ArrowBuf allocate(long bytes) {
        ArrowBuf buffer = allocator.buffer(bytes);
        buffers.add(buffer.slice(0, bytes));
        Memory.fill(buffer.memoryAddress(), bytes, (byte) 0);
        return buffer;
    }

    @Override
    public long nodeLength(int node) {
        return nodes.get(node)[0];
    }

    @Override
    public long nullCount(int node) {
        return nodes.get(node)[1];
    }

    @Override
    public long variadicCount(int view) {
        return variadicCounts.get(view);
    }

    @Override
    public ArrowBuf buffer(int buffer, BufferAllocator unused) {
        ArrowBuf shared = buffers.get(buffer);
        shared.getReferenceManager().retain();
        return shared;
    }

    @Override
    public void close() {
        buffers.forEach(ArrowBuf::close);
    }
}

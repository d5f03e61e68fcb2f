package io.penstock.format.arrow;

import io.penstock.buffer.Memory;
import io.penstock.buffer.OutputBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;

/**
 * The nodes and buffers of one record batch, in the order of the format: addresses in vectors that {@link
 * io.penstock.format.BatchCheck} has passed, and that live and do not change until the body is reset. It is reused from batch to
 * batch, and keeps no memory but its own lists.
 */
final class BatchBody implements BodyParts {
    private static final int INLINE_VIEW_BYTES = 12;

    /** Length and null count of each node. */
    private long[] nodes = new long[64];

    /** Address, length and, for views of which some under nulls lead nowhere, the address of their validity. */
    private long[] buffers = new long[192];

    private long[] variadicCounts = new long[4];
    private long[] viewEnds = new long[4];
    private int nodeCount;
    private int bufferCount;
    private int variadicCount;
    private long bufferBytes;
    private byte codec = Decompression.NONE;

    void reset() {
        nodeCount = 0;
        bufferCount = 0;
        variadicCount = 0;
        bufferBytes = 0;
        codec = Decompression.NONE;
    }

    int nodeCount() {
        return nodeCount;
    }

    int bufferCount() {
        return bufferCount;
    }

    int variadicCount() {
        return variadicCount;
    }

    /** The length of the body, padding included: a multiple of {@link Ipc#ALIGNMENT}. */
    long bytes() {
        return Ipc.padded(bufferBytes);
    }

    /** The length of the buffers, their padding included. */
    long bufferBytes() {
        return bufferBytes;
    }

    /** The compression of the buffers, a constant of {@link org.apache.arrow.flatbuf.CompressionType}, or {@link Decompression#NONE}. */
    byte codec() {
        return codec;
    }

    @Override
    public long nodeLength(int node) {
        return nodes[2 * node];
    }

    @Override
    public long nullCount(int node) {
        return nodes[2 * node + 1];
    }

    @Override
    public long variadicCount(int view) {
        return variadicCounts[view];
    }

    long bufferLength(int buffer) {
        return buffers[3 * buffer + 1];
    }

    /** With padding. Compressed buffers are never used in place, so the least that the format asks for will do. */
    long paddedLength(int buffer) {
        return codec == Decompression.NONE ? Ipc.padded(bufferLength(buffer)) : paddedCompressed(bufferLength(buffer));
    }

    static long paddedCompressed(long length) {
        return length + 7 & -8;
    }

    /** Where a {@link #isSound sound} buffer lies. */
    long bufferAddress(int buffer) {
        return buffers[3 * buffer];
    }

    /** Whether a buffer can be written as it is; otherwise there is {@link #copySound}. */
    boolean isSound(int buffer) {
        return buffers[3 * buffer + 2] == 0;
    }

    /** Puts another buffer in the place of one. When it is the last, {@link #compressedBy} has to be called. */
    void replace(int buffer, long address, long length) {
        buffers[3 * buffer] = address;
        buffers[3 * buffer + 1] = length;
        buffers[3 * buffer + 2] = 0;
    }

    /** Every buffer that is not empty has been replaced by a compressed one. */
    void compressedBy(byte codecType) {
        codec = codecType;
        bufferBytes = 0;
        for (int buffer = 0; buffer < bufferCount; buffer++) {
            bufferBytes += paddedLength(buffer);
        }
    }

    void add(ValueVector outer) {
        ValueVector vector =
                outer instanceof ExtensionTypeVector<?> extension ? extension.getUnderlyingVector() : outer;
        int count = vector.getValueCount();
        if (vector instanceof NullVector) {
            addNode(count, count);
        } else if (vector instanceof UnionVector union) {
            addNode(count, 0);
            addBuffer(union.getTypeBuffer(), count);
            addAll(union.getChildrenFromFields());
        } else if (vector instanceof DenseUnionVector union) {
            addNode(count, 0);
            addBuffer(union.getTypeBuffer(), count);
            addBuffer(union.getOffsetBuffer(), 4L * count);
            addAll(union.getChildrenFromFields());
        } else if (vector instanceof RunEndEncodedVector runs) {
            addNode(count, 0);
            add(runs.getRunEndsVector());
            add(runs.getValuesVector());
        } else {
            addValidity(vector, count);
            addValues(vector, count);
        }
    }

    private void addAll(List<FieldVector> vectors) {
        for (int i = 0; i < vectors.size(); i++) {
            add(vectors.get(i));
        }
    }

    private void addValidity(ValueVector vector, int count) {
        long validity = count == 0 ? 0 : vector.getValidityBuffer().memoryAddress();
        int nulls = zeroBits(validity, count);
        addNode(count, nulls);
        addBuffer(validity, nulls == 0 ? 0 : (count + 7L) / 8, 0);
    }

    private static int zeroBits(long bitmap, int count) {
        int ones = 0;
        int words = count >>> 6;
        for (int word = 0; word < words; word++) {
            ones += Long.bitCount(Memory.getLong(bitmap + 8L * word));
        }
        for (int i = words << 6; i < count; i++) {
            ones += Memory.getBit(bitmap, i) ? 1 : 0;
        }
        return count - ones;
    }

    private void addValues(ValueVector vector, int count) {
        if (vector instanceof BitVector) {
            addBuffer(vector.getDataBuffer(), (count + 7L) / 8);
        } else if (vector instanceof BaseFixedWidthVector fixed) {
            addBuffer(vector.getDataBuffer(), (long) count * fixed.getTypeWidth());
        } else if (vector instanceof BaseVariableWidthVector) {
            addBuffer(vector.getDataBuffer(), addOffsets(vector, count));
        } else if (vector instanceof BaseLargeVariableWidthVector) {
            addBuffer(vector.getDataBuffer(), addLargeOffsets(vector, count));
        } else if (vector instanceof BaseVariableWidthViewVector views) {
            addViews(views, count);
        } else if (vector instanceof ListVector list) {
            addOffsets(list, count);
            add(list.getDataVector());
        } else if (vector instanceof LargeListVector list) {
            addLargeOffsets(list, count);
            add(list.getDataVector());
        } else if (vector instanceof ListViewVector list) {
            addBuffer(list.getOffsetBuffer(), 4L * count);
            addBuffer(list.getSizeBuffer(), 4L * count);
            add(list.getDataVector());
        } else if (vector instanceof LargeListViewVector list) {
            addBuffer(list.getOffsetBuffer(), 8L * count);
            addBuffer(list.getSizeBuffer(), 8L * count);
            add(list.getDataVector());
        } else if (vector instanceof FixedSizeListVector list) {
            add(list.getDataVector());
        } else if (vector instanceof StructVector struct) {
            for (int i = 0; i < struct.size(); i++) {
                add(struct.getChildByOrdinal(i));
            }
        } else {
            throw new IllegalArgumentException("Column '" + vector.getName() + "' is in a "
                    + vector.getClass().getSimpleName());
        }
    }

    /** Returns the last offset. An empty vector gets its one offset even where Arrow for Java has none. */
    private long addOffsets(ValueVector vector, int count) {
        if (count == 0) {
            addBuffer(Ipc.ZEROS, 4, 0);
            return 0;
        }
        long offsets = vector.getOffsetBuffer().memoryAddress();
        addBuffer(offsets, 4L * (count + 1L), 0);
        return Memory.getInt(offsets + 4L * count);
    }

    private long addLargeOffsets(ValueVector vector, int count) {
        if (count == 0) {
            addBuffer(Ipc.ZEROS, 8, 0);
            return 0;
        }
        long offsets = vector.getOffsetBuffer().memoryAddress();
        addBuffer(offsets, 8L * (count + 1L), 0);
        return Memory.getLong(offsets + 8L * count);
    }

    /** Of the data, what the views reach: the buffers of a vector that is still growing are larger. */
    private void addViews(BaseVariableWidthViewVector vector, int count) {
        List<ArrowBuf> data = vector.getDataBuffers();
        if (viewEnds.length < data.size()) {
            viewEnds = new long[data.size() * 2];
        }
        Arrays.fill(viewEnds, 0, data.size(), 0);
        long views = vector.getDataBuffer().memoryAddress();
        long validity = count == 0 ? 0 : vector.getValidityBuffer().memoryAddress();
        boolean astray = false;
        for (int i = 0; i < count; i++) {
            int length = Memory.getInt(views + 16L * i);
            if (length >= 0 && length <= INLINE_VIEW_BYTES) {
                continue;
            }
            if (Memory.getBit(validity, i)) {
                int buffer = Memory.getInt(views + 16L * i + 8);
                long end = (long) Memory.getInt(views + 16L * i + 12) + length;
                viewEnds[buffer] = Math.max(viewEnds[buffer], end);
            } else {
                astray = true;
            }
        }
        addBuffer(views, 16L * count, astray ? validity : 0);
        for (int k = 0; k < data.size(); k++) {
            addBuffer(data.get(k), viewEnds[k]);
        }
        if (variadicCount == variadicCounts.length) {
            variadicCounts = Arrays.copyOf(variadicCounts, 2 * variadicCount);
        }
        variadicCounts[variadicCount++] = data.size();
    }

    private void addNode(long length, long nulls) {
        if (2 * nodeCount == nodes.length) {
            nodes = Arrays.copyOf(nodes, 2 * nodes.length);
        }
        nodes[2 * nodeCount] = length;
        nodes[2 * nodeCount + 1] = nulls;
        nodeCount++;
    }

    private void addBuffer(ArrowBuf buffer, long length) {
        addBuffer(buffer.memoryAddress(), length, 0);
    }

    private void addBuffer(long address, long length, long viewValidity) {
        if (3 * bufferCount == buffers.length) {
            buffers = Arrays.copyOf(buffers, 2 * buffers.length);
        }
        buffers[3 * bufferCount] = address;
        buffers[3 * bufferCount + 1] = length;
        buffers[3 * bufferCount + 2] = viewValidity;
        bufferCount++;
        bufferBytes += Ipc.padded(length);
    }

    /** Puts the buffers, each padded, by copying them. */
    void copyTo(OutputBuffer out) {
        for (int buffer = 0; buffer < bufferCount; buffer++) {
            long length = bufferLength(buffer);
            if (isSound(buffer)) {
                out.putBytes(bufferAddress(buffer), length);
            } else {
                putSound(buffer, out);
            }
            out.putZeros((int) (paddedLength(buffer) - length));
        }
        out.putZeros((int) (bytes() - bufferBytes));
    }

    /** Puts the buffers, each padded, by lending them. */
    void lendTo(OutputBuffer out) {
        for (int buffer = 0; buffer < bufferCount; buffer++) {
            long length = bufferLength(buffer);
            if (!isSound(buffer)) {
                putSound(buffer, out);
            } else if (length > 0) {
                out.borrow(bufferAddress(buffer), length);
            }
            long padding = paddedLength(buffer) - length;
            if (padding > 0) {
                out.borrow(Ipc.ZEROS, padding);
            }
        }
    }

    /** Other readers follow the views under nulls too, so those that may lead nowhere become empty. */
    private void putSound(int buffer, OutputBuffer out) {
        long views = buffers[3 * buffer];
        long validity = buffers[3 * buffer + 2];
        long count = bufferLength(buffer) / 16;
        for (long i = 0; i < count; i++) {
            boolean valid = Memory.getBit(validity, i);
            out.putLong(valid ? Memory.getLong(views + 16 * i) : 0);
            out.putLong(valid ? Memory.getLong(views + 16 * i + 8) : 0);
        }
    }

    /** Copies the views of a buffer, those under nulls empty. */
    void copySound(int buffer, long target) {
        long validity = buffers[3 * buffer + 2];
        long length = bufferLength(buffer);
        Memory.copy(buffers[3 * buffer], target, length);
        for (long i = 0; i < length / 16; i++) {
            if (!Memory.getBit(validity, i)) {
                Memory.putLong(target + 16 * i, 0);
                Memory.putLong(target + 16 * i + 8, 0);
            }
        }
    }

    @Override
    public ArrowBuf buffer(int buffer, BufferAllocator allocator) {
        long length = bufferLength(buffer);
        if (length == 0) {
            return allocator.getEmpty();
        }
        ArrowBuf copy = allocator.buffer(length);
        Memory.copy(buffers[3 * buffer], copy.memoryAddress(), length);
        return copy.slice(0, length);
    }
}

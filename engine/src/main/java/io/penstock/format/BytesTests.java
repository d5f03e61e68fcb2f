package io.penstock.format;

import io.penstock.buffer.Memory;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;

/** The tests of text and bytes, as unsigned bytes compare. */
final class BytesTests extends ValueTests {
    private static final int INLINE_VIEW_BYTES = 12;
    private static final int VIEW_BYTES = 16;

    private final Layout layout;
    private final int width;
    private final byte[][] edges;
    /** The first eight bytes of each edge, as {@link #prefix} has them. */
    private final long[] prefixes;
    /** Whether it is one value that passes, the first edge. */
    private final boolean equality;

    private final long[] addresses = new long[Long.SIZE];
    private final int[] lengths = new int[Long.SIZE];

    /** @param width of a value of fixed width */
    BytesTests(Ranges<byte[]> ranges, Layout layout, int width) {
        this.layout = layout;
        this.width = width;
        List<byte[]> bounded =
                ranges.edges().stream().filter(edge -> edge != null).toList();
        this.edges = bounded.toArray(byte[][]::new);
        this.prefixes = new long[edges.length];
        for (int i = 0; i < edges.length; i++) {
            prefixes[i] = prefix(edges[i]);
        }
        this.equality = ranges.count() == 1 && ranges.isPoint(0);
    }

    @Override
    void run(FieldVector vector, int rows, Bitmap passed) {
        long[] buffers = layout == Layout.VIEWS ? dataBuffers((BaseVariableWidthViewVector) vector) : null;
        long validity = layout == Layout.VIEWS && vector.getNullCount() > 0 ? vector.getValidityBufferAddress() : 0;
        for (int from = 0; from < rows; from += Long.SIZE) {
            int count = Math.min(Long.SIZE, rows - from);
            switch (layout) {
                case BYTES -> locate(vector, from, count);
                case LARGE_BYTES -> locateLarge(vector, from, count);
                case VIEWS -> {
                    long valid = validity == 0 ? -1 : Bitmap.bits(validity, from, rows);
                    locateViews(vector.getDataBufferAddress() + (long) from * VIEW_BYTES, valid, count, buffers);
                }
                default -> locateFixed(vector.getDataBufferAddress() + (long) from * width, count);
            }
            passed.setWord(from >>> 6, equality ? equal(count) : inside(count));
        }
    }

    private static long[] dataBuffers(BaseVariableWidthViewVector vector) {
        return vector.getDataBuffers().stream()
                .mapToLong(ArrowBuf::memoryAddress)
                .toArray();
    }

    private void locate(FieldVector vector, int from, int count) {
        long data = vector.getDataBufferAddress();
        long offsets = vector.getOffsetBufferAddress() + from * 4L;
        int start = Memory.getInt(offsets);
        for (int i = 0; i < count; i++) {
            int end = Memory.getInt(offsets + (i + 1) * 4L);
            addresses[i] = data + start;
            lengths[i] = end - start;
            start = end;
        }
    }

    private void locateLarge(FieldVector vector, int from, int count) {
        long data = vector.getDataBufferAddress();
        long offsets = vector.getOffsetBufferAddress() + from * 8L;
        long start = Memory.getLong(offsets);
        for (int i = 0; i < count; i++) {
            long end = Memory.getLong(offsets + (i + 1) * 8L);
            addresses[i] = data + start;
            lengths[i] = (int) (end - start);
            start = end;
        }
    }

    /** What lies under a null points anywhere. */
    private void locateViews(long views, long valid, int count, long[] buffers) {
        for (int i = 0; i < count; i++) {
            long view = views + (long) i * VIEW_BYTES;
            int length = (valid >>> i & 1) == 0 ? 0 : Memory.getInt(view);
            lengths[i] = length;
            addresses[i] = length <= INLINE_VIEW_BYTES
                    ? view + 4
                    : buffers[Memory.getInt(view + 8)] + Memory.getInt(view + 12);
        }
    }

    private void locateFixed(long values, int count) {
        for (int i = 0; i < count; i++) {
            addresses[i] = values + (long) i * width;
            lengths[i] = width;
        }
    }

    private long equal(int count) {
        byte[] wanted = edges[0];
        long prefix = prefixes[0];
        long word = 0;
        for (int i = 0; i < count; i++) {
            if (lengths[i] == wanted.length
                    && prefix(addresses[i], lengths[i]) == prefix
                    && compareRest(addresses[i], lengths[i], wanted) == 0) {
                word |= 1L << i;
            }
        }
        return word;
    }

    private long inside(int count) {
        long word = 0;
        for (int i = 0; i < count; i++) {
            word |= (long) (notAbove(addresses[i], lengths[i]) & 1) << i;
        }
        return word;
    }

    /** How many edges are not above a value. */
    private int notAbove(long address, int length) {
        long prefix = prefix(address, length);
        int low = 0;
        int high = edges.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int order = Long.compareUnsigned(prefix, prefixes[middle]);
            if (order > 0 || order == 0 && compareRest(address, length, edges[middle]) >= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Compares what comes after eight bytes that are the same; zeros for what is missing in these are bytes that may not be there. */
    private static int compareRest(long address, int length, byte[] edge) {
        int common = Math.min(length, edge.length);
        for (int i = Long.BYTES; i < common; i++) {
            int difference = (Memory.getByte(address + i) & 0xFF) - (edge[i] & 0xFF);
            if (difference != 0) {
                return difference;
            }
        }
        return length - edge.length;
    }

    /** The first eight bytes as a big-endian number, with zeros for what is missing. */
    private static long prefix(long address, int length) {
        if (length >= Long.BYTES) {
            return Long.reverseBytes(Memory.getLong(address));
        }
        long prefix = 0;
        for (int i = 0; i < length; i++) {
            prefix |= (Memory.getByte(address + i) & 0xFFL) << (56 - 8 * i);
        }
        return prefix;
    }

    private static long prefix(byte[] bytes) {
        long prefix = 0;
        for (int i = 0; i < Math.min(bytes.length, Long.BYTES); i++) {
            prefix |= (bytes[i] & 0xFFL) << (56 - 8 * i);
        }
        return prefix;
    }
}

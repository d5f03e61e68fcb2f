package io.penstock.format.json;

import io.penstock.buffer.Memory;
import io.penstock.format.VectorMemory;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** Strings, and bytes as strings of base64. */
final class TextReaders {
    private static final String BASE64 = "a string of base64";
    private static final String TEXT = "a string";

    private TextReaders() {}

    /** Turns the base64 between two addresses into bytes, in place; returns where they end, or 0 if it is not base64. */
    private static long decode(long begin, long end) {
        long length = end - begin;
        if ((length & 3) != 0) {
            return 0;
        }
        long to = begin;
        for (long from = begin; from < end; from += 4) {
            byte third = Memory.getByte(from + 2);
            byte fourth = Memory.getByte(from + 3);
            int padding = from + 4 < end || fourth != '=' ? 0 : third == '=' ? 2 : 1;
            int a = Base64.value(Memory.getByte(from));
            int b = Base64.value(Memory.getByte(from + 1));
            int c = padding == 2 ? 0 : Base64.value(third);
            int d = padding >= 1 ? 0 : Base64.value(fourth);
            int bits = a << 18 | b << 12 | c << 6 | d;
            // Bits of the last group that no byte takes must be zero: every value has one text.
            if ((a | b | c | d) < 0 || padding == 1 && (bits & 0xff) != 0 || padding == 2 && (bits & 0xffff) != 0) {
                return 0;
            }
            Memory.putByte(to, (byte) (bits >> 16));
            Memory.putByte(to + 1, (byte) (bits >> 8));
            Memory.putByte(to + 2, (byte) bits);
            to += 3 - padding;
        }
        return to;
    }

    private static IOException notBase64(JsonSource source, String column, long offset) {
        return source.broken(column, offset, "expected " + BASE64 + " but found another string");
    }

    /** Utf8 and Binary, large or not: offsets into one buffer. */
    static final class Run extends ValueReader {
        private final VectorMemory offsets;
        private final VectorMemory data;
        private final QuotedText text;
        private final boolean large;
        private final boolean binary;
        private final BatchSize size;
        private long used;

        Run(Place place, boolean large, boolean binary, BatchSize size) {
            super(place);
            offsets = new VectorMemory(place.allocator());
            data = new VectorMemory(place.allocator());
            text = new QuotedText(place.source(), place.column());
            this.large = large;
            this.binary = binary;
            this.size = size;
        }

        @Override
        void beginValues(int count) {
            offsets.begin(offsetBytes(count));
            data.begin(64);
            used = 0;
            putOffset(0);
        }

        private long offsetBytes(int count) {
            return (count + 1L) << (large ? 3 : 2);
        }

        @Override
        boolean growValues(int count, int used) {
            return offsets.grow(offsetBytes(count), offsetBytes(used));
        }

        private void putOffset(int index) {
            if (large) {
                Memory.putLong(offsets.address() + 8L * index, used);
            } else {
                Memory.putInt(offsets.address() + 4L * index, (int) used);
            }
        }

        @Override
        String expectation() {
            return binary ? BASE64 : TEXT;
        }

        @Override
        long readValue(long start, int index) throws IOException {
            int few = binary ? -1 : readFew(start, index);
            if (few >= 0) {
                return start + few + 2;
            }
            long startOffset = source.offset(start);
            long at = text.read(start, data, used, expectation());
            long end = text.end;
            if (binary) {
                long base = data.address();
                end = decode(base + used, base + end) - base;
                if (end < 0) {
                    throw notBase64(source, column, startOffset);
                }
            }
            size.add(end - used);
            used = end;
            putOffset(index + 1);
            return at;
        }

        /** Reads a string of less than eight bytes, all ASCII and without escapes; returns how many, or -1 if it is another. */
        private int readFew(long start, int index) {
            long word = Memory.getLong(start + 1);
            long marks = Utf8.special(word);
            int count = Utf8.firstMark(marks);
            boolean simple = marks != 0
                    && Memory.getByte(start) == '"'
                    && Memory.getByte(start + 1 + count) == '"'
                    && Utf8.high(word & ~(-1L << 8 * count)) == 0
                    && data.capacity() - used >= 8;
            if (!simple) {
                return -1;
            }
            Memory.putLong(data.address() + used, word);
            size.add(count);
            used += count;
            putOffset(index + 1);
            return count;
        }

        @Override
        void putNothing(int index) {
            putOffset(index + 1);
        }

        @Override
        void load(FieldVector vector, int count) {
            vector.loadFieldBuffers(node(count), List.of(validity(count), offsets.buffer(), data.buffer()));
        }

        @Override
        public void close() {
            super.close();
            offsets.close();
            data.close();
        }
    }

    /** Utf8View and BinaryView: short values in the view itself, all others in one buffer. */
    static final class View extends ValueReader {
        private static final int VIEW_BYTES = 16;
        private static final int INLINE_BYTES = 12;

        private final VectorMemory views;
        private final VectorMemory data;
        private final QuotedText text;
        private final boolean binary;
        private final BatchSize size;
        private long used;

        View(Place place, boolean binary, BatchSize size) {
            super(place);
            views = new VectorMemory(place.allocator());
            data = new VectorMemory(place.allocator());
            text = new QuotedText(place.source(), place.column());
            this.binary = binary;
            this.size = size;
        }

        @Override
        void beginValues(int count) {
            views.begin((long) VIEW_BYTES * count);
            data.begin(64);
            used = 0;
        }

        @Override
        boolean growValues(int count, int used) {
            return views.grow((long) VIEW_BYTES * count, (long) VIEW_BYTES * used);
        }

        @Override
        String expectation() {
            return binary ? BASE64 : TEXT;
        }

        @Override
        long readValue(long start, int index) throws IOException {
            long startOffset = source.offset(start);
            long at = text.read(start, data, used, expectation());
            long from = data.address() + used;
            long end = data.address() + text.end;
            if (binary) {
                end = decode(from, end);
                if (end == 0) {
                    throw notBase64(source, column, startOffset);
                }
            }
            int length = (int) (end - from);
            long view = views.address() + (long) VIEW_BYTES * index;
            Memory.putInt(view, length);
            if (length <= INLINE_BYTES) {
                Memory.putInt(view + 4, 0);
                Memory.putLong(view + 8, 0);
                for (int i = 0; i < length; i++) {
                    Memory.putByte(view + 4 + i, Memory.getByte(from + i));
                }
            } else {
                Memory.putInt(view + 4, Memory.getInt(from));
                Memory.putInt(view + 8, 0);
                Memory.putInt(view + 12, (int) used);
                used += length;
                size.add(length);
            }
            return at;
        }

        @Override
        void putNothing(int index) {
            Memory.fill(views.address() + (long) VIEW_BYTES * index, VIEW_BYTES, (byte) 0);
        }

        @Override
        void load(FieldVector vector, int count) {
            vector.loadFieldBuffers(node(count), List.of(validity(count), views.buffer(), data.buffer()));
        }

        @Override
        public void close() {
            super.close();
            views.close();
            data.close();
        }
    }

    /** FixedSizeBinary. */
    static final class FixedSize extends ValueReader.Fixed {
        private final VectorMemory scratch;
        private final QuotedText text;
        private final int width;
        private final String expectation;

        FixedSize(Place place, int width, VectorMemory scratch) {
            super(place, width);
            this.width = width;
            expectation = "a string of base64 for " + width + " bytes";
            this.scratch = scratch;
            text = new QuotedText(place.source(), place.column());
        }

        @Override
        String expectation() {
            return expectation;
        }

        @Override
        long readValue(long start, int index) throws IOException {
            long startOffset = source.offset(start);
            long at = text.read(start, scratch, 0, expectation());
            long base = scratch.address();
            long end = decode(base, base + text.end);
            if (end == 0) {
                throw notBase64(source, column, startOffset);
            }
            if (end - base != width) {
                throw source.broken(column, startOffset, "expected " + width + " bytes but found " + (end - base));
            }
            Memory.copy(base, slot(index), width);
            return at;
        }
    }
}

package io.penstock.format.json;

import io.penstock.buffer.Memory;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** Bytes, whatever the layout of their vector, as strings of base64. */
final class BinaryWriters {
    private BinaryWriters() {}

    private abstract static class Binary extends ValueWriter {
        /** A whole number of base64's groups of three. */
        private static final int CHUNK = JsonTarget.CHUNK / 3 * 3;

        private final JsonTarget target;

        Binary(JsonTarget target) {
            super(16);
            this.target = target;
        }

        final long columnRoom(long longest) {
            return Math.min(UNKNOWN, room + 2 * longest);
        }

        final long write(long start, long source, long length) {
            long at = start;
            Memory.putByte(at, (byte) '"');
            at++;
            long end = source + length;
            for (long from = source; from < end; from += CHUNK) {
                int run = (int) Math.min(CHUNK, end - from);
                at = Base64.encode(target.room(at, 2 * run + 8), from, run);
            }
            at = target.room(at, 1);
            Memory.putByte(at, (byte) '"');
            return at + 1;
        }
    }

    /** Binary and LargeBinary: offsets into one buffer. */
    static final class Run extends Binary {
        private final boolean large;
        private long offsets;
        private long data;

        Run(JsonTarget target, boolean large) {
            super(target);
            this.large = large;
        }

        @Override
        void bindValues(FieldVector vector, DictionaryProvider dictionaries) {
            offsets = vector.getOffsetBuffer().memoryAddress();
            data = vector.getDataBuffer().memoryAddress();
        }

        @Override
        long writeValue(long at, int index) {
            long from = offset(index);
            return write(at, data + from, offset(index + 1) - from);
        }

        @Override
        long columnRoom(int from, int to) {
            long longest = 0;
            for (int i = from; i < to; i++) {
                longest = Math.max(longest, offset(i + 1) - offset(i));
            }
            return columnRoom(longest);
        }

        private long offset(int index) {
            return large ? Memory.getLong(offsets + 8L * index) : Memory.getInt(offsets + 4L * index);
        }
    }

    static final class View extends Binary {
        private final TextWriters.Views views = new TextWriters.Views();

        View(JsonTarget target) {
            super(target);
        }

        @Override
        void bindValues(FieldVector vector, DictionaryProvider dictionaries) {
            views.bind((BaseVariableWidthViewVector) vector);
        }

        @Override
        long writeValue(long at, int index) {
            return write(at, views.address(index), views.length(index));
        }

        @Override
        long columnRoom(int from, int to) {
            long longest = 0;
            for (int i = from; i < to; i++) {
                longest = Math.max(longest, isNull(i) ? 0 : views.length(i));
            }
            return columnRoom(longest);
        }
    }

    static final class FixedSize extends Binary {
        private long values;
        private int width;

        FixedSize(JsonTarget target) {
            super(target);
        }

        @Override
        void bindValues(FieldVector vector, DictionaryProvider dictionaries) {
            values = vector.getDataBufferAddress();
            width = ((BaseFixedWidthVector) vector).getTypeWidth();
        }

        @Override
        long writeValue(long at, int index) {
            return write(at, values + (long) width * index, width);
        }

        @Override
        long columnRoom(int from, int to) {
            return columnRoom(width);
        }
    }
}

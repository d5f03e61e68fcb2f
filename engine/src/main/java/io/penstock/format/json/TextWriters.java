package io.penstock.format.json;

import io.penstock.buffer.Memory;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** Strings, whatever the layout of their vector. */
final class TextWriters {
    private TextWriters() {}

    /** Writes runs of UTF-8 as JSON strings. */
    private abstract static class Text extends ValueWriter {
        private static final int STEP = 32;

        /** Longer strings are copied by the JDK's routine, which is faster once it has begun. */
        private static final int SHORT = 256;

        private final JsonTarget target;

        Text(JsonTarget target) {
            super(16);
            this.target = target;
        }

        /**
         * Writes a string that needs no escapes.
         *
         * @param dataEnd before which memory can be read
         */
        final long writePlain(long start, long source, int length, long dataEnd) {
            if (length > SHORT || source + length > dataEnd - STEP) {
                return writeCopied(start, source, length);
            }
            // In steps of four words, however many the string fills: most strings are one step, which is easy to
            // predict.
            long at = target.room(start, length + STEP + 2);
            Memory.putByte(at, (byte) '"');
            long to = at + 1;
            long end = to + length;
            long from = source;
            do {
                Memory.putLong(to, Memory.getLong(from));
                Memory.putLong(to + 8, Memory.getLong(from + 8));
                Memory.putLong(to + 16, Memory.getLong(from + 16));
                Memory.putLong(to + 24, Memory.getLong(from + 24));
                to += STEP;
                from += STEP;
            } while (to < end);
            Memory.putByte(end, (byte) '"');
            return end + 1;
        }

        private long writeCopied(long start, long source, int length) {
            long at = target.room(start, 1);
            Memory.putByte(at, (byte) '"');
            at = target.room(target.copy(at + 1, source, length), 1);
            Memory.putByte(at, (byte) '"');
            return at + 1;
        }

        /** @param dataEnd before which memory can be read */
        final long writeEscaped(long start, long source, int length, long dataEnd) {
            long at = target.room(start, 16);
            Memory.putByte(at, (byte) '"');
            at++;
            long from = source;
            long end = source + length;
            while (from < end) {
                long chunkEnd = Math.min(end, from + JsonTarget.CHUNK);
                at = target.room(at, 6 * (int) (chunkEnd - from) + 16);
                while (from < chunkEnd) {
                    long word = from <= dataEnd - 8 ? Memory.getLong(from) : partialWord(from, dataEnd);
                    long marks = Utf8.special(word);
                    Memory.putLong(at, word);
                    int plain = marks == 0 ? 8 : Utf8.firstMark(marks);
                    long left = chunkEnd - from;
                    if (plain >= left) {
                        at += left;
                        from = chunkEnd;
                    } else {
                        at += plain;
                        from += plain;
                        if (marks != 0) {
                            at = Escapes.put(at, Memory.getByte(from));
                            from++;
                        }
                    }
                }
            }
            at = target.room(at, 1);
            Memory.putByte(at, (byte) '"');
            return at + 1;
        }

        private static long partialWord(long from, long end) {
            long word = 0;
            for (long at = Math.min(from + 8, end) - 1; at >= from; at--) {
                word = word << 8 | Memory.getByte(at) & 0xff;
            }
            return word;
        }

        static String problemOf(long address, long length) {
            long invalid = Utf8.firstInvalid(address, length);
            return invalid < 0
                    ? null
                    : String.format(
                            "is not UTF-8: byte 0x%02x at offset %d", Memory.getByte(address + invalid), invalid);
        }
    }

    /** Strings one behind the other in one buffer. */
    private abstract static class Run extends Text {
        long offsets;
        private long data;
        private long dataEnd;
        private boolean plain;

        Run(JsonTarget target) {
            super(target);
        }

        @Override
        final void bindValues(FieldVector vector, DictionaryProvider dictionaries) {
            offsets = vector.getOffsetBuffer().memoryAddress();
            ArrowBuf buffer = vector.getDataBuffer();
            data = buffer.memoryAddress();
            dataEnd = data + buffer.capacity();
            plain = false;
        }

        abstract long offset(int index);

        final long write(long at, long from, long to) {
            int length = (int) (to - from);
            return plain
                    ? writePlain(at, data + from, length, dataEnd)
                    : writeEscaped(at, data + from, length, dataEnd);
        }

        @Override
        final boolean isClean(int from, int to) {
            if (from == to) {
                return true;
            }
            long first = offset(from);
            long length = offset(to) - first;
            plain = Utf8.isPlain(data + first, length);
            return plain || Utf8.firstInvalid(data + first, length) < 0 && beginsAreWhole(from, to);
        }

        /** Whether no value begins within a character: then a run that is UTF-8 as a whole is so in each of its values. */
        private boolean beginsAreWhole(int from, int to) {
            long end = offset(to);
            for (int i = from; i < to; i++) {
                long begin = offset(i);
                if (begin < end && Utf8.isContinuation(Memory.getByte(data + begin))) {
                    return false;
                }
            }
            return true;
        }

        @Override
        final String problemOfValue(int index) {
            long from = offset(index);
            return problemOf(data + from, offset(index + 1) - from);
        }
    }

    /** Utf8. */
    static final class Narrow extends Run {
        Narrow(JsonTarget target) {
            super(target);
        }

        @Override
        long offset(int index) {
            return Memory.getInt(offsets + 4L * index);
        }

        @Override
        long writeValue(long at, int index) {
            return write(at, Memory.getInt(offsets + 4L * index), Memory.getInt(offsets + 4L * index + 4));
        }
    }

    /** LargeUtf8. */
    static final class Large extends Run {
        Large(JsonTarget target) {
            super(target);
        }

        @Override
        long offset(int index) {
            return Memory.getLong(offsets + 8L * index);
        }

        @Override
        long writeValue(long at, int index) {
            return write(at, offset(index), offset(index + 1));
        }
    }

    /** Utf8View: short strings in place, others somewhere in a list of buffers. */
    static final class View extends Text {
        private final Views views = new Views();

        View(JsonTarget target) {
            super(target);
        }

        @Override
        void bindValues(FieldVector vector, DictionaryProvider dictionaries) {
            views.bind((BaseVariableWidthViewVector) vector);
        }

        @Override
        long writeValue(long at, int index) {
            return writeEscaped(at, views.address(index), views.length(index), views.dataEnd(index));
        }

        @Override
        boolean isClean(int from, int to) {
            return false;
        }

        @Override
        String problemOfValue(int index) {
            return problemOf(views.address(index), views.length(index));
        }
    }

    /** Where the values of a view vector lie. */
    static final class Views {
        private static final int VIEW_BYTES = 16;
        private static final int INLINE_BYTES = 12;

        private long views;
        private long viewsEnd;
        private long[] buffers = new long[4];
        private long[] ends = new long[4];

        void bind(BaseVariableWidthViewVector vector) {
            // What it calls its data buffer are the views; the data lies in the others.
            ArrowBuf viewBuffer = vector.getDataBuffer();
            views = viewBuffer.memoryAddress();
            viewsEnd = views + viewBuffer.capacity();
            List<ArrowBuf> data = vector.getDataBuffers();
            if (data.size() > buffers.length) {
                buffers = new long[2 * data.size()];
                ends = new long[2 * data.size()];
            }
            for (int i = 0; i < data.size(); i++) {
                buffers[i] = data.get(i).memoryAddress();
                ends[i] = buffers[i] + data.get(i).capacity();
            }
        }

        int length(int index) {
            return Memory.getInt(views + (long) VIEW_BYTES * index);
        }

        long address(int index) {
            long view = views + (long) VIEW_BYTES * index;
            return Memory.getInt(view) <= INLINE_BYTES
                    ? view + 4
                    : buffers[Memory.getInt(view + 8)] + Memory.getInt(view + 12);
        }

        long dataEnd(int index) {
            long view = views + (long) VIEW_BYTES * index;
            return Memory.getInt(view) <= INLINE_BYTES ? viewsEnd : ends[Memory.getInt(view + 8)];
        }
    }

    /** What stands for a character that a JSON string cannot hold as it is. */
    private static final class Escapes {
        /** By character: the escape in the low bytes, its length in the highest. */
        private static final long[] OF = new long[128];

        static {
            for (int c = 0; c < 0x20; c++) {
                set(c, String.format("\\u%04x", c));
            }
            set('\b', "\\b");
            set('\t', "\\t");
            set('\n', "\\n");
            set('\f', "\\f");
            set('\r', "\\r");
            set('"', "\\\"");
            set('\\', "\\\\");
        }

        private static void set(int character, String escape) {
            long word = (long) escape.length() << 56;
            for (int i = 0; i < escape.length(); i++) {
                word |= (long) escape.charAt(i) << 8 * i;
            }
            OF[character] = word;
        }

        static long put(long at, byte character) {
            long escape = OF[character];
            Memory.putLong(at, escape);
            return at + (escape >>> 56);
        }
    }
}

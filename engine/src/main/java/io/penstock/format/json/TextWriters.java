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
        static final int STEP = 32;

        /** How often as long as it is a string can get. */
        static final int MOST_ESCAPED = 6;

        /** Longer strings are copied by the JDK's routine, which is faster once it has begun. */
        static final int SHORT = 256;

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
            long at = target.room(start, length + STEP + 2);
            Memory.putByte(at, (byte) '"');
            long end = putSteps(at + 1, source, length);
            Memory.putByte(end, (byte) '"');
            return end + 1;
        }

        /** Copies in steps of four words, however many the string fills: most strings are one step, which is easy to predict. */
        static long putSteps(long start, long source, long length) {
            long to = start;
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
            return end;
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
                at = putEscaped(target.room(at, MOST_ESCAPED * (int) (chunkEnd - from) + 16), from, chunkEnd, dataEnd);
                from = chunkEnd;
            }
            at = target.room(at, 1);
            Memory.putByte(at, (byte) '"');
            return at + 1;
        }

        /** Puts a run with its escapes, for which there is room and 16 bytes more; returns where it ends. */
        static long putEscaped(long start, long source, long end, long dataEnd) {
            long at = start;
            long from = source;
            while (from < end) {
                long word = from <= dataEnd - 8 ? Memory.getLong(from) : partialWord(from, dataEnd);
                long marks = Utf8.special(word);
                Memory.putLong(at, word);
                int plain = marks == 0 ? 8 : Utf8.firstMark(marks);
                long left = end - from;
                if (plain >= left) {
                    return at + left;
                }
                at += plain;
                from += plain;
                if (marks != 0) {
                    at = Escapes.put(at, Memory.getByte(from));
                    from++;
                }
            }
            return at;
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
        /** The longest strings that are copied in a few steps. */
        private static final int COPIED = 64;

        long offsets;
        private long data;
        private long dataEnd;
        private boolean plain;

        /** Of the values that {@link #columnRoom} was asked for last. */
        private long longestOfColumn;

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

        @Override
        final long columnRoom(int from, int to) {
            long longest = 0;
            long begin = offset(from);
            for (int i = from + 1; i <= to; i++) {
                long end = offset(i);
                longest = Math.max(longest, end - begin);
                begin = end;
            }
            longestOfColumn = longest;
            return plain ? room + COPIED + longest : room + MOST_ESCAPED * longest;
        }

        /** A class that is final passes on to it, as in {@link ValueWriter#writeColumn}. */
        final void writeTexts(Key key, long[] ends, int from, int count) {
            boolean readable = data + offset(from + count) + COPIED <= dataEnd;
            if (plain && readable && longestOfColumn <= COPIED) {
                copyEach(key, ends, from, count, (int) longestOfColumn);
            } else {
                appendEach(key, ends, from, count);
            }
        }

        /** All of the same length whatever theirs is: a branch on that would be wrong for every other string. */
        private void copyEach(Key key, long[] ends, int from, int count, int longest) {
            long begin = offset(from);
            for (int i = 0; i < count; i++) {
                long source = data + begin;
                long length = offset(from + i + 1) - begin;
                begin += length;
                long at = key.put(ends[i]);
                if (isNull(from + i)) {
                    ends[i] = writeNull(at);
                    continue;
                }
                Memory.putByte(at++, (byte) '"');
                Memory.putLong(at, Memory.getLong(source));
                if (longest > 8) {
                    Memory.putLong(at + 8, Memory.getLong(source + 8));
                }
                if (longest > 16) {
                    Memory.putLong(at + 16, Memory.getLong(source + 16));
                    Memory.putLong(at + 24, Memory.getLong(source + 24));
                }
                if (longest > 32) {
                    Memory.putLong(at + 32, Memory.getLong(source + 32));
                    Memory.putLong(at + 40, Memory.getLong(source + 40));
                }
                if (longest > 48) {
                    Memory.putLong(at + 48, Memory.getLong(source + 48));
                    Memory.putLong(at + 56, Memory.getLong(source + 56));
                }
                at += length;
                Memory.putByte(at, (byte) '"');
                ends[i] = at + 1;
            }
        }

        private void appendEach(Key key, long[] ends, int from, int count) {
            long begin = offset(from);
            for (int i = 0; i < count; i++) {
                long source = data + begin;
                long length = offset(from + i + 1) - begin;
                begin += length;
                long at = key.put(ends[i]);
                ends[i] = isNull(from + i) ? writeNull(at) : append(at, source, length);
            }
        }

        private long append(long start, long source, long length) {
            Memory.putByte(start, (byte) '"');
            long at = start + 1;
            long end = at + length;
            if (!plain) {
                end = putEscaped(at, source, source + length, dataEnd);
            } else if (length > SHORT || source + length > dataEnd - STEP) {
                Memory.copy(source, at, length);
            } else {
                putSteps(at, source, length);
            }
            Memory.putByte(end, (byte) '"');
            return end + 1;
        }

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

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeTexts(key, ends, from, count);
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

        @Override
        void writeColumn(Key key, long[] ends, int from, int count) {
            writeTexts(key, ends, from, count);
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
        long columnRoom(int from, int to) {
            long longest = 0;
            for (int i = from; i < to; i++) {
                longest = Math.max(longest, isNull(i) ? 0 : views.length(i));
            }
            return room + MOST_ESCAPED * longest;
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
